from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.domains.practice_world import VISIT, World

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.checks import (
    answer_text,
    counts,
    is_fresh,
    latest,
    open_check,
    read,
    record_answer,
    record_failure,
)
from chartline.domains.coverage.day import desk_day
from chartline.domains.coverage.rejections import explain
from chartline.domains.coverage.tables import Check
from chartline.domains.practice.visits import write_visit
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work

DAY = date(2026, 3, 2)
ANSWER = EligibilityAnswer(
    "e77",
    (
        Benefit("1", "IND", "30", plan="Imaginary PPO", note="Call Zelda Inventado"),
        Benefit("B", "IND", "30", amount=Money(2500), in_network="Y"),
        Benefit("C", "IND", "30", period="23", amount=Money(150000)),
        Benefit("C", "IND", "30", period="29", amount=Money(40000)),
        Benefit("A", "IND", "30", percent="0.2"),
    ),
    raw=Sealed(b"RAW271-INVENTADO"),
)


def opened(work: Work, world: World, appointment_id: str | None = None, coverage_id: str = "c1") -> Check:
    return open_check(
        work,
        world.records,
        patient_id="p1",
        coverage_id=coverage_id,
        payer_id="00999",
        service_date=DAY,
        appointment_id=appointment_id,
    ).check


def test_a_check_is_opened_once_per_visit_coverage_and_day(world: World) -> None:
    with world.work() as work:
        first = opened(work, world, "a1")
        assert first.id == opened(work, world, "a1").id
        assert first.id != opened(work, world, "a2").id
        assert first.id != opened(work, world, "a1", "c2").id
        assert CheckState.ASKED is first.state
        assert world.body(work, "CoverageEligibilityRequest", first.id)["resourceType"] == "CoverageEligibilityRequest"
        assert counts(work, DAY, DAY) == {CheckState.ASKED: 3}


def test_an_answer_is_kept_and_published_in_one_transaction(world: World) -> None:
    with world.work() as work:
        check = opened(work, world, "a1")
        record_answer(work, world.vault, world.records, check.id, ANSWER, "x1")
        kept = read(work, check.id)
        response = world.body(work, "CoverageEligibilityResponse", check.id)
    assert (kept.state, kept.plan_name, kept.coinsurance) == (CheckState.ACTIVE, "Imaginary PPO", "0.2")
    assert (Money(2500), Money(150000), Money(40000)) == (kept.copay, kept.deductible, kept.deductible_left)
    assert (kept.vendor_id, kept.exchange_id, kept.problem_code) == ("e77", "x1", "")
    assert (response["outcome"], response["insurance"][0]["inforce"]) == ("complete", True)  # ty: ignore[not-subscriptable]
    benefits = response["insurance"][0]["item"][0]["benefit"]  # ty: ignore[not-subscriptable]
    assert [str(one["allowedMoney"]["value"]) for one in benefits[:2]] == ["25.00", "1500.00"]
    assert str(benefits[1]["usedMoney"]["value"]) == "1100.00"
    with pytest.raises(RuntimeError), world.work() as work:
        record_answer(work, world.vault, world.records, check.id, EligibilityAnswer("e78", ()), "x2")
        raise RuntimeError
    with world.work() as work:
        assert CheckState.ACTIVE is read(work, check.id).state
        assert response == world.body(work, "CoverageEligibilityResponse", check.id)


def test_the_same_answer_again_changes_nothing(world: World) -> None:
    with world.work() as work:
        check = opened(work, world)
        record_answer(work, world.vault, world.records, check.id, EligibilityAnswer("e1", (), (("72", "x"),)))
    with world.work() as work:
        first = world.body(work, "CoverageEligibilityResponse", check.id)
        kept = read(work, check.id)
    assert (first["outcome"], kept.problem_code) == ("error", "coverage.payer_72")
    assert first["error"][0]["code"]["coding"][0]["code"] == "72"  # ty: ignore[not-subscriptable]


def test_a_failed_check_may_still_be_answered(world: World) -> None:
    with world.work() as work:
        check = opened(work, world)
        record_failure(work, check.id, explain("42", evidence="x9"))
        failed = read(work, check.id)
        assert (failed.state, failed.problem_code, failed.exchange_id) == (CheckState.FAILED, "coverage.payer_42", "x9")
        assert latest(work, "c1") is None
        record_answer(work, world.vault, world.records, check.id, ANSWER)
        assert CheckState.ACTIVE is (latest(work, "c1") or failed).state
        with pytest.raises(ChartlineError, match=r"coverage\.no_check"):
            record_failure(work, new_id(), explain("42"))


def test_an_answer_is_fresh_for_three_days_of_its_month(world: World) -> None:
    with world.work() as work:
        check = opened(work, world)
        assert not is_fresh(check, DAY, work.now)
        record_answer(work, world.vault, world.records, check.id, ANSWER)
        check = read(work, check.id)
        assert check.answered is not None
        assert is_fresh(check, DAY + timedelta(days=20), check.answered + timedelta(days=3))
        assert not is_fresh(check, DAY, check.answered + timedelta(days=3, seconds=1))
        assert not is_fresh(check, date(2026, 4, 1), check.answered)


def test_the_desk_sees_each_visit_with_its_newest_check(world: World) -> None:
    checked, unchecked = new_id(), new_id()
    with world.work() as work:
        for one in (checked, unchecked):
            world.records.put(work, write_visit(VISIT, one, "p1"))
        check = opened(work, world, checked)
        world.records.custom_parameters(work)  # read once a minute, by whoever searches first
        with world.counted() as statements:
            page = desk_day(work, world.records, DAY, ZoneInfo("America/Denver"))
    assert {checked: check, unchecked: None} == {one.visit.appointment_id: one.check for one in page.visits}
    assert len(statements) == 5


def test_what_a_payer_said_is_not_readable_in_the_file(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    with world.work() as work:
        check = opened(work, world)
        record_answer(work, world.vault, world.records, check.id, ANSWER)
        assert b"Zelda" in (answer_text(work, world.vault, check.id) or b"")
    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir() if file.is_file())
    assert b"eligibility_check" in stored
    assert b"Inventado" not in stored
    assert b"RAW271" not in stored
