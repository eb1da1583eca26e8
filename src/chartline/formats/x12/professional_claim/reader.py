"""An 837P file into professional claims.

Reads by hierarchy and loop, so that a second payer's NM1*IL or a line's own provider is not taken for the claim's.
Tolerant about what may be missing (an absent NPI is empty text), strict about amounts, dates and the hierarchy.
Segments of loops outside the model are stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from chartline.formats.x12.elements import BAD_QUANTITY, amount, day, period, place, quantity
from chartline.formats.x12.envelope import MISPLACED, Transaction, read_interchanges, transactions
from chartline.formats.x12.loops import address, find, named, person_name, present, split, until, value
from chartline.formats.x12.professional_claim.model import (
    BillingProvider,
    Patient,
    ProfessionalClaim,
    Receiver,
    RenderingProvider,
    ServiceLine,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.tokenizer import Segment

_NOWHERE = Address(line1="", city="")
_NOBODY = PersonName(last="")


def read_837p(data: bytes) -> list[ProfessionalClaim]:
    """Every claim of every 837 transaction, in file order.

    Raises the errors of ``read_interchanges``, ``x12.no_transaction``, ``x12.misplaced`` (a level without its
    parent), ``x12.incomplete``, ``x12.bad_amount``, ``x12.bad_quantity`` and ``x12.bad_date``. Counts and control
    numbers are not checked here: see ``check_envelope``.
    """
    return [c for transaction in transactions(read_interchanges(data), "837") for c in _transaction(transaction)]


def _transaction(transaction: Transaction) -> Iterator[ProfessionalClaim]:
    header, levels = split(transaction.segments, "HL")
    submitter, receiver = _parties(header)
    providers: dict[str, BillingProvider] = {}
    subscribers: dict[str, tuple[BillingProvider, Subscriber]] = {}
    for level in levels:
        opening, claims = split(level, "CLM")
        hl = opening[0]
        number, parent, kind = hl.at(1), hl.at(2), hl.at(3)
        patient: Patient | None = None
        if kind == "20":
            providers[number] = _billing(opening)
            continue
        if kind == "22" and parent in providers:
            subscribers[number] = providers[parent], _subscriber(opening)
            billing, subscriber = subscribers[number]
        elif kind == "23" and parent in subscribers:
            billing, subscriber = subscribers[parent]
            patient = _patient(opening)
        else:
            raise MISPLACED.error(segment=str(hl.ordinal), id="HL")
        for claim in claims:
            yield _claim(claim, submitter, receiver, billing, subscriber, patient)


def _parties(header: list[Segment]) -> tuple[Submitter, Receiver]:
    _, loops = split(header, "NM1")
    sender, receiver = named(loops, "41"), named(loops, "40")
    contact = find(sender, "PER")
    ways = {contact.at(at): contact.at(at + 1) for at in (3, 5, 7)} if contact is not None else {}
    return (
        Submitter(
            name=sender[0].at(3) if sender else "",
            id=sender[0].at(9) if sender else "",
            contact=contact.at(2) if contact is not None else "",
            phone=ways.get("TE", ""),
            email=ways.get("EM", ""),
        ),
        Receiver(name=receiver[0].at(3) if receiver else "", id=receiver[0].at(9) if receiver else ""),
    )


def _billing(opening: list[Segment]) -> BillingProvider:
    before, loops = split(opening, "NM1")
    loop = named(loops, "85")
    tax = find(loop, "REF", "EI", "SY")
    return BillingProvider(
        name=loop[0].at(3) if loop else "",
        first=loop[0].at(4) if loop else "",
        npi=loop[0].at(9) if loop else "",
        tax_id=tax.at(2) if tax is not None else "",
        tax_id_kind=tax.at(1) if tax is not None else "EI",
        taxonomy=value(before, "PRV", "BI", 3),
        address=address(loop) or _NOWHERE,
    )


def _subscriber(opening: list[Segment]) -> Subscriber:
    before, loops = split(opening, "NM1")
    insurance = present(find(before, "SBR"), "SBR", opening[0])
    loop, payer = named(loops, "IL"), named(loops, "PR")
    demographics = find(loop, "DMG")
    return Subscriber(
        name=person_name(loop[0]) if loop else _NOBODY,
        member_id=loop[0].at(9) if loop else "",
        born=day(demographics, 2) if demographics is not None else None,
        sex=demographics.at(3) if demographics is not None else "",
        address=address(loop),
        group=insurance.at(3),
        order=insurance.at(1),
        filing=insurance.at(9),
        payer_name=payer[0].at(3) if payer else "",
        payer_id=payer[0].at(9) if payer else "",
    )


def _patient(opening: list[Segment]) -> Patient:
    before, loops = split(opening, "NM1")
    loop = named(loops, "QC")
    demographics = present(find(loop, "DMG"), "DMG", opening[0])
    relation = find(before, "PAT")
    return Patient(
        name=person_name(loop[0]),
        born=present(day(demographics, 2), "DMG02", demographics),
        sex=demographics.at(3),
        address=address(loop) or _NOWHERE,
        relationship=relation.at(1) if relation is not None else "",
    )


def _claim(
    segments: list[Segment],
    submitter: Submitter,
    receiver: Receiver,
    billing: BillingProvider,
    subscriber: Subscriber,
    patient: Patient | None,
) -> ProfessionalClaim:
    own, lines = split(segments, "LX")
    # An SBR inside a claim begins another payer's loop, whose names are not this claim's.
    own = until(own, "SBR")
    facts, people = split(own, "NM1")
    clm = facts[0]
    rendering = named(people, "82")
    return ProfessionalClaim(
        submitter=submitter,
        receiver=receiver,
        billing=billing,
        subscriber=subscriber,
        patient=patient,
        rendering=_rendering(rendering) if rendering else None,
        reference=clm.at(1),
        intermediary_reference=value(facts, "REF", "D9"),
        total=amount(clm, 2),
        place_of_service=clm.component(5, 1),
        frequency=clm.component(5, 3),
        payer_control_number=value(facts, "REF", "F8"),
        prior_authorization=value(facts, "REF", "G1"),
        provider_signature=clm.at(6) == "Y",
        assignment=clm.at(7),
        benefits_assigned=clm.at(8),
        release=clm.at(9),
        diagnoses=tuple(_diagnoses(facts)),
        lines=tuple(_line(line) for line in lines),
    )


def _rendering(loop: list[Segment]) -> RenderingProvider:
    return RenderingProvider(name=person_name(loop[0]), npi=loop[0].at(9), taxonomy=value(loop, "PRV", "PE", 3))


def _diagnoses(facts: list[Segment]) -> Iterator[str]:
    for segment in facts:
        if segment.id == "HI":
            for number in range(1, len(segment.elements) + 1):
                if segment.component(number, 1) in ("ABK", "ABF"):
                    yield segment.component(number, 2)


def _line(segments: list[Segment]) -> ServiceLine:
    facts = until(segments, "NM1", "SVD")
    service = present(find(facts, "SV1"), "SV1", segments[0])
    when = present(find(facts, "DTP", "472"), "DTP*472", segments[0])
    first, last = present(period(when, 3), "DTP03", when)
    procedure = service.components(1)
    return ServiceLine(
        code=procedure[1] if len(procedure) > 1 else "",
        modifiers=tuple(part for part in procedure[2:6] if part),
        charge=amount(service, 2),
        unit=service.at(3),
        units=quantity(service, 4) or Decimal(0),
        place_of_service=service.at(5),
        pointers=tuple(_pointer(text, service) for text in service.components(7) if text),
        date=first,
        through=last,
        control=value(facts, "REF", "6R"),
    )


def _pointer(text: str, service: Segment) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BAD_QUANTITY.error(**place(service, 7))
    return int(text)
