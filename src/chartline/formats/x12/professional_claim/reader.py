"""An 837P file into professional claims.

Reads by hierarchy and loop, so that a second payer's NM1*IL or a line's own provider is not taken for the claim's.
Tolerant about what may be missing (an absent NPI is empty text), strict about amounts, dates and the hierarchy.
Segments of loops outside the model are stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.coverage import OtherCoverage
from chartline.formats.x12.claim_parts.coverage_reader import read_coverage
from chartline.formats.x12.claim_parts.hierarchy_reader import Level, stream_claims
from chartline.formats.x12.claim_parts.icd import ICD_9
from chartline.formats.x12.claim_parts.parties import Provider
from chartline.formats.x12.claim_parts.provider_reader import read_facility, read_place, read_provider
from chartline.formats.x12.claim_parts.rare_fields import Rare, add, add_date, add_related_causes, add_shared
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import read_date, read_reference, read_spinal
from chartline.formats.x12.professional_claim.line import ServiceLine
from chartline.formats.x12.professional_claim.line_reader import read_line
from chartline.formats.x12.professional_claim.model import ClaimDates, ProfessionalClaim
from chartline.formats.x12.professional_claim.places import CLAIM_DATES, CLAIM_PROVIDERS, CLAIM_REFERENCES, DISABILITY
from chartline.formats.x12.source import Source


def read_837p(source: Source) -> list[ProfessionalClaim]:
    """Every claim of every 837P transaction, in file order: ``stream_837p`` read to its end.

    Raises what ``stream_837p`` raises, and then gives nothing.
    """
    return list(stream_837p(source))


def stream_837p(source: Source) -> Iterator[ProfessionalClaim]:
    """The claims one after another, in constant memory, from bytes, a path or a stream opened for reading bytes.

    Raises ``x12.unreadable``, ``x12.truncated``, ``x12.segment_too_large``, ``x12.no_transaction``, ``x12.misplaced``
    (a level without its parent), ``x12.incomplete``, ``x12.bad_amount``, ``x12.bad_quantity`` and ``x12.bad_date``,
    possibly after claims were already given: use nothing of a file before its last claim came. Counts and control
    numbers are not checked here: see ``check_envelope``.
    """
    return stream_claims(source, "005010X222", _claim)


def _claim(clm: list[str], segments: RawSegments, level: Level) -> tuple[ProfessionalClaim, list[str]]:
    mark = segments.mark
    rare: Rare = {}
    if len(clm) > 10:
        _more(clm, segments, rare)
    else:
        clm += BLANK
    total = AMOUNTS[clm[2]]
    place = segments.composites.parts[clm[5]]
    diagnoses: tuple[str, ...] = ()
    lines: list[ServiceLine] = []
    coverages: tuple[OtherCoverage, ...] = ()
    rendering: Provider | None = None
    authorization = intermediary = record = payer_number = ""
    elements = next(segments.raws, "").split(mark)
    while True:
        name = elements[0]
        if name == "LX":
            line, elements = read_line(segments)
            lines.append(line)
            continue
        if name == "REF":
            if len(elements) < 3:
                elements += BLANK
            kind = elements[1]
            if kind == "D9" and not intermediary:
                intermediary = elements[2]
            elif kind == "EA" and not record:
                record = elements[2]
            elif kind == "G1" and not authorization:
                authorization = elements[2]
            elif kind == "F8" and not payer_number:
                payer_number = elements[2]
            else:
                _reference(elements, segments, rare)
        elif name == "HI":
            diagnoses += _codes(elements, segments, rare)
        elif name == "NM1":
            if elements[1:2] == ["82"]:
                found, elements = read_provider(elements, segments)
                rendering = rendering or found
            else:
                elements = _party(elements, segments, rare)
            continue
        elif name in ENDS_LOOP:
            break
        elif name == "SBR":
            coverage, elements = read_coverage(elements, segments)
            coverages += (coverage,)
            continue
        elif name == "DTP":
            _date(elements, rare)
        else:
            _other(elements, segments, rare)
        elements = next(segments.raws, "").split(mark)
    claim = ProfessionalClaim(
        level.submitter,
        level.receiver,
        level.billing,
        level.subscriber,
        clm[1],
        total,
        place[0] if place else "",
        diagnoses,
        tuple(lines),
        level.patient,
        rendering,
        intermediary,
        place[2] if len(place) > 2 else "",
        payer_number,
        authorization,
        record,
        clm[6] == "Y",
        clm[7],
        clm[8],
        clm[9],
        coverages,
    )
    if rare:
        dates = rare.get("dates")
        if isinstance(dates, dict):
            rare["dates"] = ClaimDates(**dates)
        claim = msgspec.structs.replace(claim, **rare)
    return claim, elements


def _more(clm: list[str], segments: RawSegments, rare: Rare) -> None:
    """CLM10 and on."""
    clm += BLANK
    add_related_causes(rare, segments.composites.parts[clm[11]])
    for field, value in (
        ("signature_source", clm[10]),
        ("special_program", clm[12]),
        ("delay_reason", clm[20]),
    ):
        if value:
            rare[field] = value


def _codes(elements: list[str], segments: RawSegments, rare: Rare) -> tuple[str, ...]:
    """The diagnoses of one HI; anesthesia procedures and condition codes go with what is rare."""
    diagnoses: list[str] = []
    for text in elements[1:]:
        parts = segments.composites.parts[text]
        if len(parts) < 2:
            continue
        if parts[0] in ("ABK", "ABF"):
            diagnoses.append(parts[1])
        elif parts[0] in ("BK", "BF"):
            diagnoses.append(parts[1])
            rare["icd_version"] = ICD_9
        elif parts[0] in ("BP", "BO"):
            add(rare, "anesthesia_procedures", parts[1])
        elif parts[0] == "BG":
            add(rare, "condition_codes", parts[1])
    return tuple(diagnoses)


def _reference(elements: list[str], segments: RawSegments, rare: Rare) -> None:
    field = CLAIM_REFERENCES.get(elements[1])
    if field in ("referral", "clia") and field not in rare:
        rare[field] = elements[2]
    else:
        add(rare, "references", read_reference(elements, segments.composites))


def _date(elements: list[str], rare: Rare) -> None:
    found = read_date(elements) if elements[1:2] and elements[1] in DISABILITY else None
    dates = rare.setdefault("dates", {})
    if found is None or not isinstance(dates, dict) or "disability_from" in dates or "disability_through" in dates:
        add_date(rare, elements, CLAIM_DATES)
    elif found.qualifier == "361":
        dates["disability_through"] = found.day
    else:
        dates["disability_from"] = found.day
        dates["disability_through"] = found.through


def _party(elements: list[str], segments: RawSegments, rare: Rare) -> list[str]:
    role = elements[1] if len(elements) > 1 else ""
    field = CLAIM_PROVIDERS.get(role, "")
    if role in ("77", "45"):
        facility, following = read_facility(elements, segments)
        rare.setdefault(field, facility)
    elif role == "PW":
        address, following = read_place(elements, segments)
        rare.setdefault(field, address)
    else:
        provider, following = read_provider(elements, segments)
        if field:
            rare.setdefault(field, provider)
    return following


def _other(elements: list[str], segments: RawSegments, rare: Rare) -> None:
    """A segment that most claims do not have. Raises ``x12.unreadable`` for an id that is none."""
    if elements[0] == "AMT":
        if elements[1:2] == ["F5"]:
            rare["patient_paid"] = AMOUNTS[(elements + BLANK)[2]]
    elif elements[0] == "CR2":
        rare["spinal"] = read_spinal(elements)
    elif not add_shared(rare, elements):
        segments.step_over(elements[0])
