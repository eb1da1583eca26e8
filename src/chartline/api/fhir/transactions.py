"""A transaction: every entry or none, in one transaction of the database.

Resources are checked first. Then every entry's identity is found out (conditions under locks, in one order for all, so
that two transactions wait for each other and do not deadlock); two entries about the same resource end it before
anything is written. References are rewritten, conditional ones looked up among the entries and in the records. Then
all writes are made together, and last the reads. The first refusal undoes everything and names its entry.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from chartline.api.fhir.address import Address, read_address
from chartline.api.fhir.bodies import checked
from chartline.api.fhir.criteria import conditions, find_one, lock_name, read_conditions, refuse_misplaced
from chartline.api.fhir.dispatch import run
from chartline.api.fhir.entries import Entry, read_entries
from chartline.api.fhir.outcomes import RefusedEntry
from chartline.api.fhir.patching import apply, read_patch
from chartline.api.fhir.preferences import expected_version
from chartline.api.fhir.problems import (
    BAD_BUNDLE,
    CLASH,
    ID_TAKEN,
    NO_MATCH,
    TOO_MANY,
    UNRESOLVED,
    WRONG_ID,
    WRONG_TYPE,
)
from chartline.api.fhir.request import Answer, FhirRequest, pairs
from chartline.api.fhir.rewriting import Conditional, rewrite
from chartline.api.fhir.session import Session, resource_of
from chartline.api.fhir.write import allow_replacing, expected_state, preconditions, require_clients, written
from chartline.domains.sync.changes import note_written
from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.search import Condition, extract, holds
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Masked
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.records import Stored
from chartline.platform.records.stored import NOT_FOUND
from chartline.platform.records.writing import Change

_ACTIONS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(slots=True, repr=False)
class Step(Masked):
    """One entry on its way: where it goes, which resources it is about, and what was there before.

    ``id`` is the resource's id; ``known`` the one that a condition found. ``kept`` says that nothing is written (a
    conditional create whose resource is there). ``more`` are the other ids of a conditional delete.
    """

    entry: Entry
    address: Address
    id: str | None = None
    known: Stored | None = None
    kept: bool = False
    fresh: bool = False
    more: list[Stored] = field(default_factory=list)

    @property
    def method(self) -> str:
        """The entry's method."""
        return self.entry.request.method

    @property
    def rtype(self) -> str:
        """The type it is about."""
        return self.address.rtype or ""


def transaction(session: Session, request: FhirRequest, body: JsonObject) -> list[Answer]:
    """The answers to the entries in their order. Raises ``RefusedEntry`` around the error of an entry."""
    steps = [_step(session, entry) for entry in read_entries(request, body)]
    writes = [step for step in steps if step.method not in ("GET", "HEAD") and step.address.interaction != "operation"]
    with session.writing() as work:
        inner = session.within(work)
        _lock(inner, work, writes)
        for step in writes:
            with _of(step):
                _identify(inner, work, step)
        _refuse_clashes(writes)
        _point(inner, work, request, writes)
        answers = _write(inner, work, writes)
        for step in steps:
            if id(step) not in answers:
                with _of(step):
                    answers[id(step)] = run(inner, step.entry.request)
    return [answers[id(step)] for step in steps]


@contextmanager
def _of(step: Step) -> Generator[None, None, None]:
    """Puts the place of the entry around an error."""
    try:
        yield
    except RefusedEntry:
        raise
    except ChartlineError as error:
        raise RefusedEntry(error, step.entry.place) from None


def _step(session: Session, entry: Entry) -> Step:
    """An entry with its address read, its rights asked for and its resource checked."""
    step = Step(entry, Address(""))
    with _of(step):
        request, resource = entry.request, entry.resource
        step.address = read_address(request.method, request.segments)
        interaction = step.address.interaction
        if interaction == "bundle":
            raise BAD_BUNDLE.error(element=f"{entry.place}.request.url", why="nested")
        if interaction in ("create", "update", "patch", "delete"):
            session.rights.require(step.rtype, {"create": "c", "update": "u", "patch": "u", "delete": "d"}[interaction])
        if interaction == "create":
            refuse_misplaced(request, step.rtype)
        if interaction in ("create", "update") and resource is not None:
            if resource.get("resourceType") != step.rtype:
                raise WRONG_TYPE.error(type=step.rtype, expression=f"{entry.place}.resource.resourceType")
            checked(resource)
    return step


def _condition(step: Step) -> tuple[tuple[str, str], ...] | None:
    """The parameters by which an entry says which resource it means; None when it names it."""
    if step.method == "POST":
        text = step.entry.request.header("if-none-exist").strip().removeprefix("?").removeprefix(f"{step.rtype}?")
        return pairs(text) if "if-none-exist" in step.entry.request.headers else None
    return conditions(step.entry.request) if step.address.id is None else None


def _lock(session: Session, work: Work, writes: Sequence[Step]) -> None:
    """Take the locks of all conditions in one order."""
    asked = ((step.rtype, _condition(step)) for step in writes)
    for name in sorted({lock_name(rtype, found) for rtype, found in asked if found is not None}):
        session.records.lock_criteria(work, name)


def _identify(session: Session, work: Work, step: Step) -> None:
    """Find out which resource an entry is about."""
    request, resource, condition = step.entry.request, step.entry.resource, _condition(step)
    if step.method == "DELETE" and condition is not None:
        _identify_deleted(session, work, step)
        return
    if condition is not None:
        step.known = find_one(session, work, request, step.rtype, condition)
    named = resource.get("id") if resource is not None and step.method == "PUT" else None
    if step.method == "POST":
        step.kept, step.fresh = step.known is not None, step.known is None
        step.id = step.known.id if step.known is not None else new_id()
    elif condition is None:
        step.id = step.address.id
        if step.method == "PUT" and named != step.id:
            raise WRONG_ID.error(type=step.rtype, expression=f"{step.entry.place}.resource.id")
    elif step.known is not None:
        step.id = step.known.id
        if named not in (None, step.id):
            raise WRONG_ID.error(type=step.rtype, expression=f"{step.entry.place}.resource.id")
    elif step.method == "PATCH":
        raise NO_MATCH.error(type=step.rtype)
    else:
        _identify_new(session, work, step, named)


def _identify_new(session: Session, work: Work, step: Step, named: object) -> None:
    """A conditional update that found nothing: under the id of the body, if that is free, or a new one."""
    session.rights.require(step.rtype, "c")
    if isinstance(named, str) and session.records.find(work, step.rtype, named) is not None:
        raise ID_TAKEN.error(type=step.rtype)
    step.fresh = named is None
    step.id = named if isinstance(named, str) else new_id()


def _identify_deleted(session: Session, work: Work, step: Step) -> None:
    """Everything that a conditional delete means."""
    most = session.services.settings.fhir_delete_most
    session.rights.require(step.rtype, "s")
    query = read_conditions(session, work, step.entry.request, step.rtype, conditions(step.entry.request))
    found = session.records.matching(work, step.rtype, query.criteria[0], session.rights.changeable, limit=most + 1)
    if len(found) > most:
        raise TOO_MANY.error(count=str(most))
    step.more = found


def _refuse_clashes(writes: Sequence[Step]) -> None:
    """Raises ``fhir.transaction_clash`` when two entries are about one resource."""
    seen: set[tuple[str, str]] = set()
    asked: set[str] = set()
    for step in writes:
        names = [(step.rtype, step.id)] if step.id is not None else [(step.rtype, one.id) for one in step.more]
        condition = _condition(step)
        # Two new resources under the same condition would make it fit twice.
        lock = lock_name(step.rtype, condition) if condition is not None and step.fresh else None
        with _of(step):
            if any(name in seen for name in names) or lock in asked:
                raise CLASH.error(type=step.rtype)
        seen.update((rtype, identity) for rtype, identity in names if identity is not None)
        asked |= {lock} if lock is not None else set()


def _point(session: Session, work: Work, request: FhirRequest, writes: Sequence[Step]) -> None:
    """Rewrite the references of all resources to where their targets will be."""
    targets: dict[str, str] = {}
    for step in writes:
        address = step.entry.full_url
        if step.id is None or not address:
            continue
        targets[address] = f"{step.rtype}/{step.id}"
        own = "/".join(address.rsplit("/", 2)[1:])
        if step.method == "POST" and "://" in address and own.startswith(f"{step.rtype}/"):
            # The entries around it may call it by its relative address.
            targets[own] = targets[address]
    left: list[tuple[Step, Conditional]] = []
    for step in writes:
        resource = step.entry.resource
        if resource is not None and not step.kept:
            left += [(step, one) for one in rewrite(resource, targets, f"{step.entry.place}.resource")]
    known: dict[str, str] = {}
    for step, one in left:
        with _of(step):
            if one.text not in known:
                known[one.text] = _look_up(session, work, request, writes, one)
            one.holder["reference"] = known[one.text]


def _look_up(session: Session, work: Work, request: FhirRequest, writes: Sequence[Step], asked: Conditional) -> str:
    """The one resource that a conditional reference means, among the entries or in the records.

    Raises ``fhir.unresolved_reference``.
    """
    rtype, _, text = asked.text.partition("?")
    if rtype not in RESOURCE_TYPES:
        raise UNRESOLVED.error(element=asked.place)
    session.rights.require(rtype, "s")
    criteria = read_conditions(session, work, request, rtype, pairs(text)).criteria[0]
    touched = {(step.rtype, step.id) for step in writes} | {
        (step.rtype, one.id) for step in writes for one in step.more
    }
    stored = session.records.matching(work, rtype, criteria, session.rights.reach, limit=3 + len(touched))
    found = {one.id for one in stored if (rtype, one.id) not in touched}
    for step in writes:
        if step.rtype != rtype or step.id is None or step.method == "DELETE":
            continue
        resource = resource_of(step.known) if step.kept and step.known is not None else step.entry.resource
        if resource is None or not all(isinstance(one, Condition) for one in criteria):
            continue
        values = extract({**resource, "id": step.id})
        if all(holds(one, values) for one in criteria if isinstance(one, Condition)):
            found.add(step.id)
    if len(found) != 1:
        raise UNRESOLVED.error(element=asked.place, count=str(len(found)))
    return f"{rtype}/{found.pop()}"


def _write(session: Session, work: Work, writes: Sequence[Step]) -> dict[int, Answer]:
    """Make all writes together; the answers by the identity of their steps."""
    before = _before(session, work, writes)
    changes: list[tuple[Step, Change]] = []
    for step in writes:
        with _of(step):
            changes += [(step, change) for change in _changes(session, step, before)]
    with preconditions(_any_condition(writes)):
        stored = session.records.write_many(work, [change for _, change in changes])
    note_written(work, [(one.type, one.id) for one in stored if not one.deleted])
    events = [(work.now, _event(session, step, one, before)) for (step, _), one in zip(changes, stored, strict=True)]
    session.services.audit.record_many(work, events)
    after = {id(step): one for (step, _), one in zip(changes, stored, strict=True)}
    answers: dict[int, Answer] = {}
    for step in writes:
        if step.method == "DELETE":
            answers[id(step)] = Answer(204, native=True)
        elif step.kept and step.known is not None:
            answers[id(step)] = written(step.entry.request, step.known, 200)
        else:
            made = step.fresh or (step.rtype, step.id or "") not in before
            answers[id(step)] = written(step.entry.request, after[id(step)], 201 if made else 200)
    return answers


def _before(session: Session, work: Work, writes: Sequence[Step]) -> dict[tuple[str, str], Stored]:
    """What is there now of everything that will be changed, in one query."""
    wanted = [(step.rtype, step.id) for step in writes if step.id is not None and not step.fresh and not step.kept]
    found = session.records.read_many(work, wanted, session.rights.changeable) if wanted else {}
    return found | {(one.type, one.id): one for step in writes for one in step.more}


def _changes(session: Session, step: Step, before: dict[tuple[str, str], Stored]) -> list[Change]:
    """The writes of one entry. Raises as the interaction by itself does."""
    request, resource = step.entry.request, step.entry.resource
    if step.kept:
        return []
    if step.method == "DELETE":
        gone = step.more if step.id is None else [one for one in [before.get((step.rtype, step.id))] if one is not None]
        for one in gone:
            require_clients(one)
        return [Change.delete(step.rtype, one.id, expected_version(request)) for one in gone]
    known = before.get((step.rtype, step.id or ""))
    if step.method == "PATCH":
        if known is None:
            raise NOT_FOUND.error(type=step.rtype, id=step.id or "")
        allow_replacing(session, known, step.rtype, known.id, expected_version(request))
        resource = apply(resource_of(known), read_patch(request))
        session.rights.require_within(resource)
        return [Change.put(resource, known.version, "PATCH")]
    if resource is None:
        raise BAD_BUNDLE.error(element=f"{step.entry.place}.resource")
    resource = {**resource, "id": step.id}
    session.rights.require_within(resource)
    if step.fresh:
        return [Change.put(resource, None, "POST", fresh=True)]
    with preconditions(request):
        allow_replacing(session, known, step.rtype, step.id or "", expected_state(request))
    return [Change.put(resource, expected_state(request), "PUT")]


def _any_condition(writes: Sequence[Step]) -> FhirRequest:
    """A request that stands for all: whether any of them names a version decides how a conflict is told."""
    named = (step.entry.request for step in writes if "if-match" in step.entry.request.headers)
    return next(named, FhirRequest("POST", ()))


def _event(session: Session, step: Step, stored: Stored, before: dict[tuple[str, str], Stored]) -> AuditEvent:
    action = _ACTIONS[step.method]
    if action == "update" and (stored.type, stored.id) not in before:
        action = "create"
    return AuditEvent(
        session.principal.actor,
        f"fhir.{action}",
        Target(stored.type, stored.id),
        detail={"version": str(stored.version)},
    )
