"""What the year reads of an installation from inside, for its proof: ledger, claims and remittances. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from chartline.app.services import Services
from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import entry_line_table, entry_table
from chartline.domains.ledger.accounts import INSURANCE, PATIENT, REVENUE
from chartline.domains.remits import RemittanceState
from chartline.domains.remits.tables import remittance_claim_table, remittance_table

WAITS = timedelta(days=75)
"""No payer of the year takes longer, pended and weekly runs included."""
WORKED = timedelta(days=10)
"""The biller goes through the denials every week, so a denial that came in so lately waits on the desk."""
_UNDECIDED = (AdjudicationAxis.NONE, AdjudicationAxis.PENDING)
_UNSENT = (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)


@dataclass(frozen=True, slots=True)
class OurClaim:
    """One claim with what the ledger holds of it, in cents by account."""

    id: str
    number: str
    payer: str
    payer_order: int
    total: int
    work: WorkAxis
    submission: SubmissionAxis
    adjudication: AdjudicationAxis
    served: date
    submitted: datetime | None
    moved: datetime
    """When it last changed: a replacement waits from its own submission on."""
    accounts: dict[str, int]

    @property
    def insurance(self) -> int:
        """What insurance still owes."""
        return self.accounts.get(INSURANCE, 0)


@dataclass(frozen=True, slots=True)
class OurDecision:
    """One claim of one remittance."""

    claim: str
    number: str
    check: str
    payer: str
    day: date
    status: str
    paid: int


class YearState:
    """Answers ``sandbox.year.play.Ledger``, and the questions of the proof, for one practice."""

    def __init__(self, services: Services, organisation: str) -> None:
        self._services, self._organisation = services, organisation

    def trial_balance(self) -> int:
        """The sum of all lines in cents."""
        amount = sa.cast(sa.func.sum(entry_line_table.c.amount), sa.BigInteger)
        with self._services.database.read(self._organisation) as work:
            return int(work.scalar(sa.select(amount).where(work.mine(entry_line_table))) or 0)

    def unbalanced_days(self) -> list[str]:
        """Days on which the entries that were posted do not add up to zero."""
        line, entry = entry_line_table.c, entry_table.c
        query = (
            sa.select(entry.posted, sa.cast(sa.func.sum(line.amount), sa.BigInteger).label("amount"))
            .select_from(entry_line_table)
            .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
            .group_by(entry.posted)
        )
        sums: Counter[date] = Counter()
        with self._services.database.read(self._organisation) as work:
            for row in work.rows(query.where(work.mine(entry_line_table))):
                sums[row["posted"].astimezone(UTC).date()] += int(row["amount"])
        return sorted(day.isoformat() for day, amount in sums.items() if amount)

    def claims(self) -> list[OurClaim]:
        """Every claim with its accounts."""
        line, entry = entry_line_table.c, entry_table.c
        sums = (
            sa.select(entry.claim_id, line.account, sa.cast(sa.func.sum(line.amount), sa.BigInteger).label("amount"))
            .select_from(entry_line_table)
            .join(entry_table, sa.and_(entry.organisation_id == line.organisation_id, entry.id == line.entry_id))
            .group_by(entry.claim_id, line.account)
        )
        held: defaultdict[str, dict[str, int]] = defaultdict(dict)
        with self._services.database.read(self._organisation) as work:
            for row in work.rows(sums.where(work.mine(entry_line_table), entry.claim_id.is_not(None))):
                held[row["claim_id"]][row["account"]] = int(row["amount"])
            rows = work.rows(work.select(claim_table).order_by(claim_table.c.number))
        return [
            OurClaim(
                id=row["id"],
                number=row["number"],
                payer=row["payer_id"],
                payer_order=row["payer_order"],
                total=row["total"],
                work=WorkAxis(row["work_axis"]),
                submission=SubmissionAxis(row["submission_axis"]),
                adjudication=AdjudicationAxis(row["adjudication_axis"]),
                served=row["service_date"],
                submitted=row["submitted"],
                moved=row["updated"],
                accounts=held[row["id"]],
            )
            for row in rows
        ]

    def decisions(self) -> list[OurDecision]:
        """Every claim of every posted remittance, in the order in which payers paid."""
        part, head = remittance_claim_table.c, remittance_table.c
        query = (
            sa.select(
                part.claim_id, part.control_number, part.status, part.paid, head.trace, head.payer_id, head.paid_on
            )
            .join(
                remittance_table, sa.and_(head.organisation_id == part.organisation_id, head.id == part.remittance_id)
            )
            .where(head.state == RemittanceState.POSTED.value)
            .order_by(head.paid_on, head.id, part.place)
        )
        with self._services.database.read(self._organisation) as work:
            rows = work.rows(query.where(work.mine(remittance_claim_table)))
        return [
            OurDecision(
                claim=row["claim_id"] or "",
                number=row["control_number"],
                check=row["trace"],
                payer=row["payer_id"],
                day=row["paid_on"],
                status=row["status"],
                paid=row["paid"],
            )
            for row in rows
        ]

    def checks(self) -> dict[str, int]:
        """The amount of each posted remittance by its trace number."""
        heads = remittance_table.c
        query = sa.select(heads.trace, heads.amount).where(heads.state == RemittanceState.POSTED.value)
        with self._services.database.read(self._organisation) as work:
            return {row["trace"]: row["amount"] for row in work.rows(query.where(work.mine(remittance_table)))}

    def stopped_jobs(self) -> int:
        """Jobs that wait for a person."""
        services = self._services
        with services.database.read(self._organisation) as work:
            return len(services.issues.list(work, self._organisation, limit=500))


def end_of(claim: OurClaim, now: datetime) -> str:
    """How a claim ended, or the named state in which it waits; empty when nothing explains what is open on it."""
    if claim.work is WorkAxis.CANCELLED:
        return "cancelled" if not any(claim.accounts.values()) else ""
    if _charged(claim) != (claim.total if claim.payer_order == 1 else 0):
        return ""
    if not claim.insurance:
        return "patient owes" if claim.accounts.get(PATIENT, 0) else "settled"
    if claim.adjudication is AdjudicationAxis.APPEALED:
        return "appealed"
    if claim.submission in _UNSENT:
        return "held" if claim.work is WorkAxis.HELD else "not sent yet"
    if claim.adjudication is AdjudicationAxis.DENIED and now - claim.moved <= WORKED:
        return "denied, on the desk"
    young = claim.submitted is not None and now - claim.moved <= WAITS
    if claim.adjudication in _UNDECIDED and young:
        return "rejected" if claim.submission is SubmissionAxis.REJECTED else "with the payer"
    return ""


def _charged(claim: OurClaim) -> int:
    return -claim.accounts.get(REVENUE, 0)
