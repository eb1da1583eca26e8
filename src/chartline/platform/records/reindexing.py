"""Making index rows anew: all of an organisation, those of an earlier release, those of a new search parameter.

Work goes batch by batch in the order of numbers; what a cut-off left undone is done by the next call. A parameter
becomes searchable only when every resource has been looked at, those of the time around its arrival twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chartline.formats.fhir import parse
from chartline.formats.fhir.search import extract
from chartline.platform.database import Work
from chartline.platform.records import index_rows
from chartline.platform.records.keys import Keys
from chartline.platform.records.parameters import CustomParameters, Parameters
from chartline.platform.records.postings import NOTHING, Postings, postings
from chartline.platform.records.rows import COLUMNS, Kept, kept, micros, plain
from chartline.platform.records.statements import Part, among_texts, do, own, part, postgresql, rows_of, run
from chartline.platform.records.tables import resource_parameter_table
from chartline.platform.vault import Vault

_AROUND = timedelta(minutes=10)
"""Writers that did not know of a parameter yet when it arrived are not older than that."""
_OVERTAKEN = timedelta(seconds=2)
"""After so long the transactions that were open when a parameter arrived have ended (on PostgreSQL)."""
_SECOND_ROUND = -1


@dataclass(frozen=True, slots=True)
class Progress:
    """What a step did: resources looked at, and how many parameters wait still."""

    resources: int
    waiting: int


def rebuild(work: Work, vault: Vault, keys: Keys, parameters: Parameters, batch: int) -> int:
    """Every row of the organisation anew; answers the number of present resources."""
    custom = parameters.all(work)
    done, last = 0, 0
    while rows := _after(work, last, batch):
        index_rows.clear(work, [row.pk for row in rows])
        made = [(row.pk, NOTHING, _postings(work, vault, keys, custom, row)) for row in rows if not row.deleted]
        index_rows.change(work, made)
        done += len(made)
        last = rows[-1].pk
    return done


def waits(work: Work) -> bool:
    """Whether there are resources without a key: an earlier release stored them."""
    return bool(run(work, "SELECT 1 FROM resource WHERE key < 0 AND organisation_id = ? LIMIT 1", (own(work),)))


def upgrade(work: Work, vault: Vault, keys: Keys, parameters: Parameters, batch: int) -> int:
    """Give keys and index rows to one batch of resources that have none; answers how many there were."""
    custom = parameters.all(work)
    mine = Part("r.organisation_id = ?", (own(work),))
    query = part(
        f"SELECT {COLUMNS} FROM resource r WHERE {{0}} AND r.key < 0 ORDER BY r.key DESC LIMIT {{1}}",
        mine,
        Part("?", (batch,)),
    )
    rows = [kept(row) for row in rows_of(work, query)]
    made = [(row.pk, NOTHING, _postings(work, vault, keys, custom, row)) for row in rows if not row.deleted]
    index_rows.change(work, made)
    for row in rows:
        do(work, "UPDATE resource SET key = ? WHERE pk = ?", (keys.resource(row.rtype, row.id), row.pk))
    return len(rows)


def step(work: Work, vault: Vault, keys: Keys, parameters: Parameters, batch: int) -> Progress:
    """One batch for the parameters that wait. They go on together from the one that is least far."""
    parameters.forget(work)
    table = resource_parameter_table
    waiting = work.rows(work.select(table).where(table.c.ready.is_(False)))
    if not waiting:
        return Progress(0, 0)
    first_round = [row for row in waiting if row["position"] != _SECOND_ROUND]
    custom = parameters.all(work)
    if not first_round:
        if postgresql(work) and work.now < max(row["registered"] for row in waiting) + _OVERTAKEN:
            return Progress(0, len(waiting))
        since = min(row["registered"] for row in waiting) - _AROUND
        types = sorted({row["rtype"] for row in waiting})
        rows = _of_types(work, types, Part("r.updated >= ?", (micros(since),)), None)
        index_rows.change(work, [(row.pk, NOTHING, _postings(work, vault, keys, custom, row)) for row in rows])
        work.execute(
            work.update(table).where(table.c.ready.is_(False), table.c.position == _SECOND_ROUND).values(ready=True)
        )
        parameters.forget(work)
        return Progress(len(rows), 0)
    position = min(row["position"] for row in first_round)
    types = sorted({row["rtype"] for row in first_round})
    rows = _of_types(work, types, Part("r.pk > ?", (position,)), batch)
    index_rows.change(work, [(row.pk, NOTHING, _postings(work, vault, keys, custom, row)) for row in rows])
    reached = rows[-1].pk if len(rows) == batch else _SECOND_ROUND
    for row in first_round:
        mine = work.update(table).where(table.c.rtype == row["rtype"], table.c.code == row["code"])
        if reached == _SECOND_ROUND or row["position"] < reached:
            work.execute(mine.values(position=reached))
    return Progress(len(rows), len(waiting))


def _postings(work: Work, vault: Vault, keys: Keys, custom: CustomParameters, row: Kept) -> Postings:
    found = extract(parse(plain(vault, work, row)), custom.of(row.rtype))
    return postings(keys, found, custom.labels(row.rtype))


def _after(work: Work, last: int, limit: int) -> list[Kept]:
    mine = Part("r.organisation_id = ?", (own(work),))
    query = part(
        f"SELECT {COLUMNS} FROM resource r WHERE {{0}} AND {{1}} ORDER BY r.pk LIMIT {{2}}",
        mine,
        Part("r.pk > ?", (last,)),
        Part("?", (limit,)),
    )
    return [kept(row) for row in rows_of(work, query)]


def _of_types(work: Work, types: list[str], more: Part, limit: int | None) -> list[Kept]:
    mine = Part("r.organisation_id = ?", (own(work),))
    listed = among_texts("r.rtype", types, on_postgresql=postgresql(work))
    size = Part("", ()) if limit is None else Part("LIMIT ?", (limit,))
    query = part(
        f"SELECT {COLUMNS} FROM resource r WHERE {{0}} AND {{1}} AND {{2}} AND NOT r.deleted ORDER BY r.pk {{3}}",
        mine,
        listed,
        more,
        size,
    )
    return [kept(row) for row in rows_of(work, query)]
