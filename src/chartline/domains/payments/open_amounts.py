"""What is open, by claim and by whom: asked of the ledger, and held still while somebody decides about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import claim_balances, entry_line_table, entry_table
from chartline.domains.ledger.accounts import COLLECTIONS, INSURANCE, PATIENT, PATIENT_CREDIT
from chartline.domains.ledger.balances import picked
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work

NO_CLAIM = ErrorKind(
    "payments.no_claim",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such claim of this patient.",
    "Choose one of the patient's claims.",
    status=404,
)
MORE_THAN_OPEN = ErrorKind(
    "payments.more_than_open",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The amount is more than what is open there, or not more than nothing.",
    "Take at most what is open; what is left of a payment stays as the patient's credit.",
    status=409,
)

_entry, _line, _claim = entry_table.c, entry_line_table.c, claim_table.c
_sum = sa.cast(sa.func.coalesce(sa.func.sum(_line.amount), 0), sa.BigInteger)


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim with what is open on it."""

    id: str
    number: str
    encounter_id: str
    patient_id: str
    payer_id: str
    payer_name: str
    service_date: date
    total: Money
    insurance: Money
    patient: Money
    collections: Money

    def open(self, account: str) -> Money:
        """What is open in one receivable; zero for every other account."""
        return {INSURANCE: self.insurance, PATIENT: self.patient, COLLECTIONS: self.collections}.get(
            account, Money.zero()
        )


def open_claims(work: Work, claims: Collection[str], *, lock: bool = False) -> dict[str, OpenClaim]:
    """These claims with what is open on them; two queries for every 500.

    With ``lock`` nobody else pays, writes off or moves anything on them until the transaction ends.
    """
    found: dict[str, OpenClaim] = {}
    wanted = sorted(claims)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        query = work.select(claim_table).where(_claim.id.in_(some)).order_by(_claim.id)
        rows = work.rows(query.with_for_update() if lock else query)
        owed = claim_balances(work, [row["id"] for row in rows])
        for row in rows:
            accounts = owed.get(row["id"], {})
            found[row["id"]] = OpenClaim(
                row["id"],
                row["number"],
                row["encounter_id"],
                row["patient_id"],
                row["payer_id"],
                row["payer_name"],
                row["service_date"],
                Money(row["total"]),
                accounts.get(INSURANCE, Money.zero()),
                accounts.get(PATIENT, Money.zero()),
                accounts.get(COLLECTIONS, Money.zero()),
            )
    return found


def one_open(work: Work, claim: str, *, patient: str | None = None, lock: bool = True) -> OpenClaim:
    """One claim, of one patient if given. Raises ``payments.no_claim``."""
    found = open_claims(work, [claim], lock=lock).get(claim)
    if found is None or (patient is not None and found.patient_id != patient):
        raise NO_CLAIM.error(claim=claim)
    return found


def claims_of_patient(work: Work, patient: str, *, lock: bool = False) -> list[OpenClaim]:
    """The patient's claims with an open amount of any kind, the oldest service first."""
    chosen, joined = picked(work, _entry.patient_id == patient, _entry.claim_id.is_not(None))
    query = (
        sa.select(chosen.c.claim_id)
        .select_from(joined)
        .where(_line.account.in_((INSURANCE, PATIENT, COLLECTIONS)))
        .group_by(chosen.c.claim_id, _line.account)
        .having(_sum != 0)
    )
    claims = {row["claim_id"] for row in work.rows(query)}
    return sorted(open_claims(work, claims, lock=lock).values(), key=lambda one: (one.service_date, one.number))


def credits_of(work: Work, patients: Collection[str]) -> dict[str, Money]:
    """The credit of each of these patients that has any; one query."""
    chosen, joined = picked(work, _entry.patient_id.in_(sorted(patients)))
    query = (
        sa.select(chosen.c.patient_id, _sum.label("amount"))
        .select_from(joined)
        .where(_line.account == PATIENT_CREDIT)
        .group_by(chosen.c.patient_id)
    )
    rows = work.rows(query) if patients else []
    return {row["patient_id"]: Money(-int(row["amount"])) for row in rows if row["amount"]}


def take(open_now: Money, amount: Money | None, *, what: str) -> Money:
    """The amount that is taken of what is open: all of it, or ``amount``. Raises ``payments.more_than_open``."""
    taken = open_now if amount is None else amount
    if taken.minor <= 0 or taken > open_now:
        raise MORE_THAN_OPEN.error(account=what)
    return taken
