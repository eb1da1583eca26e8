"""Versions: of one resource, of a type, of everything; newest first, page by page.

A caller who may see one patient only sees the versions that were in that patient's compartment, each judged by its own
content, of resources that are there now. Refuses to show deletions to such a caller: they have no content to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chartline.platform.database import Work
from chartline.platform.records.keys import Keys
from chartline.platform.records.paging import Position, fingerprint, read_cursor, write_cursor
from chartline.platform.records.reach import EVERYTHING, Reach, patient_types
from chartline.platform.records.reading import visible
from chartline.platform.records.rows import Kept, kept, micros, plain, stored
from chartline.platform.records.statements import Part, among_texts, both, own, part, postgresql, rows_of
from chartline.platform.records.stored import GONE, NOT_FOUND, Stored
from chartline.platform.vault import Vault

MOST = 1000
_BATCH = 200
_COLUMNS = (
    "0 AS pk, 0 AS key, {0}.rtype, {0}.id, {0}.version, {0}.updated, {0}.deleted, {0}.method, {0}.owner, {0}.body"
)
_TABLES = (("resource", "r"), ("resource_history", "h"))


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Versions, newest first, and the cursor of the next page (None on the last)."""

    versions: list[Stored]
    next: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked: of a type, of one resource of it, changed since, present during ``[at, until)``."""

    rtype: str | None = None
    id: str | None = None
    since: int | None = None
    at: tuple[int, int] | None = None
    version: int | None = None


class Histories:
    """Reads versions in the transactions it is given."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def version(
        self, work: Work, keys: Keys, rtype: str, identity: str, version: int, reach: Reach = EVERYTHING
    ) -> Stored:
        """One version. Raises ``records.not_found``, ``records.deleted``."""
        found = next(self._walk(work, keys, Span(rtype, identity, version=version), reach, None, 1), None)
        if found is None:
            raise NOT_FOUND.error(type=rtype, id=identity, version=str(version))
        if found.deleted:
            raise GONE.error(type=rtype, id=identity)
        return found

    def all(self, work: Work, keys: Keys, rtype: str, identity: str, reach: Reach = EVERYTHING) -> list[Stored]:
        """Every version of one resource. Raises ``records.not_found``."""
        found = list(self._walk(work, keys, Span(rtype, identity), reach, None, _BATCH))
        if not found:
            raise NOT_FOUND.error(type=rtype, id=identity)
        return found

    def page(
        self,
        work: Work,
        keys: Keys,
        rtype: str | None,
        identity: str | None,
        since: datetime | None,
        at: tuple[datetime, datetime] | None,
        count: int,
        cursor: str | None,
        reach: Reach,
    ) -> HistoryPage:
        """A page. Raises ``records.not_found`` for a resource that never was, ``records.bad_search``."""
        asked = Span(
            rtype,
            identity,
            None if since is None else micros(since),
            None if at is None else (micros(at[0]), micros(at[1])),
        )
        mark = fingerprint(["history", rtype or "", identity or "", str(asked.since), str(asked.at), reach.mark()])
        position = read_cursor(self._vault, work.organisation, mark, cursor) if cursor is not None else None
        size = min(max(count, 0), MOST)
        walk = self._walk(work, keys, asked, reach, position, size + 1)
        found = [one for _, one in zip(range(size + 1), walk, strict=False)]
        if not found and identity is not None and position is None:
            self._known(work, keys, rtype or "", identity, reach)
        shown = found[:size]
        if len(found) <= size or not shown:
            return HistoryPage(shown, None)
        last = shown[-1]
        place = Position((micros(last.updated), last.type, last.id), last.version)
        return HistoryPage(shown, write_cursor(self._vault, work.organisation, mark, place))

    def _known(self, work: Work, keys: Keys, rtype: str, identity: str, reach: Reach) -> None:
        if next(self._walk(work, keys, Span(rtype, identity), reach, None, 1), None) is None:
            raise NOT_FOUND.error(type=rtype, id=identity)

    def _walk(
        self, work: Work, keys: Keys, asked: Span, reach: Reach, position: Position | None, wanted: int
    ) -> Iterator[Stored]:
        if asked.rtype is not None and not reach.covers(asked.rtype):
            return
        size = min(max(wanted, 1), _BATCH)
        while True:
            rows = [kept(row) for row in rows_of(work, _query(work, keys, asked, reach, position, size))]
            for row in rows:
                body = plain(self._vault, work, row)
                if visible(row.rtype, body, reach):
                    yield stored(row, body)
            if len(rows) < size:
                return
            position = _place(rows[-1])


def _place(row: Kept) -> Position:
    return Position((row.updated, row.rtype, row.id), row.version)


def _query(work: Work, keys: Keys, asked: Span, reach: Reach, position: Position | None, limit: int) -> Part:
    size = Part("?", (limit,))
    tables = []
    for table, name in _TABLES:
        tests = both(_tests(work, keys, asked, reach, position, table, name))
        order = f"{name}.updated DESC, {name}.rtype, {name}.id, {name}.version DESC"
        columns = _COLUMNS.format(name)
        tables.append(
            part(
                f"SELECT * FROM (SELECT {columns} FROM {table} {name} WHERE {{0}} ORDER BY {order} LIMIT {{1}}) "
                f"some_{name}",
                tests,
                size,
            )
        )
    return part(
        "SELECT * FROM ({0} UNION ALL {1}) v ORDER BY v.updated DESC, v.rtype, v.id, v.version DESC LIMIT {2}",
        *tables,
        size,
    )


def _tests(
    work: Work, keys: Keys, asked: Span, reach: Reach, position: Position | None, table: str, name: str
) -> list[Part]:
    on_postgresql = postgresql(work)
    tests = [Part(f"{name}.organisation_id = ?", (own(work),))]
    if asked.rtype is not None:
        tests.append(Part(f"{name}.rtype = ?", (asked.rtype,)))
    elif reach.types is not None:
        tests.append(among_texts(f"{name}.rtype", sorted(reach.types), on_postgresql=on_postgresql))
    if asked.id is not None:
        tests.append(Part(f"{name}.id = ?", (asked.id,)))
    if asked.version is not None:
        tests.append(Part(f"{name}.version = ?", (asked.version,)))
    if asked.since is not None:
        tests.append(Part(f"{name}.updated >= ?", (asked.since,)))
    if asked.at is not None:
        tests += _during(table, name, asked.at)
    if reach.patient is not None:
        tests.append(_in_compartment(keys, reach, name, on_postgresql=on_postgresql))
    if position is not None:
        tests.append(_after(name, position))
    return tests


def _during(table: str, name: str, at: tuple[int, int]) -> list[Part]:
    """The version was the present one at some time in ``[at, until)``."""
    tests = [Part(f"{name}.updated < ?", (at[1],))]
    if table == "resource":
        return tests
    same = f"n.organisation_id = {name}.organisation_id AND n.rtype = {name}.rtype AND n.id = {name}.id"
    following = f"n.version = {name}.version + 1"
    superseded = (
        f"coalesce((SELECT n.updated FROM resource_history n WHERE {same} AND {following}), "
        f"(SELECT n.updated FROM resource n WHERE {same} AND {following}))"
    )
    return [*tests, Part(f"{superseded} > ?", (at[0],))]


def _in_compartment(keys: Keys, reach: Reach, name: str, *, on_postgresql: bool) -> Part:
    """The resource is in the patient's compartment now, or of a type that is in nobody's."""
    theirs = among_texts(f"{name}.rtype", sorted(patient_types()), on_postgresql=on_postgresql)
    listed = Part("e.h = ?", (keys.compartment(reach.compartment),))
    return part(
        f"(NOT {{0}} OR EXISTS (SELECT 1 FROM resource c JOIN resource_eq e ON e.pk = c.pk "
        f"WHERE c.organisation_id = {name}.organisation_id AND c.rtype = {name}.rtype AND c.id = {name}.id AND {{1}}))",
        theirs,
        listed,
    )


def _after(name: str, position: Position) -> Part:
    updated, rtype, identity = position.values
    values: Sequence[int | float | str | None] = (updated, rtype, identity)
    u, t, i = (value if value is not None else 0 for value in values)
    return Part(
        f"({name}.updated < ? OR ({name}.updated = ? AND ({name}.rtype > ? OR ({name}.rtype = ? AND ({name}.id > ? "
        f"OR ({name}.id = ? AND {name}.version < ?))))))",
        (u, u, t, t, i, i, position.pk),
    )
