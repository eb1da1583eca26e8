"""An uploaded file into claims: 837P, 837I, 837D, or the vendor's JSON claim file (sheet 5.1, 5.2).

The format is told from the content. Refuses a file in which no claim can be read, with ``Unreadable``; a claim with
missing or impossible values is read as far as it goes, because Claim.MD answers each claim with a row of its own.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import msgspec

from chartline.connectors.claimmd.simulator.intake_other import (
    DENTAL,
    FORMS,
    INSTITUTIONAL,
    PROFESSIONAL,
    dental,
    form_of,
    institutional,
)
from chartline.connectors.claimmd.simulator.state import Claim, Line
from chartline.formats.x12.professional_claim import ProfessionalClaim, ServiceLine, read_837p
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

DIAGNOSES = 12
MODIFIERS = 4
CORRECTION = "7"
MOST_CENTS = 10**12
"""No claim is for more; a number beyond is not an amount."""


class Unreadable(Exception):
    """No claim can be read from the file."""


def read_claims(body: bytes) -> list[Claim]:
    """The claims of a file in file order, without ids of ours."""
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"ISA"):
        form = form_of(text)
        try:
            if form == INSTITUTIONAL:
                return institutional(text)
            return dental(text) if form == DENTAL else [_from_837p(claim) for claim in read_837p(text)]
        except ChartlineError:
            raise Unreadable from None
    if text.startswith(b"{"):
        return _from_json(text)
    raise Unreadable


def _from_837p(claim: ProfessionalClaim) -> Claim:
    insured, patient = claim.subscriber, claim.patient
    born = patient.born if patient else insured.born
    who = patient.name if patient else insured.name
    return Claim(
        pcn=claim.reference,
        remote_claimid=claim.intermediary_reference,
        payerid=insured.payer_id,
        ins_number=insured.member_id,
        ins_last=insured.name.last,
        ins_first=insured.name.first,
        pat_last=who.last,
        pat_first=who.first,
        pat_dob=born.isoformat() if born else "",
        bill_name=claim.billing.name,
        bill_npi=claim.billing.npi,
        bill_taxid=claim.billing.tax_id,
        prov_npi=claim.rendering.npi if claim.rendering else "",
        diagnoses=claim.diagnoses,
        total=_bounded(claim.total.minor),
        frequency=claim.frequency,
        payer_control=claim.payer_control_number,
        lines=[_line_from_837p(line, claim.place_of_service) for line in claim.lines],
        authorization=claim.prior_authorization,
        prior_patient=_left_to_patient(claim),
    )


def _left_to_patient(claim: ProfessionalClaim) -> int | None:
    """What the payers that decided before left to the patient; None when no payer has decided."""
    before = [one for one in claim.other_coverages if one.paid is not None]
    if not before:
        return None
    remaining = before[-1].remaining
    if remaining is not None:
        return remaining.minor
    of_lines = [each for line in claim.lines for one in line.adjudications for each in one.adjustments]
    adjustments = [*before[-1].adjustments, *of_lines]
    return sum(each.amount.minor for each in adjustments if each.group == "PR")


def _line_from_837p(line: ServiceLine, place: str) -> Line:
    return Line(
        procedure=line.code,
        modifiers=line.modifiers,
        charge=_bounded(line.charge.minor),
        units=read_units(f"{line.units:f}"),
        day=line.date,
        place=line.place_of_service or place,
        chgid=line.control,
        pointers=line.pointers,
    )


Object = dict[str, object]


def _from_json(body: bytes) -> list[Claim]:
    try:
        file = msgspec.json.decode(body, type=Object)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unreadable from None
    claims = file.get("claim")
    if isinstance(claims, dict):
        claims = [claims]
    if not isinstance(claims, list):
        raise Unreadable
    return [_from_object(claim) for claim in claims if isinstance(claim, dict)]


def _from_object(claim: Object) -> Claim:
    lines = claim.get("charge")
    lines = [lines] if isinstance(lines, dict) else lines if isinstance(lines, list) else []
    diagnoses = [_text(claim, f"diag_{number}") for number in range(1, DIAGNOSES + 1)]
    control = _text(claim, "icn_dcn_1")
    return Claim(
        pcn=_text(claim, "pcn"),
        remote_claimid=_text(claim, "remote_claimid"),
        payerid=_text(claim, "payerid"),
        ins_number=_text(claim, "ins_number"),
        ins_last=_text(claim, "ins_name_l"),
        ins_first=_text(claim, "ins_name_f"),
        pat_last=_text(claim, "pat_name_l"),
        pat_first=_text(claim, "pat_name_f"),
        pat_dob=_text(claim, "pat_dob"),
        bill_name=_text(claim, "bill_name"),
        bill_npi=_text(claim, "bill_npi"),
        bill_taxid=_text(claim, "bill_taxid"),
        prov_npi=_text(claim, "prov_npi"),
        diagnoses=tuple(code for code in diagnoses if code),
        total=read_cents(_text(claim, "total_charge")),
        # The name of the frequency field is not established (sheet 5.2): a payer's number makes it a correction.
        frequency=CORRECTION if control else "1",
        payer_control=control,
        lines=[_line_from_object(line) for line in lines if isinstance(line, dict)],
        form=FORMS.get(_text(claim, "claim_form").lower(), PROFESSIONAL),
    )


def _line_from_object(line: Object) -> Line:
    letters = _text(line, "diag_ref").upper()
    modifiers = [_text(line, f"mod{number}") for number in range(1, MODIFIERS + 1)]
    return Line(
        procedure=_text(line, "proc_code") or _text(line, "rev_code"),
        modifiers=tuple(code for code in modifiers if code),
        charge=read_cents(_text(line, "charge")),
        units=read_units(_text(line, "units") or "1"),
        day=read_day(_text(line, "from_date")),
        place=_text(line, "place_of_service"),
        chgid=_text(line, "remote_chgid"),
        pointers=tuple(ord(letter) - ord("A") + 1 for letter in letters if letter.isalpha()),
    )


def read_cents(text: str) -> int | None:
    """Decimal text as cents; None when it is not an amount."""
    try:
        return _bounded(Money.parse(text).minor)
    except ValueError:
        return None


def _bounded(cents: int) -> int | None:
    return cents if abs(cents) < MOST_CENTS else None


def read_units(text: str) -> str:
    """Units of service in shortest form; empty text when they are not a positive number."""
    if not re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,3})?", text) or not Decimal(text):
        return ""
    return f"{Decimal(text).normalize():f}"


def read_day(text: str) -> date | None:
    """A date of the JSON file, ``YYYY-MM-DD`` or ``MM-DD-YYYY`` (sheet 5.2); None when it is neither."""
    for pattern in ("%Y-%m-%d", "%m-%d-%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None


def _text(values: Object, name: str) -> str:
    value = values.get(name)
    return str(value).strip() if isinstance(value, str | int) else ""
