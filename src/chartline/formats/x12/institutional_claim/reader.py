"""An 837I file into institutional claims; what the reader of professional claims promises holds here too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.coverage import OtherCoverage
from chartline.formats.x12.claim_parts.coverage_reader import read_coverage
from chartline.formats.x12.claim_parts.hierarchy_reader import Level, stream_claims
from chartline.formats.x12.claim_parts.parties import Provider
from chartline.formats.x12.claim_parts.provider_reader import read_facility, read_provider
from chartline.formats.x12.claim_parts.rare_fields import Rare, add, add_shared
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import read_period, read_reference
from chartline.formats.x12.institutional_claim.code_reader import read_codes
from chartline.formats.x12.institutional_claim.codes import Diagnosis
from chartline.formats.x12.institutional_claim.line import RevenueLine
from chartline.formats.x12.institutional_claim.line_reader import read_line
from chartline.formats.x12.institutional_claim.model import InstitutionalClaim
from chartline.formats.x12.loops import INCOMPLETE
from chartline.formats.x12.source import Source

REFERENCES = {
    "9F": "referral",
    "G1": "prior_authorization",
    "F8": "payer_control_number",
    "D9": "intermediary_reference",
    "LU": "accident_state",
    "EA": "medical_record",
}
"""REF01 of loop 2300 with a field of its own."""
_PROVIDERS = {"72": "operating", "ZZ": "other_operating", "82": "rendering", "DN": "referring"}
_UNKNOWN = Diagnosis("")
_FIELDS = frozenset(InstitutionalClaim.__struct_fields__)


def read_837i(source: Source) -> list[InstitutionalClaim]:
    """Every claim of every 837I transaction, in file order: ``stream_837i`` read to its end.

    Raises what ``stream_837i`` raises, and then gives nothing.
    """
    return list(stream_837i(source))


def stream_837i(source: Source) -> Iterator[InstitutionalClaim]:
    """The claims one after another, in constant memory, from bytes, a path or a stream opened for reading bytes.

    Raises as ``stream_837p`` does, possibly after claims were already given.
    """
    return stream_claims(source, "005010X223", _claim)


def _claim(clm: list[str], segments: RawSegments, level: Level) -> tuple[InstitutionalClaim, list[str]]:
    mark = segments.mark
    rare: Rare = {}
    clm += BLANK
    total = AMOUNTS[clm[2]]
    place = segments.composites.parts[clm[5]]
    if clm[20]:
        rare["delay_reason"] = clm[20]
    first: date | None = None
    last: date | None = None
    admission = BLANK
    attending: Provider | None = None
    lines: list[RevenueLine] = []
    coverages: tuple[OtherCoverage, ...] = ()
    elements = next(segments.raws, "").split(mark)
    while True:
        name = elements[0]
        if name == "LX":
            line, elements = read_line(segments)
            lines.append(line)
            continue
        if name == "HI":
            read_codes(elements, segments, rare)
        elif name == "REF":
            elements += BLANK
            field = REFERENCES.get(elements[1])
            if field is None or field in rare:
                add(rare, "references", read_reference(elements, segments.composites))
            else:
                rare[field] = elements[2]
        elif name == "DTP":
            elements += BLANK
            if elements[1] == "434" and elements[3]:
                first, last, _ = read_period(elements[3])
            else:
                _date(elements, rare)
        elif name == "NM1":
            if elements[1:2] == ["71"]:
                found, elements = read_provider(elements, segments)
                attending = attending or found
            else:
                elements = _party(elements, segments, rare)
            continue
        elif name == "CL1":
            admission = elements + BLANK
        elif name in ENDS_LOOP:
            break
        elif name == "SBR":
            coverage, elements = read_coverage(elements, segments)
            coverages += (coverage,)
            continue
        elif name == "AMT":
            if elements[1:2] == ["F3"]:
                rare["patient_due"] = AMOUNTS[(elements + BLANK)[2]]
        elif not add_shared(rare, elements):
            segments.step_over(name)
        elements = next(segments.raws, "").split(mark)
    if first is None:
        raise INCOMPLETE.error(missing="DTP*434", near=f"{name} {segments.last().ordinal}")
    claim = InstitutionalClaim(
        level.submitter,
        level.receiver,
        level.billing,
        level.subscriber,
        clm[1],
        total,
        place[0] if place else "",
        first,
        last or first,
        admission[3],
        _UNKNOWN,
        tuple(lines),
        level.patient,
        attending,
        place[2] if len(place) > 2 else "",
        assignment=clm[7],
        benefits_assigned=clm[8],
        release=clm[9],
        admission_type=admission[1],
        admission_source=admission[2],
        other_coverages=coverages,
    )
    known = {field: value for field, value in rare.items() if field in _FIELDS}
    return msgspec.structs.replace(claim, **known) if known else claim, elements


def _date(elements: list[str], rare: Rare) -> None:
    """Admission, discharge hour and the repricer's day; other dates are stepped over."""
    kind, form, text = elements[1], elements[2], elements[3]
    if kind == "096":
        # A discharge is an hour of the last day of the statement; some send the day before it.
        rare["discharge_time"] = text[8:12] if form == "DT" else text[:4]
    elif kind == "435" and text:
        rare["admission"], _, time = read_period(text)
        if time:
            rare["admission_time"] = time
    elif kind == "050" and text:
        rare["repricer_received"] = read_period(text)[0]


def _party(elements: list[str], segments: RawSegments, rare: Rare) -> list[str]:
    role = elements[1] if len(elements) > 1 else ""
    if role == "77":
        facility, following = read_facility(elements, segments)
        rare.setdefault("facility", facility)
        return following
    provider, following = read_provider(elements, segments)
    if role in _PROVIDERS:
        rare.setdefault(_PROVIDERS[role], provider)
    return following
