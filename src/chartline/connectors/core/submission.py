"""Handing in claim files as batches, and finding out whether one arrived (sheet of clearinghouses 5, 5.2; trap 1).

The PayloadID is drawn from the file's name, which is drawn from its content: it recognises a file whose answer was
lost. An acknowledgement (999) is due within the hour, so "there is none" proves absence only when an hour and a half
has passed since we last sent the file; when that was is kept beside the session. Refuses files of no known guide, and
files whose ISA15 is not the connection's ``usage``: a file of real claims never reaches a test by mistake, or the
reverse (traps 11, 12).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from chartline.connect.clearing import SubmissionView
from chartline.connect.facts import ClaimFile, ClaimReport
from chartline.connect.wire import Wire
from chartline.connectors.core import messages, problems
from chartline.connectors.core.client import Client
from chartline.connectors.core.options import ABOUT, Account
from chartline.formats.x12.acknowledgement import read_999
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import derived_id
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Purpose, Sealed

OPERATION: Final = "837"
LOOK: Final = "999"
ACKNOWLEDGED_WITHIN: Final = timedelta(minutes=90)
LOOK_AGAIN: Final = timedelta(minutes=10)
MASKED: Final = "•••"
_USAGE: Final = 102
"""The place of ISA15, whose segment has a fixed length."""
_HEAD: Final = 400
"""ISA and GS stand in so many bytes."""


def submit(wire: Wire, client: Client, account: Account, file: ClaimFile) -> Outcome[tuple[ClaimReport, ...]]:
    """Send a file. Reports on its claims come later, by the feed."""
    kind = _kind(account, file)
    if isinstance(kind, Refused):
        return kind
    # Kept before it is sent: a process that dies in between must not believe an early "there is none".
    wire.remember(_kept(file), Sealed(str(int(wire.clock.now().timestamp()))))
    outcome = client.submit(OPERATION, kind, payload_id(file), file.content.reveal(Purpose.EXCHANGE))
    return Receipt(_none(), outcome.exchange) if isinstance(outcome, Receipt) else outcome


def find(wire: Wire, client: Client, file: ClaimFile) -> Looked[tuple[ClaimReport, ...]]:
    """Whether the file arrived: by its acknowledgement. A file that was rejected as a whole is a proven no."""
    fetched = client.fetch(LOOK, messages.ACKNOWLEDGEMENT, payload_id(file))
    if not isinstance(fetched, Receipt):
        return fetched
    if fetched.value is not None:
        wire.forget(_kept(file))
        return _acknowledged(fetched.value.payload, fetched.exchange)
    sent = wire.recall(_kept(file))
    now = wire.clock.now()
    if sent is not None:
        due = datetime.fromtimestamp(int(sent.reveal(Purpose.MATCH)), UTC) + ACKNOWLEDGED_WITHIN
        if now < due:
            return Later(min(due, now + LOOK_AGAIN), "the acknowledgement is not due yet", fetched.exchange)
    return Absent(fetched.exchange)


def view(account: Account, file: ClaimFile) -> SubmissionView | Refused:
    """The message as it would be sent, without user name and password and without sending it."""
    kind = _kind(account, file)
    if isinstance(kind, Refused):
        return kind
    return SubmissionView(
        vendor=ABOUT.title,
        address=account.batch_url,
        method="POST",
        media="multipart/form-data",
        parts=(
            ("PayloadType", kind),
            ("ProcessingMode", messages.BATCH),
            ("PayloadID", payload_id(file)),
            ("UserName", MASKED),
            ("Password", MASKED),
            ("SenderID", account.sender),
            ("ReceiverID", account.receiver),
            ("CORERuleVersion", messages.RULE),
        ),
        file_name=file.name,
        content=file.content,
    )


def payload_id(file: ClaimFile) -> str:
    """The PayloadID of a file: the same for the same name."""
    return derived_id("core 837", file.name)


def _kind(account: Account, file: ClaimFile) -> str | Refused:
    """The PayloadType, by the guide in the file."""
    claims = len(file.references)
    head = file.content.reveal(Purpose.EXCHANGE)[:_HEAD].decode("latin-1")
    kind = next((kind for guide, kind in messages.CLAIMS.items() if guide in head), "")
    fits = head.startswith("ISA") and 1 <= claims <= ABOUT.size("claims_per_upload", 5000)
    if not kind or not fits:
        return Refused(problems.BAD_FILE.problem(claims=str(claims)))
    return kind if head[_USAGE] == account.usage else Refused(problems.USAGE.problem(usage=account.usage.value))


def _kept(file: ClaimFile) -> str:
    return f"sent/{payload_id(file)}"


def _acknowledged(content: Sealed[bytes], exchange: str | None) -> Receipt[tuple[ClaimReport, ...]] | Refused:
    """A 999 of any outcome proves the arrival; one that rejects every group says that nothing was taken."""
    try:
        groups = read_999(content.reveal(Purpose.EXCHANGE))
    except ChartlineError:
        return Refused(problems.UNREADABLE.problem(evidence=exchange, operation=LOOK))
    if groups and all(group.outcome in ("R", "M", "W", "X") for group in groups):
        return Refused(problems.FILE_REJECTED.problem(evidence=exchange))
    return Receipt(_none(), exchange)


def _none() -> tuple[ClaimReport, ...]:
    return ()
