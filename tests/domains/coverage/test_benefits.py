from __future__ import annotations

import pytest

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.benefits import CheckState, summarise
from chartline.domains.coverage.rejections import OTHER, REJECTIONS, explain
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.money import Money

ACTIVE = Benefit("1", "IND", "30", plan="Imaginary PPO")


def answer(*benefits: Benefit, errors: tuple[tuple[str, str], ...] = ()) -> EligibilityAnswer:
    return EligibilityAnswer("e1", benefits, errors)


def test_a_whole_answer_is_read() -> None:
    summary = summarise(
        answer(
            ACTIVE,
            Benefit("B", "IND", "30", amount=Money(6000), in_network="N"),
            Benefit("B", "IND", "30", amount=Money(2500), in_network="Y"),
            Benefit("C", "FAM", "30", period="23", amount=Money(300000), in_network="Y"),
            Benefit("C", "IND", "30", period="23", amount=Money(150000), in_network="Y"),
            Benefit("C", "IND", "30", period="29", amount=Money(40000), in_network="Y"),
            Benefit("A", "IND", "30", percent="0.2", in_network="Y"),
            Benefit("G", "IND", "30", period="23", amount=Money(500000)),
            Benefit("G", "IND", "30", period="29", amount=Money(450000)),
            Benefit("B", "IND", "35", amount=Money(1)),
        )
    )
    assert (summary.state, summary.plan_name, summary.coinsurance) == (CheckState.ACTIVE, "Imaginary PPO", "0.2")
    assert (Money(2500), Money(150000), Money(40000)) == (summary.copay, summary.deductible, summary.deductible_left)
    assert (Money(500000), Money(450000), None) == (
        summary.out_of_pocket,
        summary.out_of_pocket_left,
        summary.problem,
    )


def test_the_asked_service_comes_before_the_whole_plan() -> None:
    summary = summarise(
        answer(
            ACTIVE,
            Benefit("6", "IND", "MH"),
            Benefit("B", "", "30", amount=Money(2500)),
            Benefit("B", "", "98^MH", amount=Money(4000)),
        ),
        "MH",
    )
    assert (CheckState.INACTIVE, Money(4000)) == (summary.state, summary.copay)


def test_a_zero_copay_is_an_answer_and_a_missing_one_is_not() -> None:
    assert Money(0) == summarise(answer(ACTIVE, Benefit("B", "", "30", amount=Money(0)))).copay
    assert summarise(answer(ACTIVE)).copay is None


@pytest.mark.parametrize(
    ("benefits", "state"),
    [
        ((ACTIVE,), CheckState.ACTIVE),
        ((Benefit("6", "", "30"),), CheckState.INACTIVE),
        ((Benefit("7", "", ""),), CheckState.INACTIVE),
        ((ACTIVE, Benefit("6", "", "30")), CheckState.UNCLEAR),
        ((ACTIVE, Benefit("6", "", "30", in_network="N")), CheckState.ACTIVE),
        ((ACTIVE, Benefit("6", "", "35")), CheckState.ACTIVE),
        ((Benefit("1", "", "35"),), CheckState.UNCLEAR),
        ((Benefit("R", "", "30"),), CheckState.UNCLEAR),
        ((), CheckState.UNCLEAR),
    ],
)
def test_only_what_the_payer_said_makes_a_coverage_active(benefits: tuple[Benefit, ...], state: CheckState) -> None:
    summary = summarise(answer(*benefits))
    assert state is summary.state
    assert ("coverage.unclear" if state is CheckState.UNCLEAR else None) == (
        summary.problem.code if summary.problem else None
    )


def test_a_reject_reason_is_explained_with_a_next_step() -> None:
    summary = summarise(answer(errors=(("75", "SUBSCRIBER NOT FOUND: INVENTADO"),)), exchange="x1")
    assert CheckState.UNCLEAR is summary.state
    assert summary.problem is not None
    assert (
        summary.problem.code,
        summary.problem.evidence,
        summary.problem.fields,
    ) == ("coverage.payer_75", "x1", {"payer_code": "75"})
    assert "INVENTADO" not in str(summary.problem.as_json())


def test_every_usual_reason_is_known_and_any_other_keeps_its_code() -> None:
    assert {"42", "43", "71", "72", "73", "75", "76", "77", "79"} <= REJECTIONS.keys()
    assert all(CATALOGUE[kind.code] is kind and kind.do for kind in REJECTIONS.values())
    assert (OTHER.code, {"payer_code": "XX"}) == (explain("XX").code, explain("XX").fields)
