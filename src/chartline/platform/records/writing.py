"""Writes: one or many resources in few statements, whatever their number.

Rows are locked in the order of their keys, so that two transactions wait for each other and do not deadlock. Versions
are compared under the lock, superseded ones kept, and only index rows that differ are changed. Refuses wrong versions
and the same resource twice in one call. Storing the same content again makes no version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chartline.formats.fhir import BAD_SHAPE, JsonObject, canonical, parse, text
from chartline.formats.fhir.elements import child
from chartline.formats.fhir.search import extract
from chartline.kernel.sealed import Masked, Sealed
from chartline.platform.database import Work
from chartline.platform.records import index_rows, resource_rows
from chartline.platform.records.keys import Keys
from chartline.platform.records.observing import Observer, Written
from chartline.platform.records.parameters import CustomParameters, Parameters
from chartline.platform.records.postings import NOTHING, Postings, postings
from chartline.platform.records.resource_rows import Stamps
from chartline.platform.records.rows import Kept, moment, now, plain, stamped, stored
from chartline.platform.records.stored import NOT_FOUND, TWICE, VERSION_CONFLICT, Stored
from chartline.platform.vault import Vault

_ROUNDS = 3
"""How often a write gives way to another transaction that stored the same new id first."""


@dataclass(frozen=True, slots=True, repr=False)
class Change(Masked):
    """One write: ``resource`` with the id it shall have, or None to delete.

    ``if_version`` is the version that must be present (0 for none). ``owner`` None keeps the present one. ``fresh``
    says that the id is new, made a moment ago, so nothing needs to be looked up.
    """

    type: str
    id: str
    resource: JsonObject | None
    if_version: int | None = None
    method: str = "PUT"
    owner: str | None = None
    fresh: bool = False

    @classmethod
    def put(
        cls,
        resource: JsonObject,
        if_version: int | None = None,
        method: str = "PUT",
        owner: str | None = None,
        *,
        fresh: bool = False,
    ) -> Change:
        """Store a resource under the id it carries. Raises ``fhir.bad_shape`` when it has no type or id."""
        rtype, identity = text(resource, "resourceType"), text(resource, "id")
        if rtype is None or identity is None:
            raise BAD_SHAPE.error(count="1", faults=f"{rtype}.id: is required")
        return cls(rtype, identity, resource, if_version, method, owner, fresh)

    @classmethod
    def delete(cls, rtype: str, identity: str, if_version: int | None = None) -> Change:
        """Delete a resource."""
        return cls(rtype, identity, None, if_version, "DELETE")


@dataclass(frozen=True, slots=True, repr=False)
class Step(Masked):
    """What a change comes to: the row and the content before, the version after with its JSON and its content."""

    key: int
    before: Kept | None
    content: JsonObject | None
    after: Stored
    body: bytes
    resource: JsonObject | None


class Writer:
    """Writes in the transactions it is given."""

    def __init__(self, vault: Vault, parameters: Parameters, observer: Observer | None = None) -> None:
        self._vault, self._parameters, self._observer = vault, parameters, observer

    def write(self, work: Work, keys: Keys, changes: Sequence[Change]) -> list[Stored]:
        """Make all changes; answers the versions in the order of the changes.

        Raises ``records.twice``, ``records.not_found``, ``records.version_conflict``.
        """
        open_changes = {keys.resource(change.type, change.id): change for change in changes}
        if len(open_changes) != len(changes):
            raise TWICE.error(count=str(len(changes)))
        order = {key: at for at, key in enumerate(open_changes)}
        done: dict[int, Stored] = {}
        for _ in range(_ROUNDS):
            steps, stamps = self._plan(work, open_changes, done)
            late = self._make(work, keys, steps, order, stamps)
            done.update({step.key: step.after for step in steps if step.key not in late})
            open_changes = {key: change for key, change in open_changes.items() if key in late}
            if not open_changes:
                return [done[keys.resource(change.type, change.id)] for change in changes]
        raise VERSION_CONFLICT.error(count=str(len(open_changes)))

    def _plan(
        self, work: Work, changes: Mapping[int, Change], done: dict[int, Stored]
    ) -> tuple[list[Step], Stamps | None]:
        """The steps in the order of their keys, and the stamps where they were seen.

        What changes nothing is put into ``done`` at once.
        """
        asked = sorted(key for key, change in changes.items() if not change.fresh)
        rows, stamps = resource_rows.locked(work, asked) if asked else ([], None)
        before = {row.key: row for row in rows}
        when = now(work)  # under the locks, so that later versions are not older
        steps = []
        for key in sorted(changes):
            step = self._step(work, key, changes[key], before.get(key), when)
            if isinstance(step, Step):
                steps.append(step)
            else:
                done[key] = step
        return steps, stamps

    def _step(self, work: Work, key: int, change: Change, before: Kept | None, when: datetime) -> Step | Stored:
        if change.resource is None and before is None:
            raise NOT_FOUND.error(type=change.type, id=change.id)
        present = 0 if before is None else before.version
        if change.if_version is not None and change.if_version != present:
            raise VERSION_CONFLICT.error(
                type=change.type, id=change.id, present=str(present), expected=str(change.if_version)
            )
        body = plain(self._vault, work, before) if before is not None else b""
        when = max(when, moment(before.updated)) if before is not None else when
        content = parse(body) if before is not None and not before.deleted else None
        resource = change.resource
        if resource is not None and self._observer is not None:
            resource = self._observer.prepare(work, content, resource)
        owner = change.owner if change.owner is not None else before.owner if before else ""
        if before is not None and owner == before.owner and _same(content, resource):
            return stored(before, body)
        if resource is None:
            gone = Stored(change.type, change.id, present + 1, when, True, Sealed(b""), "DELETE", owner)
            return Step(key, before, content, gone, b"", None)
        made, after = stamped(resource, present + 1, when, change.method, owner)
        return Step(key, before, content, after, made, resource)

    def _make(
        self, work: Work, keys: Keys, steps: Sequence[Step], order: Mapping[int, int], stamps: Stamps | None
    ) -> set[int]:
        """Write the steps; answers the keys of new resources that another transaction stored first."""
        if not steps:
            return set()
        fresh = [step for step in steps if step.before is None]
        further = [(step, step.before) for step in steps if step.before is not None]
        # Numbers in the order of the changes, rows in the order of the keys.
        place = {key: at for at, key in enumerate(sorted((step.key for step in fresh), key=lambda key: order[key]))}
        seal = resource_rows.sealer(self._vault, work)
        made = resource_rows.insert(work, [(place[one.key], one.key, one.after, one.body) for one in fresh], seal)
        resource_rows.supersede(work, [(before, step.after, step.body) for step, before in further], seal)
        seen = made.stamps if stamps is None else stamps
        custom = self._parameters.known(work, seen.parameters) if seen is not None else self._parameters.all(work)
        index_rows.change(
            work,
            [
                (made.numbers[one.key], NOTHING, _rows(keys, custom, one.after.type, one.resource))
                for one in fresh
                if one.key in made.numbers
            ]
            + [
                (
                    before.pk,
                    _rows(keys, custom, one.after.type, one.content),
                    _rows(keys, custom, one.after.type, one.resource),
                )
                for one, before in further
            ],
        )
        late = {step.key for step in fresh} - made.numbers.keys()
        for step in steps:
            if step.after.type == "SearchParameter" and step.key not in late:
                self._parameters.follow(work, step.after, step.resource)
        if self._observer is not None:
            asked = sorted((one for one in steps if one.key not in late), key=lambda one: order[one.key])
            written = [Written(one.after, one.content, one.resource) for one in asked]
            self._observer.wrote(work, written, None if seen is None else seen.watched)
        return late


def _rows(keys: Keys, custom: CustomParameters, rtype: str, content: JsonObject | None) -> Postings:
    if content is None:
        return NOTHING
    return postings(keys, extract(content, custom.of(rtype)), custom.labels(rtype))


def _same(present: JsonObject | None, wanted: JsonObject | None) -> bool:
    """Whether two resources differ in nothing but the version marks; 1.0 and 1.00 do differ. None is a deletion."""
    if present is None or wanted is None:
        return present is wanted
    return canonical(_unmarked(present)) == canonical(_unmarked(wanted))


def _unmarked(resource: JsonObject) -> JsonObject:
    marks = ("versionId", "lastUpdated")
    meta = {name: value for name, value in (child(resource, "meta") or {}).items() if name not in marks}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return {**rest, "meta": meta} if meta else rest
