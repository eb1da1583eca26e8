"""From the rows of a remittance to its plan: whole, or a portion of its claims at a time.

A constant number of queries for each portion. What a plan depends on is read as it was before the remittance was
posted, so that a posted one is planned again to the same cent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.claims import Claim, read_claims
from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import entry_line_table, entry_table
from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.domains.remits.plan import PlanPortion, PostingPlan, make_plan, plan_portion
from chartline.domains.remits.plan_entries import PlanClaim, PlanHead
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceClaimRow,
    RemittanceRow,
    RemittanceState,
    claim_rows,
    find_remittance,
    open_claims,
    open_header,
)
from chartline.domains.remits.splitting import LATER_PAYER
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.formats.x12.remittance.model import REVERSAL
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.vault import Vault


@dataclass(frozen=True, slots=True)
class Whose:
    """Of a claim only what its entries say about it: for very many."""

    encounter_id: str
    patient_id: str


def plan(work: Work, vault: Vault, remittance: str) -> PostingPlan:
    """The plan of a remittance as it is matched now. Also a held one can be looked at. Raises ``remits.not_found``.

    For large ones take ``plan_page``.
    """
    row = find_remittance(work, remittance)
    rows = claim_rows(work, remittance)
    claims = read_claims(work, {one.claim_id for one in rows if one.claim_id})
    return make_plan(plan_head(work, vault, row), plan_claims(work, vault, row, rows, claims))


def plan_page(work: Work, vault: Vault, row: RemittanceRow, rows: Sequence[RemittanceClaimRow]) -> PlanPortion:
    """The plan of some claims of a remittance."""
    claims = read_claims(work, {one.claim_id for one in rows if one.claim_id})
    return plan_portion(plan_head(work, vault, row), plan_claims(work, vault, row, rows, claims))


def plan_head(work: Work, vault: Vault, row: RemittanceRow) -> PlanHead:
    """The payment for a plan."""
    header = open_header(work, vault, row.id)
    released = bool(row.findings) and row.state not in (RemittanceState.HELD, RemittanceState.RECEIVING)
    return PlanHead(row.id, row.amount, row.paid_on, header.provider_adjustments, released, row.generation)


def plan_claims(
    work: Work,
    vault: Vault,
    row: RemittanceRow,
    rows: Sequence[RemittanceClaimRow],
    claims: Mapping[str, Claim | Whose],
    details: dict[int, RemittanceClaim] | None = None,
) -> list[PlanClaim]:
    """The claims for a plan, each with the status of the decision that it may take back: one posted earlier.

    ``details`` are those that are open already.
    """
    if details is None:
        details = open_claims(work, vault, row.id, {one.place for one in rows})
    first = min((one.place for one in rows), default=0)
    reversed_claims = {one.claim_id for one in rows if one.claim_id and one.status == REVERSAL}
    earlier = _earlier_statuses(work, row, reversed_claims, first)
    owed = _owed_before(work, row, {one.claim_id for one in rows if one.claim_id and one.status in LATER_PAYER})
    here: dict[str, str] = {}
    made: list[PlanClaim] = []
    for one in rows:
        identity = one.claim_id or ""
        claim = claims.get(identity)
        made.append(
            PlanClaim(
                one.place,
                details[one.place],
                one.claim_id,
                claim.encounter_id if claim else None,
                claim.patient_id if claim else None,
                earlier.get(identity) or here.get(identity, ""),
                owed.get(identity),
            )
        )
        if one.claim_id and one.status != REVERSAL:
            here[one.claim_id] = one.status
    return made


def whose(work: Work, claims: Collection[str]) -> dict[str, Whose]:
    """Whose these claims are; one query."""
    columns = claim_table.c
    query = work.select(claim_table, columns.id, columns.encounter_id, columns.patient_id)
    rows = work.rows(query.where(columns.id.in_(list(claims)))) if claims else []
    return {row["id"]: Whose(row["encounter_id"], row["patient_id"]) for row in rows}


def _earlier_statuses(work: Work, row: RemittanceRow, claims: Collection[str], first: int) -> dict[str, str]:
    """CLP02 of the last decision posted on each claim that was not a reversal; one of another remittance goes before
    one of this remittance that stands before place ``first``."""
    if not claims:
        return {}
    rows, heads = remittance_claim_table.c, remittance_table.c
    joined = sa.and_(heads.organisation_id == rows.organisation_id, heads.id == rows.remittance_id)
    others = sa.and_(
        rows.state == MatchState.POSTED.value,
        rows.remittance_id != row.id,
        heads.posted < row.posted if row.posted is not None else sa.true(),
    )
    query = (
        sa.select(rows.claim_id, rows.status)
        .join(remittance_table, joined)
        .where(
            work.mine(remittance_claim_table),
            rows.claim_id.in_(sorted(claims)),
            rows.status != REVERSAL,
            sa.or_(others, sa.and_(rows.remittance_id == row.id, rows.place < first)),
        )
        .order_by(sa.case((rows.remittance_id == row.id, 0), else_=1), heads.posted, rows.place)
    )
    return {found["claim_id"]: found["status"] for found in work.rows(query)}


def _owed_before(work: Work, row: RemittanceRow, claims: Collection[str]) -> dict[str, tuple[Money, Money]]:
    """What insurance and the patient owed on each claim before the next claims of this remittance; one query."""
    if not claims:
        return {}
    entry, line = entry_table.c, entry_line_table.c
    query = (
        sa.select(entry.claim_id, line.account, sa.cast(sa.func.sum(line.amount), sa.BigInteger).label("amount"))
        .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
        .where(
            work.mine(entry_line_table),
            entry.claim_id.in_(sorted(claims)),
            line.account.in_((INSURANCE, PATIENT)),
        )
        .group_by(entry.claim_id, line.account)
    )
    if row.posted is not None and row.state is RemittanceState.POSTED:
        others = sa.or_(entry.remittance_id.is_(None), entry.remittance_id != row.id)
        query = query.where(others, entry.posted <= row.posted)
    sums = {(found["claim_id"], found["account"]): int(found["amount"]) for found in work.rows(query)}
    return {claim: (Money(sums.get((claim, INSURANCE), 0)), Money(sums.get((claim, PATIENT), 0))) for claim in claims}
