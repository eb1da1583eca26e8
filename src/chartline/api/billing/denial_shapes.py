"""The bodies of denials and appeals on the wire of ``/api/billing``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from chartline.api.billing.shapes import Asked, Dollars, Shape, dollars
from chartline.domains.payments.moves import MoveKind
from chartline.domains.remits.denials import Appeal, AppealState, Deadlines, Ranked, Way, advice
from chartline.formats.x12.codes import label

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"\S")]


class ReasonShape(Shape):
    """An adjustment reason with a label in plain words."""

    code: str
    label: str


class DenialShape(Shape):
    """A denial. ``score`` ranks it: dollars in dispute, times urgency, by minutes of work; ``why`` says it in words."""

    id: str
    claim_id: str
    claim_number: str
    payer_id: str
    payer_name: str
    remittance_id: str
    kind: str
    say: str
    next_step: str
    reasons: list[ReasonShape]
    amount: Dollars
    state: str
    decided_on: date
    appeal_by: date
    days_left: int
    follow_up: date | None
    assignee: str
    minutes: int
    score: int
    why: str
    opened: datetime
    updated: datetime


class AppealShape(Shape):
    """One appeal of a denial."""

    id: str
    denial_id: str
    claim_id: str
    level: int
    state: str
    way: str
    reference: str
    written: datetime
    sent_on: date | None
    answer_by: date | None
    decided_on: date | None
    won: Dollars


class DenialEventShape(Shape):
    """One step of a denial's history; ``note`` is what a person wrote."""

    at: datetime
    actor: str
    kind: str
    codes: dict[str, str]
    note: str | None


class DenialWhole(Shape):
    """A denial with its appeals and its history."""

    denial: DenialShape
    appeals: list[AppealShape]
    history: list[DenialEventShape]


class LetterShape(Shape):
    """The letter as it would be written; nothing is kept of it."""

    text: str


class LinkShape(Shape):
    """An address for a person to open; it carries access, so it is not to be kept."""

    address: str


class DeadlinesShape(Shape):
    """How long a payer leaves; an empty ``payerId`` is for all others."""

    payer_id: str
    appeal_days: int
    second_appeal_days: int
    answer_days: int


class LessonShape(Shape):
    """A rule that would have caught a denial, on the last ``looked`` claims: how many it would have caught, how many of
    those were refused or harmless, and how many refused ones it would have let pass."""

    name: str
    sentence: str
    looked: int
    found: int
    refused: int
    harmless: int
    refused_missed: int


class AssignAsked(Asked):
    """Whom it is given to (``user:<id>``); empty text is nobody."""

    assignee: Annotated[str, msgspec.Meta(max_length=80)]


class FollowUpAsked(Asked):
    """The day on which to come back to it; null forgets the day."""

    on: date | None


class NoteAsked(Asked):
    """A note; it is sealed, for it may name the patient."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]


class ReasonAsked(Asked):
    """Why; it is kept in the open, so it names nobody."""

    reason: Words


class WriteOffAsked(Asked):
    """Which kind of write-off, and why."""

    reason: Words
    kind: MoveKind = MoveKind.OTHER


class AppealAsked(Asked):
    """How the appeal goes out; without ``letter`` it is written from the claim."""

    way: Way = Way.MAIL
    letter: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000, pattern=r"\S")] | None = None


class SentAsked(Asked):
    """When it went out, and under which reference."""

    on: date
    reference: Annotated[str, msgspec.Meta(max_length=60)] = ""


class OutcomeAsked(Asked):
    """What the payer answered, and what it granted."""

    outcome: AppealState
    on: date
    won: Dollars = Decimal(0)


class DeadlinesAsked(Asked):
    """How many days a payer leaves."""

    payer_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{0,40}$")] = ""
    appeal_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 180
    second_appeal_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 60
    answer_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 60


class ContactAsked(Asked):
    """Whom the payer may ask."""

    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    title: Annotated[str, msgspec.Meta(max_length=60)] = ""
    email: Annotated[str, msgspec.Meta(max_length=120)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    fax: Annotated[str, msgspec.Meta(max_length=20)] = ""


def denial_shape(ranked: Ranked) -> DenialShape:
    """A denial as this wire has it."""
    one, known = ranked.denial, advice(ranked.denial.kind)
    return DenialShape(
        id=one.id,
        claim_id=one.claim_id,
        claim_number=one.claim_number,
        payer_id=one.payer_id,
        payer_name=one.payer_name,
        remittance_id=one.remittance_id,
        kind=one.kind.value,
        say=known.say,
        next_step=known.do,
        reasons=[ReasonShape(code=code, label=label(*_pair(code))) for code in one.reasons],
        amount=dollars(one.amount),
        state=one.state.value,
        decided_on=one.decided_on,
        appeal_by=one.appeal_by,
        days_left=ranked.days_left,
        follow_up=one.follow_up,
        assignee=one.assignee,
        minutes=one.minutes,
        score=ranked.score,
        why=ranked.why,
        opened=one.opened,
        updated=one.updated,
    )


def appeal_shape(one: Appeal) -> AppealShape:
    """An appeal as this wire has it."""
    return AppealShape(
        id=one.id,
        denial_id=one.denial_id,
        claim_id=one.claim_id,
        level=one.level,
        state=one.state.value,
        way=one.way.value,
        reference=one.reference,
        written=one.written,
        sent_on=one.sent_on,
        answer_by=one.answer_by,
        decided_on=one.decided_on,
        won=dollars(one.won),
    )


def _pair(code: str) -> tuple[str, str]:
    group, _, reason = code.partition("-")
    return group, reason


def deadlines_shape(payer: str, one: Deadlines) -> DeadlinesShape:
    """Deadlines as this wire has them."""
    return DeadlinesShape(
        payer_id=payer,
        appeal_days=one.appeal_days,
        second_appeal_days=one.second_appeal_days,
        answer_days=one.answer_days,
    )
