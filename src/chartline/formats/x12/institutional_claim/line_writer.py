"""One revenue line of an institutional claim as segments, in the order of the guide."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.claim_parts.coverage_writer import write_adjudication
from chartline.formats.x12.claim_parts.party_writer import write_provider
from chartline.formats.x12.claim_parts.refusals import CONTRADICTION, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import (
    optional_procedure,
    write_attachment,
    write_days,
    write_drug,
    write_note,
    write_reference,
    write_repricing,
)
from chartline.formats.x12.institutional_claim.line import RevenueLine
from chartline.formats.x12.writer import Draft, limit, require


def write_line(line: RevenueLine, number: int) -> Iterator[Draft]:
    """Loop 2400. ``number`` counts from 1."""
    yield ("LX", str(number))
    yield (
        "SV2",
        require(line.revenue_code, "revenue_code"),
        optional_procedure(line.qualifier, line.code, line.modifiers, line.description),
        line.charge,
        require(line.unit, "unit"),
        line.units,
        None,
        line.not_covered,
    )
    for attachment in line.attachments:
        yield write_attachment(attachment)
    if line.date is not None:
        yield write_days("472", line.date, line.through)
    elif line.through is not None:
        raise CONTRADICTION.error(field="through")
    if line.control:
        yield ("REF", "6R", limit(line.control, 30, "control"))
    without_own("references", line.references, ("6R",))
    for reference in line.references:
        yield write_reference(reference)
    for qualifier, amount in (("GT", line.service_tax), ("N8", line.facility_tax)):
        if amount is not None:
            yield ("AMT", qualifier, amount)
    for note in line.notes:
        yield write_note(note)
    if line.repricing is not None:
        yield write_repricing(line.repricing)
    if line.drug is not None:
        yield from write_drug(line.drug)
    for role, provider in (
        ("72", line.operating),
        ("ZZ", line.other_operating),
        ("82", line.rendering),
        ("DN", line.referring),
    ):
        if provider is not None:
            yield from write_provider(role, provider)
    fitting("adjudications", line.adjudications, 15)
    for decided in line.adjudications:
        yield from write_adjudication(decided)
