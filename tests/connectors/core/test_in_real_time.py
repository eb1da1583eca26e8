"""Eligibility and claim status over CORE: a payer's no is an answer, no answer is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.connectors.core.gateway import Gateway, credentials, question, status_question

from chartline.connect.facts import EligibilityAnswer, Relationship
from chartline.connectors.core.control import envelope
from chartline.connectors.core.options import account_of
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.kernel.sealed import Sealed


def told(outcome: object) -> EligibilityAnswer:
    assert isinstance(outcome, Receipt), outcome
    return outcome.value


def test_an_active_member_has_benefits_and_a_plan(gateway: Gateway) -> None:
    answer = told(gateway.connector().check_coverage(question()))
    assert (answer.benefits[0].coverage, answer.plan_name, answer.payer_errors) == ("1", "EXAMPLE CORE HMO", ())
    copay = next(one for one in answer.benefits if one.coverage == "B")
    assert (copay.service_type, copay.amount and copay.amount.minor) == ("98", 2500)


def test_an_inactive_member_is_inactive_because_the_payer_says_so(gateway: Gateway) -> None:
    answer = told(gateway.connector().check_coverage(question("INACTIVE1")))
    assert [one.coverage for one in answer.benefits] == ["6"]


@pytest.mark.parametrize("reason", ["72", "75", "42", "51"])
def test_a_payers_own_no_is_an_answer_at_every_level(gateway: Gateway, reason: str) -> None:
    answer = told(gateway.connector().check_coverage(question(f"AAA{reason}X")))
    assert ([code for code, _ in answer.payer_errors], answer.benefits) == ([reason], ())


def test_a_child_is_asked_about_below_the_subscriber(gateway: Gateway) -> None:
    asked = question(
        relationship=Relationship.CHILD,
        patient_family=Sealed("OKAFOR"),
        patient_given=Sealed("NIA"),
        patient_birth_date=Sealed(date(2018, 4, 5)),
    )
    assert told(gateway.connector().check_coverage(asked)).benefits[0].coverage == "1"


@pytest.mark.parametrize("kind", ["drop", "cut", "empty", "html"])
def test_no_answer_is_never_an_inactive_one(gateway: Gateway, kind: str) -> None:
    gateway.break_next("270", kind)
    outcome = gateway.connector().check_coverage(question())
    assert isinstance(outcome, Refused)
    assert outcome.problem.again.value in ("now", "after")


def test_a_pause_that_is_asked_for_is_made(gateway: Gateway) -> None:
    gateway.break_next("270", "refuse", status=429)
    assert isinstance(gateway.connector().check_coverage(question()), Later)


def test_control_numbers_of_questions_do_not_repeat(gateway: Gateway) -> None:
    account = account_of(credentials(gateway.simulator.url))
    numbers = [envelope(gateway.clock, account).control for _ in range(2000)]
    assert len(set(numbers)) == len(numbers)
    assert all(1 <= number <= 999_999_999 for number in numbers)


def test_a_claim_is_unknown_then_pending_then_paid(gateway: Gateway) -> None:
    connector, file = gateway.connector(), gateway.file()
    number = f"PCN{file.references[0].removeprefix('INT-')}"
    unknown = connector.claim_status(status_question(number))
    assert isinstance(unknown, Receipt)
    assert unknown.value == ()
    assert isinstance(connector.submit_claims(file), Receipt)
    pending = connector.claim_status(status_question(number))
    assert isinstance(pending, Receipt)
    assert [(one.category, one.status) for one in pending.value] == [("P1", "20")]
    gateway.pass_by(days=2)
    paid = connector.claim_status(status_question("", pending.value[0].payer_number))
    assert isinstance(paid, Receipt)
    one = paid.value[0]
    assert (one.category, one.paid and one.paid.minor, one.check_number[:2]) == ("F1", 12000, "CK")


def test_a_question_that_cannot_be_written_does_not_leave(gateway: Gateway) -> None:
    calls = len(gateway.wire.sent)
    asked = status_question("PCN1")
    outcome = gateway.connector().check_coverage(question(""))
    assert isinstance(outcome, Refused | Receipt)
    refused = gateway.connector().claim_status(replace(asked, provider_npi="1111111111"))
    assert isinstance(refused, Refused)
    assert refused.problem.fields["missing"].startswith("x12.check_digit")
    assert len(gateway.wire.sent) <= calls + 1
