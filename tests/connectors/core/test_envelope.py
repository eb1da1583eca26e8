"""The envelope vC2.2.0 in MIME: what is written, what is read, and whose move each error code is."""

from __future__ import annotations

import contextlib

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.core.gateway import PASSWORD, Gateway

from chartline.connectors.core import problems
from chartline.connectors.core.simulator.mime import fields_of, form
from chartline.connectors.core.wire import Unreadable, checksum, read, write
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose

FIELDS = {"PayloadType": "X12_271_Response_005010X279A1", "PayloadID": "p-1", "ErrorCode": "Success"}


def envelope(payload: bytes = b"ISA*", **more: str) -> tuple[str, bytes]:
    return enclosed(payload, more)


def enclosed(payload: bytes, more: dict[str, str]) -> tuple[str, bytes]:
    return form({**{name: value.encode() for name, value in {**FIELDS, **more}.items()}, "Payload": payload})


@given(st.binary(max_size=400), st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=40))
def test_what_the_client_writes_the_gateway_reads(payload: bytes, sender: str) -> None:
    found = fields_of(*write({"SenderID": sender}, payload))
    assert found == {"SenderID": sender.encode(), "Payload": payload}


@given(st.binary(max_size=400).filter(lambda payload: b"gateway-part" not in payload and payload[-1:] not in b"\r\n"))
def test_what_the_gateway_writes_the_client_reads(payload: bytes) -> None:
    message = read(*envelope(payload, CheckSum=checksum(payload), PayloadLength=str(len(payload))))
    assert (message.payload.reveal(Purpose.EXCHANGE), message.type) == (payload, FIELDS["PayloadType"])


@given(st.binary(max_size=300), st.text(max_size=80))
def test_any_other_bytes_are_unreadable_and_nothing_worse(body: bytes, media: str) -> None:
    with contextlib.suppress(Unreadable):
        read(media, body)


def test_the_same_message_has_the_same_bytes() -> None:
    assert write({"PayloadID": "a"}, b"ISA*") == write({"PayloadID": "a"}, b"ISA*")


def test_a_value_that_would_break_out_of_its_part_is_refused() -> None:
    with pytest.raises(ValueError, match="line end"):
        write({"SenderID": "A\r\nB"}, b"")


def test_a_field_that_nobody_knows_is_kept() -> None:
    assert read(*envelope(RoutingHint="west")).unknown == {"RoutingHint": "west"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"CheckSum": "0" * 40}, "check sum"),
        ({"PayloadLength": "7"}, "length"),
        ({"ErrorCode": ""}, "ErrorCode"),
    ],
)
def test_a_payload_that_does_not_fit_its_envelope_is_unreadable(wrong: dict[str, str], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(*enclosed(b"ISA*", wrong))


def test_half_an_answer_is_none() -> None:
    media, body = envelope(b"ISA*00*")
    with pytest.raises(Unreadable):
        read(media, body[:-20])


@pytest.mark.parametrize(
    ("error", "code", "proven"),
    [
        ("UnAuthorized", "core.bad_sign_in", True),
        ("PasswordRequired", "core.bad_sign_in", True),
        ("SenderIDIllegal", "core.wrong_party", True),
        ("ReceiverIDNotUnderstood", "core.wrong_party", True),
        ("PayloadTypeIllegal", "core.not_offered", True),
        ("ProcessingModeIllegal", "core.not_offered", True),
        ("VersionMismatch", "core.version", True),
        ("ChecksumMismatched", "core.damaged", True),
        ("TimeStampIllegal", "core.bad_envelope", True),
        ("Sender", "core.bad_envelope", True),
        ("Receiver", "core.down", False),
        ("OutOfCoffee", "core.error", False),
    ],
)
def test_each_error_code_has_its_problem_and_says_whether_it_proves(error: str, code: str, proven: bool) -> None:
    assert problems.problem_of(error, "278", "X", "e1").code == code
    assert problems.proven(error) is proven


@pytest.mark.parametrize(
    ("kind", "error", "nothing"),
    [
        ("X12_005010_Response_NoBatchResultsFile", "Success", True),
        ("X", "No File Found", True),
        ("X", "Success", False),
    ],
)
def test_nothing_to_fetch_is_told_in_two_ways(kind: str, error: str, nothing: bool) -> None:
    assert read(*envelope(b"", PayloadType=kind, ErrorCode=error)).is_no_file is nothing


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"usage": "X"}, "usage"),
        ({"sender_id": "lower"}, "sender_id"),
        ({"receiver_id": "A" * 16}, "receiver_id"),
        ({"batch_url": "ftp://x"}, "batch_url"),
        ({"authorization_results": "maybe"}, "authorization_results"),
    ],
)
def test_an_option_that_is_wrong_is_named(gateway: Gateway, options: dict[str, str], named: str) -> None:
    with pytest.raises(ChartlineError) as refused:
        gateway.connector(**options)
    assert refused.value.problem.fields["option"] == named


def test_the_connection_test_needs_the_password(gateway: Gateway) -> None:
    assert gateway.connector().check().ok
    health = gateway.with_secrets("SIMUSER", "another").check()
    assert (health.ok, health.code) == (False, "core.bad_sign_in")
    assert gateway.connector(sender_id="SOMEBODY").check().code == "core.wrong_party"


def test_every_message_says_when_in_utc_with_seconds_and_the_journal_holds_no_secret(gateway: Gateway) -> None:
    gateway.connector().check()
    entries = gateway.simulator.ask("journal")["entries"]
    assert "TimeStampIllegal" not in {entry["error"] for entry in entries}
    assert PASSWORD not in str(entries)


def test_the_gateway_refuses_a_time_without_seconds(gateway: Gateway) -> None:
    fields = {
        "PayloadType": "X12_999_RetrievalRequest_005010X231A1",
        "ProcessingMode": "Batch",
        "PayloadID": "00000000-0000-0000-0000-000000000001",
        "TimeStamp": "2026-03-02T15:00Z",
        "UserName": "SIMUSER",
        "Password": PASSWORD,
        "SenderID": "SIMSENDER",
        "ReceiverID": "SIMPAYER",
        "CORERuleVersion": "2.2.0",
    }
    media, body = write(fields, b"")
    url = f"{gateway.simulator.url}/core/batch"
    answer = httpx2.post(url, content=body, headers={"content-type": media}, trust_env=False)
    assert read(answer.headers["content-type"], answer.content).error == "TimeStampIllegal"
