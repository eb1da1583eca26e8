"""One remittance as the simulator keeps it: era835/, eradata/ and erapdf/ are three views of it (sheet 15.13).

Amounts are whole cents. Sums are derived, so an ``Era`` cannot disagree with itself: charge less adjustments is
paid, on a line and on a claim; paid claims less provider-level amounts is the check (sheet 7.3).
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from chartline.kernel.sealed import Masked


class Adjustment(msgspec.Struct, frozen=True):
    """A CAS triplet: group (CO, PR, OA, PI, CR), reason (CARC), signed cents."""

    group: str
    code: str
    amount: int


SHARES = (("PR", "1"), ("PR", "2"), ("PR", "3"))
"""Deductible, coinsurance, copay."""


class EraLine(Masked, msgspec.Struct, kw_only=True):
    """A service line as the payer decided it."""

    procedure: str
    modifiers: tuple[str, ...]
    units: str
    charge: int
    day: date | None
    chgid: str
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def paid(self) -> int:
        """Charge less adjustments."""
        return self.charge - sum(each.amount for each in self.adjustments)

    @property
    def allowed(self) -> int:
        """What is paid, and what the patient shares in it (PR1 to PR3); a denied line allows nothing."""
        return self.paid + sum(each.amount for each in self.adjustments if (each.group, each.code) in SHARES)


class EraClaim(Masked, msgspec.Struct, kw_only=True):
    """A claim as the payer decided it. ``claim`` is the simulator's own claim id, empty for a stranger's."""

    claim: str
    pcn: str
    status: str
    """CLP02: 1 paid as primary, 4 denied, 19 paid and forwarded, 22 reversal."""
    icn: str
    charge: int
    lines: tuple[EraLine, ...]
    """Empty when the payer decided the claim as a whole."""
    adjustments: tuple[Adjustment, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    ins_number: str = ""
    ins_last: str = ""
    ins_first: str = ""
    pat_last: str = ""
    pat_first: str = ""
    prov_npi: str = ""
    place: str = "11"
    frequency: str = "1"
    crossover: str = ""
    received: date | None = None

    @property
    def paid(self) -> int:
        """What the payer pays."""
        return self.charge - sum(each.amount for each in self.every_adjustment)

    @property
    def patient(self) -> int:
        """What the patient owes: all adjustments of group PR."""
        return sum(each.amount for each in self.every_adjustment if each.group == "PR")

    @property
    def every_adjustment(self) -> tuple[Adjustment, ...]:
        """Adjustments of the claim and of its lines."""
        return self.adjustments + tuple(each for line in self.lines for each in line.adjustments)


class ProviderAmount(msgspec.Struct, frozen=True):
    """A PLB amount in cents: positive lowers the check."""

    reason: str
    reference: str
    amount: int


class Era(Masked, msgspec.Struct, kw_only=True):
    """One check or EFT of one payer to one payee on one day, with the claims it covers."""

    id: str
    account: str
    check: str
    payerid: str
    payer_name: str
    payer_address: tuple[str, str, str, str]
    """Street, city, state, zip."""
    prov_name: str
    prov_npi: str
    prov_taxid: str
    day: date
    received: datetime
    claims: tuple[EraClaim, ...]
    provider_amounts: tuple[ProviderAmount, ...] = ()
    downloaded: datetime | None = None

    @property
    def paid(self) -> int:
        """The check: paid claims less provider-level amounts."""
        return sum(claim.paid for claim in self.claims) - sum(each.amount for each in self.provider_amounts)

    @property
    def method(self) -> str:
        """How it is paid: ``ACH``, or ``NON`` when there is nothing to pay."""
        return "ACH" if self.paid else "NON"
