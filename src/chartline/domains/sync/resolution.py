"""A person decides the conflicts of a record, all at once or one by one, and can take the decision back.

Deciding makes the vendor's values the agreed ones and sets our fields to the chosen ones: so a choice of ours is a
change of ours, which goes out like any other, and a choice of theirs is done at once. The whole decision is one new
version of the record. Taking it back restores our values, in one version again, and leaves alone what was edited since;
where the decision had reached the vendor already, what the vendor has by now is the base of the next decision. Refuses
to take back a field that was changed again after the decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chartline.domains.sync.cases import Decision
from chartline.domains.sync.changes import note_change_for
from chartline.domains.sync.conflicts import (
    SPECIAL,
    Choice,
    ConflictState,
    Decided,
    StoredConflict,
    conflicts_of_decision,
    decide_conflict,
    open_again,
    open_conflicts,
    read_conflict,
)
from chartline.domains.sync.fields import Fields, Kind, same
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.merge import KEPT, MADE, SENT
from chartline.domains.sync.ours import RESOURCE
from chartline.domains.sync.questions import NO_ACTION, Question
from chartline.domains.sync.record import Record
from chartline.domains.sync.shadow import read_shadow, write_shadow
from chartline.domains.sync.values import fitting
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
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
CHANGED_SINCE = ErrorKind(
    "sync.changed_since",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A field of this decision was changed again after it, so the decision cannot be taken back.",
    "Look at the record's versions and change the field in the record itself; it goes out like any other change.",
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
) -> str:
    """Decide one open conflict; the id of the decision. See ``resolve_record``. Raises ``sync.no_conflict`` too."""
    conflict = read_conflict(work, vault, conflict_id)
    if conflict.state is not ConflictState.OPEN:
        raise ALREADY_DECIDED.error(conflict=conflict_id)
    choices = {conflict.field: Decision(choice, value)}
    return resolve_record(work, records, vault, conflict.connection, conflict.kind, conflict.local_id, choices, actor)


def resolve_record(
    work: Work,
    records: Records,
    vault: Vault,
    connection: str,
    kind: Kind,
    local_id: str,
    choices: Mapping[str, Decision],
    actor: str,
) -> str:
    """Decide open conflicts of a record, field by field, in one new version; the id of the decision.

    A field that is not named stays open. ``actor`` is the id of who decided; the caller writes the audit trail.
    Raises ``sync.already_decided`` for a field that is not open, ``sync.bad_choice``.
    """
    records.lock(work, RESOURCE[kind], local_id)
    found = {one.field: one for one in open_conflicts(work, vault, connection, kind, [local_id]).get(local_id, [])}
    closed = sorted(choices.keys() - found.keys())
    if closed or not choices:
        raise ALREADY_DECIDED.error(record=local_id, field=",".join(closed))
    chosen = {name: _chosen(work, found[name], decision) for name, decision in choices.items()}
    record = Record(work, records, connection, kind, local_id)
    shadow = read_shadow(work, vault, connection, kind, local_id) or {}
    decided: dict[str, Decided] = {}
    for name, decision in choices.items():
        conflict = found[name]
        if name in SPECIAL:
            decided[name] = Decided("", decision.choice.value, "")
            if decision.choice is not NO_ACTION[name]:
                record.answer(Question(conflict), undo=False)
            continue
        agreed = conflict.at_vendor.reveal(Purpose.STORE)
        before = record.fields.get(name, "")
        # Ours is what our record holds now; it may have changed since the conflict was seen.
        after = before if chosen[name] is None else chosen[name] or ""
        decided[name] = Decided(before, after, agreed)
        record.set(name, after)
        _agree(shadow, name, after, agreed)
    record.store(BAD_CHOICE)
    _remember(work, vault, found[next(iter(choices))], shadow, record, choices)
    decision_id = new_id()
    for name, decision in choices.items():
        decide_conflict(work, vault, found[name], decision_id, decided[name], actor, decision.choice)
        _note(work, found[name], Happened.RESOLVED)
    return decision_id


def reopen(work: Work, records: Records, vault: Vault, conflict_id: str, actor: str) -> None:
    """Take one field of a decision back: our value is as before, and the conflict is open again.

    Raises ``sync.no_conflict``, ``sync.already_decided``, ``sync.changed_since``.
    """
    conflict = read_conflict(work, vault, conflict_id)
    if conflict.state is not ConflictState.RESOLVED:
        raise ALREADY_DECIDED.error(conflict=conflict_id)
    _take_back(work, records, vault, [conflict], actor)


def reopen_record(work: Work, records: Records, vault: Vault, decision: str, actor: str) -> None:
    """Take a whole decision back, in one new version. Edits of other fields that came after it stay.

    Raises ``sync.already_decided`` when nothing of it stands, ``sync.changed_since`` with the fields that were changed
    again; then nothing is taken back.
    """
    conflicts = conflicts_of_decision(work, vault, decision)
    if not conflicts:
        raise ALREADY_DECIDED.error(decision=decision)
    _take_back(work, records, vault, conflicts, actor)


def _take_back(work: Work, records: Records, vault: Vault, conflicts: Sequence[StoredConflict], actor: str) -> None:
    first = conflicts[0]
    connection, kind, local_id = first.connection, first.kind, first.local_id
    records.lock(work, RESOURCE[kind], local_id)
    record = Record(work, records, connection, kind, local_id)
    _refuse_changed(work, vault, record, conflicts)
    shadow = read_shadow(work, vault, connection, kind, local_id) or {}
    for conflict in conflicts:
        name, decided = conflict.field, conflict.decided.reveal(Purpose.STORE)
        if name in SPECIAL:
            if conflict.choice is not NO_ACTION[name]:
                record.answer(Question(conflict), undo=True)
            open_again(work, vault, conflict, conflict.ours.reveal(Purpose.STORE), None, actor)
            continue
        ours = conflict.ours.reveal(Purpose.STORE) if decided is None else decided.before
        agreed = conflict.theirs.reveal(Purpose.STORE) if decided is None else decided.agreed
        reached = name in shadow and not same(name, shadow[name], agreed)
        sent = shadow[name] if reached else conflict.sent.reveal(Purpose.STORE)
        record.set(name, ours)
        shadow.pop(KEPT + name, None)
        if sent is None:
            _put_back(shadow, name, conflict.base.reveal(Purpose.STORE))
        open_again(work, vault, conflict, ours, sent, actor)
    record.store(BAD_CHOICE)
    _remember(work, vault, first, shadow, record, {})
    for conflict in conflicts:
        _note(work, conflict, Happened.REOPENED)


def _refuse_changed(work: Work, vault: Vault, record: Record, conflicts: Sequence[StoredConflict]) -> None:
    """Whether every field still holds what the decision gave it, and nobody asks about it anew."""
    place = (record.connection, record.kind, [record.local_id])
    asked_anew = {one.field for one in open_conflicts(work, vault, *place).get(record.local_id, [])}
    changed = [one.field for one in conflicts if one.field in asked_anew or _changed(record, one)]
    if changed:
        raise CHANGED_SINCE.error(record=record.local_id, field=",".join(sorted(changed)))


def _changed(record: Record, conflict: StoredConflict) -> bool:
    decided = conflict.decided.reveal(Purpose.MATCH)
    if conflict.field in SPECIAL or decided is None:
        return False
    return not same(conflict.field, record.fields.get(conflict.field, ""), decided.after)


def _chosen(work: Work, conflict: StoredConflict, decision: Decision) -> str | None:
    """The value that was chosen; None for the one our record holds. Raises ``sync.bad_choice``."""
    name, value = conflict.field, decision.value
    if (decision.choice is Choice.VALUE) != (value is not None) or (value is not None and name in SPECIAL):
        raise BAD_CHOICE.error(conflict=conflict.id, field=name, choice=decision.choice.value)
    if decision.choice is Choice.OURS:
        return None
    if value is None:
        return conflict.theirs.reveal(Purpose.STORE)
    try:
        return fitting(conflict.kind, name, value.reveal(Purpose.STORE), work.now.date())
    except ValueError:
        raise BAD_CHOICE.error(conflict=conflict.id, field=name) from None


def _agree(shadow: Fields, name: str, ours: str, agreed: str) -> None:
    """What the vendor has is the base of what follows; a field that is to stay empty here is remembered."""
    shadow[name] = agreed
    for beside in (SENT, MADE, KEPT):
        shadow.pop(beside + name, None)
    if agreed and not ours:
        shadow[KEPT + name] = agreed


def _put_back(shadow: Fields, name: str, base: str | None) -> None:
    if base is None:
        shadow.pop(name, None)
    else:
        shadow[name] = base


def _remember(
    work: Work,
    vault: Vault,
    conflict: StoredConflict,
    shadow: Fields,
    record: Record,
    choices: Mapping[str, Decision],
) -> None:
    """Store what is agreed now; what we chose otherwise goes out."""
    place = (conflict.connection, conflict.kind, conflict.local_id)
    if shadow:
        write_shadow(work, vault, *place, shadow)
    decided = (name for name in choices if name not in SPECIAL)
    if any(not same(name, record.fields.get(name, ""), shadow.get(name, "")) for name in decided):
        note_change_for(work, *place)


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
