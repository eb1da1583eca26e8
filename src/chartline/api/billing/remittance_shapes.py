"""Bodies of remittances: the payment, its plan page by page, what waits on the desk, and how far payers are trusted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from chartline.api.billing.shapes import Asked, Dollars, Shape, dollars
from chartline.domains.remits import (
    WEIGHTS,
    Adjusted,
    Candidate,
    PlannedClaim,
    PlannedLine,
    RemittanceClaimRow,
    RemittanceRow,
    Standing,
    Trust,
)
from chartline.kernel.sealed import Purpose

Place = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
"""A claim of a remittance, counted from 1."""


class FaultShape(Shape):
    """Why a remittance is held."""

    code: str
    place: str
    say: str
    do: str
    expected: str
    found: str


class RemittanceShape(Shape):
    """One payment; a negative amount goes from the practice to the payer. ``stored``, ``posted`` count its claims."""

    id: str
    payer_id: str
    payer_name: str
    trace: str
    amount: Dollars
    method: str
    paid_on: date
    state: str
    claims: int
    charged_total: Dollars
    paid_total: Dollars
    stored: int
    posted: int
    generation: int
    findings: list[FaultShape]
    received_at: datetime
    posted_at: datetime | None


class LineShape(Shape):
    """One amount in words; ``account`` is empty for what stays open."""

    account: str
    amount: Dollars
    code: str
    words: str


class PlannedShape(Shape):
    """What happens to one claim of a remittance."""

    place: int
    claim_id: str | None
    control_number: str
    match_reason: str
    state: str
    status: str
    reversal: bool
    charged: Dollars
    paid: Dollars
    patient: Dollars
    adjusted: Dollars
    denied: Dollars
    lines: list[LineShape]
    open: list[LineShape]


class PlanShape(Shape):
    """A page of a posting plan; ``provider`` and the cash are of the whole remittance. ``cashAgrees``: the payment is
    what its claims and the rest bring."""

    remittance: RemittanceShape
    claims: list[PlannedShape]
    provider: list[LineShape]
    difference: Dollars
    cash_agrees: bool
    failed: list[str]
    next: str | None


class UploadShape(Shape):
    """A file that was brought: ``waiting`` is in line, ``taken`` has its remittances, ``refused`` its problem."""

    id: str
    state: str
    size: int
    remittances: list[str]
    problem: str


class PostingShape(Shape):
    """``done`` now, or in line because the remittance is large."""

    done: bool
    remittance: RemittanceShape


class PostedShape(Shape):
    """The remittances that one click posted."""

    remittances: list[str]


class PartShape(Shape):
    """A part of a remittance that belongs to no claim of ours."""

    remittance_id: str
    place: int
    control_number: str
    payer_number: str
    status: str
    charged: Dollars
    paid: Dollars
    state: str


class ReasonShape(Shape):
    """Why a claim may be the one, and what that counts."""

    reason: str
    points: int
    say: str


class CandidateShape(Shape):
    """A claim that a part may be for."""

    claim_id: str
    claim_number: str
    service_date: date
    total: Dollars
    status: str
    points: int
    reasons: list[ReasonShape]


class StandingShape(Shape):
    """What stands between a payer and the practice for one reason; positive was kept back."""

    payer_id: str
    payer_name: str
    reason: str
    amount: Dollars
    times: int
    last: date


class AdjustedShape(Shape):
    """One amount outside any claim."""

    remittance_id: str
    payer_id: str
    payer_name: str
    reason: str
    words: str
    account: str
    amount: Dollars
    effective: date
    reference: str
    claim_id: str | None


class OutsideShape(Shape):
    """Money outside claims: what stands, and the latest amounts."""

    standings: list[StandingShape]
    adjustments: list[AdjustedShape]


class TrustShape(Shape):
    """How far a payer is trusted; an empty payer is all others."""

    payer_id: str
    trust: Trust
    changed: datetime
    actor: str


class PlaceAsked(Asked):
    """A part of the remittance."""

    place: Place


class MatchAsked(Asked):
    """Which claim a part is for."""

    place: Place
    claim_id: UUID


class CreditAsked(Asked):
    """Which patient gets a part's money as credit."""

    place: Place
    patient_id: UUID


class TrustAsked(Asked):
    """Trust a payer so far from now on; without a payer, all that have no setting of their own."""

    trust: Trust
    payer_id: Annotated[str, msgspec.Meta(max_length=80, pattern="^[A-Za-z0-9_.:-]*$")] = ""


def remittance_shape(row: RemittanceRow) -> RemittanceShape:
    """A remittance as this wire has it."""
    return RemittanceShape(
        id=row.id,
        payer_id=row.payer_id,
        payer_name=row.payer_name,
        trace=row.trace,
        amount=dollars(row.amount),
        method=row.method,
        paid_on=row.paid_on,
        state=row.state.value,
        claims=row.claims,
        charged_total=dollars(row.charged_total),
        paid_total=dollars(row.paid_total),
        stored=row.stored_to,
        posted=row.posted_to,
        generation=row.generation,
        findings=[
            FaultShape(code=one.code, place=one.place, say=one.say, do=one.do, expected=one.expected, found=one.found)
            for one in row.findings
        ],
        received_at=row.received,
        posted_at=row.posted,
    )


def line_shape(line: PlannedLine) -> LineShape:
    """One amount in words."""
    return LineShape(account=line.account, amount=dollars(line.amount), code=line.code, words=line.words)


def planned_shape(one: PlannedClaim, part: RemittanceClaimRow) -> PlannedShape:
    """What happens to one claim."""
    return PlannedShape(
        place=one.place,
        claim_id=one.claim_id,
        control_number=part.control_number,
        match_reason=part.match_reason,
        state=part.state.value,
        status=one.status,
        reversal=one.reversal,
        charged=dollars(one.charged),
        paid=dollars(one.split.paid),
        patient=dollars(one.split.patient),
        adjusted=dollars(one.split.adjusted),
        denied=dollars(one.split.denied),
        lines=[line_shape(line) for line in one.split.lines],
        open=[line_shape(line) for line in one.split.open],
    )


def part_shape(part: RemittanceClaimRow) -> PartShape:
    """A part without a claim."""
    return PartShape(
        remittance_id=part.remittance_id,
        place=part.place,
        control_number=part.control_number,
        payer_number=part.payer_number,
        status=part.status,
        charged=dollars(part.charged),
        paid=dollars(part.paid),
        state=part.state.value,
    )


def candidate_shape(one: Candidate) -> CandidateShape:
    """A claim that it may be, with its reasons."""
    return CandidateShape(
        claim_id=one.claim.id,
        claim_number=one.claim.number,
        service_date=one.claim.service_date,
        total=dollars(one.claim.total),
        status=one.claim.word.value,
        points=one.points,
        reasons=[ReasonShape(reason=name, points=WEIGHTS[name][0], say=WEIGHTS[name][1]) for name in one.reasons],
    )


def standing_shape(one: Standing) -> StandingShape:
    """What stands for one reason."""
    return StandingShape(
        payer_id=one.payer_id,
        payer_name=one.payer_name,
        reason=one.reason,
        amount=dollars(one.amount),
        times=one.times,
        last=one.last,
    )


def adjusted_shape(one: Adjusted) -> AdjustedShape:
    """One amount outside any claim; its reference may name a patient, so call it where openings are counted."""
    return AdjustedShape(
        remittance_id=one.remittance_id,
        payer_id=one.payer_id,
        payer_name=one.payer_name,
        reason=one.reason,
        words=one.words,
        account=one.account,
        amount=dollars(one.amount),
        effective=one.effective,
        reference=one.reference.reveal(Purpose.SHOW),
        claim_id=one.claim_id,
    )
