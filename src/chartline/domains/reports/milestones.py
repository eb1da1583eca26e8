"""How far things have come, counted: claims by what ever happened to them, checks answered, payments posted."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.domains.coverage.tables import eligibility_check_table
from chartline.domains.ledger import EntryKind, entry_line_table, entry_table
from chartline.domains.ledger.accounts import CONTRACTUAL, PATIENT
from chartline.domains.remits.tables import remittance_claim_table
from chartline.platform.database import Work

_PAYMENTS = (
    EntryKind.REMITTANCE.value,
    EntryKind.REVERSAL.value,
    EntryKind.UNAPPLIED.value,
    EntryKind.PROVIDER_LEVEL.value,
)


@dataclass(frozen=True, slots=True)
class Milestones:
    """Counts since the practice began. A claim counts once for each kind of event, however often it happened."""

    claims: int
    events: dict[EventKind, int]
    checks_answered: int
    payments_posted: int
    """Ledger entries that remittances made: payments, reversals, unapplied and provider-level amounts."""


def milestones(work: Work) -> Milestones:
    """Count; four queries."""
    event, entry, check = claim_event_table.c, entry_table.c, eligibility_check_table.c
    kinds = sa.select(event.kind, sa.func.count(sa.distinct(event.claim_id)).label("number"))
    rows = work.rows(kinds.where(work.mine(claim_event_table)).group_by(event.kind))
    return Milestones(
        claims=_count(work, claim_table),
        events={EventKind(row["kind"]): row["number"] for row in rows},
        checks_answered=_count(work, eligibility_check_table, check.answered.is_not(None)),
        payments_posted=_count(work, entry_table, entry.kind.in_(_PAYMENTS)),
    )


def decision_kinds(work: Work) -> set[str]:
    """Which kinds of decisions payers have ever made, of: full payment, contractual adjustment, patient responsibility,
    denial, partial payment, reversal, provider level, unknown claim. Two queries.
    """
    part, line, entry = remittance_claim_table.c, entry_line_table.c, entry_table.c
    kinds = sa.case(
        (part.status == "22", "reversal"),
        (part.status == "4", "denial"),
        (part.claim_id.is_(None), "unknown claim"),
        (part.paid == part.charged, "full payment"),
        (sa.and_(part.denied > 0, part.paid > 0), "partial payment"),
        else_="",
    ).label("kind")
    found = {row["kind"] for row in work.rows(work.select(remittance_claim_table, kinds).distinct())}
    accounts = sa.select(line.account).distinct().where(work.mine(entry_line_table))
    names = {
        CONTRACTUAL: "contractual adjustment",
        PATIENT: "patient responsibility",
    }
    found |= {names[row["account"]] for row in work.rows(accounts) if row["account"] in names}
    if _count(work, entry_table, entry.kind == EntryKind.PROVIDER_LEVEL.value):
        found.add("provider level")
    return found - {""}


def _count(work: Work, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    return int(work.scalar(sa.select(sa.func.count()).select_from(table).where(work.mine(table), *conditions)))
