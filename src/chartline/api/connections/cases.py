"""Records on which the two sides differ, each as one case; whose field is whose; words that nobody knows here.

Values are shown to those who may see patients, and every look is audited.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar.params import Parameter
from msgspec import Meta

from chartline.api.caller import PEOPLE, SYNC_ADMIN, SYNC_VIEW
from chartline.api.conflicts import DECIDERS
from chartline.api.connections.chosen import Choosing
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, Done, Limit, Made, act, read
from chartline.domains.sync.cases import Decision, Disputed, case_of, list_cases
from chartline.domains.sync.conflicts import NO_CONFLICT, Choice
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.merge import Owner
from chartline.domains.sync.owners import list_owners, set_owner
from chartline.domains.sync.quarantine import close_quarantined, list_quarantined
from chartline.domains.sync.resolution import reopen_record, resolve_record
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target

Exchanged = Literal["patient", "coverage", "visit"]
Record = Annotated[UUID, Parameter(description="Our id of the record.")]


class CaseRow(msgspec.Struct, kw_only=True):
    """A record with fields in dispute."""

    kind: str
    id: str
    fields: list[str]
    opened: datetime


class CaseList(msgspec.Struct):
    """Cases, oldest first, and the cursor of the next page."""

    cases: list[CaseRow]
    next: str | None


class DisputedBody(msgspec.Struct, kw_only=True):
    """One field: what both last agreed on (null where they never did), and each side's value with who and when."""

    field: str
    base: str | None
    ours: str
    theirs: str
    ours_at: datetime | None
    ours_by: str | None
    theirs_at: datetime | None
    opened: datetime


class CaseBody(msgspec.Struct, kw_only=True):
    """One case."""

    kind: str
    id: str
    opened: datetime
    fields: list[DisputedBody]


class DecisionBody(msgspec.Struct, forbid_unknown_fields=True):
    """``value`` goes with the choice ``value`` only."""

    choice: Literal["ours", "theirs", "value"]
    value: Annotated[str, Meta(max_length=200)] | None = None


class DecideBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is decided, by field; a field that is not named stays open."""

    fields: Annotated[dict[Annotated[str, Meta(max_length=40)], DecisionBody], Meta(min_length=1, max_length=40)]


class TakeBackBody(msgspec.Struct, forbid_unknown_fields=True):
    """The decision, by the id it was answered with."""

    decision: UUID


class OwnerRow(msgspec.Struct, kw_only=True):
    """Who wins when both sides change a field; ``default`` is what it is unless the practice says otherwise."""

    kind: str
    field: str
    owner: str
    default: str


class OwnerList(msgspec.Struct):
    """Every field that is exchanged."""

    owners: list[OwnerRow]


class OwnerBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who wins from now on; null goes back to the default."""

    kind: Exchanged
    field: Annotated[str, Meta(min_length=1, max_length=40)]
    owner: Owner | None


class UnknownRow(msgspec.Struct, kw_only=True):
    """Something the vendor said that nobody knows here, and what our record holds in its place."""

    id: str
    kind: str
    field: str
    value: str
    taken: str
    record: str | None
    exchange_id: str | None


class UnknownList(msgspec.Struct):
    """Unknown words, oldest first, and the cursor of the next page."""

    unknown: list[UnknownRow]
    next: str | None


@read("/sync/cases", summary="Records on which the two sides differ")
def cases(chosen: Choosing, limit: Limit = 50, cursor: Cursor = None) -> CaseList:
    """One line for each record, with the names of its fields in dispute; no values."""
    _, _, connection = chosen.to_look(SYNC_VIEW)
    with chosen.caller.read() as work:
        found, following = list_cases(work, connection, cursor or "", limit)
    rows = [CaseRow(kind=one.kind.value, id=one.local_id, fields=list(one.fields), opened=one.opened) for one in found]
    return CaseList(rows, following or None)


@read("/sync/cases/{kind:str}/{record:uuid}", summary="One case with both values")
def case(chosen: Choosing, kind: Annotated[Exchanged, Parameter()], record: Record) -> CaseBody:
    """Base, ours and theirs of each field, with who and when; the look is audited."""
    _, _, connection = chosen.to_look(PEOPLE)
    services, identity = chosen.caller.services, str(record)
    with chosen.caller.showing("api.case.read", Target(kind, identity)) as work:
        found = case_of(work, services.records, services.vault, connection, Kind(kind), identity)
        if found is None:
            raise NO_CONFLICT.error(record=identity)
        fields = [_disputed(name, one) for name, one in found.fields.items()]
    return CaseBody(kind=kind, id=identity, opened=found.opened, fields=fields)


@act("/sync/cases/{kind:str}/{record:uuid}", summary="Decide a case, field by field")
def decide(chosen: Choosing, kind: Annotated[Exchanged, Parameter()], record: Record, data: DecideBody) -> Made:
    """Decides the named fields in one new version; the id of the decision takes all of it back."""
    chosen.allow(DECIDERS)
    services, caller, identity = chosen.caller.services, chosen.caller, str(record)
    choices = {
        name: Decision(Choice(one.choice), Sealed(one.value) if one.value is not None else None)
        for name, one in data.fields.items()
    }
    connection = chosen.connection.id
    with caller.work() as work:
        decision = resolve_record(
            work, services.records, services.vault, connection, Kind(kind), identity, choices, caller.actor
        )
        caller.record(work, "conflict.decide", Target(kind, identity), fields=str(len(choices)))
    return Made(decision)


@act("/sync/cases/take-back", summary="Take a whole decision back")
def take_back(chosen: Choosing, data: TakeBackBody) -> Done:
    """Our values are as before, and the conflicts are open again. Later edits of other fields stay."""
    chosen.allow(DECIDERS)
    services, caller, decision = chosen.caller.services, chosen.caller, str(data.decision)
    with caller.work() as work:
        reopen_record(work, services.records, services.vault, decision, caller.actor)
        caller.record(work, "conflict.reopen", Target("decision", decision))
    return Done()


@read("/sync/owners", summary="Whose field is whose")
def owners(chosen: Choosing) -> OwnerList:
    """Who wins when both sides change the same field."""
    _, _, connection = chosen.to_look(SYNC_VIEW)
    with chosen.caller.read() as work:
        found = list_owners(work, connection)
    return OwnerList(
        [
            OwnerRow(kind=one.kind.value, field=one.field, owner=one.owner.value, default=one.default.value)
            for one in found
        ]
    )


@act("/sync/owners", summary="Say whose field it is")
def change_owner(chosen: Choosing, data: OwnerBody) -> Done:
    """Ours, theirs, the newest, or ask a person; null goes back to the default."""
    chosen.allow(SYNC_ADMIN)
    connection = chosen.connection.id
    with chosen.caller.work() as work:
        set_owner(work, connection, Kind(data.kind), data.field, data.owner, chosen.caller.actor)
        target, owner = Target("connection", connection), data.owner.value if data.owner else "default"
        chosen.caller.record(work, "sync.owner", target, field=f"{data.kind}.{data.field}", owner=owner)
    return Done()


@read("/sync/unknown", summary="Words of the vendor that nobody knows here")
def unknown(chosen: Choosing, closed: bool = False, limit: Limit = 50, cursor: Cursor = None) -> UnknownList:
    """Each once, with the first record that had it; the look is audited."""
    _, _, connection = chosen.to_look(PEOPLE)
    with chosen.caller.showing("api.unknown.read") as work:
        vault = chosen.caller.services.vault
        found, following = list_quarantined(
            work, vault, connection, closed=closed, cursor=id_cursor(cursor), limit=limit
        )
        rows = [
            UnknownRow(
                id=one.id,
                kind=one.kind.value,
                field=one.field,
                value=one.value.reveal(Purpose.SHOW),
                taken=one.taken.reveal(Purpose.SHOW),
                record=one.local_id,
                exchange_id=one.exchange_id,
            )
            for one in found
        ]
    return UnknownList(rows, following or None)


@act("/sync/unknown/{unknown_id:uuid}/close", summary="A person has seen to it")
def close_unknown(chosen: Choosing, unknown_id: UUID) -> Done:
    """Takes the word off the list; it is not listed anew."""
    chosen.to_change()
    identity = str(unknown_id)
    with chosen.caller.work() as work:
        close_quarantined(work, identity, chosen.caller.actor)
        chosen.caller.record(work, "sync.unknown_close", Target("quarantine", identity))
    return Done()


def _disputed(name: str, one: Disputed) -> DisputedBody:
    conflict = one.conflict
    return DisputedBody(
        field=name,
        base=conflict.base.reveal(Purpose.SHOW),
        ours=conflict.ours.reveal(Purpose.SHOW),
        theirs=conflict.theirs.reveal(Purpose.SHOW),
        ours_at=one.ours.at if one.ours else None,
        ours_by=one.ours.by if one.ours else None,
        theirs_at=one.theirs_at,
        opened=conflict.opened,
    )


HANDLERS = [cases, case, decide, take_back, owners, change_owner, unknown, close_unknown]
