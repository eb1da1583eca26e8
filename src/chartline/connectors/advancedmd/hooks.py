"""Reads what AdvancedMD posts to us of its own accord. There are no public facts about it: the form is our placeholder
(grade O), the same that our simulator speaks.

A body is believed only with the HMAC-SHA256 of its bytes under the connection's ``hook_secret``, in the header
``x-signature`` as ``sha256=`` and hex. Refuses everything else, and news of another office. Whether an event was told
before is for the caller to remember, by its id.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from chartline.connect.facts import HookEvent
from chartline.connectors.advancedmd.record import Record, read_records
from chartline.connectors.advancedmd.tree import Unreadable
from chartline.connectors.advancedmd.wire import bare_id
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Purpose, Sealed

HOOK_NOT_SET_UP = ErrorKind(
    "advancedmd.hook_not_set_up",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "News came for an AdvancedMD connection that has no secret to check it by.",
    "Set the secret `hook_secret` of the connection to the one that AdvancedMD signs with.",
    status=403,
)
HOOK_UNSIGNED = ErrorKind(
    "advancedmd.hook_unsigned",
    Blame.VENDOR,
    Again.NEVER,
    "News came whose signature does not fit, so it was not believed.",
    "If AdvancedMD signs with a new secret, enter it; if not, somebody else is calling.",
    status=401,
)
HOOK_UNREADABLE = ErrorKind(
    "advancedmd.hook_unreadable",
    Blame.VENDOR,
    Again.NEVER,
    "Signed news came that we cannot read, or that is about another office.",
    "Nothing is lost: the feeds bring the change. Report it.",
    status=422,
)

_SIGNATURE: Final = "x-signature"
_FORM: Final = "sha256="


def events(
    secret: Sealed[str] | None, office_key: str, headers: Mapping[str, str], body: Sealed[bytes]
) -> tuple[HookEvent, ...] | Refused:
    """What happened there. Kinds that we do not know are kept as they are called there."""
    if secret is None or not secret.present():
        return Refused(HOOK_NOT_SET_UP.problem())
    content = body.reveal(Purpose.EXCHANGE)
    expected = hmac.new(secret.reveal(Purpose.AUTHENTICATE).encode(), content, hashlib.sha256).hexdigest()
    given = headers.get(_SIGNATURE, "").strip()
    digest = given.removeprefix(_FORM).lower() if given.startswith(_FORM) else ""
    if not hmac.compare_digest(digest.encode(), expected.encode()):
        return Refused(HOOK_UNSIGNED.problem())
    try:
        rows = read_records(content)
    except Unreadable:
        return Refused(HOOK_UNREADABLE.problem())
    told = [row for row in rows if row.text("id") and row.text("event") and row.text("objectid")]
    if not told or len(told) < len(rows) or any(row.text("officekey") not in ("", office_key) for row in rows):
        return Refused(HOOK_UNREADABLE.problem())
    return tuple(_event(row) for row in told)


def _event(row: Record) -> HookEvent:
    return HookEvent(
        id=row.text("id"),
        kind=row.text("event").partition(".")[0].lower(),
        vendor_id=bare_id(row.text("objectid")),
        at=_moment(row.text("at")),
    )


def _moment(text: str) -> datetime | None:
    """An aware moment; a naive one says nothing."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
