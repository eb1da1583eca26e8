"""News that the vendor posts to us: believed only when it is signed (no public facts; our placeholder)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from chartline.connect.facts import HookEvent
from chartline.connectors.advancedmd.hooks import events
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Sealed

SECRET = "invented hook secret é"
NEWS: dict[str, object] = {
    "id": "ev-1",
    "event": "patient.updated",
    "officeKey": "999001",
    "objectId": "1001",
    "at": "2026-03-02T10:00:00-07:00",
}


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def told(body: bytes, headers: Mapping[str, str], secret: str | None = SECRET) -> tuple[HookEvent, ...] | str:
    outcome = events(Sealed(secret) if secret is not None else None, "999001", headers, Sealed(body))
    return outcome.problem.code.removeprefix("advancedmd.") if isinstance(outcome, Refused) else outcome


def test_signed_news_is_told_with_its_own_id_and_an_aware_moment() -> None:
    body = json.dumps(NEWS).encode()
    event = HookEvent("ev-1", "patient", "1001", datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    assert told(body, signed(body)) == (event,)


def test_a_kind_that_nobody_knows_is_kept_and_a_naive_moment_says_nothing() -> None:
    body = json.dumps([{**NEWS, "event": "superbill.shredded", "at": "2026-03-02T10:00:00"}, NEWS]).encode()
    outcome = told(body, signed(body))
    assert isinstance(outcome, tuple)
    assert [(event.kind, event.at is None) for event in outcome] == [("superbill", True), ("patient", False)]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-signature": ""},
        {"x-signature": "sha256="},
        {"x-signature": signed(b"other")["x-signature"]},
        {"x-signature": signed(json.dumps(NEWS).encode(), "another secret")["x-signature"]},
        {"x-signature": signed(json.dumps(NEWS).encode())["x-signature"].removeprefix("sha256=")},
        {"x-signature": "sha256=\u00e9"},
    ],
)
def test_news_without_a_fitting_signature_is_refused(headers: dict[str, str]) -> None:
    assert told(json.dumps(NEWS).encode(), headers) == "hook_unsigned"


def test_a_connection_without_a_secret_believes_nobody() -> None:
    body = json.dumps(NEWS).encode()
    assert told(body, signed(body, ""), "") == "hook_not_set_up"
    assert told(body, signed(body), None) == "hook_not_set_up"


@pytest.mark.parametrize(
    "news",
    [{**NEWS, "officeKey": "999002"}, {**NEWS, "id": ""}, {**NEWS, "objectId": None}, [NEWS, {"id": "x"}], [], 7, "x"],
)
def test_signed_news_that_makes_no_sense_or_is_of_another_office_is_refused(news: object) -> None:
    body = json.dumps(news).encode()
    assert told(body, signed(body)) == "hook_unreadable"


def test_signed_bytes_that_are_no_json_are_refused() -> None:
    assert told(b"\xff{", signed(b"\xff{")) == "hook_unreadable"
