"""Professional claims into 837P files.

Names and address lines pass through ``clean``; every other value is written as it is or refused. Refuses a claim whose
total is not the sum of its lines, and one that points at diagnoses it does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chartline.formats.x12.claim_parts.coverage_writer import write_coverage
from chartline.formats.x12.claim_parts.hierarchy_writer import CHARGES, MOST_CLAIMS, build_claim_files, build_claims
from chartline.formats.x12.claim_parts.icd import qualifier
from chartline.formats.x12.claim_parts.party_writer import write_facility, write_place, write_provider
from chartline.formats.x12.claim_parts.refusals import check_total, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import (
    write_ambulance,
    write_attachment,
    write_condition,
    write_contract,
    write_day,
    write_days,
    write_note,
    write_other_dates,
    write_reference,
    write_repricing,
    write_spinal,
)
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.professional_claim.line_writer import write_line
from chartline.formats.x12.professional_claim.model import GUIDE, NO_DATES, ClaimDates, ProfessionalClaim
from chartline.formats.x12.professional_claim.places import CLAIM_DATES, CLAIM_REFERENCES, DISABILITY
from chartline.formats.x12.writer import Draft, limit, require

MOST_DIAGNOSES = 12
MOST_LINES = 50
_MOST_COVERAGES = 10
_CODES_IN_HI = 12
_MOST_CONDITION_CODES = 24


def build_837p(
    claims: Sequence[ProfessionalClaim],
    envelope: Envelope,
    *,
    most_claims: int = MOST_CLAIMS,
    purpose: str = CHARGES,
    unchecked: bool = False,
) -> bytes:
    """One interchange with all claims; claims of one billing provider come together, otherwise the order is kept.

    A transaction holds at most ``most_claims``. ``purpose`` is BHT06: ``CH`` charges, ``RP`` encounters. BHT03 is
    derived from the interchange control number, so the same input gives the same bytes. Raises ``x12.missing``,
    ``x12.too_long``, ``x12.too_many``, ``x12.bad_text``, ``x12.claim_total``, ``x12.bad_pointer``, ``x12.own_field``,
    ``x12.contradiction`` and, unless ``unchecked``, ``x12.rejected``: the check costs more than the writing.
    """
    return build_claims(claims, envelope, GUIDE, _claim, most_claims=most_claims, purpose=purpose, unchecked=unchecked)


def build_837p_files(
    claims: Iterable[ProfessionalClaim],
    envelope: Envelope,
    *,
    most_claims: int = MOST_CLAIMS,
    claims_in_file: int = MOST_CLAIMS,
    purpose: str = CHARGES,
    unchecked: bool = False,
) -> Iterator[bytes]:
    """Any number of claims as interchanges of at most ``claims_in_file``, one at a time.

    Interchange and group control numbers count up from those of the envelope: reserve as many. Raises as
    ``build_837p`` does, possibly after files were already given.
    """
    return build_claim_files(
        claims,
        envelope,
        GUIDE,
        _claim,
        most_claims=most_claims,
        claims_in_file=claims_in_file,
        purpose=purpose,
        unchecked=unchecked,
    )


def _claim(claim: ProfessionalClaim) -> Iterator[Draft]:
    reference = limit(require(claim.reference, "reference"), 20, "reference")
    fitting("lines", claim.lines, MOST_LINES, reference, least=1)
    fitting("diagnoses", claim.diagnoses, MOST_DIAGNOSES, reference, least=1)
    check_total(reference, claim.total, (line.charge for line in claim.lines))
    yield _opening(claim, reference)
    if claim.dates is not NO_DATES:
        yield from _dates(claim.dates)
    for attachment in claim.attachments:
        yield write_attachment(attachment)
    if claim.contract is not None:
        yield write_contract(claim.contract)
    if claim.patient_paid is not None:
        yield ("AMT", "F5", claim.patient_paid)
    yield from _references(claim)
    for text in claim.file_information:
        yield ("K3", limit(require(text, "file_information"), 80, "file_information"))
    for note in claim.notes:
        yield write_note(note)
    if claim.ambulance is not None:
        yield write_ambulance(claim.ambulance)
    if claim.spinal is not None:
        yield write_spinal(claim.spinal)
    for condition in claim.conditions:
        yield write_condition(condition)
    yield from _codes(claim)
    if claim.repricing is not None:
        yield write_repricing(claim.repricing)
    yield from _parties(claim)
    fitting("other_coverages", claim.other_coverages, _MOST_COVERAGES, reference)
    for coverage in claim.other_coverages:
        yield from write_coverage(coverage)
    for number, line in enumerate(claim.lines, 1):
        yield from write_line(line, number, reference, len(claim.diagnoses))


def _opening(claim: ProfessionalClaim, reference: str) -> Draft:
    fitting("related_causes", claim.related_causes, 3, reference)
    causes = [require(code, "related_causes") for code in claim.related_causes]
    causes += [""] * (3 - len(causes))
    return (
        "CLM",
        reference,
        claim.total,
        None,
        None,
        (require(claim.place_of_service, "place_of_service"), "B", require(claim.frequency, "frequency")),
        "Y" if claim.provider_signature else "N",
        claim.assignment,
        claim.benefits_assigned,
        claim.release,
        claim.signature_source,
        (*causes, claim.accident_state, claim.accident_country),
        claim.special_program,
        *[None] * 7,
        claim.delay_reason,
    )


def _dates(dates: ClaimDates) -> Iterator[Draft]:
    for kind, field in CLAIM_DATES.items():
        day = getattr(dates, field)
        if day is not None:
            yield write_day(kind, day)
        if kind == "471":
            yield from _disability(dates)
    yield from write_other_dates(dates.other, CLAIM_DATES, DISABILITY)


def _disability(dates: ClaimDates) -> Iterator[Draft]:
    first, last = dates.disability_from, dates.disability_through
    if first is not None:
        yield write_days("360" if last is None else "314", first, last)
    elif last is not None:
        yield write_day("361", last)


def _references(claim: ProfessionalClaim) -> Iterator[Draft]:
    if claim.frequency in ("7", "8"):
        require(claim.payer_control_number, "payer_control_number")
    for kind, value in (
        ("9F", claim.referral),
        ("G1", claim.prior_authorization),
        ("F8", claim.payer_control_number),
        ("X4", claim.clia),
        ("D9", claim.intermediary_reference),
        ("EA", claim.medical_record),
    ):
        if value:
            yield ("REF", kind, limit(value, 50, f"REF*{kind}"))
    without_own("references", claim.references, CLAIM_REFERENCES)
    for reference in claim.references:
        yield write_reference(reference)


def _codes(claim: ProfessionalClaim) -> Iterator[Draft]:
    principal, *others = (require(code, "diagnoses") for code in claim.diagnoses)
    first, further = qualifier("ABK", claim.icd_version), qualifier("ABF", claim.icd_version)
    yield ("HI", (first, principal), *((further, code) for code in others))
    if claim.anesthesia_procedures:
        fitting("anesthesia_procedures", claim.anesthesia_procedures, 2, claim.reference)
        codes = [require(code, "anesthesia_procedures") for code in claim.anesthesia_procedures]
        yield ("HI", *zip(("BP", "BO"), codes, strict=False))
    fitting("condition_codes", claim.condition_codes, _MOST_CONDITION_CODES, claim.reference)
    for start in range(0, len(claim.condition_codes), _CODES_IN_HI):
        some = claim.condition_codes[start : start + _CODES_IN_HI]
        yield ("HI", *(("BG", require(code, "condition_codes")) for code in some))


def _parties(claim: ProfessionalClaim) -> Iterator[Draft]:
    for role, provider in (("DN", claim.referring), ("P3", claim.primary_care), ("82", claim.rendering)):
        if provider is not None:
            yield from write_provider(role, provider)
    if claim.facility is not None:
        yield from write_facility("77", claim.facility)
    if claim.supervising is not None:
        yield from write_provider("DQ", claim.supervising)
    if claim.pick_up is not None:
        yield from write_place("PW", claim.pick_up)
    if claim.drop_off is not None:
        yield from write_facility("45", claim.drop_off)
