"""The monthly round: everybody who was seen lately or is booked is asked about once a month, spread over some days.

A round is a row a month and a row for each coverage, due at a moment that its id decides: the spread is even, and the
same however often the gathering is repeated. Refuses to hold a coverage twice in a month.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.coverage.tables import coverage_round_item_table, coverage_round_table
from chartline.platform.database import Work

_round, _item = coverage_round_table.c, coverage_round_item_table.c


class ItemState(StrEnum):
    """What became of a coverage in a round."""

    WAITING = "waiting"
    ASKED = "asked"
    FRESH = "fresh"
    """An answer of this month still held, so nobody was asked."""


@dataclass(frozen=True, slots=True)
class RoundItem:
    """A coverage that is to be asked about."""

    coverage_id: str
    patient_id: str
    payer_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How a round stands. ``expected`` is when its last coverage is due, None once none waits."""

    month: date
    begun: datetime
    gathered: datetime | None
    finished: datetime | None
    waiting: int
    asked: int
    fresh: int
    expected: datetime | None


def begin_round(work: Work, month: date) -> bool:
    """Begin the round of a month; whether its coverages are still to be gathered."""
    work.insert_new(coverage_round_table, month=month, begun=work.now)
    row = work.row(work.select(coverage_round_table).where(_round.month == month))
    return row is not None and row["gathered"] is None


def add_items(work: Work, month: date, items: Sequence[RoundItem], begin: datetime, span: timedelta) -> int:
    """Put coverages into a round, each due within the span; those in it stay. How many are new; two statements."""
    wanted = {item.coverage_id: item for item in items}
    here = (_item.month == month, _item.coverage_id.in_(sorted(wanted)))
    query = work.select(coverage_round_item_table, _item.coverage_id).where(*here)
    known = {row["coverage_id"] for row in work.rows(query)}
    fresh = [item for coverage, item in wanted.items() if coverage not in known]
    rows: list[dict[str, object]] = [
        {
            "month": month,
            "coverage_id": item.coverage_id,
            "patient_id": item.patient_id,
            "payer_id": item.payer_id,
            "due": begin + span * _place(item.coverage_id, month),
            "state": ItemState.WAITING.value,
        }
        for item in fresh
    ]
    work.insert_many(coverage_round_item_table, rows)
    return len(rows)


def gathered(work: Work, month: date) -> None:
    """Everybody is in the round now."""
    work.execute(work.update(coverage_round_table).where(_round.month == month).values(gathered=work.now))


def due_items(work: Work, month: date, limit: int) -> list[RoundItem]:
    """Coverages whose turn has come, the longest due first. Two workers take different ones."""
    mine = (_item.month == month, _item.state == ItemState.WAITING.value, _item.due <= work.now)
    query = work.select(coverage_round_item_table).where(*mine).order_by(_item.due, _item.coverage_id).limit(limit)
    rows = work.rows(query.with_for_update(skip_locked=True))
    return [RoundItem(row["coverage_id"], row["patient_id"], row["payer_id"]) for row in rows]


def mark_items(work: Work, month: date, coverages: Collection[str], state: ItemState) -> None:
    """Say what became of coverages."""
    if coverages:
        mine = (_item.month == month, _item.coverage_id.in_(sorted(coverages)))
        work.execute(work.update(coverage_round_item_table).where(*mine).values(state=state.value))


def end_round(work: Work, month: date) -> bool:
    """Note that a round is over, if nobody waits; whether it is."""
    progress = read_progress(work, month)
    over = progress is not None and progress.gathered is not None and not progress.waiting
    if over and progress is not None and progress.finished is None:
        work.execute(work.update(coverage_round_table).where(_round.month == month).values(finished=work.now))
    return over


def read_progress(work: Work, month: date) -> Progress | None:
    """How the round of a month stands; two queries. None when it has not begun."""
    row = work.row(work.select(coverage_round_table).where(_round.month == month))
    if row is None:
        return None
    query = work.select(
        coverage_round_item_table, _item.state, sa.func.count().label("number"), sa.func.max(_item.due).label("last")
    )
    found = {one["state"]: one for one in work.rows(query.where(_item.month == month).group_by(_item.state))}
    counts = {state: found[state.value]["number"] if state.value in found else 0 for state in ItemState}
    waiting = found.get(ItemState.WAITING.value)
    return Progress(
        month,
        row["begun"],
        row["gathered"],
        row["finished"],
        counts[ItemState.WAITING],
        counts[ItemState.ASKED],
        counts[ItemState.FRESH],
        waiting["last"] if waiting is not None else None,
    )


def _place(coverage_id: str, month: date) -> float:
    """Where in the span, from 0 up to 1."""
    digest = hashlib.sha256(f"{month.isoformat()}/{coverage_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
