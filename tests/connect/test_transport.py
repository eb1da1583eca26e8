"""The only way out: where it may go, what an answer or none of it means, and what is written down."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
import structlog
from prometheus_client import REGISTRY
from tests.connect.stage import POLICY, RawVendor, Stage, call, opened

from chartline.connect.wire import Reply
from chartline.kernel.errors import Problem
from chartline.kernel.outcome import Later, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.exchange import Word
from chartline.platform.limits import Limiter
from chartline.platform.logs import set_up_logs

KEY = "k&y<\"4711'> +/=%\\é"
"""A secret with everything that some encoding has to escape."""


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    kept = logging.getLogger().handlers[:]
    set_up_logs("debug", tmp_path / "logs" / "test.jsonl")
    yield tmp_path / "logs" / "test.jsonl"
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = kept


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def counted(outcome: str) -> float:
    labels = {"vendor": "vendor", "operation": "operate", "outcome": outcome}
    return REGISTRY.get_sample_value("chartline_vendor_calls_total", labels) or 0.0


# --- where it may go ------------------------------------------------------------------------------------------------


FORBIDDEN = (
    "https://elsewhere.example/call",
    "https://vendor.example.evil.example/call",
    "https://notvendor.example/call",
    "https://user@vendor.example/call",
    "https://user:password@vendor.example/call",
    "http://vendor.example/call",
    "http://api.vendor.example/call",
    "ftp://vendor.example/call",
    "file:///etc/hostname",
    "//vendor.example/call",
    "https://vendor.example\\@elsewhere.example/call",
    "",
)


def test_nothing_is_sent_to_a_host_that_is_not_on_the_list(stage: Stage) -> None:
    transport = stage.transport(hosts=("vendor.example", "*.vendor.example"))
    for url in FORBIDDEN:
        problem = refusal(transport.send(call(url)))
        assert problem.code == "connect.host_not_allowed", url
        assert "example" not in json.dumps(problem.as_json())
    assert stage.messages() == []


def refusal(outcome: object) -> Problem:
    assert isinstance(outcome, Refused)
    return outcome.problem


def test_plain_http_goes_to_this_machine_only_and_only_when_it_is_listed(stage: Stage, vendor: RawVendor) -> None:
    assert isinstance(stage.transport(hosts=("vendor.example",)).send(call(vendor.url())), Refused)
    assert vendor.heard == []
    assert isinstance(stage.transport().send(call(vendor.url())), Reply)


def test_a_star_means_subdomains_and_not_the_name_itself(stage: Stage) -> None:
    wide = stage.transport(hosts=("*.localhost",))
    assert refusal(wide.send(call("https://localhost/"))).code == "connect.host_not_allowed"


def test_a_redirect_is_an_answer_and_is_not_followed(stage: Stage, vendor: RawVendor) -> None:
    vendor.says(b"", "302 Found", more=f"location: {vendor.url('/elsewhere')}\r\n")
    reply = stage.transport().send(call(vendor.url()))
    assert isinstance(reply, Reply)
    assert (reply.status, len(vendor.heard)) == (302, 1)


# --- four outcomes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("writes", [False, True])
def test_a_closed_port_is_unreachable_and_nothing_was_sent(stage: Stage, writes: bool) -> None:
    outcome = stage.transport().send(call(f"http://127.0.0.1:{free_port()}/call", writes=writes))
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "connect.unreachable"
    (message,) = stage.messages()
    assert (message.entry.id, message.entry.problem) == (outcome.problem.evidence, "connect.unreachable")
    assert (message.entry.outcome, message.response) == (Word.REFUSED, None)


def spoil(vendor: RawVendor, how: str) -> None:
    if how == "dropped":
        vendor.answer = b""
    elif how == "cut":
        vendor.says(b"0123456789")
        vendor.answer = vendor.answer[:-5]
    else:
        vendor.answer = b"not HTTP at all\r\n\r\n"


@pytest.mark.parametrize("how", ["dropped", "cut", "garbled"])
def test_a_write_without_a_whole_answer_is_unknown(both: Stage, vendor: RawVendor, how: str) -> None:
    spoil(vendor, how)
    outcome = both.transport().send(call(vendor.url(), writes=True, body=b"do it"))
    assert isinstance(outcome, Unknown)
    (message,) = both.messages()
    assert (message.entry.id, message.entry.outcome) == (outcome.evidence, Word.UNKNOWN)
    assert (opened(message.request), message.response) == (b"do it", None)
    assert len(vendor.heard) == 1


@pytest.mark.parametrize("how", ["dropped", "cut", "garbled"])
def test_a_read_without_a_whole_answer_is_refused_and_may_be_asked_again(
    stage: Stage, vendor: RawVendor, how: str
) -> None:
    spoil(vendor, how)
    outcome = stage.transport().send(call(vendor.url()))
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "connect.no_answer"
    assert len(vendor.heard) == 1


def test_an_answer_that_comes_too_late_is_no_answer(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/call"
        assert isinstance(stage.transport(timeout=0.2).send(call(url, writes=True)), Unknown)


def test_a_call_may_wait_for_less_than_the_installation_does_and_never_longer(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/call"
        patient, hasty = replace(call(url, writes=True), answer_within=60.0), replace(call(url), answer_within=0.2)
        assert isinstance(stage.transport(timeout=0.2).send(patient), Unknown)
        outcome = stage.transport(timeout=60.0).send(hasty)
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "connect.no_answer"


def test_a_gateways_page_is_a_reply_like_any_other(stage: Stage, vendor: RawVendor) -> None:
    vendor.says(b"<html>Bad Gateway</html>", "502 Bad Gateway", "text/html", "X-Odd: Yes\r\n")
    reply = stage.transport().send(call(vendor.url(), writes=True))
    assert isinstance(reply, Reply)
    assert (reply.status, opened(reply.body)) == (502, b"<html>Bad Gateway</html>")
    assert reply.headers["x-odd"] == "Yes"
    (message,) = stage.messages()
    assert (message.entry.id, message.entry.status) == (reply.exchange, 502)


def test_without_budget_nothing_is_sent_and_the_time_to_come_back_is_told(both: Stage, vendor: RawVendor) -> None:
    transport = both.transport()
    assert isinstance(transport.send(call(vendor.url(), tier="one")), Reply)
    before = counted("later")
    outcome = transport.send(call(vendor.url(), tier="one", max_wait=0.1))
    assert isinstance(outcome, Later)
    assert outcome.at > transport.clock.now()
    assert len(vendor.heard) == len(both.messages()) == 1
    assert counted("later") == before + 1


def test_a_call_that_failed_gives_its_lease_back(stage: Stage) -> None:
    transport = stage.transport()
    for _ in range(2):
        transport.send(call(f"http://127.0.0.1:{free_port()}/", tier="plenty"))
    usage = Limiter(stage.database, {"vendor": POLICY}).usage("vendor/scope", "plenty")
    assert (usage.used, usage.next_free) == (2, None)


# --- what is written down -------------------------------------------------------------------------------------------


def test_calls_are_counted_by_their_outcome(stage: Stage, vendor: RawVendor) -> None:
    before = {word: counted(word) for word in ("receipt", "refused", "unknown")}
    transport = stage.transport()
    transport.send(call(vendor.url()))
    transport.send(call(f"http://127.0.0.1:{free_port()}/"))
    vendor.answer = b""
    transport.send(call(vendor.url(), writes=True))
    assert {word: number + 1 for word, number in before.items()} == {word: counted(word) for word in before}


def test_credentials_are_in_no_message_of_the_log_however_they_are_spelt(stage: Stage, vendor: RawVendor) -> None:
    bodies = [
        KEY,
        f"<key>{escape(KEY)}</key>",
        f'<key value="{escape(KEY, {chr(34): "&quot;", chr(39): "&apos;"})}"/>',
        f"AccountKey={quote_plus(KEY)}&other=1",
        f"AccountKey={quote(KEY, safe='')}",
        json.dumps({"key": KEY}),
        json.dumps({"key": KEY}, ensure_ascii=False),
    ]
    transport = stage.transport(confidential=(KEY,))
    for body in bodies:
        vendor.says(b"you sent " + body.encode())
        reply = transport.send(call(vendor.url(), body=body.encode()))
        assert isinstance(reply, Reply)
        assert opened(reply.body) == b"you sent " + body.encode()
    assert len(vendor.heard) == len(bodies)
    for message, body in zip(stage.messages(), bodies, strict=True):
        kept = opened(message.request) + opened(message.response)
        assert b"4711" not in kept, body
        assert kept.count(b"[sealed]") == 2


def test_a_session_is_redacted_once_it_is_remembered_here_or_elsewhere(stage: Stage, vendor: RawVendor) -> None:
    token = "0123456789abcdef+/token"
    first, second = stage.transport(), stage.transport()
    first.remember("session", Sealed(json.dumps({"token": token, "webserver": "http://127.0.0.1/long/enough"})))
    kept = second.recall("session")
    assert kept is not None
    for transport in (first, second):
        transport.send(call(vendor.url(), body=f"token={token} at http://127.0.0.1/long/enough".encode()))
    for message in stage.messages():
        assert opened(message.request) == b"token=[sealed] at http://127.0.0.1/long/enough"


def test_a_secret_that_an_answer_brings_is_not_kept(stage: Stage, vendor: RawVendor) -> None:
    def found(body: bytes) -> list[Sealed[str]] | None:
        return [Sealed(body[6:].decode())] if body.startswith(b"token ") else None

    transport = stage.transport()
    for answer in (b"token a/new+one", b"<html>a/new+one</html>"):
        vendor.says(answer)
        reply = transport.send(replace(call(vendor.url()), secrets_in=found))
        assert isinstance(reply, Reply)
        assert opened(reply.body) == answer
    assert [opened(message.response) for message in stage.messages()] == [b"token [sealed]", b"[sealed]"]


def test_a_session_is_kept_for_every_process_until_it_is_forgotten(both: Stage) -> None:
    first, second = both.transport(), both.transport()
    assert first.recall("session") is None
    first.remember("session", Sealed("a token of sixteen and more"))
    found = second.recall("session")
    assert found is not None
    assert found.reveal(Purpose.AUTHENTICATE) == "a token of sixteen and more"
    second.forget("session")
    assert first.recall("session") is None


def test_nothing_that_was_exchanged_or_kept_can_be_read_in_the_database_or_the_log(
    stage: Stage, vendor: RawVendor, tmp_path: Path, log_file: Path
) -> None:
    transport = stage.transport(confidential=(KEY,))
    transport.remember("session", Sealed("a token of sixteen and more"))
    vendor.says(b'{"patient": "WEXLERPATIENT"}')
    url = vendor.url()
    transport.send(call(url, body=b"born 1984 OKAFORPATIENT " + KEY.encode(), cookie="token=COOKIEVALUE4711"))
    vendor.answer = b""
    transport.send(call(url, writes=True, body=b"OKAFORPATIENT", cookie="token=COOKIEVALUE4711"))
    structlog.get_logger().info("sent", outcome=transport.send(call(url, body=b"OKAFORPATIENT")))
    assert b"OKAFORPATIENT" in vendor.heard[0]
    assert b"COOKIEVALUE4711" in vendor.heard[0]
    stage.database.engine.dispose()
    files = [*(tmp_path / "data").glob("*"), log_file]
    assert all(each.stat().st_size for each in files if each.suffix not in (".db-shm", ".db-turns"))
    for file in files:
        content = file.read_bytes()
        for value in (b"PATIENT", b"4711", b"sixteen and more"):
            assert value not in content, file.name
