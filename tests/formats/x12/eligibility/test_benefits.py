from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.formats.x12.inquiry_examples import ELIGIBILITY_ANSWER, share

from chartline.formats.x12.eligibility import (
    Benefit,
    EligibilityAnswer,
    ShareKind,
    cost_shares,
    is_active,
    summarize,
)
from chartline.kernel.money import Money


def saying(*benefits: Benefit) -> EligibilityAnswer:
    return replace(ELIGIBILITY_ANSWER, benefits=benefits)


@pytest.mark.parametrize(
    ("benefits", "service_type", "expected"),
    [
        ([Benefit(information="1", service_types=("30",))], "30", True),
        ([Benefit(information="1", service_types=("30",))], "98", True),
        ([Benefit(information="1")], "98", True),
        ([Benefit(information="6", service_types=("30",))], "30", False),
        (
            [Benefit(information="1", service_types=("30",)), Benefit(information="6", service_types=("35",))],
            "35",
            False,
        ),
        (
            [Benefit(information="1", service_types=("30",)), Benefit(information="I", service_types=("35",))],
            "35",
            False,
        ),
        (
            [Benefit(information="6", service_types=("30",)), Benefit(information="3", service_types=("30",))],
            "30",
            True,
        ),
        ([Benefit(information="B", service_types=("98",))], "98", None),
        ([Benefit(information="1", service_types=("35",))], "98", None),
        ([], "30", None),
    ],
)
def test_what_is_said_about_a_service_counts_before_what_is_said_about_the_plan(
    benefits: list[Benefit], service_type: str, expected: bool | None
) -> None:
    assert is_active(saying(*benefits), service_type) is expected


def test_a_deductible_comes_together_with_what_remains_of_it() -> None:
    found = [one for one in cost_shares(ELIGIBILITY_ANSWER) if one.kind is ShareKind.DEDUCTIBLE]
    assert [(one.coverage_level, one.in_network, one.amount, one.remaining) for one in found] == [
        ("IND", "Y", Money(150000), Money(42050)),
        ("FAM", "Y", Money(300000), Money(200000)),
        ("IND", "N", Money(400000), None),
    ]


def test_the_summary_of_a_visit() -> None:
    visit = summarize(ELIGIBILITY_ANSWER, "98", in_network=True, coverage_level="IND")
    assert visit.is_active is True
    assert [(one.amount, one.messages) for one in visit.copays] == [
        (Money(2500), ("PRIMARY CARE",)),
        (Money(5000), ("SPECIALIST",)),
    ]
    assert visit.coinsurances == ()
    assert [one.remaining for one in visit.deductibles] == [Money(42050)]
    assert [one.remaining for one in visit.out_of_pocket] == [Money(500000)]


def test_outside_the_network_only_its_own_deductible_counts() -> None:
    abroad = summarize(ELIGIBILITY_ANSWER, "30", in_network=False)
    assert [one.amount for one in abroad.deductibles] == [Money(400000)]
    assert abroad.coinsurances == ()


def test_limits_and_authorization_belong_to_their_service() -> None:
    spine = summarize(ELIGIBILITY_ANSWER, "33")
    assert spine.authorization == "Y"
    assert [one.quantity for one in spine.limits] == [Decimal(20)]
    assert summarize(ELIGIBILITY_ANSWER, "98").authorization == ""


@pytest.mark.parametrize(("sent", "meant"), [("0.2", "20"), ("1", "100"), ("0", "0"), ("20", "20")])
def test_a_share_is_shown_in_percent_however_it_was_sent(sent: str, meant: str) -> None:
    [only] = cost_shares(saying(share("A", "", percent=Decimal(sent))))
    assert only.percent == Decimal(meant)


def test_what_was_met_never_leaves_less_than_nothing() -> None:
    [only] = cost_shares(saying(share("C", "23", 1000), share("C", "24", 1500)))
    assert (only.met, only.remaining) == (Money(1500), Money(0))


def test_one_remainder_of_two_different_deductibles_stays_alone() -> None:
    found = cost_shares(
        saying(share("C", "23", 1000, plan="A"), share("C", "23", 2000, plan="B"), share("C", "29", 500))
    )
    assert [(one.amount, one.remaining) for one in found] == [
        (Money(1000), None),
        (Money(2000), None),
        (None, Money(500)),
    ]


def test_remainders_that_name_their_plan_find_it() -> None:
    found = cost_shares(
        saying(
            share("C", "23", 1000, plan="A"),
            share("C", "23", 2000, plan="B"),
            share("C", "29", 500, plan="B"),
            share("C", "29", 100, plan="A"),
        )
    )
    assert [(one.amount, one.remaining) for one in found] == [(Money(1000), Money(100)), (Money(2000), Money(500))]


def test_lifetime_and_yearly_amounts_are_not_mixed() -> None:
    found = cost_shares(
        saying(share("G", "23", 1000), share("G", "32", 9000), share("G", "33", 8000), share("G", "29", 400))
    )
    assert [(one.period, one.remaining) for one in found] == [("23", Money(400)), ("32", Money(8000))]
