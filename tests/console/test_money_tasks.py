"""The queue of the first page: by money, deadline and effort."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.domains.money_world import Practice, charge, counted, open_practice, source

from chartline.console.money_tasks import money_tasks
from chartline.domains.coverage.enrollments import open_enrollment
from chartline.platform.database import Database

TODAY = date(2026, 3, 3)


@pytest.fixture
def practice(sqlite_database: Database, tmp_path: Path) -> Practice:
    return open_practice(sqlite_database, tmp_path)


def titles(practice: Practice, today: date = TODAY) -> list[str]:
    with practice.work() as work:
        return [one[1] for one in money_tasks(work, today, 8)]


def test_what_brings_more_for_a_minute_comes_first(practice: Practice) -> None:
    soon = TODAY + timedelta(days=1)
    practice.drafted(
        source(charge(40000, diagnoses=("XX",))),
        source(charge(90000, diagnoses=("XX",))),
        source(charge(12000, diagnoses=("XX",)), filing_deadline=soon),
    )
    with practice.work() as work:
        open_enrollment(work, "main", "00123", "Example Mutual", "professional", "1999999984", "user:b")
    found = titles(practice)
    assert [one.split()[1] for one in found[:3]] == ["C000003", "C000002", "C000001"]
    assert found[3] == "An enrolment is needed and not begun"


def test_a_deadline_that_has_passed_stops_pressing(practice: Practice) -> None:
    practice.drafted(
        source(charge(40000, diagnoses=("XX",)), filing_deadline=TODAY - timedelta(days=1)),
        source(charge(9000, diagnoses=("XX",))),
    )
    assert [one.split()[1] for one in titles(practice)] == ["C000002", "C000001"]


def test_the_dearest_claim_is_listed_whatever_came_after_it(practice: Practice) -> None:
    practice.drafted(source(charge(40000, diagnoses=("XX",)), filing_deadline=TODAY + timedelta(days=2)))
    practice.drafted(*[source(charge(9000, diagnoses=("XX",))) for _ in range(12)])
    found = [one.split()[1] for one in titles(practice)]
    assert (found[0], len(found)) == ("C000001", 8)


def test_a_held_claim_is_listed_among_any_number_of_drafts(practice: Practice) -> None:
    practice.drafted(source(charge(40000, diagnoses=("XX",))))
    practice.drafted(*[source(charge(9000)) for _ in range(110)])
    assert [one.split()[1] for one in titles(practice)] == ["C000001"]


def test_the_queue_costs_the_same_for_one_and_for_many(practice: Practice) -> None:
    practice.drafted(source(charge(diagnoses=("XX",))))
    with counted(practice.database) as first:
        titles(practice)
    practice.drafted(*[source(charge(diagnoses=("XX",))) for _ in range(6)])
    with counted(practice.database) as then:
        titles(practice)
    assert len(then) == len(first)
