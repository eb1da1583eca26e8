"""Everything that an organisation has in the database: its ids, and one hash for each of its tables."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.platform.database import Database, metadata

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NOTED_BY_MACHINES = frozenset({"schedule", "worker", "timer", "job_issue"})
"""Tables of the installation: what stands in them moves by itself."""


@dataclass(frozen=True)
class Belongings:
    """The ids of one organisation's rows, by table, and all of them together."""

    by_table: dict[str, list[str]]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(one for each in self.by_table.values() for one in each)


def owned_tables(database: Database) -> list[sa.Table]:
    """Every table whose rows belong to an organisation; tests of other files may have declared some of their own."""
    there = set(sa.inspect(database.engine).get_table_names())
    return [
        one for one in metadata.sorted_tables if "organisation_id" in one.c and one.name in there - NOTED_BY_MACHINES
    ]


def belongings(database: Database, organisation: str) -> Belongings:
    """Every id that one of its rows is known by."""
    found: dict[str, set[str]] = defaultdict(set)
    with database.read(organisation) as work:
        for table in owned_tables(database):
            texts = [one for one in table.c if one.name != "organisation_id" and one.primary_key]
            for row in work.rows(sa.select(*texts).where(work.mine(table))) if texts else []:
                found[table.name] |= {str(value) for value in row.values() if UUID.fullmatch(str(value))}
    return Belongings({name: sorted(ids) for name, ids in found.items() if ids})


def state(database: Database, organisation: str) -> dict[str, str]:
    """A hash of all its rows, by table: equal before and after means that nothing of it was changed."""
    hashes: dict[str, str] = {}
    with database.read(organisation) as work:
        for table in owned_tables(database):
            rows = sorted(repr(tuple(row.values())) for row in work.rows(sa.select(table).where(work.mine(table))))
            hashes[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return hashes
