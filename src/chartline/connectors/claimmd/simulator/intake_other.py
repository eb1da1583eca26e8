"""Institutional (837I) and dental (837D) files into claims (sheet 4, 5.1, row 7 of section 15).

The vendor's list of formats names no 837D, so an account takes one only when its option says so (sheet 13). A line of
an institutional claim without a procedure goes by its revenue code of four digits, which no procedure code has.
Refuses nothing: the readers of the formats do.
"""

from __future__ import annotations

from typing import Final

from chartline.connectors.claimmd.simulator.state import Claim, Line
from chartline.formats.x12.claim_parts.parties import BillingProvider, Patient, Subscriber
from chartline.formats.x12.dental_claim import DentalClaim, DentalLine, read_837d
from chartline.formats.x12.institutional_claim import InstitutionalClaim, RevenueLine, read_837i
from chartline.kernel.money import Money

PROFESSIONAL, INSTITUTIONAL, DENTAL = "1500", "ub", "dental"
"""What a claim stands on; the first two are the vendor's words (sheet 5.2)."""

FORMS: Final = {"ub": INSTITUTIONAL, "ub04": INSTITUTIONAL, "ub92": INSTITUTIONAL, "dental": DENTAL}
"""Values of ``claim_form`` in a JSON file that are not 1500 (sheet 13)."""

_GUIDES: Final = ((b"005010X223", INSTITUTIONAL), (b"005010X224", DENTAL))
_HEAD: Final = 4096
MOST_UNITS: Final = 10**8
MOST_CENTS: Final = 10**12
"""No claim is for more; a number beyond is not an amount."""


def form_of(body: bytes) -> str:
    """Which guide an X12 file follows, told by the version in its first segments."""
    return next((form for mark, form in _GUIDES if mark in body[:_HEAD]), PROFESSIONAL)


def institutional(body: bytes) -> list[Claim]:
    """The claims of an 837I. Raises the reader's errors."""
    return [_institutional(claim) for claim in read_837i(body)]


def dental(body: bytes) -> list[Claim]:
    """The claims of an 837D. Raises the reader's errors."""
    return [_dental(claim) for claim in read_837d(body)]


def _institutional(claim: InstitutionalClaim) -> Claim:
    made = _people(claim.billing, claim.subscriber, claim.patient)
    made.form = INSTITUTIONAL
    made.pcn, made.remote_claimid = claim.reference, claim.intermediary_reference
    made.prov_npi = claim.attending.npi if claim.attending else ""
    made.diagnoses = (claim.principal.code, *(one.code for one in claim.diagnoses))
    made.total = _cents(claim.total)
    made.frequency = claim.frequency if claim.frequency in ("7", "8") else "1"
    made.payer_control, made.authorization = claim.payer_control_number, claim.prior_authorization
    made.lines = [_revenue_line(line, claim) for line in claim.lines]
    return made


def _revenue_line(line: RevenueLine, claim: InstitutionalClaim) -> Line:
    return Line(
        procedure=line.code or line.revenue_code,
        modifiers=line.modifiers,
        charge=_cents(line.charge),
        units=f"{line.units.normalize():f}" if 0 < line.units < MOST_UNITS else "",
        day=line.date or claim.statement_from,
        place=claim.facility_code,
        chgid=line.control,
    )


def _dental(claim: DentalClaim) -> Claim:
    made = _people(claim.billing, claim.subscriber, claim.patient)
    made.form = DENTAL
    made.pcn, made.remote_claimid = claim.reference, claim.intermediary_reference
    made.prov_npi = claim.rendering.npi if claim.rendering else ""
    made.diagnoses = claim.diagnoses
    made.total = _cents(claim.total)
    made.frequency, made.payer_control = claim.frequency, claim.payer_control_number
    made.lines = [_dental_line(line, claim) for line in claim.lines]
    return made


def _dental_line(line: DentalLine, claim: DentalClaim) -> Line:
    return Line(
        procedure=line.code,
        modifiers=line.modifiers,
        charge=_cents(line.charge),
        units=f"{line.units.normalize():f}" if 0 < line.units < MOST_UNITS else "",
        day=line.date or claim.dates.service,
        place=line.place_of_service or claim.place_of_service,
        chgid=line.control,
        pointers=line.pointers,
    )


def _cents(amount: Money) -> int | None:
    return amount.minor if abs(amount.minor) < MOST_CENTS else None


def _people(billing: BillingProvider, insured: Subscriber, patient: Patient | None) -> Claim:
    born = patient.born if patient else insured.born
    who = patient.name if patient else insured.name
    return Claim(
        payerid=insured.payer_id,
        ins_number=insured.member_id,
        ins_last=insured.name.last,
        ins_first=insured.name.first,
        pat_last=who.last,
        pat_first=who.first,
        pat_dob=born.isoformat() if born else "",
        bill_name=billing.name,
        bill_npi=billing.npi,
        bill_taxid=billing.tax_id,
    )
