"""Prior authorization over CORE: decided, pended and decided later, refused; lost answers are never proven absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.connectors.core.gateway import DAY, Gateway, credentials

from chartline.connect.clearing import AuthorizationReply, Certified
from chartline.connect.facts import Relationship
from chartline.connectors.core import authorization
from chartline.connectors.core.control import envelope
from chartline.connectors.core.options import account_of
from chartline.formats.x12.authorization import build_278_request
from chartline.kernel.outcome import Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Sealed

ACCOUNT = account_of(credentials("http://127.0.0.1:9"))


def decided(outcome: object) -> AuthorizationReply:
    assert isinstance(outcome, Receipt), outcome
    return outcome.value


def test_a_certified_request_has_a_number_days_and_units(gateway: Gateway) -> None:
    reply = decided(gateway.connector().request_authorization(gateway.ask()))
    assert (reply.decision, reply.begin, reply.end, reply.units) == (
        Certified.APPROVED,
        DAY,
        DAY + timedelta(days=60),
        12,
    )
    assert reply.number.startswith("AU")


def test_a_modified_request_says_how_many_were_certified(gateway: Gateway) -> None:
    reply = decided(gateway.connector().request_authorization(gateway.ask("MODIFY1")))
    assert (reply.decision, reply.units) == (Certified.MODIFIED, 6)


def test_a_denied_request_has_a_reason_and_no_number(gateway: Gateway) -> None:
    reply = decided(gateway.connector().request_authorization(gateway.ask("DENY1")))
    assert (reply.decision, reply.number, reply.reason, reply.units) == (Certified.DENIED, "", "0V", None)


def test_what_needs_no_authorization_is_told_apart(gateway: Gateway) -> None:
    assert (
        decided(gateway.connector().request_authorization(gateway.ask("NOTNEEDED1"))).decision is Certified.NOT_REQUIRED
    )


def test_a_pended_request_is_decided_when_the_payer_has_time(gateway: Gateway) -> None:
    gateway.simulator.tell("minds", procedure="97140", action="A4", then="A6", hours=30)
    connector, ask = gateway.connector(), gateway.ask(procedure="97140")
    pended = decided(connector.request_authorization(ask))
    assert (pended.decision, pended.number, bool(pended.vendor_id)) == (Certified.PENDED, "", True)
    waiting = connector.authorization_status(ask, pended.vendor_id)
    assert isinstance(waiting, Later)
    assert waiting.at > gateway.clock.now()
    gateway.pass_by(hours=31)
    later = decided(connector.authorization_status(ask, pended.vendor_id))
    assert (later.decision, later.units) == (Certified.MODIFIED, 6)
    assert later.number.startswith("AU")


def test_an_unknown_member_is_the_payers_no_and_nothing_was_opened(gateway: Gateway) -> None:
    before = gateway.counted("authorizations")
    outcome = gateway.connector().request_authorization(gateway.ask("AAA75X"))
    assert isinstance(outcome, Refused)
    assert (outcome.problem.code, outcome.problem.fields["reason"]) == ("core.payer_refused", "75")
    assert gateway.counted("authorizations") == before


def test_a_payer_that_is_down_asks_for_patience(gateway: Gateway) -> None:
    assert isinstance(gateway.connector().request_authorization(gateway.ask("AAA42X")), Later)


def test_an_intermediary_without_an_answer_proves_nothing(gateway: Gateway) -> None:
    assert isinstance(gateway.connector().request_authorization(gateway.ask("AAA80X")), Unknown)


@pytest.mark.parametrize("kind", ["drop", "cut", "empty", "html"])
def test_a_lost_answer_is_found_by_its_payload_and_never_proven_absent(gateway: Gateway, kind: str) -> None:
    connector, ask = gateway.connector(), gateway.ask()
    before = gateway.counted("authorizations")
    gateway.break_next("278", kind)
    assert isinstance(connector.request_authorization(ask), Unknown)
    looked = connector.find_authorization(ask)
    if kind == "html":
        # A gateway answered in its place and nothing was opened; that cannot be seen from here.
        assert gateway.counted("authorizations") == before
        assert isinstance(looked, Later)
    else:
        assert decided(looked).decision is Certified.APPROVED
        assert gateway.counted("authorizations") == before + 1


def test_without_later_answers_there_is_no_call_and_no_verdict(gateway: Gateway) -> None:
    connector, ask = gateway.connector(authorization_results="no"), gateway.ask()
    calls = len(gateway.wire.sent)
    assert isinstance(connector.find_authorization(ask), Later)
    assert isinstance(connector.authorization_status(ask, "V1"), Later)
    assert len(gateway.wire.sent) == calls


def test_an_answer_about_another_request_is_not_taken_for_ours(gateway: Gateway) -> None:
    connector, ask = gateway.connector(), gateway.ask()
    decided(connector.request_authorization(ask))
    other = replace(ask, once_key=f"{ask.once_key}9")
    fetched = connector.find_authorization(ask)
    assert isinstance(fetched, Receipt)
    assert authorization.payload_id(other) != authorization.payload_id(ask)
    assert isinstance(connector.find_authorization(other), Later)


def test_a_child_is_the_patient_and_the_member_is_not(gateway: Gateway) -> None:
    ask = replace(
        gateway.ask(),
        relationship=Relationship.CHILD,
        patient_family=Sealed("OKAFOR"),
        patient_given=Sealed("NIA"),
        patient_birth_date=Sealed(date(2018, 4, 5)),
        patient_sex="F",
    )
    assert decided(gateway.connector().request_authorization(ask)).decision is Certified.APPROVED
    fetched = gateway.connector().find_authorization(ask)
    assert decided(fetched).decision is Certified.APPROVED
    sent = build_278_request([authorization.request_of(ask)], envelope(gateway.clock, ACCOUNT))
    assert (b"HL*4*3*23*1" in sent, b"NM1*QC*1*OKAFOR*NIA" in sent, b"INS*N*19" in sent) == (True, True, True)


def test_a_request_without_a_member_is_refused_before_it_leaves(gateway: Gateway) -> None:
    calls = len(gateway.wire.sent)
    outcome = gateway.connector().request_authorization(gateway.ask(""))
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "core.bad_question"
    assert len(gateway.wire.sent) == calls
