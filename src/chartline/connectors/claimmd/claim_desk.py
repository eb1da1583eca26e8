"""What people did to claims in the vendor's portal, and putting claims away there (vendor sheet 5.5).

The cursors only ever grow, as the status feed's does (trap 12). Refuses a cursor that is no number, a row without a
number of its own, and an archive call that names nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from chartline.connect.clearing import ClaimEditFact, ClaimNoteFact, UploadEntry
from chartline.connect.facts import ClaimReport, Page
from chartline.connectors.claimmd import problems
from chartline.connectors.claimmd.client import Client
from chartline.connectors.claimmd.desk_rows import EditRow, NoteRow
from chartline.connectors.claimmd.translate import report_of
from chartline.connectors.claimmd.wire import Unreadable, UploadRow, is_number, read_money
from chartline.kernel.money import Money
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Sealed

CLAIMS_PER_ARCHIVE: Final = 100
"""Ours: no limit is published."""

UPLOAD_PAGES: Final = 50


def notes(client: Client, cursor: str) -> Receipt[Page[ClaimNoteFact]] | Later | Refused:
    """Notes after the cursor. ``more`` while the feed moves: nothing says how long its pages are."""
    if cursor and not is_number(cursor):
        return Refused(problems.BAD_CURSOR.problem(service="notes"))
    answer = client.notes(cursor)
    if not isinstance(answer, Receipt):
        return answer
    rows = answer.value.rows
    if not all(is_number(row.note) for row in rows):
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="notes"))
    following = _reached(cursor, answer.value.last, (row.note for row in rows))
    facts = tuple(_note(row) for row in rows)
    return Receipt(Page(facts, following, more=bool(rows) and following != cursor), answer.exchange)


def edits(client: Client, cursor: str) -> Receipt[Page[ClaimEditFact]] | Later | Refused:
    """Edits after the cursor."""
    if cursor and not is_number(cursor):
        return Refused(problems.BAD_CURSOR.problem(service="modify"))
    answer = client.modify(cursor)
    if not isinstance(answer, Receipt):
        return answer
    rows = answer.value.rows
    if not all(is_number(row.edit) for row in rows):
        return Refused(problems.UNREADABLE.problem(evidence=answer.exchange, service="modify"))
    following = _reached(cursor, answer.value.last, (row.edit for row in rows))
    facts = tuple(_edit(row) for row in rows)
    return Receipt(Page(facts, following, more=bool(rows) and following != cursor), answer.exchange)


def uploads(client: Client, day: date) -> Receipt[tuple[UploadEntry, ...]] | Later | Refused:
    """Every upload of a day of the vendor's calendar, all pages."""
    found: dict[tuple[str, str], UploadEntry] = {}
    for page in range(1, UPLOAD_PAGES + 1):
        answer = client.upload_list(day, page)
        if not isinstance(answer, Receipt):
            return answer
        before = len(found)
        for row in answer.value:
            found[(row.inbound, row.file_name)] = _upload(row)
        if len(found) == before:
            return Receipt(tuple(found.values()), answer.exchange)
    return Refused(problems.INCOMPLETE.problem(service="uploadlist"))


def reports_on(client: Client, claim: str) -> Receipt[tuple[ClaimReport, ...]] | Later | Refused:
    """Everything that was ever reported on one claim. Moves no cursor (trap 13)."""
    if not claim:
        return Refused(problems.NO_CLAIM_NAMED.problem(service="response"))
    answer = client.responses_on(claim)
    if not isinstance(answer, Receipt):
        return answer
    # The filter is the vendor's; that it was heeded is checked here.
    return Receipt(tuple(report_of(row) for row in answer.value if row.claim == claim), answer.exchange)


def archive(client: Client, claims: tuple[str, ...]) -> Outcome[tuple[str, ...]]:
    """Put claims away; the receipt names those that were. An answer about none of them proves nothing."""
    if not 1 <= len(claims) <= CLAIMS_PER_ARCHIVE or not all(claims):
        return Refused(problems.NO_CLAIM_NAMED.problem(service="archive", claims=str(len(claims))))
    outcome = client.archive(claims)
    if not isinstance(outcome, Receipt):
        return outcome
    if not any(row.claim in claims for row in outcome.value):
        return Unknown(outcome.exchange)
    done = {row.claim for row in outcome.value if row.done}
    return Receipt(tuple(claim for claim in claims if claim in done), outcome.exchange)


def _reached(cursor: str, told: str, seen: Iterable[str]) -> str:
    """The greatest of the cursor, what the answer tells and its rows; the cursor itself when nothing came."""
    numbers = [int(text) for text in (cursor, told, *seen) if is_number(text)]
    greatest = max(numbers, default=0)
    return str(greatest) if greatest else cursor


def _note(row: NoteRow) -> ClaimNoteFact:
    return ClaimNoteFact(
        vendor_id=row.note,
        claim_vendor_id=row.claim,
        control_number=row.control_number,
        text=Sealed(row.text),
        author=row.author,
        at=row.at,
    )


def _edit(row: EditRow) -> ClaimEditFact:
    return ClaimEditFact(
        vendor_id=row.edit,
        claim_vendor_id=row.claim,
        field=row.field,
        before=Sealed(row.before),
        after=Sealed(row.after),
        author=row.author,
        at=row.at,
    )


def _upload(row: UploadRow) -> UploadEntry:
    """An entry of the list; what cannot be read of it is nothing, as the name is what matters."""
    try:
        amount = read_money(row.amount)
    except Unreadable:
        amount = Money(0)
    epoch = is_number(row.at) and len(row.at) <= 11
    return UploadEntry(
        vendor_id=row.inbound,
        name=row.file_name,
        claims=int(row.claims) if is_number(row.claims) else 0,
        amount=amount,
        at=datetime.fromtimestamp(int(row.at), UTC) if epoch else None,
    )
