"""An organisation with claims of invented patients that a payer has decided on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import Entry, EntryKind, Line, charge_entry, claim_balances, post_many, trial_balance
from chartline.domains.ledger.accounts import CONTRACTUAL, INSURANCE, PATIENT, PAYER_CASH
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Database, Work

DAY = date(2026, 3, 2)
PAID = date(2026, 3, 16)
TODAY = date(2026, 4, 1)
BILLER = "user:biller"


@dataclass
class Books:
    """One organisation."""

    database: Database
    organisation: str = field(default_factory=new_id)
    made: int = 0

    @contextmanager
    def work(self) -> Generator[Work, None, None]:
        """A writing transaction."""
        with self.database.work(self.organisation) as work:
            yield work

    def claim(self, work: Work, patient: str, total: int = 15000, day: date = DAY, payer: str = "00123") -> str:
        """A charged claim."""
        self.made += 1
        claim, encounter = new_id(), new_id()
        work.insert(
            claim_table,
            id=claim,
            number=f"C{self.made:06d}",
            encounter_id=encounter,
            kind="professional",
            payer_order=1,
            source="visit",
            patient_id=patient,
            coverage_id=new_id(),
            payer_id=payer,
            payer_name="Example Mutual",
            billing_npi="1999999984",
            rendering_npi="1999999976",
            place_of_service="11",
            service_date=day,
            total=total,
            version=1,
            frequency="1",
            payer_number="",
            vendor_claim_id="",
            work_axis="ready",
            submission_axis="acknowledged",
            adjudication_axis="none",
            hold_reason="",
            closed_reason="",
            paid=0,
            patient_responsibility=0,
            adjusted=0,
            denied=0,
            events=0,
            created=work.now,
            updated=work.now,
        )
        post_many(
            work,
            [
                charge_entry(
                    encounter_id=encounter, patient_id=patient, service_date=day, amount=Money(total), claim_id=claim
                )
            ],
        )
        return claim

    def decided(
        self, work: Work, claim: str, patient: str, *, paid: int, adjusted: int, share: int, key: str = "1"
    ) -> None:
        """A payer decided: paid, given up by contract, and the patient's part."""
        lines = [
            Line(PAYER_CASH, Money(paid)),
            Line(CONTRACTUAL, Money(adjusted), "CO-45"),
            Line(PATIENT, Money(share), "PR-3"),
            Line(INSURANCE, Money(-(paid + adjusted + share))),
        ]
        kept = tuple(line for line in lines if line.amount)
        entry = Entry(EntryKind.REMITTANCE, PAID, f"remit/{claim}/{key}", kept, claim_id=claim, patient_id=patient)
        post_many(work, [entry])

    def owed(self, work: Work, claim: str) -> dict[str, int]:
        """What is open on a claim, in cents, by receivable; only what is not zero."""
        accounts = claim_balances(work, [claim]).get(claim, {})
        return {name: one.minor for name, one in accounts.items() if name.startswith("receivable.") and one}

    def sound(self, work: Work) -> bool:
        """Whether the ledger sums to zero."""
        return not any(trial_balance(work).values())
