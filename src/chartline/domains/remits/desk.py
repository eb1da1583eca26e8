"""What needs a person: held remittances, unmatched claims; and what the person may do about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceClaimRow,
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    claim_rows,
    find_remittance,
    note,
)
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

NOT_HELD = ErrorKind(
    "remits.not_held",
    Blame.PRACTICE,
    Again.NEVER,
    "Only a held remittance is released.",
    "Look at its history: it was released or posted already, or never held.",
    status=409,
)


NO_PART = ErrorKind(
    "remits.no_part",
    Blame.PRACTICE,
    Again.NEVER,
    "The remittance has no claim at this place.",
    "Count the claims of the remittance from 1.",
    status=404,
)


@dataclass(frozen=True, slots=True)
class RemittancePage:
    """Remittances, newest payment first, and the cursor of the next page (None on the last)."""

    remittances: list[RemittanceRow]
    next: str | None


def release(work: Work, remittance: str, actor: str) -> None:
    """Let a held remittance be posted although its sums disagree; a difference to the payment posts as unapplied.

    Raises ``remits.not_found``, ``remits.not_held``.
    """
    row = find_remittance(work, remittance, lock=True)
    if row.state is not RemittanceState.HELD:
        raise NOT_HELD.error(remittance=remittance, state=row.state.value)
    table = remittance_table
    work.execute(work.update(table).where(table.c.id == remittance).values(state=RemittanceState.RELEASED.value))
    note(work, remittance, RemittanceEventKind.RELEASED, actor)


def read_remittance(work: Work, remittance: str) -> tuple[RemittanceRow, list[RemittanceClaimRow]]:
    """A remittance and its claims. Raises ``remits.not_found``."""
    return find_remittance(work, remittance), claim_rows(work, remittance)


def read_head(work: Work, remittance: str) -> RemittanceRow:
    """A remittance without its claims, of which there may be very many. Raises ``remits.not_found``."""
    return find_remittance(work, remittance)


def read_part(work: Work, remittance: str, place: int) -> RemittanceClaimRow:
    """One claim of a remittance. Raises ``remits.no_part``."""
    for part in claim_rows(work, remittance, places=[place]):
        return part
    raise NO_PART.error(remittance=remittance, place=str(place))


def list_remittances(
    work: Work, *, states: Sequence[RemittanceState] = (), cursor: str | None = None, limit: int = 50
) -> RemittancePage:
    """A page of remittances by keyset on their ids, newest received first."""
    columns = remittance_table.c
    query = work.select(remittance_table).order_by(columns.id.desc()).limit(limit + 1)
    if states:
        query = query.where(columns.state.in_([state.value for state in states]))
    if cursor is not None:
        query = query.where(columns.id < cursor)
    rows = [RemittanceRow.of(row) for row in work.rows(query)]
    more = len(rows) > limit
    return RemittancePage(rows[:limit], rows[limit - 1].id if more else None)


def unmatched(work: Work, limit: int = 200, after: str = "") -> list[RemittanceClaimRow]:
    """Parts of remittances that belong to no claim of ours yet, oldest first; ``after`` is ``<remittance>~<place>``."""
    columns = remittance_claim_table.c
    query = (
        work.select(remittance_claim_table)
        .where(columns.claim_id.is_(None), columns.state.in_(LOOSE), columns.match_reason != "")
        .order_by(columns.remittance_id, columns.place)
        .limit(limit)
    )
    if after:
        remittance, _, place = after.partition("~")
        behind = sa.and_(columns.remittance_id == remittance, columns.place > int(place))
        query = query.where(sa.or_(columns.remittance_id > remittance, behind))
    return [RemittanceClaimRow.of(row) for row in work.rows(query)]


LOOSE = (MatchState.UNMATCHED.value, MatchState.UNAPPLIED.value)
"""Parts in these states without a claim wait on the desk."""


def count_desk(work: Work) -> dict[str, int]:
    """How many remittances are held, how many wait for a click, and how many parts are unmatched; two queries."""
    heads, parts = remittance_table.c, remittance_claim_table.c
    standing = (
        sa.select(heads.state, sa.func.count().label("number"))
        .where(
            work.mine(remittance_table), heads.state.in_([RemittanceState.HELD.value, RemittanceState.WAITING.value])
        )
        .group_by(heads.state)
    )
    loose = sa.select(sa.func.count()).where(
        work.mine(remittance_claim_table), parts.claim_id.is_(None), parts.state.in_(LOOSE), parts.match_reason != ""
    )
    numbers = {row["state"]: int(row["number"]) for row in work.rows(standing)}
    return {
        "held": numbers.get(RemittanceState.HELD.value, 0),
        "unmatched": int(work.scalar(loose)),
        "waiting": numbers.get(RemittanceState.WAITING.value, 0),
    }
