"""Statements on ``resource`` and ``resource_history``: locking, inserting, superseding.

Few, whatever the number of rows: PostgreSQL gets arrays, SQLite one call with many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chartline.platform.database import Work
from chartline.platform.records.rows import COLUMNS, Kept, kept, micros, place
from chartline.platform.records.statements import Part as Piece
from chartline.platform.records.statements import among, do, do_many, ours, own, part, postgresql, rows_of
from chartline.platform.records.stored import Stored
from chartline.platform.vault import Vault

Sealer = Callable[[Stored, bytes], bytes]

_INSERT = "INSERT INTO resource (pk, organisation_id, key, rtype, id, version, updated, deleted, method, owner, body) "
_SUPERSEDE = (
    "INSERT INTO resource_history (organisation_id, rtype, id, version, updated, deleted, method, owner, body) "
    "SELECT organisation_id, rtype, id, version, updated, deleted, method, owner, body FROM resource WHERE {0}"
)


def sealer(vault: Vault, work: Work) -> Sealer:
    """Seals bodies for their place."""

    def seal(version: Stored, body: bytes) -> bytes:
        return vault.seal(work.organisation, "resource", place(version.type, version.id, version.version), body)

    return seal


@dataclass(frozen=True, slots=True)
class Stamps:
    """The marks of the organisation's own search parameters and of what is watched for."""

    parameters: int
    watched: int


def locked(work: Work, keys: Sequence[int]) -> tuple[list[Kept], Stamps | None]:
    """The rows of keys (ascending), locked in that order until the transaction ends; and the stamps."""
    asked = among("r.key", keys, on_postgresql=postgresql(work))
    lock = " FOR UPDATE" if postgresql(work) else ""
    query = part(
        f"SELECT {COLUMNS}, {{0}} FROM resource r WHERE {{1}} AND {{2}} ORDER BY r.key{lock}",
        _stamps(work),
        asked,
        ours(work, "r"),
    )
    rows = rows_of(work, query)
    return [kept(row) for row in rows], _seen(rows[0][-2:]) if rows else None


@dataclass(frozen=True, slots=True)
class Inserted:
    """The numbers of the new resources by key (without those that were there already), and the stamps."""

    numbers: Mapping[int, int]
    stamps: Stamps | None = None


def insert(work: Work, rows: Sequence[tuple[int, int, Stored, bytes]], seal: Sealer) -> Inserted:
    """Insert new resources (place in the order of numbers from 0, key, version, JSON)."""
    if not rows:
        return Inserted({})
    return _insert_on_postgresql(work, rows, seal) if postgresql(work) else _insert_on_sqlite(work, rows, seal)


def _insert_on_sqlite(work: Work, rows: Sequence[tuple[int, int, Stored, bytes]], seal: Sealer) -> Inserted:
    query = part("SELECT coalesce(max(pk), 0) + 1, {0} FROM resource", _stamps(work))
    ((first, *stamps),) = rows_of(work, query)
    numbers = {key: int(str(first)) + at for at, key, _, _ in rows}
    mine = own(work)
    do_many(
        work,
        f"{_INSERT} VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                numbers[key],
                mine,
                key,
                v.type,
                v.id,
                v.version,
                micros(v.updated),
                v.deleted,
                v.method,
                v.owner,
                seal(v, body),
            )
            for _, key, v, body in rows
        ],
    )
    return Inserted(numbers, _seen(stamps))


def _insert_on_postgresql(work: Work, rows: Sequence[tuple[int, int, Stored, bytes]], seal: Sealer) -> Inserted:
    versions = [version for _, _, version, _ in rows]
    statement = part(
        "WITH s AS MATERIALIZED (SELECT nextval('resource_pk_seq') AS pk, at FROM generate_series(0, {0}) AS at) "
        f"{_INSERT} SELECT s.pk, {{1}}, n.key, n.rtype, n.id, n.version, n.updated, n.deleted, n.method, n.owner, "
        "n.body FROM unnest({2}) AS n(at, key, rtype, id, version, updated, deleted, method, owner, body) "
        "JOIN s ON s.at = n.at ORDER BY n.key ON CONFLICT DO NOTHING RETURNING key, pk, {3}",
        Piece("?", (len(rows) - 1,)),
        Piece("?::uuid", (own(work),)),
        Piece(
            "?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::bool[], ?::text[], ?::text[], "
            "?::bytea[]",
            (
                [at for at, _, _, _ in rows],
                [key for _, key, _, _ in rows],
                [one.type for one in versions],
                [one.id for one in versions],
                *_marks(versions),
                [seal(version, body) for _, _, version, body in rows],
            ),
        ),
        _stamps(work),
    )
    answered = rows_of(work, statement)
    numbers = {int(str(key)): int(str(pk)) for key, pk, *_ in answered}
    return Inserted(numbers, _seen(answered[0][2:]) if answered else None)


def _stamps(work: Work) -> Piece:
    """Two numbers that change with the organisation's own search parameters and with what is watched for, asked for
    along with something else."""
    mine = own(work)
    return Piece(
        "(SELECT coalesce(max(q.registered), 0) + count(*) FROM resource_parameter q WHERE q.organisation_id = ?), "
        "(SELECT coalesce(max(w.revision), 0) FROM resource_watch w WHERE w.organisation_id = ?)",
        (mine, mine),
    )


def _seen(values: Sequence[object]) -> Stamps:
    parameters, watched = values
    return Stamps(int(str(parameters)), int(str(watched)))


def supersede(work: Work, rows: Sequence[tuple[Kept, Stored, bytes]], seal: Sealer) -> None:
    """Move present versions to the history and put the new ones in their place. The rows are locked already."""
    if not rows:
        return
    numbers = [before.pk for before, _, _ in rows]
    move = part(_SUPERSEDE, among("pk", numbers, on_postgresql=postgresql(work)))
    do(work, move.text, move.values)
    versions = [version for _, version, _ in rows]
    bodies = [seal(version, body) for _, version, body in rows]
    if postgresql(work):
        do(
            work,
            "UPDATE resource r SET version = n.version, updated = n.updated, deleted = n.deleted, method = n.method, "
            "owner = n.owner, body = n.body FROM unnest(?::bigint[], ?::int[], ?::bigint[], ?::bool[], ?::text[], "
            "?::text[], ?::bytea[]) AS n(pk, version, updated, deleted, method, owner, body) WHERE r.pk = n.pk",
            (numbers, *_marks(versions), bodies),
        )
        return
    do_many(
        work,
        "UPDATE resource SET version = ?, updated = ?, deleted = ?, method = ?, owner = ?, body = ? WHERE pk = ?",
        [
            (v.version, micros(v.updated), v.deleted, v.method, v.owner, body, pk)
            for v, body, pk in zip(versions, bodies, numbers, strict=True)
        ],
    )


def _marks(
    versions: Sequence[Stored],
) -> tuple[list[int], list[int], list[bool], list[str], list[str]]:
    return (
        [one.version for one in versions],
        [micros(one.updated) for one in versions],
        [one.deleted for one in versions],
        [one.method for one in versions],
        [one.owner for one in versions],
    )
