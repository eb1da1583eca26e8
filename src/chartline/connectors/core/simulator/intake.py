"""Batches of claims: acknowledgement (999), claim acknowledgement (277CA) and payment (835), each in its time.

The same file twice is two files and its claims are there twice, so that a client that resends is caught (trap 1). A
member id that begins with ``REFUSE`` is one whose claims are refused before adjudication. Claims are known only as far
as the three answers need it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from chartline.connectors.core.simulator.envelope import Envelope as Request
from chartline.connectors.core.simulator.world import Batch, Claim, World
from chartline.formats.x12.acknowledgement import (
    ClaimAcknowledgement,
    ClaimAnswer,
    Status,
    Totals,
    acknowledge,
    acknowledge_claims,
    build_277ca,
    find_claims,
    reply_envelope,
)
from chartline.formats.x12.check import check
from chartline.formats.x12.check_result import CheckResult
from chartline.formats.x12.dental_claim import DentalClaim, read_837d
from chartline.formats.x12.envelope_writer import Envelope
from chartline.formats.x12.institutional_claim import InstitutionalClaim, read_837i
from chartline.formats.x12.professional_claim import ProfessionalClaim, read_837p
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.remittance import Adjustment, Contact, Insured, Remittance, RemittanceClaim, write_835
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money

ORIGINATOR = "1999999999"
REFUSED = "U"
MEMBER_UNKNOWN = Status("A7", "164", "IL")
AnyClaim = ProfessionalClaim | InstitutionalClaim | DentalClaim


def take(world: World, request: Request) -> None:
    """Keep a batch and look at it."""
    result = check(request.payload)
    content = request.payload
    interchange = result.interchanges[0]
    number = world.counters.next("interchange")
    acknowledgement = acknowledge(interchange, reply_envelope(interchange, world.now, number)) or b""
    rejected = result.has_errors
    world.counters.add("batches")
    key = f"{request.payload_id}/{number}"
    batch = Batch(
        key=key,
        payload_id=request.payload_id,
        at=world.now,
        content=content,
        rejected=rejected,
        acknowledgement=acknowledgement,
    )
    world.batches.put(key, batch)
    if not rejected:
        for claim, place in zip(read_claims(content), find_claims(content).claims, strict=True):
            _keep(world, claim, place.first_day, place.last_day, key)


def read_claims(content: bytes) -> list[AnyClaim]:
    """The claims of a file of any of the three kinds. Raises the errors of the readers."""
    if b"005010X223" in content[:400]:
        return [*read_837i(content)]
    return [*read_837d(content)] if b"005010X224" in content[:400] else [*read_837p(content)]


def _keep(world: World, claim: AnyClaim, first_day: date | None, last_day: date | None, batch: str) -> None:
    number = f"CC{world.counters.next('claim', 500001)}"
    member = claim.subscriber.member_id
    kept = Claim(
        number=number,
        control_number=claim.reference,
        batch=batch,
        charge=claim.total.minor,
        family=claim.subscriber.name.last,
        given=claim.subscriber.name.first,
        member=member,
        first_day=first_day,
        last_day=last_day,
        refused=member.startswith("REFUSE"),
    )
    world.claims.put(number, kept)
    world.counters.add("claims")


def acknowledgement_of(world: World, payload_id: str) -> bytes | None:
    """The 999 of a batch; None for one that nobody knows, and while it is not made."""
    ready = world.now - timedelta(minutes=world.settings.acknowledge_minutes)
    kept = [one for one in world.batches if one.payload_id == payload_id and one.at <= ready]
    return kept[-1].acknowledgement if kept else None


def report_due(world: World) -> None:
    """Write the 277CA of each batch whose time has come."""
    due = world.now - timedelta(hours=world.settings.report_hours)
    for batch in world.batches:
        if batch.rejected or batch.reported or batch.at > due:
            continue
        batch.reported = True
        world.batches.put(batch.key, batch)
        world.put_file("277ca", _acknowledged(world, batch))


def _acknowledged(world: World, batch: Batch) -> bytes:
    result, claims = check(batch.content), read_claims(batch.content)
    number = world.counters.next("interchange")
    answers = acknowledge_claims(batch.content, result, claims, at=world.now, reference=f"R{number}")
    known = {claim.control_number: claim for claim in _of(world, batch)}
    return build_277ca([_numbered(one, known) for one in answers], _back(result, world.now, number))


def _numbered(answer: ClaimAcknowledgement, known: dict[str, Claim]) -> ClaimAcknowledgement:
    """With the payer's numbers, and with a no for the claims that are refused."""
    return replace(
        answer,
        receivers=tuple(
            replace(
                receiver,
                totals=Totals(),
                providers=tuple(
                    replace(
                        provider,
                        totals=Totals(),
                        patients=tuple(
                            replace(
                                patient, claims=tuple(_said(claim, known[claim.reference]) for claim in patient.claims)
                            )
                            for patient in provider.patients
                        ),
                    )
                    for provider in receiver.providers
                ),
            )
            for receiver in answer.receivers
        ),
    )


def _said(answer: ClaimAnswer, claim: Claim) -> ClaimAnswer:
    if not claim.refused:
        return replace(answer, payer_control_number=claim.number)
    no = tuple(replace(one, statuses=(MEMBER_UNKNOWN,), action=REFUSED) for one in answer.decisions)
    return replace(answer, decisions=no)


def _of(world: World, batch: Batch) -> list[Claim]:
    return [claim for claim in world.claims if claim.batch == batch.key]


def _back(result: CheckResult, at: datetime, number: int) -> Envelope:
    return reply_envelope(result.interchanges[0], at, number, group_control=number)


def pay_due(world: World) -> None:
    """Pay each batch whose time has come with one check."""
    due = world.now - timedelta(days=world.settings.pay_days)
    for batch in world.batches:
        if batch.rejected or batch.paid or batch.at > due:
            continue
        batch.paid = True
        world.batches.put(batch.key, batch)
        paid = [_decide(world, claim) for claim in _of(world, batch) if not claim.refused]
        if paid:
            world.put_file("835", _remittance(world, batch, paid))


def _decide(world: World, claim: Claim) -> Claim:
    claim.paid = claim.charge * world.settings.paid_percent // 100
    claim.paid_on = world.now.date()
    return world.claims.put(claim.number, claim)


def _remittance(world: World, batch: Batch, claims: list[Claim]) -> bytes:
    number = world.counters.next("interchange")
    check_number = f"CK{world.counters.next('check', 30001)}"
    world.counters.add("checks")
    for claim in claims:
        claim.check = check_number
        world.claims.put(claim.number, claim)
    first = read_claims(batch.content)[0]
    today = world.now.date()
    remittance = Remittance(
        amount=Money(sum(claim.paid or 0 for claim in claims)),
        method="CHK",
        paid_on=today,
        trace=check_number,
        originator=ORIGINATOR,
        produced_on=today,
        payer_name="EXAMPLE CORE PAYER",
        payer_id="SIMPAYER",
        payer_address=Address(line1="1 INVENTED PLAZA", city="TESTVILLE", state="UT", zip="840000000"),
        payer_contact=Contact(name="EDI DESK", phone="5550100200"),
        payee_name="EXAMPLE PAYEE",
        payee_npi=first.billing.npi,
        claims=tuple(_paid(claim) for claim in claims),
    )
    return write_835(remittance, _back(check(batch.content), world.now, number))


def _paid(claim: Claim) -> RemittanceClaim:
    paid = Money(claim.paid or 0)
    rest = Money(claim.charge) - paid
    return RemittanceClaim(
        patient_control_number=claim.control_number,
        status="1",
        charged=Money(claim.charge),
        paid=paid,
        patient_responsibility=Money(0),
        filing="HM",
        payer_control_number=claim.number,
        statement_from=claim.first_day,
        statement_through=claim.last_day,
        patient=Insured(name=PersonName(last=claim.family, first=claim.given), member_id=claim.member),
        adjustments=(Adjustment(group="CO", reason="45", amount=rest),) if rest.minor else (),
    )


def readable(payload: bytes) -> bool:
    """Whether it is X12 at all."""
    try:
        return bool(check(payload).interchanges)
    except ChartlineError:
        return False
