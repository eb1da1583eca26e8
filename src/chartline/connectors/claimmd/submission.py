"""Handing in claim files, and finding out whether one arrived (vendor sheet 5.1, 5.5, 11; traps 10, 15, 26).

There is no idempotency key, so the file's name, drawn from its content, is the proof: ``uploadlist`` is read for the
last ``LOOK_BACK_DAYS`` days, newest first. A claim's own reference proves nothing here, since a corrected claim bears
it again. First reports are taken from the status feed, from where this connection's polling last stood and for a few
pages only; those that passed before have reached the caller by the feed. So the look-up costs at most
``LOOK_BACK_DAYS + 2`` calls plus a few, and never replays years. Refuses files the vendor would.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chartline.connect.clearing import SubmissionView
from chartline.connect.facts import ClaimFile, ClaimReport
from chartline.connect.wire import Wire
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.form import FILE_NAME
from chartline.connectors.claimmd.reports import polled_from, reached
from chartline.connectors.claimmd.translate import report_of
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown

CLAIMS_PER_UPLOAD: Final = 2000
"""Sheet 2."""

MASKED: Final = "•••"

LOOK_BACK_DAYS: Final = 30
MOST_PAGES: Final = 50
FEED_PAGES: Final = 5


def submit(client: Client, file: ClaimFile) -> Outcome[tuple[ClaimReport, ...]]:
    """Upload a file. The receipt holds one report per claim, accepted and rejected ones mixed."""
    unfit = _unfit(file)
    if unfit is not None:
        return unfit
    outcome = client.upload(file.name, file.content)
    if not isinstance(outcome, Receipt):
        return outcome
    # An answer that speaks of no claim and no error proves nothing.
    reports = tuple(report_of(row) for row in outcome.value)
    return Receipt(reports, outcome.exchange) if reports else Unknown(outcome.exchange)


def view(address: str, file: ClaimFile) -> SubmissionView | Refused:
    """The upload as it would be sent, without the key and without sending it."""
    return _unfit(file) or SubmissionView(
        vendor="Claim.MD",
        address=f"{address}upload/",
        method="POST",
        media="multipart/form-data",
        parts=(("AccountKey", MASKED),),
        file_name=file.name,
        content=file.content,
    )


def _unfit(file: ClaimFile) -> Refused | None:
    count = len(file.references)
    fits = 1 <= count <= CLAIMS_PER_UPLOAD and file.content.present()
    if fits and FILE_NAME.fullmatch(file.name):
        return None
    return Refused(problems.BAD_FILE.problem(claims=str(count)))


def find(wire: Wire, client: Client, file: ClaimFile) -> Looked[tuple[ClaimReport, ...]]:
    """Whether a file of this name arrived. The receipt holds the reports that the feed still shows, maybe none."""
    listed = _listed(wire, client, file.name)
    if not isinstance(listed, Receipt):
        return listed
    position = polled_from(wire)
    found: dict[str, ClaimReport] = {}
    for _ in range(FEED_PAGES):
        answer = client.response(position)
        if not isinstance(answer, Receipt):
            return answer
        for row in answer.value.rows:
            if row.file_name == file.name and row.remote_claim in file.references:
                found.setdefault(row.remote_claim, report_of(row))
        following = reached(position, answer.value)
        if following == position or len(found) == len(file.references):
            break
        position = following
    return Receipt(tuple(found[each] for each in file.references if each in found), listed.exchange)


def _listed(wire: Wire, client: Client, name: str) -> Receipt[None] | Absent | Later | Refused:
    # One day ahead: the vendor's calendar may be in another zone than ours (sheet 13).
    first = (wire.clock.now() + timedelta(days=1)).date()
    exchange: str | None = None
    for back in range(LOOK_BACK_DAYS + 2):
        seen: set[tuple[str, str]] = set()
        for page in range(1, MOST_PAGES + 1):
            answer = client.upload_list(first - timedelta(days=back), page)
            if not isinstance(answer, Receipt):
                return answer
            exchange = answer.exchange
            if any(row.file_name == name for row in answer.value):
                return Receipt(None, exchange)
            fresh = {(row.inbound, row.file_name) for row in answer.value} - seen
            if not fresh:
                break
            seen |= fresh
        else:
            return Refused(problems.INCOMPLETE.problem(evidence=exchange, service="uploadlist"))
    return Absent(exchange)
