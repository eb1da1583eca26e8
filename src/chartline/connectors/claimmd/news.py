"""What Claim.MD posts to us of its own accord: enrolments and appeals that moved, nothing else (vendor sheet 9).

Signed with the account key over the bytes as they came: a body that was decoded and encoded again has another
signature (trap 27). Refuses what is unsigned, unreadable, or about another account. One post holds several events,
may come again and out of order; to remember which were told is the caller's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from chartline.connect.clearing import EnrollmentNews
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.payers import ENROLL_TYPES
from chartline.connectors.claimmd.wire import Record, Unreadable, read
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Purpose, Sealed

SIGNATURE: Final = "auth-signature-base64"

_WORDS: Final = {theirs: ours for ours, theirs in ENROLL_TYPES.items()}


def signature(key: str, body: bytes) -> str:
    """The base64 text of HMAC-SHA256 over the body under the account key."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode("ascii")


def told(
    key: Sealed[str], account: str, headers: Mapping[str, str], body: Sealed[bytes]
) -> tuple[EnrollmentNews, ...] | Refused:
    """What happened. ``account`` is the account's number where the connection knows it, else empty."""
    content = body.reveal(Purpose.EXCHANGE)
    given = headers.get(SIGNATURE, "").strip()
    if not hmac.compare_digest(given.encode(), signature(key.reveal(Purpose.AUTHENTICATE), content).encode()):
        return Refused(problems.HOOK_UNSIGNED.problem())
    try:
        record = read(content)
    except Unreadable:
        return Refused(problems.HOOK_UNREADABLE.problem())
    events = record.rows("events")
    other = account and record.text("acct_number") not in ("", account)
    if other or not events or not all(row.text("eventid") and row.text("event_type") for row in events):
        return Refused(problems.HOOK_UNREADABLE.problem())
    return tuple(_news(row) for row in events)


def _news(row: Record) -> EnrollmentNews:
    """One event; a kind that we do not know keeps its name and what it says."""
    kind = row.text("event_type").lower()
    inside = next((each for data in row.rows("event_data") for each in data.rows(kind)), Record())
    service = inside.text("enroll_type").lower()
    return EnrollmentNews(
        event_id=row.text("eventid"),
        kind=kind,
        happened=inside.text("event", "status"),
        at=row.text("event_time"),
        payer_id=inside.text("payerid"),
        service=_WORDS.get(service, service),
        npi=inside.text("prov_npi"),
        claim_vendor_id=inside.text("claimmd_id", "claimid"),
        tax_id=inside.text("prov_taxid"),
    )
