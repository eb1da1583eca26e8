"""An answer as a table: every statement in its row, nothing guessed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.benefit_lines import OtherPayer, benefit_lines, other_payers, wants_authorization
from chartline.kernel.money import Money


def answer(*benefits: Benefit) -> EligibilityAnswer:
    return EligibilityAnswer("e1", benefits)


def test_one_row_holds_what_belongs_together() -> None:
    lines = benefit_lines(
        answer(
            Benefit("1", "IND", "98", plan="Invented Choice", in_network="Y"),
            Benefit("B", "IND", "98", amount=Money(3000), in_network="Y"),
            Benefit("A", "IND", "98", percent="0.2", in_network="Y", authorization="Y"),
            Benefit("C", "IND", "98", period="23", amount=Money(100_000), in_network="Y"),
            Benefit("C", "IND", "98", period="24", amount=Money(40_000), in_network="Y"),
            Benefit("G", "IND", "98", period="23", amount=Money(500_000), in_network="Y"),
            Benefit("G", "IND", "98", period="29", amount=Money(450_000), in_network="Y"),
            Benefit("F", "IND", "98", period="23", quantity="20", quantity_kind="VS", in_network="Y"),
            Benefit("F", "IND", "98", period="29", quantity="7", quantity_kind="VS", in_network="Y"),
            Benefit("B", "IND", "98", amount=Money(9000), in_network="N"),
        )
    )
    first, second = lines
    assert (first.network, first.level, first.status, first.plan) == ("in", "individual", "active", "Invented Choice")
    assert (first.copay, first.coinsurance, first.authorization) == (Money(3000), "0.2", "Y")
    assert (first.deductible, first.deductible_left) == (Money(100_000), Money(60_000))
    assert (first.out_of_pocket, first.out_of_pocket_left) == (Money(500_000), Money(450_000))
    assert (first.visits, first.visits_left) == (20, 7)
    assert (second.network, second.copay, second.status) == ("out", Money(9000), "")


def test_service_types_that_stand_together_get_a_row_each() -> None:
    found = benefit_lines(answer(Benefit("1", "", "30^98"), Benefit("6", "FAM", "MH"), Benefit("1", "", "")))
    assert [(line.service_type, line.level, line.status) for line in found] == [
        ("30", "", "active"),
        ("98", "", "active"),
        ("MH", "family", "inactive"),
        ("", "", "active"),
    ]
    assert found[0].service


def test_contradictions_and_unreadable_numbers_say_nothing() -> None:
    (line,) = benefit_lines(
        answer(
            Benefit("1", "", "30"), Benefit("6", "", "30"), Benefit("F", "", "30", quantity="many", quantity_kind="VS")
        )
    )
    assert (line.status, line.visits, line.deductible_left) == ("", None, None)


def test_other_payers_are_named_once_and_stand_in_no_row() -> None:
    named = Benefit("R", "", "30", other_payer="Second Mutual", other_payer_id="77")
    said = answer(named, named, Benefit("R", "", "30"))
    assert other_payers(said) == (OtherPayer("Second Mutual", "77"),)
    assert benefit_lines(said) == ()


def test_an_authorization_is_wanted_where_the_payer_says_so() -> None:
    said = answer(Benefit("1", "", "98,MH", authorization="Y"), Benefit("1", "", "30", authorization="N"))
    assert wants_authorization(said, "MH")
    assert not wants_authorization(said, "30")


codes = st.sampled_from(["1", "6", "A", "B", "C", "F", "G", "I", "R", "X"])
benefits = st.builds(
    Benefit,
    codes,
    st.sampled_from(["", "IND", "FAM", "EMP"]),
    st.sampled_from(["", "30", "98^MH", "30 98"]),
    period=st.sampled_from(["", "23", "24", "29"]),
    amount=st.none() | st.builds(Money, st.integers(0, 10**6)),
    in_network=st.sampled_from(["", "Y", "N", "W", "?"]),
    quantity=st.sampled_from(["", "3", "2.5", "NaN", "Infinity", "x"]),
    quantity_kind=st.sampled_from(["", "VS"]),
)


@given(st.lists(benefits, max_size=12))
def test_every_statement_has_exactly_one_row_for_each_service(stated: list[Benefit]) -> None:
    lines = benefit_lines(answer(*stated))
    places = [(line.service_type, line.network, line.level) for line in lines]
    assert len(set(places)) == len(places)
    assert all(line.deductible_left is None or line.deductible_left.minor >= 0 for line in lines)
