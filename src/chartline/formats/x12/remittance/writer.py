"""Remittances into an 835 file, for simulators and for copies.

Refuses a remittance whose sums do not agree, unless the caller asks for exactly that: to test what happens next.
Names and addresses pass through ``clean``; every other value is written as it is or refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.record import Address
from chartline.formats.x12.remittance.balance import check_balance
from chartline.formats.x12.remittance.model import (
    GUIDE,
    Adjustment,
    Contact,
    Insured,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from chartline.formats.x12.writer import TOO_MANY, Draft, Element, clean, limit, require
from chartline.kernel.errors import Again, Blame, ErrorKind

UNBALANCED = ErrorKind(
    "x12.unbalanced",
    Blame.US,
    Again.AFTER_FIX,
    "The remittance to be written does not balance.",
    "Correct the amounts; the fields name the first rule that fails and where.",
    status=422,
)

T = TypeVar("T")

_MOST_CAS_TRIPLES = 6
_MOST_PLB_PAIRS = 6
_MOST_REMARKS = 5


def write_835(remittance: Remittance, envelope: Envelope, *, unbalanced: bool = False) -> bytes:
    """One remittance as one interchange. Raises ``x12.unbalanced``, unless ``unbalanced`` allows it, and the errors
    of ``write_interchange``."""
    return write_835_batch([remittance], envelope, unbalanced=unbalanced)


def write_835_batch(remittances: Sequence[Remittance], envelope: Envelope, *, unbalanced: bool = False) -> bytes:
    """Several remittances as several transactions of one interchange; errors as ``write_835``."""
    for remittance in remittances:
        findings = [] if unbalanced else check_balance(remittance)
        if findings:
            raise UNBALANCED.error(finding=findings[0].code, place=findings[0].place)
    drafts = [
        # An 835 carries no ST03.
        TransactionDraft(set_id="835", guide="", segments=list(_remittance(remittance)))
        for remittance in remittances
    ]
    return write_interchange(envelope, "HP", GUIDE, drafts)


def _remittance(remittance: Remittance) -> Iterator[Draft]:
    flag = "D" if remittance.debit else "C"
    form = "CCP" if remittance.method == "ACH" else None
    yield (
        "BPR",
        remittance.handling,
        remittance.amount,
        flag,
        remittance.method,
        form,
        *[None] * 10,
        remittance.paid_on,
    )
    yield (
        "TRN",
        "1",
        limit(require(remittance.trace, "trace"), 50, "trace"),
        require(remittance.originator, "originator"),
    )
    if remittance.produced_on is not None:
        yield ("DTM", "405", remittance.produced_on)
    yield (
        "N1",
        "PR",
        require(clean(remittance.payer_name), "payer_name"),
        *_if(remittance.payer_id, "XV", remittance.payer_id),
    )
    yield from _address(remittance.payer_address)
    if remittance.payer_contact is not None:
        yield _contact(remittance.payer_contact)
    payee = require(clean(remittance.payee_name), "payee_name")
    if remittance.payee_npi:
        yield ("N1", "PE", payee, "XX", remittance.payee_npi)
    else:
        yield ("N1", "PE", payee, "FI", require(remittance.payee_tax_id, "payee_tax_id"))
    yield from _address(remittance.payee_address)
    if remittance.payee_npi and remittance.payee_tax_id:
        yield ("REF", "TJ", remittance.payee_tax_id)
    if remittance.claims:
        yield ("LX", "1")
    for claim in remittance.claims:
        yield from _claim(claim)
    yield from _provider(remittance.provider_adjustments)


def _claim(claim: RemittanceClaim) -> Iterator[Draft]:
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
    )
    yield from _adjustments(claim.adjustments)
    for role, person in (("QC", claim.patient), ("IL", claim.subscriber), ("74", claim.corrected)):
        if person is not None:
            yield _person(role, person)
    if claim.rendering_npi:
        yield ("NM1", "82", "1", *[None] * 5, "XX", claim.rendering_npi)
    if claim.crossover_name:
        crossover = ("NM1", "TT", "2", clean(claim.crossover_name), *[None] * 4)
        yield (*crossover, *_if(claim.crossover_id, "PI", claim.crossover_id))
    if claim.remarks:
        yield ("MOA", None, None, *_fitting(claim.remarks))
    yield from (("REF", reference.qualifier, reference.value) for reference in claim.references)
    for qualifier, value in (
        ("232", claim.statement_from),
        ("233", claim.statement_through),
        ("050", claim.received),
    ):
        if value is not None:
            yield ("DTM", qualifier, value)
    yield from (("AMT", extra.qualifier, extra.amount) for extra in claim.amounts)
    for line in claim.lines:
        yield from _line(line)


def _line(line: RemittanceLine) -> Iterator[Draft]:
    procedure = (line.qualifier, require(line.code, "code"), *line.modifiers)
    original = line.original_code or None
    yield ("SVC", procedure, line.charged, line.paid, line.revenue_code, line.units, original, line.original_units)
    if line.service_date is not None:
        yield ("DTM", "472" if line.service_through is None else "150", line.service_date)
    if line.service_through is not None:
        yield ("DTM", "151", line.service_through)
    yield from _adjustments(line.adjustments)
    if line.control:
        yield ("REF", "6R", line.control)
    yield from (("REF", reference.qualifier, reference.value) for reference in line.references)
    if line.allowed is not None:
        yield ("AMT", "B6", line.allowed)
    yield from (("AMT", extra.qualifier, extra.amount) for extra in line.amounts)
    yield from (("LQ", "HE", remark) for remark in line.remarks)


def _adjustments(adjustments: Sequence[Adjustment]) -> Iterator[Draft]:
    groups: dict[str, list[Adjustment]] = {}
    for adjustment in adjustments:
        groups.setdefault(adjustment.group, []).append(adjustment)
    for group, entries in groups.items():
        for some in _chunks(entries, _MOST_CAS_TRIPLES):
            triples: list[Element] = []
            for entry in some:
                triples += [require(entry.reason, "reason"), entry.amount, entry.quantity]
            yield ("CAS", require(group, "group"), *triples)


def _provider(entries: Sequence[ProviderAdjustment]) -> Iterator[Draft]:
    for (provider, year_end), some in groupby(entries, key=lambda entry: (entry.provider, entry.fiscal_year_end)):
        for few in _chunks(list(some), _MOST_PLB_PAIRS):
            pairs: list[Element] = []
            for entry in few:
                pairs += [(require(entry.reason, "reason"), entry.reference), entry.amount]
            yield ("PLB", provider, year_end, *pairs)


def _person(role: str, person: Insured) -> Draft:
    name = person.name
    parts = (clean(name.last), clean(name.first), clean(name.middle), None, clean(name.suffix))
    return ("NM1", role, "1", *parts, *_if(person.member_id, "MI", person.member_id))


def _contact(contact: Contact) -> Draft:
    ways = (("TE", contact.phone), ("EM", contact.email), ("UR", contact.url))
    return ("PER", "BL", clean(contact.name), *(part for way in ways if way[1] for part in way))


def _address(address: Address | None) -> Iterator[Draft]:
    if address is not None:
        yield ("N3", require(clean(address.line1), "address.line1"), clean(address.line2))
        yield ("N4", require(clean(address.city), "address.city"), address.state, address.zip, address.country)


def _if(present: str, *elements: str) -> tuple[str, ...]:
    return elements if present else ()


def _fitting(remarks: Sequence[str]) -> Sequence[str]:
    if len(remarks) > _MOST_REMARKS:
        raise TOO_MANY.error(field="remarks", most=str(_MOST_REMARKS))
    return remarks


def _chunks(entries: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (entries[start : start + size] for start in range(0, len(entries), size))
