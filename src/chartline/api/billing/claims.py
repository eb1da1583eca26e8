"""Claims over HTTP: sent to us one by one or hundreds at once, found again, changed, checked, sent, and asked about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.claim_asked import ClaimAsked, ClaimChange, ClaimsAsked, claim_of
from chartline.api.billing.claim_beside import BesideShape, beside_shape
from chartline.api.billing.claim_change import correction_of
from chartline.api.billing.shapes import Answered, Dollars, Listed, Shape, dollars
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.idempotency import once
from chartline.api.routes import Cursor, IdempotencyKey, Limit, act, create, read, replace
from chartline.domains.claims import Claim, ClaimFilter, ClaimKind, Finding, Word, claim_lines, findings_of, list_claims
from chartline.domains.claims.acts import acts_of
from chartline.domains.claims.notes import tags_of
from chartline.domains.claims.numbers import shown_number
from chartline.domains.claims.queries import claims_after, find_claim, read_claim
from chartline.domains.claims.standing import standing_of
from chartline.flows import claim_desk, claim_intake
from chartline.flows.claim_beside import beside
from chartline.flows.claim_intake import Taken
from chartline.flows.claim_status import ask_status
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt, Refused
from chartline.platform.audit import Target

_NAME = "^[A-Za-z0-9_.-]*$"
Named = Annotated[str, Parameter(max_length=60, pattern=_NAME)]


class MadeClaim(Shape):
    """A claim that is there: ``status`` is one word for where it stands."""

    id: str
    claim_number: str
    status: str


class FindingShape(Shape):
    """What a rule found; an error holds the claim, a warning lets it go. ``do`` is what repairs it."""

    rule: str
    severity: str
    place: str
    say: str
    do: str
    repair: str


class ProblemShape(Shape):
    """Why a claim could not be made."""

    code: str
    say: str
    do: str
    fields: dict[str, str]


class TakenShape(Shape):
    """What became of one claim of many: ``id``, ``claimNumber`` and ``status`` when it is there, and what the rules
    found; else ``problem``. ``index`` counts the claims of the request from 0."""

    index: int
    id: str | None = None
    claim_number: str | None = None
    status: str | None = None
    findings: list[FindingShape] = msgspec.field(default_factory=list)
    problem: ProblemShape | None = None


class BatchShape(Shape):
    """What became of many claims, in their order."""

    accepted: int
    held: int
    refused: int
    claims: list[TakenShape]


class ClaimShape(Shape):
    """A claim: ``open`` is what no decision of the payer accounts for yet."""

    id: str
    claim_number: str
    status: str
    work: str
    submission: str
    adjudication: str
    claim_type: str
    payer_order: int
    version: int
    frequency: str
    patient_id: str
    payer_id: str
    payer_name: str
    billing_provider_npi: str
    rendering_provider_npi: str
    place_of_service: str
    service_date: date
    filing_deadline: date | None
    claim_md_id: str
    payer_claim_number: str
    hold_reason: str
    closed_reason: str
    total_charge: Dollars
    paid_amount: Dollars
    adjustment_amount: Dollars
    patient_responsibility: Dollars
    denied_amount: Dollars
    open: Dollars
    submitted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    tags: list[str] = msgspec.field(default_factory=list)


class LineShape(Shape):
    """One service of the present version; pointers count the claim's diagnoses from 1."""

    control: str
    cpt_code: str
    revenue_code: str
    modifiers: list[str]
    units: int
    charge_amount: Dollars
    pointers: list[int]
    service_date: date


class ActShape(Shape):
    """Something that can be done with the claim, or the reason for which it cannot be done now."""

    act: str
    may: bool
    why_not: str


class ClaimDetail(Shape):
    """A claim with its lines, what the rules found, what may be done now, and the claims to its next payers."""

    claim: ClaimShape
    lines: list[LineShape]
    findings: list[FindingShape]
    acts: list[ActShape]
    next_claims: list[MadeClaim]
    beside: BesideShape


class ValidatedShape(Shape):
    """What the rules say: ``held`` when an error keeps the claim from being sent."""

    id: str
    claim_number: str
    status: str
    held: bool
    findings: list[FindingShape]


class InquiryShape(Shape):
    """What an inquiry brought; ``againAt`` says when to ask again where no answer could be had now."""

    news: bool
    status: str
    again_at: datetime | None = None


class SubmittedShape(Shape):
    """A claim on its way. ``claimMdId`` is empty until the clearinghouse has named it."""

    claim_md_id: str
    control_number: str
    status: str


class StatusShape(Shape):
    """Where a claim stands, and its money."""

    status: str
    paid_amount: Dollars
    adjustment_amount: Dollars
    patient_responsibility: Dollars
    id: str
    claim_number: str
    claim_md_id: str
    payer_claim_number: str
    total_charge: Dollars


@create("/", summary="Send a claim")
def new_claim(caller: Calling, data: ClaimAsked, idempotency_key: IdempotencyKey = None) -> MadeClaim:
    """Makes a draft of it; validate or submit it next. Its coverage is found or made."""
    caller.require(BILLING_CHANGES)

    def make() -> str:
        taken = claim_intake.take_claims(
            caller.ground, caller.organisation, caller.actor, [claim_of(data)], check=False
        )[0]
        return claim_intake.made(taken).id

    identity = once(caller, idempotency_key, "billing/claims", data, make)
    with caller.read() as work:
        return made_claim(read_claim(work, identity))


@act("/batch", summary="Send many claims")
def new_claims(caller: Calling, data: ClaimsAsked, idempotency_key: IdempotencyKey = None) -> Answered[BatchShape]:
    """Takes up to 500 claims and lets the rules look at each. Those that pass go out with the next file; what is wrong
    with the others is said beside them. The same key again answers for the same claims."""
    caller.require(BILLING_CHANGES)
    asked = [claim_of(one) for one in data.claims]
    taken: list[Taken] = []

    def make() -> str:
        taken.extend(_take(caller, asked, idempotency_key))
        return new_id()

    once(caller, idempotency_key, "billing/claims/batch", data, make)
    # The key was used before: the same claims are found by what they were made under.
    found = taken or _take(caller, asked, idempotency_key)
    shapes = [_taken(place, one) for place, one in enumerate(found)]
    refused = sum(one.problem is not None for one in shapes)
    held = sum(one.problem is None and any(each.severity == "error" for each in one.findings) for one in shapes)
    return Answered(data=BatchShape(accepted=len(shapes) - held - refused, held=held, refused=refused, claims=shapes))


@read("/", summary="List claims")
def list_claim_rows(
    caller: Calling,
    status: Word | None = None,
    claim_number: Annotated[str | None, Parameter(query="claimNumber", max_length=20, pattern=_NAME)] = None,
    payer_id: Annotated[str | None, Parameter(query="payerId", max_length=40, pattern=_NAME)] = None,
    patient_id: Annotated[UUID | None, Parameter(query="patientId")] = None,
    provider_npi: Annotated[str | None, Parameter(query="providerNpi", max_length=10, pattern=_NAME)] = None,
    claim_type: Annotated[ClaimKind | None, Parameter(query="claimType")] = None,
    start_date: Annotated[date | None, Parameter(query="startDate")] = None,
    end_date: Annotated[date | None, Parameter(query="endDate")] = None,
    tag: Annotated[str | None, Parameter(max_length=30, pattern=_NAME)] = None,
    held: bool | None = None,
    due_by: Annotated[date | None, Parameter(query="dueBy")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Listed[ClaimShape]:
    """Claims, the newest service date first; dates are service dates, both ends included. ``dueBy`` lists those that no
    payer has and whose filing deadline is on that day or before."""
    caller.require(BILLING)
    asked = ClaimFilter(
        word=status,
        payer_id=payer_id,
        patient_id=str(patient_id) if patient_id else None,
        number=claim_number,
        begin=start_date,
        end=end_date,
        provider=provider_npi,
        tag=tag,
        kind=claim_type,
        held=held,
        due_by=due_by,
    )
    with caller.read() as work:
        page = list_claims(work, asked, cursor, limit)
        tags = tags_of(work, [one.id for one in page.claims])
    return Listed(data=[claim_shape(one, tags.get(one.id, [])) for one in page.claims], next=page.next)


@read("/{claim_id:uuid}", summary="Read a claim")
def read_claim_shape(caller: Calling, claim_id: UUID) -> Answered[ClaimDetail]:
    """A claim with its lines, findings, and what may be done with it now."""
    caller.require(BILLING)
    identity = str(claim_id)
    with caller.read() as work:
        claim = read_claim(work, identity)
        return Answered(
            data=ClaimDetail(
                claim=claim_shape(claim, tags_of(work, [identity]).get(identity, [])),
                lines=[
                    LineShape(
                        control=line.control,
                        cpt_code=line.procedure,
                        revenue_code=line.revenue_code,
                        modifiers=list(line.modifiers),
                        units=line.units,
                        charge_amount=dollars(line.amount),
                        pointers=list(line.pointers),
                        service_date=line.service_date,
                    )
                    for line in claim_lines(work, identity)
                ],
                findings=[finding_shape(one) for one in findings_of(work, identity)],
                acts=[
                    ActShape(act=one.act.value, may=one.may, why_not=one.why_not)
                    for one in acts_of(standing_of(work, claim))
                ],
                next_claims=[made_claim(one) for one in claims_after(work, identity)],
                beside=beside_shape(beside(work, claim)),
            )
        )


@replace("/{claim_id:uuid}", summary="Change a claim")
def change_claim(caller: Calling, claim_id: UUID, data: ClaimChange) -> Answered[ValidatedShape]:
    """Makes a new version with the change and lets the rules look at it. A claim that the payer has becomes a
    replacement. What is left out of the body stays as it is."""
    caller.require(BILLING_CHANGES)
    identity = str(claim_id)
    correction = correction_of(caller, identity, data)
    findings = claim_desk.change(caller.ground, caller.organisation, caller.actor, identity, correction, data.reason)
    with caller.read() as work:
        return Answered(data=validated_shape(read_claim(work, identity), findings))


@act("/{claim_id:uuid}/validate", summary="Let the rules look at a claim")
def validate_claim(caller: Calling, claim_id: UUID) -> Answered[ValidatedShape]:
    """What the rules found; a claim that passes goes out with the next file."""
    caller.require(BILLING_CHANGES)
    claim, findings = claim_desk.validate(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return Answered(data=validated_shape(claim, findings))


@act("/{claim_id:uuid}/submit", summary="Send a claim now")
def submit_claim(caller: Calling, claim_id: UUID) -> Answered[SubmittedShape]:
    """Validates the claim where that is still to be done, puts it into a file of its own, and the file in line."""
    caller.require(BILLING_CHANGES)
    claim = claim_desk.submit(caller.ground, caller.organisation, caller.actor, str(claim_id))
    return Answered(
        data=SubmittedShape(claim_md_id=claim.vendor_claim_id, control_number=claim.number, status=claim.word.value)
    )


@act("/{claim_id:uuid}/inquiry", summary="Ask the payer how a claim stands")
def ask_payer(caller: Calling, claim_id: UUID) -> Answered[InquiryShape]:
    """Asks by 276, or the clearinghouse about the one claim; the answer is in the claim's history."""
    caller.require(BILLING_CHANGES)
    outcome = ask_status(caller.ground, caller.organisation, str(claim_id), caller.actor)
    with caller.work() as work:
        caller.record(work, "claim.inquiry", Target("Claim", str(claim_id)))
        claim = read_claim(work, str(claim_id))
    if isinstance(outcome, Refused):
        raise ChartlineError(outcome.problem)
    later = outcome.at if isinstance(outcome, Later) else None
    news = outcome.value if isinstance(outcome, Receipt) else False
    return Answered(data=InquiryShape(news=news, status=claim.word.value, again_at=later))


@read("/{claim_md_id:str}/status", summary="See where a claim stands")
def claim_status(caller: Calling, claim_md_id: Named) -> StatusShape:
    """Where a claim stands, by the clearinghouse's id of it, by ours, or by its number."""
    caller.require(BILLING)
    with caller.read() as work:
        claim = find_claim(work, claim_md_id)
    return StatusShape(
        status=claim.word.value,
        paid_amount=dollars(claim.paid),
        adjustment_amount=dollars(claim.adjusted),
        patient_responsibility=dollars(claim.patient_responsibility),
        id=claim.id,
        claim_number=shown_number(claim.number),
        claim_md_id=claim.vendor_claim_id,
        payer_claim_number=claim.payer_number,
        total_charge=dollars(claim.total),
    )


def made_claim(claim: Claim) -> MadeClaim:
    """The short form of a claim."""
    return MadeClaim(id=claim.id, claim_number=shown_number(claim.number), status=claim.word.value)


def claim_shape(claim: Claim, tags: list[str]) -> ClaimShape:
    """A claim as this wire has it."""
    return ClaimShape(
        id=claim.id,
        claim_number=shown_number(claim.number),
        status=claim.word.value,
        work=claim.work.value,
        submission=claim.submission.value,
        adjudication=claim.adjudication.value,
        claim_type=claim.kind.value,
        payer_order=claim.payer_order,
        version=claim.version,
        frequency=claim.frequency,
        patient_id=claim.patient_id,
        payer_id=claim.payer_id,
        payer_name=claim.payer_name,
        billing_provider_npi=claim.billing_npi,
        rendering_provider_npi=claim.rendering_npi,
        place_of_service=claim.place_of_service,
        service_date=claim.service_date,
        filing_deadline=claim.filing_deadline,
        claim_md_id=claim.vendor_claim_id,
        payer_claim_number=claim.payer_number,
        hold_reason=claim.hold_reason,
        closed_reason=claim.closed_reason,
        total_charge=dollars(claim.total),
        paid_amount=dollars(claim.paid),
        adjustment_amount=dollars(claim.adjusted),
        patient_responsibility=dollars(claim.patient_responsibility),
        denied_amount=dollars(claim.denied),
        open=dollars(claim.open),
        submitted_at=claim.submitted,
        created_at=claim.created,
        updated_at=claim.updated,
        tags=tags,
    )


def finding_shape(finding: Finding) -> FindingShape:
    """A finding as this wire has it."""
    return FindingShape(
        rule=finding.rule,
        severity=finding.severity.value,
        place=finding.place,
        say=finding.say,
        do=finding.do,
        repair=finding.repair.value,
    )


def validated_shape(claim: Claim, findings: list[Finding]) -> ValidatedShape:
    """What the rules found, with how the claim stands then."""
    return ValidatedShape(
        id=claim.id,
        claim_number=shown_number(claim.number),
        status=claim.word.value,
        held=claim.work.value == "held",
        findings=[finding_shape(one) for one in findings],
    )


def _take(caller: Calling, asked: list[claim_intake.AskedClaim], key: str | None) -> list[Taken]:
    return claim_intake.take_claims(caller.ground, caller.organisation, caller.actor, asked, once=key or "")


def _taken(place: int, taken: Taken) -> TakenShape:
    if taken.claim is None:
        problem = taken.problem
        if problem is None:
            return TakenShape(index=place)
        shape = ProblemShape(code=problem.code, say=problem.say, do=problem.do, fields=problem.fields)
        return TakenShape(index=place, problem=shape)
    claim = taken.claim
    return TakenShape(
        index=place,
        id=claim.id,
        claim_number=shown_number(claim.number),
        status=claim.word.value,
        findings=[finding_shape(one) for one in taken.findings],
    )


router = Router(
    path="/claims",
    route_handlers=[
        new_claim,
        new_claims,
        list_claim_rows,
        read_claim_shape,
        change_claim,
        validate_claim,
        submit_claim,
        ask_payer,
        claim_status,
    ],
)
