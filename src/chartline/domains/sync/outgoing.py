"""What a connection has not got yet, ready to be sent, in the order patient, coverage, visit.

Refuses to send a field under dispute (the vendor keeps its value until a person decides), to blank a field at a
vendor, and to send a coverage or a visit before its patient is known there. Sending itself is a flow's business.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.connect.facts import VisitStatus
from chartline.domains.practice.visits import participant_id
from chartline.domains.sync.changes import clear_change, note_change_for
from chartline.domains.sync.conflicts import StoredConflict, add_conflict, open_conflicts, theirs_of
from chartline.domains.sync.fields import Fields, Kind, same, status_of
from chartline.domains.sync.links import link, vendors_of
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.merge import KEPT, MADE, SENT, Conflict
from chartline.domains.sync.ours import RESOURCE, our_fields, patient_of
from chartline.domains.sync.shadow import read_shadows, write_shadow
from chartline.domains.sync.tables import sync_change_table
from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind, Problem
from chartline.kernel.sealed import Masked, Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records
from chartline.platform.vault import Vault

LACKING = ErrorKind(
    "sync.lacks_fields",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A record lacks what every practice system asks for, so it cannot be sent.",
    "Complete the fields named here in the record; it goes out with the next push.",
    status=422,
)

ORDER = (Kind.PATIENT, Kind.COVERAGE, Kind.VISIT)
"""Push kinds in this order."""
NEEDED = {
    Kind.PATIENT: ("family", "birth_date"),
    Kind.COVERAGE: (),
    Kind.VISIT: ("start",),
}
"""What a record cannot be without."""
NEVER_MADE = frozenset({VisitStatus.DELETED, VisitStatus.CANCELLED, VisitStatus.MOVED, VisitStatus.OTHER})
"""A visit in such a state is not booked anew at a vendor: it is called off, or only proposed (FHIR R4, Appointment)."""


_CALLED_OFF = {
    VisitStatus.CANCELLED: "cancel",
    VisitStatus.DELETED: "cancel",
    VisitStatus.NO_SHOW: "no_show",
}


@dataclass(frozen=True, slots=True, repr=False)
class Pending(Masked):
    """One record to send.

    ``vendor_id`` is None for a record the vendor has not got; ``before`` is what it has (empty then), ``after`` what
    it should have. ``patient_vendor_id`` is the vendor's number of the patient a coverage or visit belongs to. Make
    facts of the fields with ``person_from``, ``coverage_from`` and ``visit_from``.
    """

    connection: str
    kind: Kind
    local_id: str
    token: str
    vendor_id: str | None
    patient_id: str
    patient_vendor_id: str | None
    before: Fields
    after: Fields

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields that differ."""
        names = sorted(self.after)
        return tuple(name for name in names if not same(name, self.before.get(name, ""), self.after[name]))

    @property
    def operation(self) -> str:
        """What is asked of the vendor, in one word, as the sync log says it.

        ``create``, ``update``; of a coverage also ``end_date``; of a visit ``cancel``, ``no_show``, ``move`` and
        ``status`` (a state for which vendors have no call of its own).
        """
        changed = set(self.changed)
        if self.vendor_id is None:
            return "create"
        if self.kind is Kind.COVERAGE and "end" in changed:
            return "end_date"
        if self.kind is not Kind.VISIT or not changed:
            return "update"
        if "status" in changed and (word := _CALLED_OFF.get(status_of(self.after["status"])[0])):
            return word
        return "move" if changed - {"status", "facility"} else "status" if "status" in changed else "update"


@dataclass(frozen=True, slots=True)
class PendingPage:
    """Records to send, and the cursor of the next page (empty at the end).

    ``waiting`` counts records whose patient the vendor has not got yet; ``unfit`` are records that cannot be sent as
    they are, with their tokens and the reason.
    """

    items: tuple[Pending, ...]
    cursor: str
    waiting: int
    unfit: tuple[tuple[str, str, Problem], ...]


def pending(
    work: Work,
    records: Records,
    vault: Vault,
    connection: str,
    kind: Kind,
    after: str = "",
    limit: int = 100,
    only: Collection[str] | None = None,
) -> PendingPage:
    """A page of what a connection has not got of one kind, oldest change first; dead letters and later tries left out.

    With ``only``, no other records than these.

    Needs a writing transaction: changes that turn out to be none are cleared. A constant number of queries.
    """
    columns = sync_change_table.c
    due = sa.or_(columns.next_at.is_(None), columns.next_at <= work.now)
    wanted = [columns.connection == connection, columns.kind == kind.value, ~columns.dead, due]
    if only is not None:
        wanted.append(columns.local_id.in_(sorted(only)))
    if after:
        wanted.append(columns.token > after)
    rows = work.rows(work.select(sync_change_table).where(*wanted).order_by(columns.token).limit(limit + 1))
    cursor = rows[limit - 1]["token"] if len(rows) > limit else ""
    tokens = {row["local_id"]: row["token"] for row in rows[:limit]}
    bodies = _bodies(work, records, kind, list(tokens))
    for gone in tokens.keys() - bodies.keys():
        clear_change(work, connection, kind, gone, tokens[gone])
    links = vendors_of(work, connection, kind, list(bodies))
    patients, unfit = _patients(kind, bodies)
    patient_links = (
        links if kind is Kind.PATIENT else vendors_of(work, connection, Kind.PATIENT, sorted(set(patients.values())))
    )
    shadows = read_shadows(work, vault, connection, kind, list(links))
    disputes = open_conflicts(work, vault, connection, kind, list(links))
    numbers = _provider_numbers(work, connection, kind, bodies)
    items: list[Pending] = []
    waiting = 0
    for local_id, token in tokens.items():
        if local_id not in patients:
            continue
        patient_id = patients[local_id]
        if kind is not Kind.PATIENT and patient_id not in patient_links:
            waiting += 1
            continue
        try:
            ours = our_fields(kind, bodies[local_id], connection, numbers.get(local_id))
        except ChartlineError as error:
            unfit.append((local_id, error.problem))
            continue
        shadow = shadows.get(local_id, {})
        if local_id in links:
            _ask_blanks(work, vault, (connection, kind, local_id), shadow, ours, disputes)
        elif kind is Kind.VISIT and status_of(ours["status"])[0] in NEVER_MADE:
            clear_change(work, connection, kind, local_id, token)
            continue
        lacking = [name for name in NEEDED[kind] if not ours[name]]
        if lacking:
            unfit.append((local_id, LACKING.problem(kind=kind.value, record=local_id, field=",".join(lacking))))
            continue
        before, target = _sides(shadow, ours, disputes.get(local_id, []))
        item = Pending(
            connection,
            kind,
            local_id,
            token,
            links.get(local_id),
            patient_id,
            patient_links.get(patient_id),
            before,
            target,
        )
        if item.vendor_id is not None and not item.changed:
            clear_change(work, connection, kind, local_id, token)
        else:
            items.append(item)
    told = tuple((local_id, tokens[local_id], problem) for local_id, problem in unfit)
    return PendingPage(tuple(items), cursor, waiting, told)


def pushed(work: Work, vault: Vault, item: Pending, vendor_id: str, exchange: str | None = None) -> None:
    """The vendor has the record now: link it, agree on what was sent, clear the change unless a newer one came.

    Raises ``sync.linked_otherwise``.
    """
    link(work, item.connection, item.kind, item.local_id, vendor_id)
    disputed = {one.field for one in _disputes(work, vault, item)}
    sent = item.changed if item.vendor_id else tuple(item.after)
    agreed = {name: item.after[name] for name in sent if name not in disputed}
    old = agreed_fields(work, vault, item.connection, item.kind, item.local_id)
    if item.vendor_id is None:
        # A feed may have brought a new record back before this: then what the vendor said of it stands.
        agreed = {name: value for name, value in agreed.items() if name not in old}
        if item.kind is Kind.VISIT and "status" in agreed:
            # A vendor books what is new, whatever its state here; the state is a change that follows.
            agreed["status"] = VisitStatus.BOOKED.value
    mark = MADE if item.vendor_id is None else SENT
    marks = {mark + name: item.before.get(name, "") for name, value in agreed.items() if value}
    fresh = {**old, **agreed, **marks}
    write_shadow(work, vault, item.connection, item.kind, item.local_id, fresh)
    clear_change(work, item.connection, item.kind, item.local_id, item.token)
    if "status" in agreed and not same("status", agreed["status"], item.after["status"]):
        note_change_for(work, item.connection, item.kind, item.local_id)
    outcome = Happened.CHANGED if item.vendor_id else Happened.CREATED
    _note(work, item, vendor_id, outcome, ",".join(item.changed) if item.vendor_id else "", exchange)


def left_unknown(work: Work, item: Pending, evidence: str | None) -> None:
    """It was sent and no answer came: it stays pending, and must be looked up before it is sent again."""
    _note(work, item, item.vendor_id, Happened.UNKNOWN, "", evidence)


def agreed_fields(work: Work, vault: Vault, connection: str, kind: Kind, local_id: str) -> Fields:
    """What a connection has of a record, as last agreed; empty when the two never met."""
    return read_shadows(work, vault, connection, kind, [local_id]).get(local_id, {})


def _bodies(work: Work, records: Records, kind: Kind, local_ids: Sequence[str]) -> dict[str, JsonObject]:
    """The present resources, in one query."""
    if not local_ids:
        return {}
    page = records.search(work, RESOURCE[kind], [Criterion("_id", *local_ids)], limit=len(local_ids))
    return {stored.id: stored.reveal(Purpose.EXCHANGE) for stored in page.found}


def _patients(kind: Kind, bodies: dict[str, JsonObject]) -> tuple[dict[str, str], list[tuple[str, Problem]]]:
    """Whose each record is, and the records that are nobody's."""
    patients: dict[str, str] = {}
    unfit: list[tuple[str, Problem]] = []
    for local_id, body in bodies.items():
        try:
            patients[local_id] = patient_of(kind, body)
        except ChartlineError as error:
            unfit.append((local_id, error.problem))
    return patients, unfit


def _provider_numbers(work: Work, connection: str, kind: Kind, bodies: dict[str, JsonObject]) -> dict[str, str]:
    """The vendor's number of the provider of each visit, where it is linked, in one query."""
    if kind is not Kind.VISIT:
        return {}
    providers = {one: who for one, body in bodies.items() if (who := participant_id(body, "Practitioner"))}
    numbers = vendors_of(work, connection, Kind.PROVIDER, sorted(set(providers.values())))
    return {one: numbers[who] for one, who in providers.items() if who in numbers}


def _sides(shadow: Fields, ours: Fields, conflicts: Sequence[StoredConflict]) -> tuple[Fields, Fields]:
    """What the vendor has and what it should have: a disputed field is what it has, a blank one what it had."""
    before = {**{name: value for name, value in shadow.items() if ":" not in name}, **theirs_of(conflicts)}
    disputed = {one.field for one in conflicts}
    target = {name: before.get(name, "") if name in disputed or not value else value for name, value in ours.items()}
    return before, {**before, **target}


def _ask_blanks(
    work: Work,
    vault: Vault,
    record: tuple[str, Kind, str],
    shadow: Fields,
    ours: Fields,
    disputes: dict[str, list[StoredConflict]],
) -> None:
    """Ask about fields that we emptied and the vendor has: nothing is blanked there, and nothing stays apart unsaid."""
    connection, kind, local_id = record
    known = {one.field for one in disputes.get(local_id, [])}
    for name in sorted(ours):
        theirs = shadow.get(name, "")
        if ours[name] or not theirs or name in known or same(name, shadow.get(KEPT + name, ""), theirs):
            continue
        add_conflict(work, vault, connection, kind, local_id, Conflict(name, theirs, "", theirs))
        event = SyncEvent(
            connection=connection,
            direction=Direction.OUT,
            kind=kind,
            outcome=Happened.CONFLICT,
            local_id=local_id,
            code=name,
        )
        note_event(work, event)


def _disputes(work: Work, vault: Vault, item: Pending) -> list[StoredConflict]:
    found = open_conflicts(work, vault, item.connection, item.kind, [item.local_id])
    return found.get(item.local_id, [])


def _note(work: Work, item: Pending, vendor_id: str | None, outcome: Happened, code: str, exchange: str | None) -> None:
    note_event(
        work,
        SyncEvent(
            connection=item.connection,
            direction=Direction.OUT,
            kind=item.kind,
            outcome=outcome,
            local_id=item.local_id,
            vendor_id=vendor_id,
            code=code[:64],
            exchange_id=exchange,
            operation=item.operation,
        ),
    )
