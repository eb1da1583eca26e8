"""Professional claims into an 837P file.

One transaction for each pair of submitter and receiver, in it one hierarchy level for each billing provider, below it
one subscriber level (and patient level) for each claim. Names and address lines pass through ``clean``; every other
value is written as it is or refused. Refuses a claim whose total is not the sum of its lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartline.formats.x12.elements import day_text
from chartline.formats.x12.envelope_writer import Envelope, TransactionDraft, write_interchange
from chartline.formats.x12.professional_claim.model import (
    GUIDE,
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
from chartline.formats.x12.writer import MISSING, TOO_MANY, Draft, clean, limit, require
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

CLAIM_TOTAL = ErrorKind(
    "x12.claim_total",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The total of a claim is not the sum of its service lines.",
    "Recalculate the claim; the fields name its reference.",
    status=422,
)
BAD_POINTER = ErrorKind(
    "x12.bad_pointer",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A service line points at a diagnosis that the claim does not have, or at none or more than four.",
    "Choose one to four of the claim's diagnoses for the line; the fields name the claim and the line.",
    status=422,
)
MOST_DIAGNOSES = 12
MOST_LINES = 50
MOST_MODIFIERS = 4
MOST_POINTERS = 4


def build_837p(claims: Sequence[ProfessionalClaim], envelope: Envelope) -> bytes:
    """One interchange with all claims; claims of one billing provider come together, otherwise the order is kept.

    BHT03 is derived from the interchange control number, so the same input gives the same bytes. Raises
    ``x12.missing``, ``x12.too_long``, ``x12.bad_text``, ``x12.claim_total`` and ``x12.bad_pointer``.
    """
    if not claims:
        raise MISSING.error(field="claims")
    parties: dict[tuple[Submitter, Receiver], list[ProfessionalClaim]] = {}
    for claim in claims:
        parties.setdefault((claim.submitter, claim.receiver), []).append(claim)
    drafts = [
        TransactionDraft(
            set_id="837",
            guide=GUIDE,
            segments=[
                (
                    "BHT",
                    "0019",
                    "00",
                    f"{envelope.control:09d}{number:04d}",
                    envelope.at.date(),
                    f"{envelope.at:%H%M}",
                    "CH",
                ),
                *_parties(submitter, receiver),
                *_hierarchy(theirs),
            ],
        )
        for number, ((submitter, receiver), theirs) in enumerate(parties.items(), 1)
    ]
    return write_interchange(envelope, "HC", GUIDE, drafts)


def _parties(submitter: Submitter, receiver: Receiver) -> Iterator[Draft]:
    yield (
        "NM1",
        "41",
        "2",
        _name(submitter.name, "submitter.name"),
        *[None] * 4,
        "46",
        require(submitter.id, "submitter.id"),
    )
    ways = [("TE", submitter.phone), ("EM", submitter.email)]
    given = [part for way in ways if way[1] for part in way]
    if not given:
        raise MISSING.error(field="submitter.phone")
    yield ("PER", "IC", clean(submitter.contact), *given)
    yield (
        "NM1",
        "40",
        "2",
        _name(receiver.name, "receiver.name"),
        *[None] * 4,
        "46",
        require(receiver.id, "receiver.id"),
    )


def _hierarchy(claims: list[ProfessionalClaim]) -> Iterator[Draft]:
    by_provider: dict[BillingProvider, list[ProfessionalClaim]] = {}
    for claim in claims:
        by_provider.setdefault(claim.billing, []).append(claim)
    level = 0
    for billing, theirs in by_provider.items():
        level += 1
        provider_level = level
        yield ("HL", level, None, "20", "1")
        yield from _billing(billing)
        for claim in theirs:
            level += 1
            subscriber_level = level
            yield ("HL", level, provider_level, "22", "0" if claim.patient is None else "1")
            yield from _subscriber(claim.subscriber, is_patient=claim.patient is None)
            if claim.patient is not None:
                level += 1
                yield ("HL", level, subscriber_level, "23", "0")
                yield from _patient(claim.patient)
            yield from _claim(claim)


def _billing(billing: BillingProvider) -> Iterator[Draft]:
    if billing.taxonomy:
        yield ("PRV", "BI", "PXC", billing.taxonomy)
    name = _name(billing.name, "billing.name")
    kind = "1" if billing.first else "2"
    yield ("NM1", "85", kind, name, clean(billing.first), None, None, None, "XX", require(billing.npi, "billing.npi"))
    yield from _address(billing.address, "billing.address")
    yield ("REF", billing.tax_id_kind, require(billing.tax_id, "billing.tax_id"))


def _subscriber(subscriber: Subscriber, *, is_patient: bool) -> Iterator[Draft]:
    relation = "18" if is_patient else None
    filing = require(subscriber.filing, "subscriber.filing")
    yield ("SBR", subscriber.order, relation, limit(subscriber.group, 50, "subscriber.group"), *[None] * 5, filing)
    member = limit(require(subscriber.member_id, "subscriber.member_id"), 80, "subscriber.member_id")
    yield _person("IL", subscriber.name, "MI", member)
    if subscriber.address is not None:
        yield from _address(subscriber.address, "subscriber.address")
    elif is_patient:
        raise MISSING.error(field="subscriber.address")
    if subscriber.born is not None:
        yield ("DMG", "D8", subscriber.born, require(subscriber.sex, "subscriber.sex"))
    elif is_patient:
        raise MISSING.error(field="subscriber.born")
    payer = _name(subscriber.payer_name, "subscriber.payer_name")
    yield ("NM1", "PR", "2", payer, *[None] * 4, "PI", require(subscriber.payer_id, "subscriber.payer_id"))


def _patient(patient: Patient) -> Iterator[Draft]:
    yield ("PAT", require(patient.relationship, "patient.relationship"))
    yield _person("QC", patient.name)
    yield from _address(patient.address, "patient.address")
    yield ("DMG", "D8", patient.born, require(patient.sex, "patient.sex"))


def _claim(claim: ProfessionalClaim) -> Iterator[Draft]:
    reference = limit(require(claim.reference, "reference"), 20, "reference")
    for name, count, most in (
        ("lines", len(claim.lines), MOST_LINES),
        ("diagnoses", len(claim.diagnoses), MOST_DIAGNOSES),
    ):
        if not count:
            raise MISSING.error(field=name, claim=reference)
        if count > most:
            raise TOO_MANY.error(field=name, claim=reference)
    if Money.total([line.charge for line in claim.lines]) != claim.total:
        raise CLAIM_TOTAL.error(claim=reference)
    yield (
        "CLM",
        reference,
        claim.total,
        None,
        None,
        (require(claim.place_of_service, "place_of_service"), "B", require(claim.frequency, "frequency")),
        "Y" if claim.provider_signature else "N",
        claim.assignment,
        claim.benefits_assigned,
        claim.release,
    )
    if claim.frequency in ("7", "8"):
        require(claim.payer_control_number, "payer_control_number")
    for qualifier, value in (
        ("G1", claim.prior_authorization),
        ("F8", claim.payer_control_number),
        ("D9", claim.intermediary_reference),
    ):
        if value:
            yield ("REF", qualifier, limit(value, 50, f"REF*{qualifier}"))
    yield (
        "HI",
        *(("ABK" if first == 0 else "ABF", require(code, "diagnoses")) for first, code in enumerate(claim.diagnoses)),
    )
    if claim.rendering is not None:
        yield from _rendering(claim.rendering)
    for number, line in enumerate(claim.lines, 1):
        yield from _line(claim, number, line)


def _rendering(rendering: RenderingProvider) -> Iterator[Draft]:
    yield _person("82", rendering.name, "XX", require(rendering.npi, "rendering.npi"))
    if rendering.taxonomy:
        yield ("PRV", "PE", "PXC", rendering.taxonomy)


def _line(claim: ProfessionalClaim, number: int, line: ServiceLine) -> Iterator[Draft]:
    pointers_fit = all(1 <= pointer <= len(claim.diagnoses) for pointer in line.pointers)
    if not pointers_fit or not 1 <= len(line.pointers) <= MOST_POINTERS:
        raise BAD_POINTER.error(claim=claim.reference, line=str(number))
    if len(line.modifiers) > MOST_MODIFIERS:
        raise TOO_MANY.error(field="modifiers", claim=claim.reference)
    yield ("LX", number)
    procedure = ("HC", require(line.code, "code"), *line.modifiers)
    yield ("SV1", procedure, line.charge, line.unit, line.units, line.place_of_service, None, line.pointers)
    if line.through is None:
        yield ("DTP", "472", "D8", line.date)
    else:
        yield ("DTP", "472", "RD8", f"{day_text(line.date)}-{day_text(line.through)}")
    if line.control:
        yield ("REF", "6R", limit(line.control, 30, "control"))


def _person(role: str, name: PersonName, qualifier: str | None = None, number: str | None = None) -> Draft:
    last = _name(name.last, f"NM1*{role}.last")
    return ("NM1", role, "1", last, clean(name.first), clean(name.middle), None, clean(name.suffix), qualifier, number)


def _address(address: Address, name: str) -> Iterator[Draft]:
    yield ("N3", limit(require(clean(address.line1), f"{name}.line1"), 55, f"{name}.line1"), clean(address.line2))
    city = limit(require(clean(address.city), f"{name}.city"), 30, f"{name}.city")
    yield ("N4", city, address.state, address.zip, address.country)


def _name(text: str, name: str) -> str:
    return limit(require(clean(text), name), 60, name)
