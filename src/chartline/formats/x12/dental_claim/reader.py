"""An 837D file into dental claims; what the reader of professional claims promises holds here too."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.coverage import OtherCoverage
from chartline.formats.x12.claim_parts.coverage_reader import read_coverage
from chartline.formats.x12.claim_parts.hierarchy_reader import Level, stream_claims
from chartline.formats.x12.claim_parts.icd import ICD_9
from chartline.formats.x12.claim_parts.parties import Provider
from chartline.formats.x12.claim_parts.provider_reader import read_facility, read_provider
from chartline.formats.x12.claim_parts.rare_fields import Rare, add, add_date, add_related_causes, add_shared
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import quantity_or_none, read_date, read_reference
from chartline.formats.x12.dental_claim.line import DentalLine
from chartline.formats.x12.dental_claim.line_reader import read_line
from chartline.formats.x12.dental_claim.model import DentalClaim, DentalDates, Orthodontics, ToothStatus
from chartline.formats.x12.dental_claim.places import CLAIM_DATES, CLAIM_PROVIDERS, CLAIM_REFERENCES
from chartline.formats.x12.source import Source

_FIELDS = frozenset(DentalClaim.__struct_fields__)


def read_837d(source: Source) -> list[DentalClaim]:
    """Every claim of every 837D transaction, in file order: ``stream_837d`` read to its end.

    Raises what ``stream_837d`` raises, and then gives nothing.
    """
    return list(stream_837d(source))


def stream_837d(source: Source) -> Iterator[DentalClaim]:
    """The claims one after another, in constant memory, from bytes, a path or a stream opened for reading bytes.

    Raises as ``stream_837p`` does, possibly after claims were already given.
    """
    return stream_claims(source, "005010X224", _claim)


def _claim(clm: list[str], segments: RawSegments, level: Level) -> tuple[DentalClaim, list[str]]:
    mark = segments.mark
    rare: Rare = {}
    clm += BLANK
    total = AMOUNTS[clm[2]]
    place = segments.composites.parts[clm[5]]
    add_related_causes(rare, segments.composites.parts[clm[11]])
    for field, value in (
        ("special_program", clm[12]),
        ("is_predetermination", clm[19] == "PB"),
        ("delay_reason", clm[20]),
    ):
        if value:
            rare[field] = value
    diagnoses: tuple[str, ...] = ()
    rendering: Provider | None = None
    lines: list[DentalLine] = []
    coverages: tuple[OtherCoverage, ...] = ()
    elements = next(segments.raws, "").split(mark)
    while True:
        name = elements[0]
        if name == "LX":
            line, elements = read_line(segments)
            lines.append(line)
            continue
        if name == "REF":
            elements += BLANK
            field = CLAIM_REFERENCES.get(elements[1])
            if field is None or field in rare:
                add(rare, "references", read_reference(elements, segments.composites))
            else:
                rare[field] = elements[2]
        elif name == "DTP":
            _date(elements, rare)
        elif name == "HI":
            diagnoses += _diagnoses(elements, segments, rare)
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
        elif not add_shared(rare, elements):
            _dental(elements, segments, rare)
        elements = next(segments.raws, "").split(mark)
    claim = DentalClaim(
        level.submitter,
        level.receiver,
        level.billing,
        level.subscriber,
        clm[1],
        total,
        place[0] if place else "",
        tuple(lines),
        level.patient,
        rendering,
        place[2] if len(place) > 2 else "",
        diagnoses,
        clm[6] == "Y",
        clm[7],
        clm[8],
        clm[9],
        coverages,
    )
    dates = rare.get("dates")
    if isinstance(dates, dict):
        rare["dates"] = DentalDates(**dates)
    came = {field: value for field, value in rare.items() if field in _FIELDS}
    return msgspec.structs.replace(claim, **came) if came else claim, elements


def _diagnoses(elements: list[str], segments: RawSegments, rare: Rare) -> tuple[str, ...]:
    codes = [segments.composites.parts[text] for text in elements[1:]]
    if any(code[:1] in (("BK",), ("BF",)) for code in codes):
        rare["icd_version"] = ICD_9
    return tuple(code[1] for code in codes if len(code) > 1 and code[0] in ("ABK", "ABF", "BK", "BF"))


def _date(elements: list[str], rare: Rare) -> None:
    dates = rare.setdefault("dates", {})
    if elements[1:2] == ["472"] and isinstance(dates, dict) and "service" not in dates:
        found = read_date(elements)
        if found is not None:
            dates["service"], dates["service_through"] = found.day, found.through
    else:
        add_date(rare, elements, CLAIM_DATES)


def _dental(elements: list[str], segments: RawSegments, rare: Rare) -> None:
    """DN1, DN2 and the patient's payment. Raises ``x12.unreadable`` for an id that is none."""
    name = elements[0]
    elements = elements + BLANK
    if name == "DN1":
        rare["orthodontics"] = Orthodontics(
            months=quantity_or_none(elements[1]),
            months_left=quantity_or_none(elements[2]),
            is_treatment=elements[3] == "Y",
            description=elements[4],
        )
    elif name == "DN2":
        add(rare, "tooth_statuses", ToothStatus(elements[1], elements[2]))
    elif name == "AMT":
        if elements[1] == "F5":
            rare["patient_paid"] = AMOUNTS[elements[2]]
    else:
        segments.step_over(name)


def _party(elements: list[str], segments: RawSegments, rare: Rare) -> list[str]:
    role = elements[1] if len(elements) > 1 else ""
    if role == "77":
        facility, following = read_facility(elements, segments)
        rare.setdefault("facility", facility)
        return following
    provider, following = read_provider(elements, segments)
    if role in CLAIM_PROVIDERS:
        rare.setdefault(CLAIM_PROVIDERS[role], provider)
    return following
