"""The coded facts of an institutional claim as HI segments, twelve codes in each, in the order of the guide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.claim_parts.icd import qualifier
from chartline.formats.x12.claim_parts.refusals import fitting
from chartline.formats.x12.elements import day_text
from chartline.formats.x12.institutional_claim.codes import Diagnosis
from chartline.formats.x12.institutional_claim.model import InstitutionalClaim
from chartline.formats.x12.writer import Draft, Value, require

_IN_ONE = 12
_MOST = 24
_MOST_REASONS = 3


def write_codes(claim: InstitutionalClaim) -> Iterator[Draft]:
    """All HI of a claim. Raises ``x12.missing`` without a principal diagnosis, and ``x12.too_many``."""
    version = claim.icd_version
    yield ("HI", _diagnosis(qualifier("ABK", version), claim.principal, "principal"))
    if claim.admitting:
        yield ("HI", (qualifier("ABJ", version), claim.admitting))
    fitting("reasons_for_visit", claim.reasons_for_visit, _MOST_REASONS, claim.reference)
    yield from _segments(
        [(qualifier("APR", version), require(code, "reasons_for_visit")) for code in claim.reasons_for_visit]
    )
    fitting("external_causes", claim.external_causes, _IN_ONE, claim.reference)
    yield from _segments(
        [_diagnosis(qualifier("ABN", version), cause, "external_causes") for cause in claim.external_causes]
    )
    if claim.drg:
        yield ("HI", ("DR", claim.drg))
    for name in ("diagnoses", "procedures", "occurrence_spans", "occurrences", "values", "condition_codes"):
        fitting(name, getattr(claim, name), _MOST, claim.reference)
    fitting("treatment_codes", claim.treatment_codes, _MOST, claim.reference)
    yield from _segments([_diagnosis(qualifier("ABF", version), other, "diagnoses") for other in claim.diagnoses])
    principal = claim.principal_procedure
    if principal is not None:
        yield (
            "HI",
            (qualifier("BBR", version), require(principal.code, "principal_procedure"), "D8", day_text(principal.day)),
        )
    yield from _segments(
        [
            (qualifier("BBQ", version), require(one.code, "procedures"), "D8", day_text(one.day))
            for one in claim.procedures
        ]
    )
    yield from _segments(
        [
            ("BI", require(span.code, "occurrence_spans"), "RD8", f"{day_text(span.first)}-{day_text(span.last)}")
            for span in claim.occurrence_spans
        ]
    )
    yield from _segments(
        [("BH", require(one.code, "occurrences"), "D8", day_text(one.day)) for one in claim.occurrences]
    )
    yield from _segments([("BE", require(one.code, "values"), "", "", one.amount) for one in claim.values])
    yield from _segments([("BG", require(code, "condition_codes")) for code in claim.condition_codes])
    yield from _segments([("TC", require(code, "treatment_codes")) for code in claim.treatment_codes])


def _diagnosis(kind: str, diagnosis: Diagnosis, name: str) -> tuple[Value, ...]:
    code = require(diagnosis.code, name)
    return (kind, code, *[""] * 6, diagnosis.present_on_admission)


def _segments(codes: Sequence[tuple[Value, ...]]) -> Iterator[Draft]:
    for start in range(0, len(codes), _IN_ONE):
        yield ("HI", *codes[start : start + _IN_ONE])
