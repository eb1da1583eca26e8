"""One service line of a professional claim as segments, in the order of the guide."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.claim_parts.coverage_writer import write_adjudication
from chartline.formats.x12.claim_parts.party_writer import write_facility, write_place, write_provider
from chartline.formats.x12.claim_parts.refusals import check_pointers, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import (
    procedure,
    write_ambulance,
    write_attachment,
    write_condition,
    write_contract,
    write_day,
    write_days,
    write_drug,
    write_form,
    write_note,
    write_other_dates,
    write_reference,
    write_repricing,
)
from chartline.formats.x12.professional_claim.line import NO_DATES, LineDates, ServiceLine
from chartline.formats.x12.professional_claim.places import LINE_DATES
from chartline.formats.x12.writer import Draft, limit, require

_OWN_REFERENCES = ("6R", "X4")


def write_line(line: ServiceLine, number: int, claim: str, diagnoses: int) -> Iterator[Draft]:
    """Loop 2400. ``number`` counts from 1; ``claim`` and ``diagnoses`` are the claim's reference and their count."""
    check_pointers(claim, number, line.pointers, diagnoses)
    yield ("LX", str(number))
    yield (
        "SV1",
        procedure(line.qualifier, line.code, line.modifiers, line.description),
        line.charge,
        require(line.unit, "unit"),
        line.units,
        line.place_of_service,
        None,
        line.pointers,
        None,
        "Y" if line.is_emergency else None,
        None,
        "Y" if line.is_screening else None,
        "Y" if line.is_family_planning else None,
        None,
        None,
        "0" if line.is_copay_exempt else None,
    )
    yield from _needs(line)
    yield write_days("472", line.date, line.through)
    if line.dates is not NO_DATES:
        yield from _dates(line.dates)
    yield from _numbers(line)
    for note in line.notes:
        yield write_note(note)
    if line.purchased_service is not None:
        yield ("PS1", require(line.purchased_service.provider_id, "purchased_service"), line.purchased_service.charge)
    if line.repricing is not None:
        yield write_repricing(line.repricing)
    if line.drug is not None:
        yield from write_drug(line.drug)
    yield from _parties(line)
    fitting("adjudications", line.adjudications, 15, claim)
    for decided in line.adjudications:
        yield from write_adjudication(decided)
    for form in line.forms:
        yield from write_form(form)


def _needs(line: ServiceLine) -> Iterator[Draft]:
    """What stands between SV1 and the dates."""
    equipment = line.durable_equipment
    if equipment is not None:
        code = ("HC", require(equipment.code, "durable_equipment.code"))
        period = require(equipment.period, "durable_equipment.period")
        yield ("SV5", code, "DA", equipment.days, equipment.rent, equipment.price, period)
    for attachment in line.attachments:
        yield write_attachment(attachment)
    if line.ambulance is not None:
        yield write_ambulance(line.ambulance)
    if line.certification is not None:
        yield ("CR3", require(line.certification.kind, "certification.kind"), "MO", line.certification.months)
    for condition in line.conditions:
        yield write_condition(condition)


def _dates(dates: LineDates) -> Iterator[Draft]:
    for qualifier, field in LINE_DATES.items():
        day = getattr(dates, field)
        if day is not None:
            yield write_day(qualifier, day)
    yield from write_other_dates(dates.other, LINE_DATES, ("472",))


def _numbers(line: ServiceLine) -> Iterator[Draft]:
    """Quantities, contract, references, amounts and file information."""
    for qualifier, quantity in (("PT", line.ambulance_patients), ("FL", line.anesthesia_units)):
        if quantity is not None:
            yield ("QTY", qualifier, quantity)
    for found in line.measurements:
        yield ("MEA", require(found.kind, "measurements.kind"), require(found.what, "measurements.what"), found.value)
    if line.contract is not None:
        yield write_contract(line.contract)
    if line.control:
        yield ("REF", "6R", limit(line.control, 30, "control"))
    if line.clia:
        yield ("REF", "X4", line.clia)
    without_own("references", line.references, _OWN_REFERENCES)
    for reference in line.references:
        yield write_reference(reference)
    for qualifier, amount in (("T", line.sales_tax), ("F4", line.postage)):
        if amount is not None:
            yield ("AMT", qualifier, amount)
    for text in line.file_information:
        yield ("K3", limit(require(text, "file_information"), 80, "file_information"))


def _parties(line: ServiceLine) -> Iterator[Draft]:
    for role, provider in (("82", line.rendering), ("QB", line.purchased_from)):
        if provider is not None:
            yield from write_provider(role, provider)
    if line.facility is not None:
        yield from write_facility("77", line.facility)
    for role, provider in (
        ("DQ", line.supervising),
        ("DK", line.ordering),
        ("DN", line.referring),
        ("P3", line.primary_care),
    ):
        if provider is not None:
            yield from write_provider(role, provider)
    if line.pick_up is not None:
        yield from write_place("PW", line.pick_up)
    if line.drop_off is not None:
        yield from write_facility("45", line.drop_off)
