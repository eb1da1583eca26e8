"""Claims that somebody has to mend, on each make of database."""

from __future__ import annotations

from datetime import date, timedelta

from tests.domains.money_world import Practice, charge, source

from chartline.domains.claims import claims_to_mend

TODAY = date(2026, 3, 3)


def test_the_nearest_deadline_comes_first_and_a_missed_one_last(practice: Practice) -> None:
    bad = charge(9000, diagnoses=("XX",))
    practice.drafted(
        source(charge(9000)),
        source(bad),
        source(bad, filing_deadline=TODAY - timedelta(days=1)),
        source(bad, filing_deadline=TODAY + timedelta(days=9)),
        source(bad, filing_deadline=TODAY),
    )
    with practice.work() as work:
        found = [one.number for one in claims_to_mend(work, TODAY, 10)]
        assert found == ["C000005", "C000004", "C000002", "C000003"]
        assert [one.number for one in claims_to_mend(work, TODAY, 2)] == found[:2]
