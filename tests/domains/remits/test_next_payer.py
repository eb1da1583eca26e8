"""From the first payer's decision to the second payer's claim, with the money that goes along."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domains.claims.conftest import practice as practice
from tests.domains.money_world import TODAY, Practice, coverage, source
from tests.domains.remittances import decided, raw, remittance

from chartline.domains.claims import cancel, read_claim, validate
from chartline.domains.claims.ending import reopen
from chartline.domains.claims.passable import passable_claims
from chartline.domains.claims.passing_on import NextPayer, pass_on
from chartline.domains.ledger import claim_balances, trial_balance
from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.domains.remits import match, post, receive
from chartline.domains.remits.decided import last_decision
from chartline.formats.x12.professional_claim import read_837p
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose

SECOND = NextPayer(new_id(), coverage(payer_id="00456", payer_name="Second Example Plan", member_id="SEC100200"))


def paid(practice: Practice, status: str = "1") -> str:
    """A claim of 150.00 of which the first payer paid 100.00, took 20.00 off, and left 30.00 to the patient."""
    (claim,) = practice.sent(source())
    with practice.work() as work:
        number = read_claim(work, claim).number
        one = decided(number, 15000, 10000, ("CO-45", 2000), ("PR-2", 3000), status=status, line_control=f"{number}L1")
        (kept,) = receive(
            work, practice.vault, raw(remittance(one, trace=f"T{number}"), unchecked=True), "main", number
        )
        match(work, practice.vault, kept)
        post(work, practice.vault, practice.records, kept)
    return claim


def passed(practice: Practice, claim: str) -> str:
    with practice.work() as work:
        decision = last_decision(work, practice.vault, claim)
        assert decision is not None
        return pass_on(work, practice.vault, practice.records, claim, *decision, SECOND, "user:1")


def owed(practice: Practice, claim: str, account: str) -> Money:
    with practice.work() as work:
        assert trial_balance(work) == {"USD": Money(0)}
        return claim_balances(work, [claim]).get(claim, {}).get(account, Money(0))


def test_the_next_claim_carries_the_decision_and_the_open_amount_once(practice: Practice) -> None:
    claim = paid(practice)
    assert owed(practice, claim, PATIENT) == Money(3000)
    made = passed(practice, claim)
    assert passed(practice, claim) == made
    assert owed(practice, claim, PATIENT) == Money(0)
    assert owed(practice, made, INSURANCE) == Money(3000)
    with practice.work() as work:
        second = read_claim(work, made)
        assert (second.payer_order, second.primary_claim_id, second.source.value) == (2, claim, "secondary")
        assert validate(work, practice.vault, practice.records, made, today=TODAY) == []
        assert passable_claims(work, "", 10)[0] == []
    file = practice.send(made)
    (sent,) = read_837p(file.content.reveal(Purpose.EXCHANGE))
    (before,) = sent.other_coverages
    assert (sent.subscriber.order, sent.subscriber.payer_id, sent.total) == ("S", "00456", Money(15000))
    assert (before.payer_id, before.paid) == ("00123", Money(10000))
    (decision,) = sent.lines[0].adjudications
    assert {f"{one.group}-{one.reason}": one.amount for one in decision.adjustments} == {
        "CO-45": Money(2000),
        "PR-2": Money(3000),
    }


def test_what_the_payer_handed_on_itself_is_not_passed_on(practice: Practice) -> None:
    claim = paid(practice, status="19")
    with pytest.raises(ChartlineError) as caught:
        passed(practice, claim)
    assert caught.value.problem.code == "claims.no_next_payer"


def test_cancelling_the_next_claim_gives_the_amount_back_and_reopening_moves_it_again(practice: Practice) -> None:
    claim = paid(practice)
    made = passed(practice, claim)
    with practice.work() as work:
        cancel(work, practice.vault, practice.records, made, "user:1")
    assert (owed(practice, claim, PATIENT), owed(practice, made, INSURANCE)) == (Money(3000), Money(0))
    with practice.work() as work:
        reopen(work, practice.vault, practice.records, made, "user:1")
    assert (owed(practice, claim, PATIENT), owed(practice, made, INSURANCE)) == (Money(0), Money(3000))


def test_decided_claims_come_once_to_whoever_passes_them_on(practice: Practice) -> None:
    first, second = paid(practice), paid(practice)
    with practice.work() as work:
        found, cursor = passable_claims(work, "", 1)
        assert [one.id for one in found] == [first]
        rest, end = passable_claims(work, cursor, 5)
        assert [one.id for one in rest] == [second]
        assert passable_claims(work, end, 5) == ([], end)
    assert date(2026, 3, 20) == last_day(practice, first)


def last_day(practice: Practice, claim: str) -> date:
    with practice.work() as work:
        decision = last_decision(work, practice.vault, claim)
        assert decision is not None
        return decision[1]
