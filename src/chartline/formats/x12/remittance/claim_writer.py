"""One claim of a remittance as segments, in the order of the guide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance.model import (
    Adjustment,
    Contact,
    Insured,
    Reference,
    RemittanceClaim,
    RemittanceLine,
)
from chartline.formats.x12.remittance.pricing_writer import write_pricing
from chartline.formats.x12.writer import TOO_MANY, Draft, Element, clean, require

_MOST_CAS_TRIPLES = 6
_MOST_MODIFIERS = 4
_MOST_WAYS = 3


def write_claim(claim: RemittanceClaim) -> Iterator[Draft]:
    """CLP and what belongs to it. Raises ``x12.missing`` and ``x12.too_many``."""
    yield (
        "CLP",
        require(claim.patient_control_number, "patient_control_number"),
        require(claim.status, "status"),
        claim.charged,
        claim.paid,
        claim.patient_responsibility,
        claim.filing,
        claim.payer_control_number,
        claim.facility,
        claim.frequency,
        None,
        claim.drg,
        claim.drg_weight,
        claim.discharge_fraction,
    )
    yield from _adjustments(claim.adjustments)
    yield from _names(claim)
    yield from write_pricing(claim.inpatient, claim.outpatient, claim.remarks)
    yield from _references(claim.references)
    for qualifier, value in (
        ("232", claim.statement_from),
        ("233", claim.statement_through),
        ("036", claim.coverage_expired),
        ("050", claim.received),
    ):
        if value is not None:
            yield ("DTM", qualifier, value)
    yield from (write_contact(contact, contact.kind) for contact in claim.contacts)
    yield from (("AMT", extra.qualifier, extra.amount) for extra in claim.amounts)
    yield from (("QTY", extra.qualifier, extra.quantity) for extra in claim.quantities)
    for line in claim.lines:
        yield from _line(line)


def write_contact(contact: Contact, kind: str) -> Draft:
    """PER: a name and up to three ways. Raises ``x12.too_many``."""
    ways = [
        ("TE", contact.phone),
        ("EX", contact.extension),
        ("FX", contact.fax),
        ("EM", contact.email),
        ("UR", contact.url),
    ]
    given = [way for way in ways if way[1]]
    if len(given) > _MOST_WAYS:
        raise TOO_MANY.error(field="contact", most=str(_MOST_WAYS))
    return ("PER", kind, clean(contact.name), *(part for way in given for part in way))


def _names(claim: RemittanceClaim) -> Iterator[Draft]:
    for role, person in (("QC", claim.patient), ("IL", claim.subscriber), ("74", claim.corrected)):
        if person is not None:
            yield _insured(role, person)
    provider = claim.rendering
    if provider is not None:
        yield _nm1("82", provider.name, provider.id_kind, claim.rendering_npi, organisation=provider.is_organisation)
    elif claim.rendering_npi:
        yield _nm1("82", PersonName(last=""), "XX", claim.rendering_npi)
    if claim.crossover_name:
        name = PersonName(last=claim.crossover_name)
        yield _nm1("TT", name, claim.crossover_id_kind, claim.crossover_id, organisation=True)
    payer = claim.corrected_payer
    if payer is not None:
        yield _nm1("PR", PersonName(last=payer.name), payer.id_kind, payer.id, organisation=True)
    if claim.other_insured is not None:
        yield _insured("GB", claim.other_insured)


def _insured(role: str, person: Insured) -> Draft:
    return _nm1(role, person.name, person.id_kind, person.member_id, organisation=person.is_organisation)


def _nm1(role: str, name: PersonName, kind: str, number: str, *, organisation: bool = False) -> Draft:
    parts = (clean(name.last), clean(name.first), clean(name.middle), None, clean(name.suffix))
    return ("NM1", role, "2" if organisation else "1", *parts, *((kind, number) if number else ()))


def _line(line: RemittanceLine) -> Iterator[Draft]:
    if len(line.modifiers) > _MOST_MODIFIERS:
        raise TOO_MANY.error(field="modifiers", most=str(_MOST_MODIFIERS))
    left = [""] * (_MOST_MODIFIERS - len(line.modifiers))
    procedure = (line.qualifier, require(line.code, "code"), *line.modifiers, *left, clean(line.description))
    original = line.original_code or None
    yield ("SVC", procedure, line.charged, line.paid, line.revenue_code, line.units, original, line.original_units)
    if line.service_date is not None:
        yield ("DTM", "472" if line.service_through is None else "150", line.service_date)
    if line.service_through is not None:
        yield ("DTM", "151", line.service_through)
    yield from _adjustments(line.adjustments)
    if line.control:
        yield ("REF", "6R", line.control)
    yield from _references(line.references)
    if line.allowed is not None:
        yield ("AMT", "B6", line.allowed)
    yield from (("AMT", extra.qualifier, extra.amount) for extra in line.amounts)
    yield from (("QTY", extra.qualifier, extra.quantity) for extra in line.quantities)
    yield from (("LQ", "HE", remark) for remark in line.remarks)
    yield from (("LQ", "RX", reject) for reject in line.rejects)


def _references(references: Sequence[Reference]) -> Iterator[Draft]:
    return (("REF", reference.qualifier, reference.value) for reference in references)


def _adjustments(adjustments: Sequence[Adjustment]) -> Iterator[Draft]:
    groups: dict[str, list[Adjustment]] = {}
    for adjustment in adjustments:
        groups.setdefault(adjustment.group, []).append(adjustment)
    for group, entries in groups.items():
        for start in range(0, len(entries), _MOST_CAS_TRIPLES):
            triples: list[Element] = []
            for entry in entries[start : start + _MOST_CAS_TRIPLES]:
                triples += [require(entry.reason, "reason"), entry.amount, entry.quantity]
            yield ("CAS", require(group, "group"), *triples)
