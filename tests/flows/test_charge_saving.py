"""Charges are saved once, and never over charges that somebody else put there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.flows.plain_office import ACTOR, AWAY, LOST, Desk, charge, desk

from chartline.connect.refusals import CHARGES_STAND
from chartline.domains.practice.charge_questions import (
    NO_QUESTION,
    ChargeChoice,
    decide_question,
    open_questions,
)
from chartline.flows.charge_saving import CHARGES_PROTECTED, KEPT, ChargeSaving, Saving
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose

OURS = (charge("90834"), charge("90785", cents=2000))
ON = date(2026, 3, 10)


@pytest.fixture
def here(tmp_path: Path, sqlite_url: str) -> Iterator[Desk]:
    with desk(tmp_path, sqlite_url) as made:
        yield made


@pytest.fixture
def saving(here: Desk) -> Saving:
    return Saving(here.connection.id, new_id(), new_id(), "700", "900", ON, OURS)


def save(at: Desk, saving: Saving) -> Outcome[str]:
    return ChargeSaving(at.ground, at.organisation, at.office).save(saving)


def stands(at: Desk, *procedures: str) -> None:
    """Somebody else entered charges at the practice system."""
    at.office._post("700", tuple(charge(one) for one in procedures))


def decide(at: Desk, saving: Saving, choice: ChargeChoice) -> None:
    with at.ground.database.work(at.organisation) as work:
        decide_question(work, saving.encounter_id, choice, ACTOR)


def code(outcome: Outcome[str]) -> str:
    assert isinstance(outcome, Refused)
    return outcome.problem.code


def test_charges_are_saved_once_however_often_it_is_asked(here: Desk, saving: Saving) -> None:
    for _ in range(3):
        assert isinstance(save(here, saving), Receipt)
    assert here.office.standing("700") == [("90834", 1), ("90785", 1)]
    assert here.office.calls.count("save_charges") == 1


def test_a_save_without_an_answer_is_settled_by_reading_the_visit(here: Desk, saving: Saving) -> None:
    here.office.will("save_charges", LOST)
    assert isinstance(save(here, saving), Unknown)
    assert isinstance(save(here, saving), Receipt)
    assert here.office.calls.count("save_charges") == 1


def test_the_same_charges_that_stand_there_are_not_written_again(here: Desk, saving: Saving) -> None:
    stands(here, "90834", "90785")
    assert isinstance(save(here, saving), Receipt)
    assert "save_charges" not in here.office.calls


def test_other_charges_are_a_question_with_both_lists_and_nothing_is_sent(here: Desk, saving: Saving) -> None:
    stands(here, "99213")
    for _ in range(2):
        assert code(save(here, saving)) == CHARGES_STAND.code
    with here.ground.database.read(here.organisation) as work:
        (question,) = open_questions(work, here.ground.vault)
    assert question.appointment_id == saving.appointment_id
    assert [one.charge.procedure for one in question.theirs.reveal(Purpose.SHOW)] == ["99213"]
    assert (here.office.standing("700"), "99213" in repr(question)) == ([("99213", 1)], False)


@pytest.mark.parametrize(
    ("choice", "after"),
    [
        (ChargeChoice.KEEP, ["99213"]),
        (ChargeChoice.REPLACE, ["90834", "90785"]),
        (ChargeChoice.ADD, ["99213", "90834", "90785"]),
    ],
)
def test_the_decision_is_carried_out_once(here: Desk, saving: Saving, choice: ChargeChoice, after: list[str]) -> None:
    stands(here, "99213")
    save(here, saving)
    decide(here, saving, choice)
    outcomes = [save(here, saving) for _ in range(3)]
    assert all(isinstance(one, Receipt) for one in outcomes)
    assert [procedure for procedure, _ in here.office.standing("700")] == after
    assert (outcomes[0] == Receipt(KEPT, "exchange")) is (choice is ChargeChoice.KEEP)


@pytest.mark.parametrize("choice", [ChargeChoice.REPLACE, ChargeChoice.ADD])
def test_a_decision_whose_answer_is_lost_is_settled_by_reading(
    here: Desk, saving: Saving, choice: ChargeChoice
) -> None:
    stands(here, "99213")
    save(here, saving)
    decide(here, saving, choice)
    here.office.will("save_charges", LOST)
    here.office.will("add_charges", LOST)
    assert isinstance(save(here, saving), Unknown)
    assert isinstance(save(here, saving), Receipt)
    assert sum(procedure == "90834" for procedure, _ in here.office.standing("700")) == 1


def test_a_decision_is_only_good_for_the_charges_that_the_person_saw(here: Desk, saving: Saving) -> None:
    stands(here, "99213")
    save(here, saving)
    decide(here, saving, ChargeChoice.REPLACE)
    stands(here, "99214")
    assert code(save(here, saving)) == CHARGES_STAND.code
    assert [procedure for procedure, _ in here.office.standing("700")] == ["99213", "99214"]
    decide(here, saving, ChargeChoice.REPLACE)
    assert isinstance(save(here, saving), Receipt)
    assert [procedure for procedure, _ in here.office.standing("700")] == ["90834", "90785"]


def test_protected_charges_are_not_replaced(here: Desk, saving: Saving) -> None:
    stands(here, "99213")
    here.office.charges["700"] = [replace(one, protected=True) for one in here.office.charges["700"]]
    save(here, saving)
    decide(here, saving, ChargeChoice.REPLACE)
    assert code(save(here, saving)) == CHARGES_PROTECTED.code
    assert here.office.standing("700") == [("99213", 1)]


def test_a_save_that_was_lost_and_overtaken_by_others_charges_is_asked_about(here: Desk, saving: Saving) -> None:
    here.office.will("save_charges", Unknown("exchange"))
    save(here, saving)
    stands(here, "99213")
    assert code(save(here, saving)) == CHARGES_STAND.code
    decide(here, saving, ChargeChoice.ADD)
    assert isinstance(save(here, saving), Receipt)
    assert [procedure for procedure, _ in here.office.standing("700")] == ["99213", "90834", "90785"]


def test_a_vendor_that_is_away_decides_nothing(here: Desk, saving: Saving) -> None:
    stands(here, "99213")
    here.office.will("charges_on", Refused(AWAY.problem()))
    assert code(save(here, saving)) == AWAY.code
    with here.ground.database.read(here.organisation) as work:
        assert open_questions(work, here.ground.vault) == []


def test_there_is_nothing_to_decide_without_a_question(here: Desk, saving: Saving) -> None:
    with pytest.raises(ChartlineError) as raised:
        decide(here, saving, ChargeChoice.ADD)
    assert raised.value.problem.code == NO_QUESTION.code
