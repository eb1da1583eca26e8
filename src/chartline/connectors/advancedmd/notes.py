"""Clinical notes (vendor sheet 9.9). Only a connection whose practice has switched them on ever comes here.

Template names and the numbers of their fields are each office's own, so a note is written only against the template
as the office has it. Drafts come with an empty ``signed_by``. Refuses a template or a field that the office has not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from chartline.connect.facts import LookupEntry, NoteFact, Page
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.feeds import BAD_CURSOR, BEGINNING, OVERLAP, mark
from chartline.connectors.advancedmd.note_rows import NoteRow, TemplateRow
from chartline.connectors.advancedmd.times import OfficeTime, read_wall, write_wall
from chartline.connectors.advancedmd.translate import UNDATED, moment_of
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import bare_id
from chartline.kernel.clock import Clock
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

KEPT: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Templates:
    """The office's templates as they were read at a moment."""

    at: datetime
    rows: tuple[TemplateRow, ...]


class Notes:
    """The notes of one office."""

    def __init__(self, client: Client, clock: Clock, office: OfficeTime, profile: str) -> None:
        self._client, self._clock, self._office, self._profile = client, clock, office, profile
        self._lock = threading.Lock()
        self._kept: Templates | None = None

    def of_patient(self, patient: str, since: date) -> Receipt[tuple[NoteFact, ...]] | Later | Refused:
        """Notes written from a day on, drafts among them."""
        answer = self._client.get_notes(patient, since)
        if not isinstance(answer, Receipt):
            return answer
        return Receipt(tuple(self._fact(row, bare_id(patient)) for row in answer.value.rows), answer.exchange)

    def changed(self, template: str, cursor: str) -> Receipt[Page[NoteFact]] | Later | Refused:
        """Notes of a template, by name or id, changed since the cursor; it goes five minutes back as other feeds do."""
        try:
            since = write_wall(self._office.back(read_wall(cursor), OVERLAP)) if cursor else BEGINNING
        except ValueError:
            return Refused(BAD_CURSOR.problem())
        row = self._template(template)
        if not isinstance(row, Receipt):
            return row
        asked = write_wall(self._office.wall(self._clock.now()))
        answer = self._client.get_updated_notes(row.value.id, since)
        if not isinstance(answer, Receipt):
            return answer
        rows = tuple(self._fact(each, "") for each in answer.value.rows)
        return Receipt(Page(rows, mark(answer.value.server_time, asked, cursor), left=0), answer.exchange)

    def templates(self) -> Receipt[tuple[LookupEntry, ...]] | Later | Refused:
        """The office's templates; ``more`` names the fields by their ordinals."""
        answer = self._all()
        if not isinstance(answer, Receipt):
            return answer
        entries = (
            LookupEntry(row.id, "", row.name, {field.ordinal: field.name for field in row.fields})
            for row in answer.value
        )
        return Receipt(tuple(entries), answer.exchange)

    def add(self, note: NoteFact) -> Outcome[str]:
        """Add a note as a draft; nobody has signed it there."""
        profile = note.profile_vendor_id or self._profile
        if not profile:
            return Refused(problems.PROFILE_MISSING.problem())
        row = self._template(note.template)
        if not isinstance(row, Receipt):
            return row
        pages = _pages(row.value, note)
        if pages is None:
            return Refused(problems.NOTE_TEMPLATE_UNKNOWN.problem(template=row.value.id))
        at = self._office.message_time(note.at)
        answer = self._client.add_note(note.patient_vendor_id, profile, row.value.name, at, pages)
        if not isinstance(answer, Receipt):
            return answer
        number = bare_id(answer.value.node.get("id") or answer.value.new_id or answer.value.node.get("newid"))
        return Receipt(number, answer.exchange) if number else Unknown(answer.exchange)

    def _template(self, wanted: str) -> Receipt[TemplateRow] | Later | Refused:
        """By name without regard to letter case, else by id. One that is not known is asked for anew."""
        for fresh in (False, True):
            answer = self._all(fresh=fresh)
            if not isinstance(answer, Receipt):
                return answer
            fits: Callable[[TemplateRow], bool]
            for fits in (lambda row: row.name.casefold() == wanted.casefold(), lambda row: row.id == bare_id(wanted)):
                found = next(filter(fits, answer.value), None)
                if found is not None:
                    return Receipt(found, answer.exchange)
        return Refused(problems.NOTE_TEMPLATE_UNKNOWN.problem())

    def _all(self, *, fresh: bool = False) -> Receipt[tuple[TemplateRow, ...]] | Later | Refused:
        with self._lock:
            kept = self._kept
        if kept is not None and not fresh and self._clock.now() - kept.at < KEPT:
            return Receipt(kept.rows)
        answer = self._client.get_note_templates()
        if isinstance(answer, Receipt):
            with self._lock:
                self._kept = Templates(self._clock.now(), answer.value)
        return answer

    def _fact(self, row: NoteRow, patient: str) -> NoteFact:
        return NoteFact(
            vendor_id=row.id or None,
            patient_vendor_id=row.patient or patient,
            template=row.template,
            at=moment_of(row.at, self._office) or UNDATED,
            entries=tuple((place, Sealed(value)) for place, value in row.entries),
            profile_vendor_id=row.profile,
            signed_by=row.signed_by,
        )


def _pages(template: TemplateRow, note: NoteFact) -> Node | None:
    """The ``pagelist`` of a note; None when the template lacks one of its fields."""
    known = {field.ordinal: field for field in template.fields}
    if any(place not in known for place, _ in note.entries):
        return None
    pages: dict[tuple[str, str], list[Node]] = {}
    for place, value in note.entries:
        field = known[place]
        attributes = {
            "pageindex": field.page,
            "ordinal": field.ordinal,
            "fieldname": field.name,
            "requiredflag": field.required or "0",
            "enabledflag": "-1",
            "type": field.kind,
            "value": value.reveal(Purpose.EXCHANGE),
        }
        pages.setdefault((field.page, field.page_name), []).append(Node("field", attributes))
    nodes = (
        Node("page", {"pageindex": index, "pagename": name}, (Node("fieldlist", {}, tuple(fields)),))
        for (index, name), fields in pages.items()
    )
    return Node("pagelist", {}, tuple(nodes))
