"""Posting a remittance: its plan into the ledger, its decisions onto the claims, in one transaction.

A second posting cannot exist: every ledger entry and every decision has a key made of remittance and place. Refuses a
held remittance, and a plan whose checks fail.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from chartline.domains.claims import Claim, Decision, apply_decisions, read_claims
from chartline.domains.ledger import post_many
from chartline.domains.remits.plan import PlanClaim, PlanHead, PlannedClaim, PostingPlan, make_plan, source_of
from chartline.domains.remits.publish import Explained, publish_remittance, remittance_resources
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
from chartline.formats.x12.remittance.model import REVERSAL
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

HELD = ErrorKind(
    "remits.held",
    Blame.PAYER,
    Again.AFTER_FIX,
    "The sums of this remittance disagree, so nothing of it is posted.",
    "Ask the payer for a corrected one, or look at the findings and release it if the money really arrived.",
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


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting did: new ledger entries and new decisions; both are 0 the second time."""

    entries: int
    decisions: int
    unmatched: int


def plan(work: Work, vault: Vault, remittance: str) -> PostingPlan:
    """The plan of a remittance as it is matched now. Also a held one can be looked at. Raises ``remits.not_found``."""
    row = find_remittance(work, remittance)
    rows = claim_rows(work, remittance)
    claims = read_claims(work, {one.claim_id for one in rows if one.claim_id})
    return make_plan(plan_head(work, vault, row), plan_claims(work, vault, remittance, rows, claims))


def post(work: Work, vault: Vault, records: Records, remittance: str, actor: str = "chartline") -> Posted:
    """Post a remittance; posting it again changes nothing.

    Unmatched claims post their money as unapplied. Raises ``remits.not_found``, ``remits.held``,
    ``remits.unsound_plan``.
    """
    row = find_remittance(work, remittance, lock=True)
    if row.state is RemittanceState.HELD:
        raise HELD.error(remittance=remittance)
    rows = claim_rows(work, remittance)
    unmatched = sum(1 for one in rows if one.claim_id is None)
    if row.state is RemittanceState.POSTED:
        return Posted(0, 0, unmatched)
    claims = read_claims(work, {one.claim_id for one in rows if one.claim_id})
    details = plan_claims(work, vault, remittance, rows, claims)
    made = make_plan(plan_head(work, vault, row), details)
    failed = next((check for check in made.checks if not check.ok), None)
    if failed is not None:
        raise UNSOUND.error(remittance=remittance, check=failed.name)
    entries = post_many(work, made.entries)
    decisions = [decision_of(remittance, one, rows[one.place - 1]) for one in made.claims if one.claim_id]
    applied = apply_decisions(work, vault, records, decisions)
    _mark(work, remittance, made.claims)
    table = remittance_table
    when = work.now
    posted = {"state": RemittanceState.POSTED.value, "posted": when}
    work.execute(work.update(table).where(table.c.id == remittance).values(**posted))
    codes: dict[str, object] = {"entries": entries, "decisions": applied, "unmatched": unmatched}
    note(work, remittance, RemittanceEventKind.POSTED, actor, codes)
    row = replace(row, state=RemittanceState.POSTED, posted=when)
    ours = explained(made.claims, details, claims)
    publish_remittance(work, records, row, open_header(work, vault, remittance), rows, ours)
    return Posted(entries, applied, unmatched)


def explained(
    planned: Sequence[PlannedClaim], details: Sequence[PlanClaim], claims: dict[str, Claim]
) -> list[Explained]:
    """The planned claims that are ours, with what the payer wrote of them."""
    by_place = {one.place: one.detail for one in details}
    return [Explained(one, by_place[one.place], claims[one.claim_id]) for one in planned if one.claim_id]


def posted_ids(work: Work, after: str = "", limit: int = 20) -> list[str]:
    """The ids of posted remittances in their order, from behind one of them."""
    columns = remittance_table.c
    posted = work.select(remittance_table, columns.id).where(columns.state == RemittanceState.POSTED.value)
    query = posted.order_by(columns.id).limit(limit)
    return [row["id"] for row in work.rows(query.where(columns.id > after) if after else query)]


def posted_resources(work: Work, vault: Vault, remittance: str, *, lock: bool = False) -> list[JsonObject]:
    """What is published of a posted remittance, made again from its rows. Raises ``remits.not_found``.

    With ``lock`` nobody else changes it meanwhile.
    """
    row = find_remittance(work, remittance, lock=lock)
    rows = claim_rows(work, remittance)
    claims = read_claims(work, {one.claim_id for one in rows if one.claim_id})
    details = plan_claims(work, vault, remittance, rows, claims, before=row.posted)
    made = make_plan(plan_head(work, vault, row), details)
    return remittance_resources(
        row, open_header(work, vault, remittance), rows, explained(made.claims, details, claims)
    )


def plan_head(work: Work, vault: Vault, row: RemittanceRow) -> PlanHead:
    """The payment for a plan."""
    header = open_header(work, vault, row.id)
    released = row.state is RemittanceState.RELEASED or bool(row.findings and row.state is RemittanceState.POSTED)
    return PlanHead(row.id, row.amount, row.paid_on, header.provider_adjustments, released)


def plan_claims(
    work: Work,
    vault: Vault,
    remittance: str,
    rows: Sequence[RemittanceClaimRow],
    claims: dict[str, Claim],
    before: datetime | None = None,
) -> list[PlanClaim]:
    """The claims for a plan, each with the status of the decision that it may take back: one posted earlier, and
    earlier than ``before`` when that is given."""
    details = open_claims(work, vault, remittance)
    reversed_claims = {row.claim_id for row in rows if row.claim_id and row.status == REVERSAL}
    earlier = _earlier_statuses(work, remittance, reversed_claims, before)
    here: dict[str, str] = {}
    made: list[PlanClaim] = []
    for row in rows:
        claim = claims.get(row.claim_id or "")
        made.append(
            PlanClaim(
                row.place,
                details[row.place],
                row.claim_id,
                claim.encounter_id if claim else None,
                claim.patient_id if claim else None,
                earlier.get(row.claim_id or "") or here.get(row.claim_id or "", ""),
            )
        )
        if row.claim_id and row.status != REVERSAL:
            here[row.claim_id] = row.status
    return made


def decision_of(remittance: str, planned: PlannedClaim, row: RemittanceClaimRow) -> Decision:
    """A planned claim as the claims domain takes it."""
    split = planned.split
    return Decision(
        claim=planned.claim_id or "",
        source=source_of(remittance, planned.place),
        paid=split.paid,
        patient_responsibility=split.patient,
        adjusted=split.adjusted,
        denied=split.denied,
        payer_number=row.payer_number,
        reversal=planned.reversal,
        codes=split.reasons,
        remittance=remittance,
    )


def _earlier_statuses(work: Work, remittance: str, claims: Collection[str], before: datetime | None) -> dict[str, str]:
    """CLP02 of the last decision posted on each claim that was not a reversal."""
    if not claims:
        return {}
    rows, heads = remittance_claim_table.c, remittance_table.c
    query = (
        sa.select(rows.claim_id, rows.status)
        .join(
            remittance_table,
            sa.and_(heads.organisation_id == rows.organisation_id, heads.id == rows.remittance_id),
        )
        .where(
            work.mine(remittance_claim_table),
            rows.claim_id.in_(sorted(claims)),
            rows.state == MatchState.POSTED.value,
            rows.status != REVERSAL,
            rows.remittance_id != remittance,
        )
        .order_by(heads.posted, rows.place)
    )
    if before is not None:
        query = query.where(heads.posted < before)
    return {row["claim_id"]: row["status"] for row in work.rows(query)}


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
    work.execute(statement, [mark_of(one) for one in claims])


def mark_of(planned: PlannedClaim) -> dict[str, object]:
    """What a posted claim's row keeps."""
    return {
        "at": planned.place,
        "stands": (MatchState.POSTED if planned.claim_id else MatchState.UNAPPLIED).value,
        "patient": planned.split.patient.minor,
        "refused": planned.split.denied.minor,
    }
