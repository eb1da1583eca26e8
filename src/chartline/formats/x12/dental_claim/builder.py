"""Dental claims into 837D files.

Names and address lines pass through ``clean``; every other value is written as it is or refused. Refuses a claim whose
total is not the sum of its lines, and a predetermination with days of service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chartline.formats.x12.claim_parts.coverage_writer import write_coverage
from chartline.formats.x12.claim_parts.hierarchy_writer import CHARGES, MOST_CLAIMS, build_claim_files, build_claims
from chartline.formats.x12.claim_parts.icd import ICD_10, qualifier
from chartline.formats.x12.claim_parts.party_writer import write_facility, write_provider
from chartline.formats.x12.claim_parts.refusals import CONTRADICTION, check_total, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import (
    write_attachment,
    write_contract,
    write_day,
    write_days,
    write_note,
    write_other_dates,
    write_reference,
    write_repricing,
)
from chartline.formats.x12.dental_claim.line_writer import write_line
from chartline.formats.x12.dental_claim.model import GUIDE, NO_DATES, DentalClaim, DentalDates
from chartline.formats.x12.dental_claim.places import CLAIM_DATES, CLAIM_REFERENCES
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.writer import Draft, limit, require

MOST_DIAGNOSES = 4
MOST_LINES = 50
_MOST_COVERAGES = 10
_MOST_TOOTH_STATUSES = 35


def build_837d(
    claims: Sequence[DentalClaim],
    envelope: Envelope,
    *,
    most_claims: int = MOST_CLAIMS,
    purpose: str = CHARGES,
    unchecked: bool = False,
) -> bytes:
    """One interchange with all claims; claims of one billing provider come together, otherwise the order is kept.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_many``, ``x12.bad_text``, ``x12.claim_total``,
    ``x12.bad_pointer``, ``x12.own_field``, ``x12.contradiction`` and, unless ``unchecked``, ``x12.rejected``.
    """
    return build_claims(claims, envelope, GUIDE, _claim, most_claims=most_claims, purpose=purpose, unchecked=unchecked)


def build_837d_files(
    claims: Iterable[DentalClaim],
    envelope: Envelope,
    *,
    most_claims: int = MOST_CLAIMS,
    claims_in_file: int = MOST_CLAIMS,
    purpose: str = CHARGES,
    unchecked: bool = False,
) -> Iterator[bytes]:
    """Any number of claims as interchanges of at most ``claims_in_file``; control numbers count up as in 837P."""
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


def _claim(claim: DentalClaim) -> Iterator[Draft]:
    reference = limit(require(claim.reference, "reference"), 20, "reference")
    fitting("lines", claim.lines, MOST_LINES, reference, least=1)
    fitting("diagnoses", claim.diagnoses, MOST_DIAGNOSES, reference)
    check_total(reference, claim.total, (line.charge for line in claim.lines))
    if claim.is_predetermination and (claim.dates.service or any(line.date for line in claim.lines)):
        raise CONTRADICTION.error(field="is_predetermination", claim=reference)
    yield _opening(claim, reference)
    if claim.dates is not NO_DATES:
        yield from _dates(claim.dates)
    yield from _teeth(claim)
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
    if claim.diagnoses:
        codes = [require(code, "diagnoses") for code in claim.diagnoses]
        first, further = qualifier("ABK", claim.icd_version), qualifier("ABF", claim.icd_version)
        yield ("HI", (first, codes[0]), *((further, code) for code in codes[1:]))
    elif claim.icd_version != ICD_10:
        raise CONTRADICTION.error(field="icd_version", claim=reference)
    if claim.repricing is not None:
        yield write_repricing(claim.repricing)
    yield from _parties(claim)
    fitting("other_coverages", claim.other_coverages, _MOST_COVERAGES, reference)
    for coverage in claim.other_coverages:
        yield from write_coverage(coverage)
    for number, line in enumerate(claim.lines, 1):
        yield from write_line(line, number, reference, len(claim.diagnoses))


def _opening(claim: DentalClaim, reference: str) -> Draft:
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
        None,
        (*causes, claim.accident_state, claim.accident_country),
        claim.special_program,
        *[None] * 6,
        "PB" if claim.is_predetermination else None,
        claim.delay_reason,
    )


def _dates(dates: DentalDates) -> Iterator[Draft]:
    if dates.service is not None:
        yield write_days("472", dates.service, dates.service_through)
    elif dates.service_through is not None:
        raise CONTRADICTION.error(field="dates.service_through")
    for kind, field in CLAIM_DATES.items():
        day = getattr(dates, field)
        if day is not None:
            yield write_day(kind, day)
    yield from write_other_dates(dates.other, CLAIM_DATES, ("472",))


def _teeth(claim: DentalClaim) -> Iterator[Draft]:
    course = claim.orthodontics
    if course is not None:
        treatment = "Y" if course.is_treatment else None
        if course.months is None and course.months_left is None and not treatment and not course.description:
            raise CONTRADICTION.error(field="orthodontics")
        yield ("DN1", course.months, course.months_left, treatment, course.description)
    fitting("tooth_statuses", claim.tooth_statuses, _MOST_TOOTH_STATUSES, claim.reference)
    for tooth in claim.tooth_statuses:
        number, status = require(tooth.number, "tooth_statuses"), require(tooth.status, "tooth_statuses")
        yield ("DN2", number, status, None, None, None, "JP")


def _references(claim: DentalClaim) -> Iterator[Draft]:
    if claim.frequency in ("7", "8"):
        require(claim.payer_control_number, "payer_control_number")
    for kind, field in CLAIM_REFERENCES.items():
        value = getattr(claim, field)
        if value:
            yield ("REF", kind, limit(value, 50, f"REF*{kind}"))
    without_own("references", claim.references, CLAIM_REFERENCES)
    for reference in claim.references:
        yield write_reference(reference)


def _parties(claim: DentalClaim) -> Iterator[Draft]:
    for role, provider in (("DN", claim.referring), ("P3", claim.primary_care), ("82", claim.rendering)):
        if provider is not None:
            yield from write_provider(role, provider)
    if claim.facility is not None:
        yield from write_facility("77", claim.facility)
    for role, provider in (("DD", claim.assistant), ("DQ", claim.supervising)):
        if provider is not None:
            yield from write_provider(role, provider)
