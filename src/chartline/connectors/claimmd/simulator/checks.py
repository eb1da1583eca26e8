"""Claim.MD's own checks at upload: a small rule set that answers A or R for each claim (sheet 15.7).

The vendor's real edits are far more and not public; these are the ones every clearinghouse has. Message codes and
wording are ours. A warning (W) never rejects (sheet 14.11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from chartline.connectors.claimmd.simulator.intake import read_day
from chartline.connectors.claimmd.simulator.intake_other import DENTAL, INSTITUTIONAL
from chartline.connectors.claimmd.simulator.seed import Payer
from chartline.connectors.claimmd.simulator.state import Claim, Message
from chartline.formats.x12.writer import clean

NPI_PREFIX = "80840"
"""An NPI's check digit is Luhn's over the number behind this prefix (45 CFR 162.406 names the check digit)."""
OLD = timedelta(days=365)
WRITABLE = r"[ -)+-9;-\]_-}]*"
"""Printable ASCII without the delimiters of an 835 (``*``, ``:``, ``^``, ``~``)."""


def check_claim(claim: Claim, payer: Payer | None, today: date) -> list[Message]:
    """Everything wrong with a claim; it is rejected when some message has status R."""
    return [*_payer(claim, payer), *_people(claim), *_codes(claim), *_dates(claim, today), *_money(claim)]


def luhn(npi: str) -> bool:
    """Whether an NPI is ten digits with a right check digit."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(NPI_PREFIX + npi)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _refuse(mesgid: str, message: str, fields: str) -> Message:
    return Message(status="R", mesgid=mesgid, message=message, fields=fields)


def _payer(claim: Claim, payer: Payer | None) -> Iterator[Message]:
    if payer is None:
        yield _refuse("PAYER1", "Payer is not in the payer list", "payerid")
    elif _taken(claim, payer) == "no":
        yield _refuse("PAYER2", "Payer does not take this kind of claim", "payerid")
    if not claim.ins_number:
        yield _refuse("INS1", "Subscriber number is missing", "ins_number")
    elif payer and payer.member_pattern and not re.fullmatch(payer.member_pattern, claim.ins_number):
        yield _refuse("INS2", "Subscriber number does not have this payer's format", "ins_number")
    if claim.frequency not in ("1", "7", "8"):
        yield _refuse("FREQ1", "Claim frequency is not original, replacement or void", "frequency")
    if claim.frequency in ("7", "8") and not claim.payer_control:
        yield _refuse("ICN1", "A corrected or voided claim needs the payer's claim number", "icn_dcn_1")


def _taken(claim: Claim, payer: Payer) -> str:
    """Whether the payer takes claims of this form: ``yes``, ``no`` or ``enrollment``."""
    by_form = {INSTITUTIONAL: payer.institutional_claims, DENTAL: payer.dental_claims}
    return by_form.get(claim.form, payer.professional_claims)


def _people(claim: Claim) -> Iterator[Message]:
    if not claim.pcn:
        yield _refuse("PCN1", "Patient control number is missing", "pcn")
    if not all(re.fullmatch(WRITABLE, text) for text in _references(claim)):
        yield _refuse("CHR1", "A reference holds characters that X12 cannot carry", "pcn")
    if not clean(claim.bill_name):
        yield _refuse("BILL1", "Billing provider name is missing", "bill_name")
    if not claim.ins_last:
        yield _refuse("INS3", "Subscriber name is missing", "ins_name_l")
    if not luhn(claim.bill_npi):
        yield _refuse("NPI1", "Billing provider NPI is not valid", "bill_npi")
    if claim.prov_npi and not luhn(claim.prov_npi):
        yield _refuse("NPI2", "Rendering provider NPI is not valid", "prov_npi")
    if not re.fullmatch(r"[0-9]{9}", claim.bill_taxid.replace("-", "")):
        yield _refuse("TAX1", "Billing provider tax id is not nine digits", "bill_taxid")


def _references(claim: Claim) -> list[str]:
    return [claim.pcn, claim.remote_claimid, claim.ins_number, *(line.chgid for line in claim.lines)]


def _codes(claim: Claim) -> Iterator[Message]:
    if not claim.diagnoses and claim.form != DENTAL:
        yield _refuse("DIAG1", "A diagnosis is required", "diag_1")
    if not claim.lines:
        yield _refuse("CHG1", "The claim has no charges", "charge")
    for line in claim.lines:
        if not re.fullmatch(r"[A-Z0-9]{5}|[0-9]{4}" if claim.form == INSTITUTIONAL else r"[A-Z0-9]{5}", line.procedure):
            yield _refuse("PROC1", "Procedure code is missing or malformed", "proc_code")
        if not all(re.fullmatch(r"[A-Z0-9]{2}", modifier) for modifier in line.modifiers):
            yield _refuse("MOD1", "A modifier is malformed", "mod1")
        if not re.fullmatch(r"[0-9]{2}", line.place) and claim.form != INSTITUTIONAL:
            yield _refuse("POS1", "Place of service is missing or malformed", "place_of_service")
        if not line.units:
            yield _refuse("UNIT1", "Units are missing or malformed", "units")
        if any(pointer > len(claim.diagnoses) for pointer in line.pointers):
            yield _refuse("DIAG2", "A charge points at a diagnosis the claim does not have", "diag_ref")


def _dates(claim: Claim, today: date) -> Iterator[Message]:
    for line in claim.lines:
        if line.day is None:
            yield _refuse("DATE1", "Date of service is missing or malformed", "from_date")
        elif line.day > today:
            yield _refuse("DATE2", "Date of service is in the future", "from_date")
        elif line.day < today - OLD:
            yield Message(status="W", mesgid="DATE3", message="Date of service is over a year ago", fields="from_date")
    if claim.pat_dob:
        born = read_day(claim.pat_dob)
        if born is None or born > today:
            yield _refuse("DOB1", "Patient birth date is malformed or in the future", "pat_dob")


def _money(claim: Claim) -> Iterator[Message]:
    charges = [line.charge for line in claim.lines]
    if claim.total is None or any(charge is None or charge < 0 for charge in charges):
        yield _refuse("AMT1", "A charge is missing or malformed", "total_charge")
    elif claim.total != sum(charge or 0 for charge in charges):
        yield _refuse("AMT2", "Charges do not add up to the total", "total_charge")
    elif claim.total == 0:
        yield Message(status="W", mesgid="AMT3", message="The claim charges nothing", fields="total_charge")
