"""Files of claims over CORE: taken once, acknowledged, reported and paid; and what proves that one never arrived."""

from __future__ import annotations

import pytest
from tests.connectors.core.gateway import Gateway, claim_file

from chartline.connect.facts import ClaimFile, ClaimReport, RemittanceNotice
from chartline.connectors.core.connector import Connector
from chartline.formats.x12.envelope_writer import Usage
from chartline.formats.x12.remittance import read_835
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed


def reports(connector: Connector) -> list[ClaimReport]:
    found: list[ClaimReport] = []
    cursor = ""
    while True:
        outcome = connector.claim_reports(cursor)
        assert isinstance(outcome, Receipt), outcome
        found += outcome.value.rows
        cursor = outcome.value.cursor
        if not outcome.value.more:
            return found


def remittances(connector: Connector) -> list[RemittanceNotice]:
    found: list[RemittanceNotice] = []
    cursor = ""
    while True:
        outcome = connector.remittances(cursor)
        assert isinstance(outcome, Receipt), outcome
        found += outcome.value.rows
        cursor = outcome.value.cursor
        if not outcome.value.more:
            return found


def test_a_file_is_taken_acknowledged_reported_and_paid(gateway: Gateway) -> None:
    connector, file = gateway.connector(), gateway.file("MEMBER1", "REFUSEME", "MEMBER2")
    assert isinstance(connector.submit_claims(file), Receipt)
    assert isinstance(connector.find_submission(file), Later)
    gateway.pass_by(minutes=11)
    assert isinstance(connector.find_submission(file), Receipt)
    gateway.pass_by(hours=1)
    mine = {one.reference: one for one in reports(connector) if one.reference in file.references}
    assert [mine[each].status for each in file.references] == ["A", "R", "A"]
    refused = mine[file.references[1]]
    assert (refused.messages[0].level, refused.messages[0].code) == ("R", "A7:164:IL")
    assert mine[file.references[0]].control_number.startswith("PCN")
    gateway.pass_by(days=2)
    notice = remittances(connector)[-1]
    assert notice.paid.minor == 24000
    raw = connector.remittance(notice.vendor_id)
    assert isinstance(raw, Receipt)
    paid = read_835(raw.value.reveal(Purpose.EXCHANGE))
    assert (paid[0].trace, len(paid[0].claims)) == (notice.check_number, 2)


@pytest.mark.parametrize("kind", ["drop", "cut", "empty"])
def test_a_lost_answer_is_unknown_and_the_file_is_there_once(gateway: Gateway, kind: str) -> None:
    connector, file, before = gateway.connector(), gateway.file(), gateway.counted("batches")
    gateway.break_next("837", kind)
    assert isinstance(connector.submit_claims(file), Unknown)
    gateway.pass_by(minutes=11)
    assert isinstance(connector.find_submission(file), Receipt)
    assert gateway.counted("batches") == before + 1


def test_absence_is_believed_only_when_an_acknowledgement_is_overdue(gateway: Gateway) -> None:
    connector, file = gateway.connector(), gateway.file()
    gateway.break_next("837", "html")
    assert isinstance(connector.submit_claims(file), Unknown)
    gateway.pass_by(minutes=60)
    waiting = connector.find_submission(file)
    assert isinstance(waiting, Later)
    gateway.pass_by(minutes=31)
    assert isinstance(connector.find_submission(file), Absent)


def test_a_resent_file_is_there_twice_as_at_a_real_payer(gateway: Gateway) -> None:
    connector, file, before = gateway.connector(), gateway.file(), gateway.counted("claims")
    for _ in range(2):
        connector.submit_claims(file)
    assert gateway.counted("claims") == before + 2


def test_a_file_of_production_is_refused_by_a_gateway_for_tests(gateway: Gateway) -> None:
    before = gateway.counted("batches")
    outcome = gateway.connector(usage="P").submit_claims(claim_file(9001, usage=Usage.PRODUCTION))
    assert isinstance(outcome, Refused)
    assert gateway.counted("batches") == before


@pytest.mark.parametrize(("usage", "switch"), [(Usage.PRODUCTION, "T"), (Usage.TEST, "P")])
def test_a_file_leaves_only_when_the_connection_is_for_its_kind(gateway: Gateway, usage: Usage, switch: str) -> None:
    calls = len(gateway.wire.sent)
    outcome = gateway.connector(usage=switch).submit_claims(claim_file(9002, usage=usage))
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "core.usage_differs"
    assert len(gateway.wire.sent) == calls


def test_a_file_that_the_other_side_cannot_parse_is_rejected_as_a_whole(gateway: Gateway) -> None:
    connector, whole = gateway.connector(), gateway.file()
    broken = whole.content.reveal(Purpose.EXCHANGE).replace(b"NM1*85*2", b"NM1*ZZ*2")
    file = ClaimFile("core-broken.837", Sealed(broken), whole.references)
    assert isinstance(connector.submit_claims(file), Receipt)
    gateway.pass_by(minutes=11)
    outcome = connector.find_submission(file)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "core.file_rejected"


@pytest.mark.parametrize("content", [b"", b"not an 837", b"ISA*00*~GS*HC*A*B*20260302*1500*1*X*005010X999~"])
def test_what_is_no_claim_file_is_not_sent(gateway: Gateway, content: bytes) -> None:
    calls = len(gateway.wire.sent)
    outcome = gateway.connector().submit_claims(ClaimFile("x.837", Sealed(content), ("R1",)))
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "core.bad_file"
    assert len(gateway.wire.sent) == calls


def test_a_view_shows_the_message_without_secrets_and_sends_nothing(gateway: Gateway) -> None:
    calls, file = len(gateway.wire.sent), gateway.file()
    view = gateway.connector().submission_view(file)
    assert not isinstance(view, Refused)
    parts = dict(view.parts)
    assert (parts["PayloadType"], parts["UserName"], parts["Password"]) == (
        "X12_837_Request_005010X222A1",
        "•••",
        "•••",
    )
    assert view.content == file.content
    assert len(gateway.wire.sent) == calls


def test_a_remittance_that_is_kept_no_more_is_said_to_be_gone(gateway: Gateway) -> None:
    connector = gateway.connector()
    connector.submit_claims(gateway.file())
    gateway.pass_by(days=2)
    notice = remittances(connector)[-1]
    gateway.pass_by(days=91)
    outcome = connector.remittance(notice.vendor_id)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "core.no_file"


@pytest.mark.parametrize("cursor", ["not a cursor!", "x" * 40])
def test_a_cursor_that_is_none_is_refused(gateway: Gateway, cursor: str) -> None:
    connector = gateway.connector()
    for outcome in (connector.claim_reports(cursor), connector.remittances(cursor), connector.remittance(cursor)):
        assert isinstance(outcome, Refused)
        assert outcome.problem.code == "core.bad_cursor"
