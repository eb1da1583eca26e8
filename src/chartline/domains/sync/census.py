"""Both sides counted: which records only we have, which only the vendor has, which both have.

Refuses to delete anything: a record that one side has not got is a question, never a proof. What a vendor did not
list is not called gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.tables import (
    sync_census_table,
    sync_change_table,
    sync_conflict_table,
    vendor_link_table,
)
from chartline.platform.database import Work

_COLUMNS, _LINKS, _CHANGES = sync_census_table.c, vendor_link_table.c, sync_change_table.c
_CONFLICTS = sync_conflict_table.c
_BATCH = 500


class Side(StrEnum):
    """Where a record was found."""

    HERE = "here"
    """Linked with a record that the vendor does not list any more. Ids are ours."""
    UNSENT = "unsent"
    """The vendor has not got it yet. Ids are ours."""
    THERE = "there"
    """The vendor has it and we do not know it. Ids are the vendor's."""


@dataclass(frozen=True, slots=True)
class KindCensus:
    """The count of one kind. ``waiting`` counts changes of ours that are not sent yet."""

    kind: Kind
    both: int
    only_here: int
    unsent: int
    only_there: int
    waiting: int


@dataclass(frozen=True, slots=True)
class CensusReport:
    """What a census found; ``conflicts`` counts the open questions of the connection."""

    run_id: str
    kinds: tuple[KindCensus, ...]
    conflicts: int

    @property
    def agrees(self) -> bool:
        """Whether both sides have the same records."""
        return all(each.only_here == each.unsent == each.only_there == 0 for each in self.kinds)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many records both sides have, after the differences were stored."""

    both: int
    only_here: int
    unsent: int
    only_there: int


def compare(
    work: Work, run_id: str, connection: str, kind: Kind, there: frozenset[str], ours: Iterable[str]
) -> Compared:
    """Store where the two sides differ. ``there`` are the vendor's ids, ``ours`` our ids that should be exchanged.

    A linked record of ours that is not among ``ours`` is outside of what is counted, and is left alone.
    """
    links = _links(work, connection, kind)
    expected = set(ours)
    linked_there = {local_id for local_id, vendor_id in links.items() if vendor_id in there}
    gone = sorted((expected & links.keys()) - linked_there)
    unsent = sorted(expected - links.keys())
    unknown = sorted(there - set(links.values()))
    work.execute(work.delete(sync_census_table).where(_COLUMNS.run_id == run_id, _COLUMNS.kind == kind.value))
    for side, records in ((Side.HERE, gone), (Side.UNSENT, unsent), (Side.THERE, unknown)):
        rows: list[dict[str, object]] = [
            {"run_id": run_id, "kind": kind.value, "side": side.value, "record": each} for each in records
        ]
        for start in range(0, len(rows), _BATCH):
            work.insert_many(sync_census_table, rows[start : start + _BATCH])
    return Compared(len(expected & linked_there), len(gone), len(unsent), len(unknown))


def report(work: Work, run_id: str, connection: str, both: dict[Kind, int]) -> CensusReport:
    """What a census found, in a few queries. ``both`` is what ``compare`` counted."""
    counted = (
        work.select(sync_census_table, _COLUMNS.kind, _COLUMNS.side, sa.func.count().label("number"))
        .where(_COLUMNS.run_id == run_id)
        .group_by(_COLUMNS.kind, _COLUMNS.side)
    )
    found = {(row["kind"], row["side"]): row["number"] for row in work.rows(counted)}
    unsent = (
        work.select(sync_change_table, _CHANGES.kind, sa.func.count().label("number"))
        .where(_CHANGES.connection == connection)
        .group_by(_CHANGES.kind)
    )
    waiting = {row["kind"]: row["number"] for row in work.rows(unsent)}
    kinds = tuple(
        KindCensus(
            kind,
            number,
            found.get((kind.value, Side.HERE.value), 0),
            found.get((kind.value, Side.UNSENT.value), 0),
            found.get((kind.value, Side.THERE.value), 0),
            waiting.get(kind.value, 0),
        )
        for kind, number in both.items()
    )
    open_ones = (_CONFLICTS.connection == connection, _CONFLICTS.state == "open")
    conflicts = work.scalar(work.select(sync_conflict_table, sa.func.count()).where(*open_ones))
    return CensusReport(run_id, kinds, int(conflicts or 0))


def missing(work: Work, run_id: str, kind: Kind, side: Side, after: str = "", limit: int = 500) -> Sequence[str]:
    """A page of the records that one side has not got, by id, from behind one of them."""
    here = (_COLUMNS.run_id == run_id, _COLUMNS.kind == kind.value, _COLUMNS.side == side.value)
    query = work.select(sync_census_table, _COLUMNS.record).where(*here, _COLUMNS.record > after)
    return [row["record"] for row in work.rows(query.order_by(_COLUMNS.record).limit(limit))]


def forget_census(work: Work, keep: Sequence[str]) -> int:
    """Remove the lists of all censuses but these."""
    return work.execute(work.delete(sync_census_table).where(_COLUMNS.run_id.not_in(list(keep)))).rowcount


def _links(work: Work, connection: str, kind: Kind) -> dict[str, str]:
    here = (_LINKS.connection == connection, _LINKS.kind == kind.value)
    rows = work.rows(work.select(vendor_link_table, _LINKS.local_id, _LINKS.vendor_id).where(*here))
    return {row["local_id"]: row["vendor_id"] for row in rows}
