"""Storing and finding resources.

A write takes the row's lock, compares versions, keeps the superseded one and changes only the index rows that
differ. Storing the same content again makes no new version. Refuses wrong versions and bad structure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.formats.fhir import JsonObject, canonical, encode, parse, require_shape, text
from chartline.formats.fhir.amounts import fhir_moment
from chartline.formats.fhir.elements import child
from chartline.formats.fhir.shapes import BAD_SHAPE
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.records.criteria import Condition, Criterion, understand
from chartline.platform.records.index import extract
from chartline.platform.records.postings import Postings
from chartline.platform.records.query import position_of, read_position, search_query, write_position
from chartline.platform.records.stored import GONE, NOT_FOUND, VERSION_CONFLICT, Stored
from chartline.platform.records.tables import resource_history_table, resource_table
from chartline.platform.vault import Vault


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search and the cursor of the next (None on the last)."""

    found: list[Stored]
    next: str | None


class Records:
    """The records of every organisation; each call works in the transaction it is given."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self._postings = vault, Postings(vault)

    def create(self, work: Work, resource: JsonObject) -> Stored:
        """Store a new resource under a new id, whatever id it carries. Raises ``fhir.bad_shape``."""
        return self.put(work, {**resource, "id": new_id()}, if_version=0)

    def put(self, work: Work, resource: JsonObject, if_version: int | None = None) -> Stored:
        """Store a resource under the id it carries: a new one, a new version, or nothing when it is unchanged.

        ``if_version`` is the version that must be present, 0 for none. Raises ``fhir.bad_shape``,
        ``records.version_conflict``.
        """
        require_shape(resource)
        rtype, identity = text(resource, "resourceType"), text(resource, "id")
        if rtype is None or identity is None:
            raise BAD_SHAPE.error(count="1", faults=f"{rtype}.id: is required")
        before = self._locked(work, rtype, identity)
        _expect(before, rtype, identity, if_version)
        if before is None:
            body, fresh = _stamped(resource, 1, _now(work))
            if work.insert_new(resource_table, **self._row(work, fresh, body)):
                self._postings.change(work, None, resource)
                return fresh
            before = self._locked(work, rtype, identity)  # another transaction stored it just now
            _expect(before, rtype, identity, if_version)
            if before is None:
                raise VERSION_CONFLICT.error(type=rtype, id=identity)
        plain = self._plain(work, before)
        content = None if before["deleted"] else parse(plain)
        if content is not None and _same(content, resource):
            return _stored(before, plain)
        body, fresh = _stamped(resource, before["version"] + 1, _now(work))
        self._replace(work, before, fresh, body)
        self._postings.change(work, content, resource)
        return fresh

    def delete(self, work: Work, rtype: str, identity: str, if_version: int | None = None) -> Stored:
        """Mark a resource deleted; its versions stay. Deleting it again changes nothing.

        Raises ``records.not_found``, ``records.version_conflict``.
        """
        before = self._locked(work, rtype, identity)
        if before is None:
            raise NOT_FOUND.error(type=rtype, id=identity)
        _expect(before, rtype, identity, if_version)
        plain = self._plain(work, before)
        if before["deleted"]:
            return _stored(before, plain)
        gone = Stored(rtype, identity, before["version"] + 1, _now(work), deleted=True, body=Sealed(b""))
        self._replace(work, before, gone, b"")
        self._postings.change(work, parse(plain), None)
        return gone

    def read(self, work: Work, rtype: str, identity: str) -> Stored:
        """The present version. Raises ``records.not_found``, ``records.deleted``."""
        row = work.row(_one(work, resource_table, rtype, identity))
        if row is None:
            raise NOT_FOUND.error(type=rtype, id=identity)
        return _present(self._opened(work, row))

    def find(self, work: Work, rtype: str, identity: str) -> Stored | None:
        """The present version, or None when there is none or it was deleted."""
        row = work.row(_one(work, resource_table, rtype, identity))
        return None if row is None or row["deleted"] else self._opened(work, row)

    def version(self, work: Work, rtype: str, identity: str, version: int) -> Stored:
        """One version. Raises ``records.not_found``, and ``records.deleted`` for a version that is a deletion."""
        for table in (resource_table, resource_history_table):
            row = work.row(_one(work, table, rtype, identity).where(table.c.version == version))
            if row is not None:
                return _present(self._opened(work, row))
        raise NOT_FOUND.error(type=rtype, id=identity, version=str(version))

    def history(self, work: Work, rtype: str, identity: str) -> list[Stored]:
        """Every version, newest first, deletions among them. Raises ``records.not_found``."""
        rows = work.rows(_one(work, resource_table, rtype, identity))
        if not rows:
            raise NOT_FOUND.error(type=rtype, id=identity)
        older = _one(work, resource_history_table, rtype, identity).order_by(resource_history_table.c.version.desc())
        return [self._opened(work, row) for row in [*rows, *work.rows(older)]]

    def search(
        self,
        work: Work,
        rtype: str,
        criteria: Sequence[Criterion] = (),
        sort: str = "_id",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """One page of the present resources that meet all criteria, in one query.

        ``sort`` is ``_id``, ``_lastUpdated`` or a date parameter of the type, with ``-`` in front for descending.
        A page may be shorter than ``limit`` and still have a next one. Raises ``records.bad_search``.
        """
        conditions = [understand(rtype, criterion) for criterion in criteria]
        position = read_position(rtype, cursor) if cursor is not None else None
        rows = work.rows(search_query(work, self._vault, rtype, conditions, sort, position).limit(limit + 1))
        shown = rows[:limit]
        checked = [one for one in conditions if one.asked and one.name != "_id"]
        found = [
            _stored(row, plain)
            for row, plain in ((row, self._plain(work, row)) for row in shown)
            # A 63-bit hash may collide, and must never join two patients.
            if not checked or _holds_all(plain, checked)
        ]
        more = len(rows) > limit and shown
        return Page(found, write_position(position_of(shown[-1])) if more else None)

    def count(self, work: Work, rtype: str, criteria: Sequence[Criterion] = ()) -> int:
        """How many present resources the index finds; search words over ten letters count by their first ten."""
        conditions = [understand(rtype, criterion) for criterion in criteria]
        query = search_query(work, self._vault, rtype, conditions, "_id", None).order_by(None)
        return int(work.scalar(sa.select(sa.func.count()).select_from(query.subquery())))

    def rebuild_index(self, work: Work, batch: int = 200) -> int:
        """Make the organisation's index anew from its bodies; returns the number of resources."""
        self._postings.clear(work)
        done, last = 0, ("", "")
        table = resource_table
        while rows := work.rows(
            work.select(table)
            .where(sa.tuple_(table.c.rtype, table.c.id) > sa.tuple_(sa.literal(last[0]), sa.literal(last[1])))
            .order_by(table.c.rtype, table.c.id)
            .limit(batch)
        ):
            for row in rows:
                if not row["deleted"]:
                    self._postings.change(work, None, parse(self._plain(work, row)))
                    done += 1
            last = (rows[-1]["rtype"], rows[-1]["id"])
        return done

    def _locked(self, work: Work, rtype: str, identity: str) -> sa.RowMapping | None:
        return work.row(_one(work, resource_table, rtype, identity).with_for_update())

    def _replace(self, work: Work, before: sa.RowMapping, after: Stored, body: bytes) -> None:
        superseded = {name: before[name] for name in ("rtype", "id", "version", "updated", "deleted", "body")}
        work.insert(resource_history_table, **superseded)
        table = resource_table
        mine = work.update(table).where(table.c.rtype == after.type, table.c.id == after.id)
        work.execute(mine.values(**self._row(work, after, body)))

    def _row(self, work: Work, stored: Stored, body: bytes) -> dict[str, object]:
        place = _place(stored.type, stored.id, stored.version)
        return {
            "rtype": stored.type,
            "id": stored.id,
            "version": stored.version,
            "updated": stored.updated,
            "deleted": stored.deleted,
            "body": self._vault.seal(work.organisation, "resource", place, body),
        }

    def _plain(self, work: Work, row: sa.RowMapping) -> bytes:
        place = _place(row["rtype"], row["id"], row["version"])
        return self._vault.open_sealed(work.organisation, "resource", place, bytes(row["body"]))

    def _opened(self, work: Work, row: sa.RowMapping) -> Stored:
        return _stored(row, self._plain(work, row))


def _place(rtype: str, identity: str, version: int) -> str:
    return f"{rtype}/{identity}/{version}"


def _stored(row: sa.RowMapping, body: bytes) -> Stored:
    return Stored(row["rtype"], row["id"], row["version"], row["updated"], row["deleted"], Sealed(body))


def _present(stored: Stored) -> Stored:
    if stored.deleted:
        raise GONE.error(type=stored.type, id=stored.id)
    return stored


def _one(work: Work, table: sa.Table, rtype: str, identity: str) -> sa.Select[*tuple[object, ...]]:
    return work.select(table).where(table.c.rtype == rtype, table.c.id == identity)


def _expect(before: sa.RowMapping | None, rtype: str, identity: str, if_version: int | None) -> None:
    present = 0 if before is None else before["version"]
    if if_version is not None and if_version != present:
        raise VERSION_CONFLICT.error(type=rtype, id=identity, present=str(present), expected=str(if_version))


def _now(work: Work) -> datetime:
    """The clock's time to the millisecond, so that the column and ``meta.lastUpdated`` agree."""
    now = work.now
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _stamped(resource: JsonObject, version: int, now: datetime) -> tuple[bytes, Stored]:
    """The body with id and meta in front, and the version it makes."""
    rtype, identity = text(resource, "resourceType") or "", text(resource, "id") or ""
    meta = {**(child(resource, "meta") or {}), "versionId": str(version), "lastUpdated": fhir_moment(now)}
    first: JsonObject = {"resourceType": rtype, "id": identity, "meta": meta}
    body = encode({**first, **{name: value for name, value in resource.items() if name not in first}})
    return body, Stored(rtype, identity, version, now, deleted=False, body=Sealed(body))


def _same(present: JsonObject, wanted: JsonObject) -> bool:
    """Whether two resources differ in nothing but the version marks; 1.0 and 1.00 do differ."""
    return canonical(_unmarked(present)) == canonical(_unmarked(wanted))


def _unmarked(resource: JsonObject) -> JsonObject:
    marks = ("versionId", "lastUpdated")
    meta = {name: value for name, value in (child(resource, "meta") or {}).items() if name not in marks}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return {**rest, "meta": meta} if meta else rest


def _holds_all(body: bytes, conditions: Sequence[Condition]) -> bool:
    found = extract(parse(body))
    return all(condition.holds(found) for condition in conditions)
