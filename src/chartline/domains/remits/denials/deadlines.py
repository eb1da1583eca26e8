"""How long each payer leaves for appeals and for its answer: settings by payer, with a row for all others.

The days count from the payer's decision. Contracts and plans differ, so the defaults are ours and are said to be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.remits.denials.tables import payer_deadline_table
from chartline.platform.database import Work

EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days for a first appeal, for a second one, and for the payer's answer."""

    appeal_days: int = 180
    second_appeal_days: int = 60
    answer_days: int = 60


def deadlines_of(work: Work, payers: Collection[str]) -> dict[str, Deadlines]:
    """The deadlines of each payer: its own, else those of all others, else the defaults; one query."""
    columns = payer_deadline_table.c
    rows = work.rows(work.select(payer_deadline_table).where(columns.payer_id.in_([EVERYBODY, *sorted(set(payers))])))
    known = {row["payer_id"]: _deadlines(row) for row in rows}
    return {payer: known.get(payer) or known.get(EVERYBODY) or Deadlines() for payer in payers}


def all_deadlines(work: Work) -> dict[str, Deadlines]:
    """The settings by payer; the empty id is for all others."""
    rows = work.rows(work.select(payer_deadline_table).order_by(payer_deadline_table.c.payer_id))
    return {
        row["payer_id"]: Deadlines(row["appeal_days"], row["second_appeal_days"], row["answer_days"]) for row in rows
    }


def save_deadlines(work: Work, payer_id: str, deadlines: Deadlines) -> None:
    """Store a payer's deadlines; denials that are open keep theirs."""
    work.upsert(
        payer_deadline_table,
        {"payer_id": payer_id},
        appeal_days=deadlines.appeal_days,
        second_appeal_days=deadlines.second_appeal_days,
        answer_days=deadlines.answer_days,
    )


def _deadlines(row: sa.RowMapping) -> Deadlines:
    return Deadlines(row["appeal_days"], row["second_appeal_days"], row["answer_days"])
