"""Eligibility and claim status over CORE: a payer's no is an answer, no answer is none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from tests.connectors.core.gateway import Gateway, credentials, question, status_question
from tests.support.wire import LoopbackWire, refused

from chartline.connect.facts import EligibilityAnswer, Relationship
from chartline.connect.wire import Call
from chartline.connectors.core import status
from chartline.connectors.core.connector import Connector
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


@dataclass
class Listening(LoopbackWire):
    """Hears calls and answers none: 25 seconds are the transport's to wait."""

    heard: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def send(self, call: Call) -> Refused:
        self.heard.append(call)
        return refused("connect.no_answer")


def test_an_answer_in_real_time_is_waited_for_twenty_five_seconds_and_none_is_refused(gateway: Gateway) -> None:
    wire = Listening()
    connector = Connector(wire, credentials(gateway.simulator.url))
    outcome = connector.check_coverage(question())
    assert isinstance(outcome, Refused)
    connector.check()
    wire.close()
    assert [call.answer_within for call in wire.heard] == [25.0, None]


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


def test_a_childs_claim_is_asked_about_as_the_childs(gateway: Gateway) -> None:
    asked = replace(
        status_question("CHILD1"),
        given=Sealed("TIM"),
        birth_date=Sealed(date(2018, 3, 4)),
        member_family=Sealed("EXAMPLE"),
        member_given=Sealed("LENA"),
    )
    assert isinstance(gateway.connector().claim_status(asked), Receipt)
    made = status._request(account_of(credentials(gateway.simulator.url)), asked, "TRACE1")
    assert made.dependent is not None
    assert (made.subscriber.name.last, made.subscriber.born, made.subscriber.sex) == ("EXAMPLE", None, "")
    assert (made.dependent.name.first, made.dependent.born) == ("TIM", date(2018, 3, 4))
    assert made.dependent.member_id == ""
