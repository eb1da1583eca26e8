"""Conflicts that are questions about a whole record: is it one of ours, was it deleted, whose visit is it.

What each answer does to the links and to the record, and how it is undone. Refuses to join two of the vendor's
patients into one of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.domains.sync.conflicts import DELETED, IDENTITY, PATIENT, Choice, StoredConflict
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link, unlink, vendor_of
from chartline.formats.fhir import JsonObject, reference
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work

NO_ACTION = {IDENTITY: Choice.THEIRS, DELETED: Choice.OURS, PATIENT: Choice.OURS}
"""The choice that leaves everything as it is: two people stay two, a patient stays, a visit keeps its patient."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer to be carried out, or taken back."""

    conflict: StoredConflict

    def patient(self, *, undo: bool) -> str | None:
        """The patient a visit goes to; None when the question is another one."""
        if self.conflict.field != PATIENT:
            return None
        return (self.conflict.ours if undo else self.conflict.theirs).reveal(Purpose.STORE)

    def change(self, work: Work, patient: JsonObject, *, undo: bool) -> JsonObject | None:
        """The patient's record afterwards, links moved; None when the links do not allow it."""
        if self.conflict.field == DELETED:
            return _active(patient, None, active=undo)
        ours, theirs = (one.reveal(Purpose.STORE) for one in (self.conflict.ours, self.conflict.theirs))
        source, target = (ours, theirs) if undo else (theirs, ours)
        connection = self.conflict.connection
        vendor_id = vendor_of(work, connection, Kind.PATIENT, source)
        if vendor_id is None or vendor_of(work, connection, Kind.PATIENT, target) is not None:
            # Linked in the meantime: two patients of the vendor's cannot be one of ours.
            return None
        unlink(work, connection, Kind.PATIENT, source)
        link(work, connection, Kind.PATIENT, target, vendor_id)
        return _active(patient, None if undo else ours, active=undo)


def _active(patient: JsonObject, replaced_by: str | None, *, active: bool) -> JsonObject:
    changed = {**patient, "active": active}
    changed.pop("link", None)
    if replaced_by is not None:
        changed["link"] = [{"other": reference("Patient", replaced_by), "type": "replaced-by"}]
    return changed
