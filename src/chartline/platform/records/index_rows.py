"""Statements on the index tables: the difference between what a resource was found by and what it is found by now.

PostgreSQL gets one statement of arrays for all tables; SQLite one call a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.platform.database import Work
from chartline.platform.records.postings import Postings
from chartline.platform.records.statements import do, do_many, postgresql, run

Changed = tuple[int, Postings, Postings]
"""The number of a resource, its rows before and after."""

TABLES = ("resource_eq", "resource_range", "resource_number", "resource_ref")

_REMOVE = """
WITH a AS (DELETE FROM resource_eq t USING unnest(?::bigint[], ?::bigint[]) AS n(h, pk)
  WHERE t.h = n.h AND t.pk = n.pk),
b AS (DELETE FROM resource_range t USING unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) AS n(h, pk, lo, hi)
  WHERE t.h = n.h AND t.pk = n.pk AND t.lo = n.lo AND t.hi = n.hi),
c AS (DELETE FROM resource_number t USING unnest(?::bigint[], ?::bigint[], ?::float8[], ?::float8[]) AS n(h, pk, lo, hi)
  WHERE t.h = n.h AND t.pk = n.pk AND t.lo = n.lo AND t.hi = n.hi)
DELETE FROM resource_ref t USING unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS n(target, p, pk)
  WHERE t.target = n.target AND t.p = n.p AND t.pk = n.pk
"""
_ADD = """
WITH a AS (INSERT INTO resource_eq (h, pk) SELECT * FROM unnest(?::bigint[], ?::bigint[]) ON CONFLICT DO NOTHING),
b AS (INSERT INTO resource_range (h, pk, lo, hi)
  SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[]) ON CONFLICT DO NOTHING),
c AS (INSERT INTO resource_number (h, pk, lo, hi)
  SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::float8[], ?::float8[]) ON CONFLICT DO NOTHING)
INSERT INTO resource_ref (target, p, pk) SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[])
  ON CONFLICT DO NOTHING
"""


def change(work: Work, changed: Sequence[Changed]) -> None:
    """Write the differences of some resources."""
    gone = _Rows()
    come = _Rows()
    for pk, old, new in changed:
        gone.take(pk, old, new)
        come.take(pk, new, old)
    if gone:
        _remove(work, gone)
    if come:
        _add(work, come)


def clear(work: Work, numbers: Sequence[int]) -> None:
    """Remove every row of some resources, whatever it says: for a rebuild. Reads whole tables."""
    for table in TABLES:
        if postgresql(work):
            do(work, f"DELETE FROM {table} WHERE pk = ANY(?::bigint[])", (list(numbers),))
        else:
            do(
                work,
                f"DELETE FROM {table} WHERE pk IN (SELECT value FROM json_each(?))",
                (f"[{','.join(map(str, numbers))}]",),
            )


def empty(work: Work) -> bool:
    """Whether no resource of any organisation has an index row."""
    return not run(work, "SELECT 1 FROM resource_eq LIMIT 1")


class _Rows:
    """Rows of each table, with the number of the resource in its place."""

    def __init__(self) -> None:
        self.eq: list[tuple[int, int]] = []
        self.range: list[tuple[int, int, int, int]] = []
        self.number: list[tuple[int, int, float, float]] = []
        self.ref: list[tuple[int, int, int]] = []

    def __bool__(self) -> bool:
        return bool(self.eq or self.range or self.number or self.ref)

    def take(self, pk: int, these: Postings, but: Postings) -> None:
        """Add what is in one and not in the other."""
        self.eq += [(h, pk) for h in these.eq - but.eq]
        self.range += [(h, pk, lo, hi) for h, lo, hi in these.range - but.range]
        self.number += [(h, pk, lo, hi) for h, lo, hi in these.number - but.number]
        self.ref += [(target, p, pk) for target, p in these.ref - but.ref]

    def arrays(self) -> list[list[int] | list[float]]:
        """The columns of all tables, for PostgreSQL."""
        eq, spans, numbers, refs = sorted(self.eq), sorted(self.range), sorted(self.number), sorted(self.ref)
        return [
            [row[0] for row in eq],
            [row[1] for row in eq],
            *([row[column] for row in spans] for column in range(4)),
            [row[0] for row in numbers],
            [row[1] for row in numbers],
            [row[2] for row in numbers],
            [row[3] for row in numbers],
            *([row[column] for row in refs] for column in range(3)),
        ]


def _remove(work: Work, rows: _Rows) -> None:
    if postgresql(work):
        do(work, _REMOVE, rows.arrays())
        return
    do_many(work, "DELETE FROM resource_eq WHERE h = ? AND pk = ?", rows.eq)
    do_many(work, "DELETE FROM resource_range WHERE h = ? AND pk = ? AND lo = ? AND hi = ?", rows.range)
    do_many(work, "DELETE FROM resource_number WHERE h = ? AND pk = ? AND lo = ? AND hi = ?", rows.number)
    do_many(work, "DELETE FROM resource_ref WHERE target = ? AND p = ? AND pk = ?", rows.ref)


def _add(work: Work, rows: _Rows) -> None:
    if postgresql(work):
        do(work, _ADD, rows.arrays())
        return
    do_many(work, "INSERT OR IGNORE INTO resource_eq (h, pk) VALUES (?,?)", sorted(rows.eq))
    do_many(work, "INSERT OR IGNORE INTO resource_range (h, pk, lo, hi) VALUES (?,?,?,?)", sorted(rows.range))
    do_many(work, "INSERT OR IGNORE INTO resource_number (h, pk, lo, hi) VALUES (?,?,?,?)", sorted(rows.number))
    do_many(work, "INSERT OR IGNORE INTO resource_ref (target, p, pk) VALUES (?,?,?)", sorted(rows.ref))
