"""Conflicts: one case for each record, decided side by side, and taken back when it was wrong.

The inbox and the merge screen show values, so each look is audited. Refuses to decide by itself: a field that nobody
chose for stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.console.actors import actor_names
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed
from chartline.console.people import names_of, whose
from chartline.console.visitor import PEOPLE, Visiting, Visitor
from chartline.domains.sync.cases import Case, Decision, Disputed, case_of, count_cases, list_cases
from chartline.domains.sync.conflicts import (
    DELETED,
    IDENTITY,
    PATIENT,
    SPECIAL,
    Choice,
    StoredConflict,
    list_decisions,
)
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.ours import RESOURCE
from chartline.domains.sync.resolution import reopen, reopen_record, resolve_record
from chartline.kernel.sealed import Masked, Purpose, Sealed
from chartline.platform.access import Permission
from chartline.platform.audit import Target
from chartline.platform.database import Work

DECIDERS = (Permission.PROVIDER_READ, Permission.SYNC)
PAGE = 50
LATER = "later"
"""The choice that leaves a field open."""
_PLACES = {Kind.PATIENT: "/patients/", Kind.VISIT: "/visits/"}
_ASKED = {
    IDENTITY: ("Is this patient of theirs one of ours?", "Yes, the same person", "No, they are two people"),
    DELETED: ("They deleted this record.", "Keep it here", "It is gone: set it inactive here"),
    PATIENT: ("They say that this visit is another patient's.", "It stays with our patient", "Give it to theirs"),
}
"""Questions about a whole record: what is asked, and what ``ours`` and ``theirs`` mean."""
_START = "start"
_TYPES = {"birth_date": "date", "begin": "date", "end": "date", _START: "datetime-local"}
"""How a value of a field is typed; all others are text."""


@dataclass(frozen=True, slots=True, repr=False)
class Shown(Masked):
    """One field for a page, opened. ``question`` is None for a field, else what is asked and both answers."""

    field: str
    base: str | None
    ours: str
    theirs: str
    ours_at: datetime | None
    ours_by: str
    theirs_at: datetime | None
    question: tuple[str, str, str] | None


@get("/conflicts", sync_to_thread=True)
def conflicts_page(visitor: Visiting, decided: bool = False, cursor: UUID | None = None) -> Response:
    """Records with open conflicts, oldest first; or what was decided, newest first."""
    after = str(cursor) if cursor else ""
    with visitor.showing("console.conflicts", permissions=PEOPLE) as work:
        values = _decided(visitor, work, after) if decided else _open(visitor, work, after)
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    return visitor.page(
        "conflicts.html",
        "conflicts",
        names=names,
        decided=decided,
        places=_PLACES,
        may_decide=visitor.may(DECIDERS),
        **values,
    )


@get("/conflicts/{connection_id:uuid}/{kind:str}/{local_id:uuid}", sync_to_thread=True)
def merge_page(visitor: Visiting, connection_id: UUID, kind: str, local_id: UUID) -> Response:
    """The merge screen of one record: what was agreed, ours and theirs, field by field."""
    place = (str(connection_id), _kind(kind), str(local_id))
    records, vault = visitor.services.records, visitor.services.vault
    with visitor.showing("console.conflict", Target(place[1].value, place[2]), PEOPLE) as work:
        case = case_of(work, records, vault, *place)
        person = whose(work, records, [place[1:]]).get(place[1:])
        fields = _fields(visitor, work, case) if case else []
        name = visitor.services.connections.get(work, place[0]).name
    return visitor.page(
        "conflict.html",
        "conflicts",
        case=case,
        fields=fields,
        person=person,
        name=name,
        kind=place[1],
        address="/conflicts/{}/{}/{}".format(*place),
        place=_PLACES.get(place[1]),
        local_id=place[2],
        types=_TYPES,
        may_decide=visitor.may(DECIDERS),
    )


@post("/conflicts/{connection_id:uuid}/{kind:str}/{local_id:uuid}", sync_to_thread=True)
def decide_record(visitor: Visiting, connection_id: UUID, kind: str, local_id: UUID, data: Form) -> Redirect:
    """Decides the fields that somebody chose for, in one version of the record."""
    visitor.require(DECIDERS)
    services, place = visitor.services, (str(connection_id), _kind(kind), str(local_id))
    with visitor.read():
        pass
    with visitor.work() as work:
        case = case_of(work, services.records, services.vault, *place)
        if case is None:
            return visitor.go("/conflicts", "settled")
        choices = _choices(case, data, visitor.zone)
        decision = resolve_record(work, services.records, services.vault, *place, choices, visitor.actor)
        detail = {name: one.choice.value for name, one in choices.items()}
        # About the record itself, so that the next conflict can tell who put our value there.
        visitor.record(work, "conflict.decide", Target(RESOURCE[place[1]], place[2]), decision=decision, **detail)
    left = len(case.fields) - len(choices)
    return visitor.go("/conflicts/{}/{}/{}".format(*place) if left else "/conflicts", "decided")


@post("/conflicts/decisions/{decision_id:uuid}", sync_to_thread=True)
def take_back(visitor: Visiting, decision_id: UUID) -> Redirect:
    """Takes a whole decision back."""
    visitor.require(DECIDERS)
    services, identity = visitor.services, str(decision_id)
    with visitor.work() as work:
        reopen_record(work, services.records, services.vault, identity, visitor.actor)
        visitor.record(work, "conflict.reopen", Target("decision", identity))
    return visitor.go("/conflicts", "reopened")


@post("/conflicts/{conflict_id:uuid}", sync_to_thread=True)
def take_field_back(visitor: Visiting, conflict_id: UUID) -> Redirect:
    """Takes one field of a decision back."""
    visitor.require(DECIDERS)
    services, identity = visitor.services, str(conflict_id)
    with visitor.work() as work:
        reopen(work, services.records, services.vault, identity, visitor.actor)
        visitor.record(work, "conflict.reopen", Target("conflict", identity))
    return visitor.go("/conflicts", "reopened")


def _open(visitor: Visitor, work: Work, cursor: str) -> dict[str, object]:
    lines, after = list_cases(work, cursor=cursor, limit=PAGE)
    people = whose(work, visitor.services.records, [(one.kind, one.local_id) for one in lines])
    return {"lines": lines, "people": people, "cursor": after, "total": count_cases(work)}


def _decided(visitor: Visitor, work: Work, cursor: str) -> dict[str, object]:
    vault = visitor.services.vault
    decisions, after = list_decisions(work, vault, cursor, PAGE)
    whole = {(each[0].kind, each[0].local_id) for each in decisions}
    return {
        "groups": [
            {"decision": each[0].decision, "first": each[0], "fields": [_done(visitor, one) for one in each]}
            for each in decisions
        ],
        "people": whose(work, visitor.services.records, whole),
        "actors": actor_names(visitor),
        "cursor": after,
        "total": 0,
    }


def _done(visitor: Visitor, conflict: StoredConflict) -> dict[str, object]:
    """A decided field: what was chosen, and the value that came of it."""
    decided = conflict.decided.reveal(Purpose.SHOW)
    value = decided.after if decided and conflict.field not in SPECIAL else ""
    return {"conflict": conflict, "value": readable(conflict.field, value, visitor.zone)}


def _fields(visitor: Visitor, work: Work, case: Case) -> list[Shown]:
    people = [one.reveal(Purpose.MATCH) for each in case.fields.values() for one in _ids(each.conflict)]
    names = names_of(work, visitor.services.records, people)
    actors = actor_names(visitor)
    return [_shown(one, names, actors, visitor.zone) for one in case.fields.values()]


def _ids(conflict: StoredConflict) -> tuple[Sealed[str], ...]:
    """The values of a question that are ids of patients."""
    return (conflict.ours, conflict.theirs) if conflict.field in (IDENTITY, PATIENT) else ()


def _shown(one: Disputed, names: Mapping[str, str], actors: Mapping[str, str], zone: ZoneInfo) -> Shown:
    conflict, question = one.conflict, _ASKED.get(one.conflict.field)
    base, ours = conflict.base.reveal(Purpose.SHOW), conflict.ours.reveal(Purpose.SHOW)
    theirs = conflict.at_vendor.reveal(Purpose.SHOW)
    if question is None:
        base = readable(conflict.field, base, zone) if base is not None else None
        ours, theirs = (readable(conflict.field, value, zone) for value in (ours, theirs))
    else:
        base, ours, theirs = None, names.get(ours, ""), names.get(theirs, "")
    by = one.ours.by if one.ours else None
    return Shown(
        conflict.field,
        base,
        ours,
        theirs,
        one.ours.at if one.ours else None,
        actors.get(by, by.partition(":")[0]) if by else "",
        one.theirs_at,
        question,
    )


def readable(field: str, value: str, zone: ZoneInfo) -> str:
    """A value as people read it: a visit's start on the office's wall clock, everything else as it is."""
    if field != _START or not value:
        return value
    local = datetime.fromisoformat(value).astimezone(zone)
    return f"{local:%b} {local.day}, {local.year}, {local:%H:%M}"


def _choices(case: Case, data: Mapping[str, str], zone: ZoneInfo) -> dict[str, Decision]:
    """What was chosen, by field. Raises ``console.bad_form`` when it is nothing, or a word that is no choice."""
    everything = typed(data, "all")
    if everything:
        if everything not in (Choice.OURS, Choice.THEIRS):
            raise BAD_FORM.error(field="all")
        return case.all(Choice(everything))
    chosen: dict[str, Decision] = {}
    for name in case.fields:
        word = typed(data, f"choice.{name}")
        if word in ("", LATER):
            continue
        if word not in {one.value for one in Choice}:
            raise BAD_FORM.error(field=name)
        value = Sealed(_value(data, name, zone)) if word == Choice.VALUE else None
        chosen[name] = Decision(Choice(word), value)
    if not chosen:
        raise BAD_FORM.error(field="choice")
    return chosen


def _value(data: Mapping[str, str], name: str, zone: ZoneInfo) -> str:
    """A typed value; a moment is on the office's wall clock."""
    text = typed(data, f"value.{name}", needed=True)
    if name != _START:
        return text
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
    except ValueError:
        raise BAD_FORM.error(field=name) from None


def _kind(text: str) -> Kind:
    if text not in {one.value for one in Kind}:
        raise BAD_FORM.error(field="kind")
    return Kind(text)


PAGES = [conflicts_page, merge_page, decide_record, take_back, take_field_back]
