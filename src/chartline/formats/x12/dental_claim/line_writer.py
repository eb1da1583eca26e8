"""One dental service as segments, in the order of the guide."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.claim_parts.coverage_writer import write_adjudication
from chartline.formats.x12.claim_parts.party_writer import write_facility, write_provider
from chartline.formats.x12.claim_parts.refusals import CONTRADICTION, check_pointers, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import (
    procedure,
    write_contract,
    write_day,
    write_days,
    write_other_dates,
    write_reference,
    write_repricing,
)
from chartline.formats.x12.dental_claim.line import NO_DATES, DentalLine
from chartline.formats.x12.dental_claim.places import LINE_DATES
from chartline.formats.x12.writer import Draft, limit, require

_MOST_PARTS = 5
_MOST_TEETH = 32


def write_line(line: DentalLine, number: int, claim: str, diagnoses: int) -> Iterator[Draft]:
    """Loop 2400. ``number`` counts from 1; ``claim`` and ``diagnoses`` are the claim's reference and their count."""
    check_pointers(claim, number, line.pointers, diagnoses, least=0)
    fitting("areas", line.areas, _MOST_PARTS, claim)
    yield ("LX", str(number))
    yield (
        "SV3",
        procedure(line.qualifier, line.code, line.modifiers, line.description),
        line.charge,
        line.place_of_service,
        tuple(require(area, "areas") for area in line.areas),
        line.prosthesis,
        line.units,
        None,
        None,
        None,
        None,
        line.pointers,
    )
    fitting("teeth", line.teeth, _MOST_TEETH, claim)
    for tooth in line.teeth:
        fitting("teeth.surfaces", tooth.surfaces, _MOST_PARTS, claim)
        surfaces = tuple(require(surface, "teeth.surfaces") for surface in tooth.surfaces)
        yield ("TOO", "JP", require(tooth.number, "teeth.number"), surfaces)
    if line.date is not None:
        yield write_days("472", line.date, line.through)
    elif line.through is not None:
        raise CONTRADICTION.error(field="through")
    if line.dates is not NO_DATES:
        for qualifier, field in LINE_DATES.items():
            day = getattr(line.dates, field)
            if day is not None:
                yield write_day(qualifier, day)
        yield from write_other_dates(line.dates.other, LINE_DATES, ("472",))
    if line.contract is not None:
        yield write_contract(line.contract)
    if line.control:
        yield ("REF", "6R", limit(line.control, 30, "control"))
    without_own("references", line.references, ("6R",))
    for reference in line.references:
        yield write_reference(reference)
    if line.sales_tax is not None:
        yield ("AMT", "T", line.sales_tax)
    for text in line.file_information:
        yield ("K3", limit(require(text, "file_information"), 80, "file_information"))
    if line.repricing is not None:
        yield write_repricing(line.repricing)
    for role, provider in (("82", line.rendering), ("DD", line.assistant), ("DQ", line.supervising)):
        if provider is not None:
            yield from write_provider(role, provider)
    if line.facility is not None:
        yield from write_facility("77", line.facility)
    fitting("adjudications", line.adjudications, 15, claim)
    for decided in line.adjudications:
        yield from write_adjudication(decided)
