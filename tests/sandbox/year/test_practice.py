"""The year is made from its seed alone, and holds what its story needs."""

from __future__ import annotations

from collections import Counter

import pytest

from chartline.sandbox.year.practice import Slip, Year, make_year, problem_with, working_days


@pytest.fixture(scope="module")
def year() -> Year:
    return make_year(7, claims=5000, patients=400, months=12)


def test_the_same_seed_makes_the_same_year() -> None:
    one, other = (make_year(3, claims=100, patients=40, months=1) for _ in range(2))
    assert one.bills == other.bills
    assert one.bills != make_year(4, claims=100, patients=40, months=1).bills


def test_claims_are_spread_over_working_days(year: Year) -> None:
    assert year.claims == 5000
    assert [day for day in year.days if day.weekday() > 4] == []
    sizes = {len(bills) for bills in year.bills.values()}
    assert max(sizes) - min(sizes) <= 1
    assert len(working_days(12)) == len(year.days)


def test_nobody_comes_twice_on_a_day(year: Year) -> None:
    for bills in year.bills.values():
        assert len({bill.patient.number for bill in bills}) == len(bills)


def test_every_slip_happens_and_most_claims_have_none(year: Year) -> None:
    slips = Counter(bill.slip for bills in year.bills.values() for bill in bills)
    assert set(slips) == set(Slip)
    assert slips[Slip.NONE] > 0.95 * year.claims


def test_member_ids_and_claim_numbers_are_not_shared(year: Year) -> None:
    members = [one.member_id for one in year.world.patients] + [one.member_id for one in year.seconds.values()]
    assert len(set(members)) == len(members)
    assert all(one.payer != one.patient.payer for one in year.seconds.values())


@pytest.mark.parametrize(("claims", "patients", "months"), [(5, 400, 1), (100, 10, 1), (5000, 40, 1)])
def test_a_year_that_cannot_be_is_refused_with_its_reason(claims: int, patients: int, months: int) -> None:
    assert problem_with(claims=claims, patients=patients, months=months)
    with pytest.raises(ValueError, match=r"\."):
        make_year(7, claims=claims, patients=patients, months=months)
