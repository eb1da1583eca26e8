"""Institutional claims into 837I files.

Names and address lines pass through ``clean``; every other value is written as it is or refused. Refuses a claim whose
total is not the sum of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chartline.formats.x12.claim_parts.coverage_writer import write_coverage
from chartline.formats.x12.claim_parts.hierarchy_writer import CHARGES, MOST_CLAIMS, build_claim_files, build_claims
from chartline.formats.x12.claim_parts.party_writer import write_facility, write_provider
from chartline.formats.x12.claim_parts.refusals import check_total, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import (
    hour,
    write_attachment,
    write_condition,
    write_contract,
    write_day,
    write_note,
    write_reference,
    write_repricing,
)
from chartline.formats.x12.elements import day_text
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.institutional_claim.code_writer import write_codes
from chartline.formats.x12.institutional_claim.line_writer import write_line
from chartline.formats.x12.institutional_claim.model import GUIDE, InstitutionalClaim
from chartline.formats.x12.institutional_claim.reader import REFERENCES
from chartline.formats.x12.writer import Draft, limit, require

MOST_LINES = 999
_MOST_COVERAGES = 10


def build_837i(
    claims: Sequence[InstitutionalClaim],
    envelope: Envelope,
    *,
    most_claims: int = MOST_CLAIMS,
    purpose: str = CHARGES,
    unchecked: bool = False,
) -> bytes:
    """One interchange with all claims; claims of one billing provider come together, otherwise the order is kept.

    Raises ``x12.missing``, ``x12.too_long``, ``x12.too_many``, ``x12.bad_text``, ``x12.claim_total``,
    ``x12.own_field``, ``x12.contradiction`` and, unless ``unchecked``, ``x12.rejected``.
    """
    return build_claims(claims, envelope, GUIDE, _claim, most_claims=most_claims, purpose=purpose, unchecked=unchecked)


def build_837i_files(
    claims: Iterable[InstitutionalClaim],
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


def _claim(claim: InstitutionalClaim) -> Iterator[Draft]:
    reference = limit(require(claim.reference, "reference"), 20, "reference")
    fitting("lines", claim.lines, MOST_LINES, reference, least=1)
    check_total(reference, claim.total, (line.charge for line in claim.lines))
    yield (
        "CLM",
        reference,
        claim.total,
        None,
        None,
        (require(claim.facility_code, "facility_code"), "A", require(claim.frequency, "frequency")),
        None,
        require(claim.assignment, "assignment"),
        claim.benefits_assigned,
        claim.release,
        *[None] * 10,
        claim.delay_reason,
    )
    yield from _dates(claim)
    status = require(claim.patient_status, "patient_status")
    yield ("CL1", claim.admission_type, claim.admission_source, status)
    for attachment in claim.attachments:
        yield write_attachment(attachment)
    if claim.contract is not None:
        yield write_contract(claim.contract)
    if claim.patient_due is not None:
        yield ("AMT", "F3", claim.patient_due)
    yield from _references(claim)
    for text in claim.file_information:
        yield ("K3", limit(require(text, "file_information"), 80, "file_information"))
    for note in claim.notes:
        yield write_note(note)
    for condition in claim.conditions:
        yield write_condition(condition)
    yield from write_codes(claim)
    if claim.repricing is not None:
        yield write_repricing(claim.repricing)
    yield from _parties(claim)
    fitting("other_coverages", claim.other_coverages, _MOST_COVERAGES, reference)
    for coverage in claim.other_coverages:
        yield from write_coverage(coverage)
    for number, line in enumerate(claim.lines, 1):
        yield from write_line(line, number)


def _dates(claim: InstitutionalClaim) -> Iterator[Draft]:
    discharge = hour(claim.discharge_time, claim.statement_through, "discharge_time")
    if discharge:
        yield ("DTP", "096", "TM", discharge)
    yield ("DTP", "434", "RD8", f"{day_text(claim.statement_from)}-{day_text(claim.statement_through)}")
    time = hour(claim.admission_time, claim.admission, "admission_time")
    if claim.admission is not None:
        yield write_day("435", claim.admission, time)
    if claim.repricer_received is not None:
        yield write_day("050", claim.repricer_received)


def _references(claim: InstitutionalClaim) -> Iterator[Draft]:
    if claim.frequency in ("7", "8"):
        require(claim.payer_control_number, "payer_control_number")
    for qualifier, field in REFERENCES.items():
        value = getattr(claim, field)
        if value:
            yield ("REF", qualifier, limit(value, 50, f"REF*{qualifier}"))
    without_own("references", claim.references, REFERENCES)
    for reference in claim.references:
        yield write_reference(reference)


def _parties(claim: InstitutionalClaim) -> Iterator[Draft]:
    for role, provider in (
        ("71", claim.attending),
        ("72", claim.operating),
        ("ZZ", claim.other_operating),
        ("82", claim.rendering),
    ):
        if provider is not None:
            yield from write_provider(role, provider)
    if claim.facility is not None:
        yield from write_facility("77", claim.facility)
    if claim.referring is not None:
        yield from write_provider("DN", claim.referring)
