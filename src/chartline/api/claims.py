"""Claims: where each stands, what was found, everything that happened to it, and correcting it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.routes import Amount, Cursor, Done, Limit, act, read, stated
from chartline.domains.claims import (
    ClaimEvent,
    ClaimFilter,
    Word,
    claim_lines,
    findings_of,
    history,
    list_claims,
    read_claim,
)
from chartline.flows import front_desk
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target


class ClaimRow(msgspec.Struct, kw_only=True):
    """A claim: ``word`` is the one word for where it stands; ``open`` is what nothing accounts for yet."""

    id: str
    number: str
    version: int
    word: str
    work: str
    submission: str
    adjudication: str
    patient_id: str
    payer_id: str
    payer_name: str
    payer_number: str
    service_date: date
    total: Amount
    paid: Amount
    adjusted: Amount
    patient_responsibility: Amount
    denied: Amount
    open: Amount
    submitted: datetime | None
    updated: datetime


class ClaimPageBody(msgspec.Struct):
    """Claims, the newest service date first, and the cursor of the next page."""

    claims: list[ClaimRow]
    next: str | None


class ClaimLineBody(msgspec.Struct, kw_only=True):
    """One line of the present version; pointers count the claim's diagnoses from 1."""

    control: str
    procedure: str
    modifiers: list[str]
    units: int
    amount: Amount
    pointers: list[int]


class FindingBody(msgspec.Struct, kw_only=True):
    """What a rule found; an error holds the claim, a warning lets it go."""

    rule: str
    severity: str
    place: str
    say: str
    do: str
    repair: str


class MessageBody(msgspec.Struct, kw_only=True):
    """What a clearinghouse or payer wrote: level R error, W warning, A information."""

    level: str
    code: str
    text: str


class EventBody(msgspec.Struct, kw_only=True):
    """One step of a claim's history; ``evidence`` is the exchange in which it came."""

    at: datetime
    actor: str
    kind: str
    say: str
    axis: str
    before: str
    after: str
    evidence: str | None
    messages: list[MessageBody]


class ClaimBody(msgspec.Struct, kw_only=True):
    """A claim with its lines, findings and history."""

    claim: ClaimRow
    lines: list[ClaimLineBody]
    findings: list[FindingBody]
    history: list[EventBody]


class CorrectionBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be different on the claim and on the coverage it was drafted from."""

    member_id: Annotated[str, msgspec.Meta(min_length=2, max_length=80)]


@read("/", summary="List claims")
def list_claim_rows(
    caller: Calling,
    word: Word | None = None,
    number: Annotated[str | None, Parameter(max_length=20)] = None,
    payer: Annotated[str | None, Parameter(max_length=40)] = None,
    patient: UUID | None = None,
    begin: date | None = None,
    end: date | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ClaimPageBody:
    """Claims by word, number, payer, patient and service date (both ends included)."""
    caller.require(BILLING)
    asked = ClaimFilter(
        word=word, payer_id=payer, patient_id=str(patient) if patient else None, number=number, begin=begin, end=end
    )
    with caller.read() as work:
        page = list_claims(work, asked, cursor, limit)
    return ClaimPageBody([stated(one, ClaimRow) for one in page.claims], page.next)


@read("/{claim_id:uuid}", summary="Read a claim")
def read_claim_body(caller: Calling, claim_id: UUID) -> ClaimBody:
    """A claim with lines, findings and history; what vendors wrote may name the patient, so the look is audited."""
    identity = str(claim_id)
    with caller.showing("api.claim.read", Target("Claim", identity), BILLING) as work:
        claim = read_claim(work, identity)
        return ClaimBody(
            claim=stated(claim, ClaimRow),
            lines=[stated(one, ClaimLineBody) for one in claim_lines(work, identity)],
            findings=[stated(one, FindingBody) for one in findings_of(work, identity)],
            history=[_event(one) for one in history(work, identity, caller.services.vault)],
        )


@act("/{claim_id:uuid}/correct", summary="Correct a claim")
def correct_claim(caller: Calling, claim_id: UUID, data: CorrectionBody) -> Done:
    """Begins a new version with the correction, which is checked again and sent with the next file."""
    caller.require(BILLING_CHANGES)
    member = Sealed(data.member_id.strip())
    front_desk.correct_claim(caller.ground, caller.organisation, caller.actor, str(claim_id), member)
    return Done()


def _event(event: ClaimEvent) -> EventBody:
    return EventBody(
        at=event.at,
        actor=event.actor,
        kind=event.kind,
        say=event.text,
        axis=event.axis,
        before=event.before,
        after=event.after,
        evidence=event.exchange_id,
        messages=[
            MessageBody(level=one.level, code=one.code, text=one.text.reveal(Purpose.SHOW)) for one in event.messages
        ],
    )


router = Router(path="/claims", tags=["claims"], route_handlers=[list_claim_rows, read_claim_body, correct_claim])
