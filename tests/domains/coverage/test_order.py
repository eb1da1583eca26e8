"""The order of a patient's coverages: what cannot be right is said, and nothing is decided by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.domains.practice_world import ADA, PLAN, World

from chartline.connect.facts import CoverageFact, Relationship
from chartline.domains.coverage.benefit_lines import OtherPayer
from chartline.domains.coverage.checks import open_check
from chartline.domains.coverage.order import OrderedCoverage, new_orders, order_warnings
from chartline.domains.coverage.questions import (
    PayerChoice,
    ask_about_payers,
    count_payer_questions,
    decide_payer_question,
    payer_questions,
)
from chartline.domains.coverage.settings import CoverageSettings, read_coverage_settings, save_coverage_settings
from chartline.domains.coverage.subscriber import subscriber_fact, subscriber_of, with_subscriber
from chartline.domains.practice.coverages import read_coverage, write_coverage
from chartline.domains.practice.people import write_person
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed

DAY = date(2026, 3, 2)


def held(identity: str, order: int = 1, **changes: object) -> OrderedCoverage:
    values: dict[str, object] = {"order": order, "member_id": Sealed(f"M{identity}"), **changes}
    fact: CoverageFact = replace(PLAN, **values)
    return OrderedCoverage(identity, fact, has_subscriber=False)


def codes(*coverages: OrderedCoverage) -> list[str]:
    return [one.code for one in order_warnings(coverages, DAY)]


def test_a_sound_order_needs_no_word() -> None:
    assert codes(held("a"), held("b", 2)) == []


@pytest.mark.parametrize(
    ("coverages", "wanted"),
    [
        ((), ["no_coverage"]),
        ((held("a", end=date(2026, 1, 31)),), ["no_coverage"]),
        ((held("a"), held("b")), ["same_order"]),
        ((held("a", 2),), ["no_primary"]),
        ((held("a"), held("b", 2, member_id=Sealed("ma "))), ["twice"]),
        ((held("a", relationship=Relationship.CHILD),), ["no_subscriber"]),
        ((held("a", payer_id=""),), ["no_payer_id"]),
    ],
)
def test_what_cannot_be_right_is_said(coverages: tuple[OrderedCoverage, ...], wanted: list[str]) -> None:
    assert codes(*coverages) == wanted


def test_another_order_names_every_present_coverage_once() -> None:
    known = [held("a"), held("b", 2), held("old", 1, end=date(2025, 12, 31))]
    assert new_orders(known, ["b", "a"], DAY) == {"b": 1, "a": 2}
    assert new_orders(known, ["a", "b"], DAY) == {}
    for wrong in (["a"], ["a", "a"], ["a", "b", "old"], []):
        with pytest.raises(ChartlineError, match=r"coverage\.bad_order"):
            new_orders(known, wrong, DAY)


def test_a_subscriber_is_kept_in_the_coverage_or_is_another_patient(world: World) -> None:
    child, parent, identity = new_id(), new_id(), new_id()
    plan = replace(PLAN, relationship=Relationship.CHILD)
    with world.work() as work:
        for one in (child, parent):
            world.records.put(work, write_person(ADA, one))
        bare = write_coverage(plan, identity, child)
        assert subscriber_of(work, world.records, bare) is None
        mother = subscriber_fact("Inventado", "Quilla", date(1960, 2, 3), "F")
        entered = with_subscriber(bare, mother)
        world.records.put(work, entered)
        stored = world.records.read(work, "Coverage", identity).reveal(Purpose.SHOW)
        read = subscriber_of(work, world.records, stored)
        assert read is not None
        assert (read.given.reveal(Purpose.SHOW), read.birth_date.reveal(Purpose.SHOW), read.sex) == (
            "Quilla",
            date(1960, 2, 3),
            "F",
        )
        assert read_coverage(stored).relationship is Relationship.CHILD
        assert subscriber_of(work, world.records, with_subscriber(stored, None)) is None
        pointing = {**bare, "subscriber": {"reference": f"Patient/{parent}"}}
        there = subscriber_of(work, world.records, pointing)
        assert there is not None and there.given.reveal(Purpose.SHOW) == "Adabelle"
    with pytest.raises(ChartlineError, match=r"coverage\.bad_subscriber"):
        subscriber_fact(" ", "x", DAY)


def test_a_question_about_another_payer_is_asked_once_and_decided_once(world: World) -> None:
    with world.work() as work:
        check = open_check(
            work, world.records, patient_id="p1", coverage_id="c1", payer_id="00999", service_date=DAY
        ).check
        other = OtherPayer("Second Mutual", "77")
        assert [ask_about_payers(work, check, [other]) for _ in range(2)] == [1, 0]
        (question,) = payer_questions(work, "p1")
        assert (count_payer_questions(work), payer_questions(work, "p2")) == (1, [])
        assert decide_payer_question(work, question.id, PayerChoice.WRONG, "user:x").choice is PayerChoice.WRONG
        assert ask_about_payers(work, check, [other]) == 0
        with pytest.raises(ChartlineError, match=r"coverage\.no_question"):
            decide_payer_question(work, question.id, PayerChoice.KNOWN, "user:x")


def test_settings_are_the_practices_own_and_refuse_nonsense(world: World) -> None:
    with world.work() as work:
        assert read_coverage_settings(work) == CoverageSettings()
        wanted = CoverageSettings(service_type=" mh ", visit_service_types={"dental": "35"}, days_ahead=7)
        saved = save_coverage_settings(work, wanted, "user:x")
        assert read_coverage_settings(work) == saved
        assert (saved.service_type_of("dental"), saved.service_type_of("other")) == ("35", "MH")
        for wrong in ({"service_type": "?"}, {"days_ahead": 31}, {"visit_service_types": {"a b": "30"}}):
            with pytest.raises(ChartlineError, match=r"coverage\.bad_setting"):
                save_coverage_settings(work, replace(CoverageSettings(), **wrong), "user:x")
