"""A person decides a conflict, and can take the decision back.

Deciding makes the vendor's value the agreed one and sets our field to the chosen value: so a choice of ours is a
change of ours, which goes out like any other, and a choice of theirs is done at once. Both are new versions of the
record. Taking back restores our value and what was agreed before.
"""

from __future__ import annotations

from chartline.domains.practice.encounters import follow_visit
from chartline.domains.practice.visits import participant_id
from chartline.domains.sync.changes import note_change, note_change_for
from chartline.domains.sync.conflicts import (
    DELETED,
    IDENTITY,
    PATIENT,
    Choice,
    ConflictState,
    StoredConflict,
    close_conflict,
    read_conflict,
)
from chartline.domains.sync.fields import Kind, same
from chartline.domains.sync.links import link, unlink, vendor_of
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.ours import RESOURCE, our_fields, patient_of, written
from chartline.domains.sync.shadow import read_shadow, write_shadow
from chartline.formats.fhir import reference
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

BAD_CHOICE = ErrorKind(
    "sync.bad_choice",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This conflict cannot be decided this way.",
    "Choose ours or theirs, or give a value the field can hold; dates are written 1980-01-31.",
    status=422,
)
ALREADY_DECIDED = ErrorKind(
    "sync.already_decided",
    Blame.PRACTICE,
    Again.NEVER,
    "This conflict is decided already, or was never decided.",
    "Open it again first if the decision was wrong.",
    status=409,
)


def resolve(
    work: Work,
    records: Records,
    vault: Vault,
    conflict_id: str,
    choice: Choice,
    actor: str,
    value: Sealed[str] | None = None,
) -> None:
    """Decide an open conflict. ``value`` goes with ``Choice.VALUE``; ``actor`` is the id of who decided.

    Raises ``sync.no_conflict``, ``sync.already_decided``, ``sync.bad_choice``.
    """
    conflict = read_conflict(work, vault, conflict_id)
    if conflict.state is not ConflictState.OPEN:
        raise ALREADY_DECIDED.error(conflict=conflict_id)
    if (choice is Choice.VALUE) != (value is not None):
        raise BAD_CHOICE.error(conflict=conflict_id, choice=choice.value)
    if conflict.field in (IDENTITY, DELETED, PATIENT):
        if choice is Choice.VALUE:
            raise BAD_CHOICE.error(conflict=conflict_id, choice=choice.value)
        if choice is not _NO_ACTION[conflict.field]:
            _act(work, records, conflict, undo=False)
    else:
        theirs = conflict.theirs.reveal(Purpose.STORE)
        # Ours is what our record holds now; it may have changed since the conflict was seen.
        chosen = None if choice is Choice.OURS else theirs if value is None else value.reveal(Purpose.STORE)
        _set_field(work, records, vault, conflict, chosen, agreed=theirs)
    close_conflict(work, conflict_id, ConflictState.RESOLVED, actor, choice)
    _note(work, conflict, Happened.RESOLVED)


def reopen(work: Work, records: Records, vault: Vault, conflict_id: str, actor: str) -> None:
    """Take a decision back: our field and the agreed value are as before, and the conflict is open again.

    Raises ``sync.no_conflict``, ``sync.already_decided``.
    """
    conflict = read_conflict(work, vault, conflict_id)
    if conflict.state is not ConflictState.RESOLVED:
        raise ALREADY_DECIDED.error(conflict=conflict_id)
    if conflict.field in (IDENTITY, DELETED, PATIENT):
        if conflict.choice is not _NO_ACTION[conflict.field]:
            _act(work, records, conflict, undo=True)
    else:
        base = conflict.base.reveal(Purpose.STORE)
        _set_field(work, records, vault, conflict, conflict.ours.reveal(Purpose.STORE), agreed=base)
    close_conflict(work, conflict_id, ConflictState.OPEN, actor)
    _note(work, conflict, Happened.REOPENED)


_NO_ACTION = {IDENTITY: Choice.THEIRS, DELETED: Choice.OURS, PATIENT: Choice.OURS}
"""The choice that leaves everything as it is: two people stay two, a patient stays, a visit keeps its patient."""


def _set_field(
    work: Work, records: Records, vault: Vault, conflict: StoredConflict, chosen: str | None, agreed: str | None
) -> None:
    """Put a value (None: the present one) into our record, and an agreed one (None: never agreed) into the shadow."""
    kind, local_id, connection, field = conflict.kind, conflict.local_id, conflict.connection, conflict.field
    stored = records.read(work, RESOURCE[kind], local_id)
    body = stored.reveal(Purpose.STORE)
    own_provider = participant_id(body, "Practitioner") if kind is Kind.VISIT else None
    number = vendor_of(work, connection, Kind.PROVIDER, own_provider) if own_provider else None
    fields = our_fields(kind, body, connection, number)
    value = fields.get(field, "") if chosen is None else chosen
    shadow = read_shadow(work, vault, connection, kind, local_id) or {}
    if agreed is None:
        shadow.pop(field, None)
    else:
        shadow[field] = agreed
    write_shadow(work, vault, connection, kind, local_id, shadow)
    if not same(field, fields.get(field, ""), value):
        try:
            changed = written(
                kind, {**fields, field: value}, local_id, patient_of(kind, body), connection, body, own_provider
            )
        except ValueError:
            raise BAD_CHOICE.error(conflict=conflict.id, field=field) from None
        fresh = records.put(work, changed, if_version=stored.version)
        if kind is Kind.VISIT:
            follow_visit(work, records, fresh.reveal(Purpose.STORE))
        note_change(work, kind, local_id, except_for=connection)
    if agreed is not None and not same(field, value, agreed):
        note_change_for(work, connection, kind, local_id)


def _act(work: Work, records: Records, conflict: StoredConflict, *, undo: bool) -> None:
    """Carry out, or take back, a decision that is not about one field."""
    if conflict.field == IDENTITY:
        _join(work, records, conflict, undo=undo)
    elif conflict.field == DELETED:
        _set_active(work, records, conflict.local_id, None, active=undo)
    else:
        patient = (conflict.ours if undo else conflict.theirs).reveal(Purpose.STORE)
        _hand_over(work, records, conflict, patient)


def _join(work: Work, records: Records, conflict: StoredConflict, *, undo: bool) -> None:
    """The vendor's patient is one of ours: the link moves there, and the record made for them points to it."""
    ours, theirs = conflict.ours.reveal(Purpose.STORE), conflict.theirs.reveal(Purpose.STORE)
    source, target = (ours, theirs) if undo else (theirs, ours)
    vendor_id = vendor_of(work, conflict.connection, Kind.PATIENT, source)
    if vendor_id is None or vendor_of(work, conflict.connection, Kind.PATIENT, target) is not None:
        # Linked in the meantime: two patients of the vendor's cannot be one of ours.
        raise BAD_CHOICE.error(conflict=conflict.id)
    unlink(work, conflict.connection, Kind.PATIENT, source)
    link(work, conflict.connection, Kind.PATIENT, target, vendor_id)
    _set_active(work, records, theirs, None if undo else ours, active=undo)


def _set_active(work: Work, records: Records, patient_id: str, replaced_by: str | None, *, active: bool) -> None:
    stored = records.read(work, "Patient", patient_id)
    patient = {**stored.reveal(Purpose.STORE), "active": active}
    patient.pop("link", None)
    if replaced_by is not None:
        patient["link"] = [{"other": reference("Patient", replaced_by), "type": "replaced-by"}]
    records.put(work, patient, if_version=stored.version)


def _hand_over(work: Work, records: Records, conflict: StoredConflict, patient_id: str) -> None:
    stored = records.read(work, "Appointment", conflict.local_id)
    body = stored.reveal(Purpose.STORE)
    own_provider = participant_id(body, "Practitioner")
    fields = our_fields(Kind.VISIT, body, conflict.connection)
    changed = written(Kind.VISIT, fields, conflict.local_id, patient_id, conflict.connection, body, own_provider)
    fresh = records.put(work, changed, if_version=stored.version)
    follow_visit(work, records, fresh.reveal(Purpose.STORE))


def _note(work: Work, conflict: StoredConflict, happened: Happened) -> None:
    note_event(
        work,
        SyncEvent(
            connection=conflict.connection,
            direction=Direction.IN,
            kind=conflict.kind,
            outcome=happened,
            local_id=conflict.local_id,
            code=conflict.field,
        ),
    )
