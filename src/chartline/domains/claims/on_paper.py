"""A frozen copy on the paper forms that payers take: CMS-1500 for professional claims, UB-04 for institutional ones.

Pure. Refuses dental claims: their paper form is a licensed one that we do not draw.
"""

from __future__ import annotations

from datetime import date

from chartline.domains.claims.claim import ClaimKind
from chartline.domains.claims.copy import ClaimCopy, CopyLine, CopyPerson, PostalAddress, RenderingIdentity
from chartline.domains.claims.wording import FileParties, institutional_claim
from chartline.formats.paper.cms1500 import DIAGNOSES, PaperService, cms1500
from chartline.formats.paper.grid import Shift
from chartline.formats.paper.ub04 import CONDITIONS, OCCURRENCES, VALUES, PaperCharge, ub04
from chartline.formats.paper.ub04 import DIAGNOSES as MOST_DIAGNOSES
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

NO_FORM = ErrorKind(
    "claims.no_paper_form",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no paper form for dental claims here.",
    "Send it electronically, or write it on the dental association's form.",
    status=409,
)
_KINDS = {"MB": "MEDICARE", "MA": "MEDICARE", "MC": "MEDICAID", "CH": "TRICARE", "VA": "CHAMPVA", "WC": "OTHER"}
_RELATIONSHIPS = {"self": "SELF", "spouse": "SPOUSE", "child": "CHILD"}
_RELATED = {"self": "18", "spouse": "01", "child": "19"}


def paper_of(copy: ClaimCopy, *, data_only: bool = False, shift: Shift | None = None) -> bytes:
    """The claim as PDF; with ``data_only`` for paper on which the form is printed already.

    Raises ``claims.no_paper_form``.
    """
    if copy.kind == ClaimKind.DENTAL:
        raise NO_FORM.error(claim=copy.number)
    if copy.kind == ClaimKind.INSTITUTIONAL:
        charges = [_charge(line) for line in copy.lines]
        return ub04(_locators(copy), charges, _amount(copy.total), data_only=data_only, shift=shift)
    services = [_service(copy, line) for line in copy.lines]
    return cms1500(_boxes(copy), services, _amount(copy.total), data_only=data_only, shift=shift)


def _boxes(copy: ClaimCopy) -> dict[str, str]:
    insured = copy.subscriber or copy.patient
    other = copy.others[0] if copy.others else None
    helper = copy.referring or copy.supervising
    where = copy.facility
    boxes = {
        "0": copy.coverage.payer_name,
        "1": _KINDS.get(copy.coverage.filing, "GROUP HEALTH PLAN"),
        "1a": copy.coverage.member_id,
        "2": _name(copy.patient),
        "3": f"{_day(copy.patient.born)} {copy.patient.sex}".strip(),
        "4": _name(insured),
        "5": _street(copy.patient.address),
        "5 city": copy.patient.address.city,
        "5 state": copy.patient.address.state,
        "5 zip": copy.patient.address.zip,
        "6": _RELATIONSHIPS.get(copy.coverage.relationship, "OTHER"),
        "7": _street(insured.address),
        "7 city": insured.address.city,
        "7 state": insured.address.state,
        "7 zip": insured.address.zip,
        "9": f"{other.name.last}, {other.name.first}" if other else "",
        "9a": other.member_id if other else "",
        "9d": other.payer_name if other else "",
        "10a": _yes("EM" in copy.related_causes),
        "10b": f"{_yes('AA' in copy.related_causes)} {copy.accident_state}".strip(),
        "10c": _yes("OA" in copy.related_causes),
        "11": copy.coverage.group or "NONE",
        "11a": f"{_day(insured.born)} {insured.sex}".strip(),
        "11c": copy.coverage.payer_name,
        "11d": _yes(other is not None),
        "12": "SIGNATURE ON FILE",
        "13": "SIGNATURE ON FILE",
        "14": _day(copy.onset or copy.accident),
        "17": f"{'DN' if copy.referring else 'DQ'} {helper.first} {helper.last}" if helper else "",
        "17b": helper.npi if helper else "",
        "19": copy.note,
        "21 icd": "ICD 0",
        "22": f"{copy.frequency} {copy.payer_number}" if copy.frequency != "1" else "",
        "23": copy.prior_authorization or copy.referral,
        "25": f"{copy.billing.tax_id} EIN",
        "26": copy.number,
        "27": "YES",
        "29": _amount(copy.patient_paid) if copy.patient_paid else "",
        "31": _signed(copy.rendering),
        "32": _block(where.name, where.address) if where else "",
        "32a": where.npi if where else "",
        "33": _block(copy.billing.name, copy.billing.address),
        "33a": copy.billing.npi,
    }
    codes = zip(DIAGNOSES, copy.diagnoses, strict=False)
    return boxes | {f"21{letter}": f"{letter} {code}" for letter, code in codes}


def _service(copy: ClaimCopy, line: CopyLine) -> PaperService:
    who = line.rendering or copy.rendering
    return PaperService(
        begin=_day(line.service_date),
        end=_day(line.through or line.service_date),
        place=line.place_of_service,
        procedure=line.procedure,
        modifiers=" ".join(line.modifiers),
        pointers="".join(DIAGNOSES[pointer - 1] for pointer in line.pointers if 0 < pointer <= len(DIAGNOSES)),
        charge=_amount(line.amount),
        units=str(line.units),
        npi=who.npi if who else "",
    )


def _locators(copy: ClaimCopy) -> dict[str, str]:
    claim = institutional_claim(copy, FileParties("", "", "", ""))
    insured = copy.subscriber or copy.patient
    before = copy.others
    values = {
        "1": _block(copy.billing.name, copy.billing.address),
        "2": _block(copy.facility.name, copy.facility.address) if copy.facility else "",
        "3a": copy.number,
        "3b": copy.medical_record,
        "4": claim.bill_type,
        "5": copy.billing.tax_id,
        "6": f"{_short(claim.statement_from)} {_short(claim.statement_through)}",
        "8": _name(copy.patient),
        "9": " ".join(filter(None, (_street(copy.patient.address), _town(copy.patient.address)))),
        "10": f"{copy.patient.born:%m%d%Y}" if copy.patient.born else "",
        "11": copy.patient.sex,
        "12": _short(claim.admission),
        "13": claim.admission_time[:2],
        "14": claim.admission_type,
        "15": claim.admission_source,
        "16": claim.discharge_time[:2],
        "17": claim.patient_status,
        "29": copy.accident_state,
        "35": " ".join(f"{one.code} {_short(one.first)} {_short(one.last)}" for one in claim.occurrence_spans[:1]),
        "38": f"{copy.coverage.payer_name}\n{copy.coverage.payer_id}",
        "50": "\n".join([*(one.payer_name for one in before), copy.coverage.payer_name]),
        "51": "\n".join([*(one.payer_id for one in before), copy.coverage.payer_id]),
        "54": "\n".join(_amount(one.paid.minor) if one.paid else "" for one in before),
        "56": copy.billing.npi,
        "58": "\n".join([*(f"{one.name.last}, {one.name.first}" for one in before), _name(insured)]),
        "59": "\n".join([*(one.relationship for one in before), _RELATED.get(copy.coverage.relationship, "G8")]),
        "60": "\n".join([*(one.member_id for one in before), copy.coverage.member_id]),
        "62": "\n".join([*(one.group for one in before), copy.coverage.group]),
        "63": copy.prior_authorization,
        "64": copy.payer_number,
        "69": claim.admitting,
        "70": " ".join(claim.reasons_for_visit),
        "71": claim.drg,
        "76": _numbered(claim.attending.npi, claim.attending.name.last, claim.attending.name.first)
        if claim.attending
        else "",
        "77": _numbered(claim.operating.npi, claim.operating.name.last, claim.operating.name.first)
        if claim.operating
        else "",
        "80": copy.note,
        "81": copy.billing.taxonomy,
    }
    procedures = [*([claim.principal_procedure] if claim.principal_procedure else []), *claim.procedures]
    values["74"] = " ".join(f"{one.code} {_short(one.day)}" for one in procedures[:2])
    values |= {f"18.{place}": code for place, code in enumerate(claim.condition_codes[:CONDITIONS])}
    values |= {
        f"31.{place}": f"{one.code} {_short(one.day)}" for place, one in enumerate(claim.occurrences[:OCCURRENCES])
    }
    values |= {f"39.{place}": f"{one.code} {one.amount}" for place, one in enumerate(claim.values[:VALUES])}
    codes = [claim.principal, *claim.diagnoses]
    for place, one in enumerate(codes[:MOST_DIAGNOSES]):
        values["67" if not place else f"67{chr(64 + place)}"] = f"{one.code}{one.present_on_admission}"
    return values


def _charge(line: CopyLine) -> PaperCharge:
    return PaperCharge(
        revenue=line.revenue_code,
        words=line.description,
        procedure=" ".join((line.procedure, *line.modifiers)).strip(),
        day=_short(line.service_date),
        units=str(line.units),
        charge=_amount(line.amount),
        not_covered=_amount(line.not_covered) if line.not_covered else "",
    )


def _name(person: CopyPerson) -> str:
    return ", ".join(part for part in (person.last, person.first, person.middle) if part)


def _numbered(npi: str, last: str, first: str) -> str:
    return " ".join(part for part in (npi, last, first) if part)


def _street(address: PostalAddress) -> str:
    return " ".join(part for part in (address.line1, address.line2) if part)


def _town(address: PostalAddress) -> str:
    return " ".join(part for part in (address.city, address.state, address.zip) if part)


def _block(name: str, address: PostalAddress) -> str:
    return "\n".join((name, _street(address), _town(address)))


def _signed(who: RenderingIdentity | None) -> str:
    return f"{who.first} {who.last}\nSIGNATURE ON FILE" if who else "SIGNATURE ON FILE"


def _day(day: date | None) -> str:
    return f"{day:%m %d %y}" if day else ""


def _short(day: date | None) -> str:
    return f"{day:%m%d%y}" if day else ""


def _amount(minor: int) -> str:
    return Money(minor).text().replace(".", " ")


def _yes(value: bool) -> str:
    return "YES" if value else "NO"
