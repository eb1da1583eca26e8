"""Posting a remittance: its plan into the ledger, its decisions onto the claims.

A small one in one transaction; a large one portion by portion (``post_portion``), each one transaction with the place
where the next begins, so that a crash at any moment leaves a ledger that the rest is simply added to. A second posting
cannot exist: every ledger entry and every decision has a key made of remittance and place. Refuses a held remittance,
and a plan whose checks fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from chartline.domains.claims import Claim, Decision, apply_decisions, read_claims
from chartline.domains.ledger import entry_line_table, entry_table, post_many
from chartline.domains.ledger.accounts import PAYER_CASH
from chartline.domains.practice.due import AT_ONCE, Due, owe
from chartline.domains.remits.intake import Transactions
from chartline.domains.remits.matching import match_portion
from chartline.domains.remits.plan import plan_end, plan_portion
from chartline.domains.remits.plan_entries import PlanHead, PlannedClaim, source_of
from chartline.domains.remits.planning import plan_claims, plan_head, whose
from chartline.domains.remits.portions import PORTION
from chartline.domains.remits.publish import (
    MOST_DETAILS,
    Explained,
    explanations,
    publish_remittance,
    reconciliation,
)
from chartline.domains.remits.recoveries import keep_adjustments
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceClaimRow,
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    claim_rows,
    find_remittance,
    note,
    open_claims,
    open_header,
)
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.formats.fhir import JsonObject
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

HELD = ErrorKind(
    "remits.held",
    Blame.PAYER,
    Again.AFTER_FIX,
    "The sums of this remittance disagree, or it looks like one we have, so nothing of it is posted.",
    "Ask the payer for a corrected one, or look at the findings and release it if the money really arrived.",
    status=409,
)
BUSY = ErrorKind(
    "remits.busy",
    Blame.US,
    Again.AFTER,
    "This remittance is being taken in, posted or taken back just now.",
    "Wait until that is through; a large one takes a minute.",
    status=409,
)
UNSOUND = ErrorKind(
    "remits.unsound_plan",
    Blame.US,
    Again.NEVER,
    "A check of the posting plan fails, so nothing was posted.",
    "Report it with the check named in the fields.",
    status=500,
)

_BUSY = (RemittanceState.RECEIVING, RemittanceState.UNDOING)


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting did: new ledger entries and new decisions; both are 0 the second time.

    ``through`` is False as long as portions are left.
    """

    entries: int
    decisions: int
    unmatched: int
    through: bool = True


def post(work: Work, vault: Vault, records: Records, remittance: str, actor: str = "chartline") -> Posted:
    """Post a remittance in this transaction; posting it again changes nothing.

    Unmatched claims post their money as unapplied. Raises ``remits.not_found``, ``remits.held``, ``remits.busy``,
    ``remits.unsound_plan``.
    """
    entries = decisions = 0
    while True:
        done = post_portion(work, vault, records, remittance, actor)
        entries, decisions = entries + done.entries, decisions + done.decisions
        if done.through:
            return Posted(entries, decisions, done.unmatched)


def post_in_portions(
    transactions: Transactions, vault: Vault, records: Records, remittance: str, actor: str = "chartline"
) -> Posted:
    """``post`` in as many transactions as it has portions. After a crash, call it again: it goes on."""
    entries = decisions = 0
    while True:
        with transactions() as work:
            done = post_portion(work, vault, records, remittance, actor)
        entries, decisions = entries + done.entries, decisions + done.decisions
        if done.through:
            return Posted(entries, decisions, done.unmatched)


def post_portion(
    work: Work, vault: Vault, records: Records, remittance: str, actor: str = "chartline", size: int = PORTION
) -> Posted:
    """Post the next claims of a remittance; after the last ones, what is outside its claims. Raises as ``post``."""
    row = find_remittance(work, remittance, lock=True)
    if row.state is RemittanceState.HELD:
        raise HELD.error(remittance=remittance)
    if row.state in _BUSY:
        raise BUSY.error(remittance=remittance, state=row.state.value)
    if row.state is RemittanceState.POSTED:
        return Posted(0, 0, count_loose(work, remittance))
    rows = claim_rows(work, remittance, row.posted_to, size)
    last = rows[-1].place if rows else row.posted_to
    through = last >= row.claims
    head = plan_head(work, vault, row)
    if row.posted_to == 0:
        _begin(row, head)
    opened = open_claims(work, vault, remittance, {one.place for one in rows})
    rows = _matched(work, vault, remittance, rows, opened)
    ids = {one.claim_id for one in rows if one.claim_id}
    at_once = row.claims <= AT_ONCE
    claims = read_claims(work, ids) if at_once else {}
    made = plan_portion(head, plan_claims(work, vault, row, rows, claims if at_once else whose(work, ids), opened))
    for check in made.failed:
        raise UNSOUND.error(remittance=remittance, check=check.name)
    entries = post_many(work, made.entries)
    by_place = {one.place: one for one in rows}
    decisions = [decision_of(head, one, by_place[one.place]) for one in made.claims if one.claim_id and one.decides]
    applied = apply_decisions(work, vault, records, decisions, at_once=at_once)
    _mark(work, remittance, made.claims)
    stands = RemittanceState.POSTING
    table = remittance_table
    if through:
        entries += _end(work, vault, row, head)
        stands = RemittanceState.POSTED
        row = replace(row, posted=work.now, state=stands)
    moved = {"state": stands.value, "posted_to": last, "posted": row.posted}
    work.execute(work.update(table).where(table.c.id == remittance).values(**moved))
    if not through:
        return Posted(entries, applied, 0, through=False)
    unmatched = count_loose(work, remittance)
    codes: dict[str, object] = {"claims": row.claims, "unmatched": unmatched}
    if row.claims <= size:
        codes = {"entries": entries, "decisions": applied, "unmatched": unmatched}
    note(work, remittance, RemittanceEventKind.POSTED, actor, codes)
    if not at_once:
        owe(work, Due.REMITTANCE, [remittance])
    else:
        ours = explained(made.claims, opened, claims)
        publish_remittance(work, records, row, open_header(work, vault, remittance), reconciled(work, row), ours)
    return Posted(entries, applied, unmatched)


def explained(
    planned: Sequence[PlannedClaim], details: dict[int, RemittanceClaim], claims: dict[str, Claim]
) -> list[Explained]:
    """The planned claims that are ours, with what the payer wrote of them."""
    return [Explained(one, details[one.place], claims[one.claim_id]) for one in planned if one.claim_id]


def decision_of(head: PlanHead, planned: PlannedClaim, row: RemittanceClaimRow, *, moves: int = 0) -> Decision:
    """A planned claim as the claims domain takes it; ``moves`` counts what people moved of it before."""
    split = planned.split
    again = f"/{moves}" if moves else ""
    return Decision(
        claim=planned.claim_id or "",
        source=source_of(head.remittance, planned.place, head.generation) + again,
        paid=split.paid,
        patient_responsibility=split.patient,
        adjusted=split.adjusted,
        denied=split.denied,
        payer_number=row.payer_number,
        reversal=planned.reversal,
        codes=split.reasons,
        remittance=head.remittance,
    )


def _begin(row: RemittanceRow, head: PlanHead) -> None:
    """Before anything is posted: the payment is what the claims and the rest bring, as they were counted on arrival."""
    if head.released:
        return
    end = plan_end(head, row.paid_total)
    if not end.cash.ok:
        raise UNSOUND.error(remittance=row.id, check=end.cash.name)


def _matched(
    work: Work,
    vault: Vault,
    remittance: str,
    rows: list[RemittanceClaimRow],
    opened: dict[int, RemittanceClaim],
) -> list[RemittanceClaimRow]:
    """The rows after another look for claims that were not found before."""
    loose = {one.place for one in rows if one.state is MatchState.UNMATCHED and one.claim_id is None}
    if not loose:
        return rows
    match_portion(work, vault, remittance, {place: opened[place] for place in loose})
    found = {one.place: one for one in claim_rows(work, remittance, places=loose)}
    return [found.get(one.place, one) for one in rows]


def _end(work: Work, vault: Vault, row: RemittanceRow, head: PlanHead) -> int:
    """Post what is outside the claims, and compare the cash in the ledger with the payment."""
    end = plan_end(head, row.paid_total)
    entries = post_many(work, end.entries)
    keep_adjustments(work, vault, row, head)
    cash = _cash(work, row.id)
    if cash != row.amount:
        raise UNSOUND.error(remittance=row.id, check="ledger cash")
    return entries


def _cash(work: Work, remittance: str) -> Money:
    """What the ledger has of a remittance in payer cash."""
    entry, line = entry_table.c, entry_line_table.c
    query = (
        sa.select(sa.cast(sa.func.coalesce(sa.func.sum(line.amount), 0), sa.BigInteger))
        .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
        .where(work.mine(entry_table), entry.remittance_id == remittance, line.account == PAYER_CASH)
    )
    return Money(int(work.scalar(query)))


def count_loose(work: Work, remittance: str) -> int:
    """How many claims of a remittance belong to no claim of ours."""
    columns = remittance_claim_table.c
    query = sa.select(sa.func.count()).where(
        work.mine(remittance_claim_table), columns.remittance_id == remittance, columns.claim_id.is_(None)
    )
    return int(work.scalar(query))


def _mark(work: Work, remittance: str, claims: Sequence[PlannedClaim]) -> None:
    if not claims:
        return
    table = remittance_claim_table
    statement = (
        work.update(table)
        .where(table.c.remittance_id == remittance, table.c.place == sa.bindparam("at"))
        .values(
            state=sa.bindparam("stands"),
            patient_responsibility=sa.bindparam("patient"),
            denied=sa.bindparam("refused"),
        )
    )
    work.update_many(statement, [mark_of(one) for one in claims])


def mark_of(planned: PlannedClaim) -> dict[str, object]:
    """What a posted claim's row keeps."""
    return {
        "at": planned.place,
        "stands": (MatchState.POSTED if planned.claim_id else MatchState.UNAPPLIED).value,
        "patient": planned.split.patient.minor,
        "refused": planned.split.denied.minor,
    }


def posted_ids(work: Work, after: str = "", limit: int = 20) -> list[str]:
    """The ids of posted remittances in their order, from behind one of them."""
    columns = remittance_table.c
    posted = work.select(remittance_table, columns.id).where(columns.state == RemittanceState.POSTED.value)
    query = posted.order_by(columns.id).limit(limit)
    return [row["id"] for row in work.rows(query.where(columns.id > after) if after else query)]


def posted_resources(
    work: Work, vault: Vault, remittance: str, *, lock: bool = False, after: int = 0, limit: int | None = None
) -> tuple[list[JsonObject], int]:
    """What is published of a posted remittance, made again from its rows: of the claims from behind place ``after``,
    and the place it got to. Raises ``remits.not_found``.

    With ``lock`` nobody else changes it meanwhile.
    """
    row = find_remittance(work, remittance, lock=lock)
    header = open_header(work, vault, remittance)
    rows = claim_rows(work, remittance, after, limit)
    claims = read_claims(work, {one.claim_id for one in rows if one.claim_id})
    details = plan_claims(work, vault, row, rows, claims)
    made = plan_portion(plan_head(work, vault, row), details)
    ours = explained(made.claims, {one.place: one.detail for one in details}, claims)
    made_now = explanations(row, header, ours)
    if after == 0:
        made_now = [reconciliation(row, header, reconciled(work, row)), *made_now]
    return made_now, rows[-1].place if rows else after


def reconciled(work: Work, row: RemittanceRow) -> list[RemittanceClaimRow]:
    """The claims that the published payment lists: all, or none of a remittance with very many."""
    return claim_rows(work, row.id) if row.claims <= MOST_DETAILS else []
