"""What needs a person: held remittances, unmatched claims; and what the person may do about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.claims import apply_decisions, read_claim
from chartline.domains.ledger import post as post_entry
from chartline.domains.remits.matching import MatchReason
from chartline.domains.remits.plan import apply_entry
from chartline.domains.remits.planning import plan_claims, plan_head
from chartline.domains.remits.posting import decision_of, mark_of, reconciled
from chartline.domains.remits.publish import Explained, publish_remittance
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceClaimRow,
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    claim_rows,
    find_remittance,
    note,
    open_header,
)
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NOT_HELD = ErrorKind(
    "remits.not_held",
    Blame.PRACTICE,
    Again.NEVER,
    "Only a held remittance is released.",
    "Look at its history: it was released or posted already, or never held.",
    status=409,
)
MATCHED_ALREADY = ErrorKind(
    "remits.matched_already",
    Blame.PRACTICE,
    Again.NEVER,
    "This part of the remittance belongs to a claim already.",
    "Open that claim; a wrong match that was posted is undone by the payer's reversal or an entry by hand.",
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


def match_by_hand(
    work: Work, vault: Vault, records: Records, remittance: str, place: int, claim: str, actor: str
) -> None:
    """Say which claim a part of a remittance is for. When it is posted already, its money moves from unapplied.

    Raises ``remits.not_found``, ``remits.no_part``, ``remits.matched_already``, ``claims.not_found``.
    """
    row = find_remittance(work, remittance, lock=True)
    part = next(iter(claim_rows(work, remittance, places=[place])), None)
    if part is None:
        raise NO_PART.error(remittance=remittance, place=str(place))
    if part.claim_id is not None:
        raise MATCHED_ALREADY.error(remittance=remittance, place=str(place), claim=part.claim_id)
    known = read_claim(work, claim)
    columns = remittance_claim_table.c
    here = work.update(remittance_claim_table).where(columns.remittance_id == remittance, columns.place == place)
    found = {"claim_id": claim, "match_reason": MatchReason.BY_HAND.value, "state": MatchState.MATCHED.value}
    work.execute(here.values(**found))
    codes: dict[str, object] = {"place": place, "claim": claim}
    note(work, remittance, RemittanceEventKind.MATCHED, actor, codes)
    if row.state is not RemittanceState.POSTED:
        return
    head = plan_head(work, vault, row)
    (waiting,) = plan_claims(work, vault, row, claim_rows(work, remittance, places=[place]), {claim: known})
    planned, entry = apply_entry(head, waiting, part.moves)
    if entry is not None:
        post_entry(work, entry)
    apply_decisions(work, vault, records, [decision_of(head, planned, part)])
    mark = mark_of(planned)
    work.execute(here.values(state=mark["stands"], patient_responsibility=mark["patient"], denied=mark["refused"]))
    note(work, remittance, RemittanceEventKind.APPLIED, actor, codes)
    ours = [Explained(planned, waiting.detail, known)]
    rows = reconciled(work, row)
    publish_remittance(work, records, row, open_header(work, vault, remittance), rows, ours)


def read_remittance(work: Work, remittance: str) -> tuple[RemittanceRow, list[RemittanceClaimRow]]:
    """A remittance and its claims. Raises ``remits.not_found``."""
    return find_remittance(work, remittance), claim_rows(work, remittance)


def read_head(work: Work, remittance: str) -> RemittanceRow:
    """A remittance without its claims, of which there may be very many. Raises ``remits.not_found``."""
    return find_remittance(work, remittance)


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


def unmatched(work: Work, limit: int = 200) -> list[RemittanceClaimRow]:
    """Parts of remittances that belong to no claim of ours yet, oldest first."""
    columns = remittance_claim_table.c
    waiting = (MatchState.UNMATCHED.value, MatchState.UNAPPLIED.value)
    query = (
        work.select(remittance_claim_table)
        .where(columns.claim_id.is_(None), columns.state.in_(waiting), columns.match_reason != "")
        .order_by(columns.remittance_id, columns.place)
        .limit(limit)
    )
    return [RemittanceClaimRow.of(row) for row in work.rows(query)]


def count_desk(work: Work) -> dict[str, int]:
    """How many remittances are held and how many parts are unmatched; two queries."""
    heads, parts = remittance_table.c, remittance_claim_table.c
    held = sa.select(sa.func.count()).where(work.mine(remittance_table), heads.state == RemittanceState.HELD.value)
    loose = sa.select(sa.func.count()).where(
        work.mine(remittance_claim_table), parts.claim_id.is_(None), parts.match_reason != ""
    )
    return {"held": int(work.scalar(held)), "unmatched": int(work.scalar(loose))}
