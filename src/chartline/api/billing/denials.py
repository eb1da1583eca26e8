"""Denials and appeals: the worklist by money, deadline and effort, and everything a biller does about one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, Router
from litestar.params import Parameter

from chartline.api.billing.denial_shapes import (
    AppealAsked,
    AppealShape,
    AssignAsked,
    ContactAsked,
    DeadlinesAsked,
    DeadlinesShape,
    DenialEventShape,
    DenialShape,
    DenialWhole,
    FollowUpAsked,
    LessonShape,
    LetterShape,
    LinkShape,
    NoteAsked,
    OutcomeAsked,
    ReasonAsked,
    SentAsked,
    WriteOffAsked,
    appeal_shape,
    deadlines_shape,
    denial_shape,
)
from chartline.api.billing.shapes import Answered, DoneShape, Listed, MadeShape, money
from chartline.api.caller import BILLING, BILLING_CHANGES, SYNC_ADMIN, Caller, Calling
from chartline.api.routes import Limit, act, create, read, replace
from chartline.connect.clearing import AppealsClaims, Contact
from chartline.domains.practice.settings import office_today
from chartline.domains.remits import denials
from chartline.domains.remits.denials import (
    AppealState,
    Deadlines,
    DenialFilter,
    DenialState,
)
from chartline.flows import denial_desk
from chartline.formats.paper.letter import text_pdf
from chartline.formats.x12.codes import Category
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target
from chartline.platform.database import Work


@read("/", summary="List denials")
def worklist(
    caller: Calling,
    standing: Annotated[DenialState | None, Parameter(query="state")] = None,
    kind: Category | None = None,
    payer_id: Annotated[str | None, Parameter(query="payerId", max_length=40)] = None,
    assignee: Annotated[str | None, Parameter(max_length=80)] = None,
    claim_id: Annotated[UUID | None, Parameter(query="claimId")] = None,
    due_by: Annotated[date | None, Parameter(query="dueBy")] = None,
    limit: Limit = 50,
    cursor: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
) -> Listed[DenialShape]:
    """What is in dispute, the most urgent first; with ``state`` also what is settled."""
    caller.require(BILLING)
    asked = DenialFilter(
        states=(standing,) if standing else (),
        kind=kind,
        payer_id=payer_id,
        assignee=assignee,
        claim_id=str(claim_id) if claim_id else None,
        due_by=due_by,
    )
    with caller.read() as work:
        page = denials.worklist(work, asked, office_today(work), begin=cursor, limit=limit)
    following = str(page.next) if page.next is not None else None
    return Listed(data=[denial_shape(one) for one in page.rows], next=following)


@read("/deadlines", summary="List payers' deadlines")
def list_deadlines(caller: Calling) -> Listed[DeadlinesShape]:
    """The settings; payers without one have those of the empty id."""
    caller.require(BILLING)
    with caller.read() as work:
        known = {"": Deadlines()} | denials.all_deadlines(work)
    return Listed(data=[deadlines_shape(payer, one) for payer, one in known.items()])


@replace("/deadlines", summary="Set a payer's deadlines")
def set_deadlines(caller: Calling, data: DeadlinesAsked) -> Answered[DeadlinesShape]:
    """For denials that come from now on."""
    caller.require(SYNC_ADMIN)
    kept = Deadlines(data.appeal_days, data.second_appeal_days, data.answer_days)
    with caller.work() as work:
        denials.save_deadlines(work, data.payer_id, kept)
        caller.record(work, "denial.deadlines", None, payer=data.payer_id)
    return Answered(data=deadlines_shape(data.payer_id, kept))


@read("/{denial_id:uuid}", summary="Read a denial")
def read_one(caller: Calling, denial_id: UUID) -> Answered[DenialWhole]:
    """With its appeals and its history; notes may name the patient, so the look is audited."""
    identity = str(denial_id)
    vault = caller.services.vault
    with caller.showing("api.denial.read", Target("denial", identity), BILLING) as work:
        known = denials.rank(denials.read_denial(work, identity), office_today(work))
        appeals = denials.appeals_of(work, identity)
        events = [
            DenialEventShape(
                at=row["at"],
                actor=row["actor"],
                kind=row["kind"],
                codes={name: _plain(value) for name, value in row["codes"].items()},
                note=denials.open_note(work, vault, identity, bytes(row["sealed"])).reveal(Purpose.SHOW)
                if row["sealed"] is not None
                else None,
            )
            for row in denials.denial_history(work, identity)
        ]
    shapes = [appeal_shape(one) for one in appeals]
    return Answered(data=DenialWhole(denial=denial_shape(known), appeals=shapes, history=events))


@act("/{denial_id:uuid}/assign", summary="Give a denial to somebody")
def assign(caller: Calling, denial_id: UUID, data: AssignAsked) -> Answered[DoneShape]:
    """Somebody has it in hand from now on."""
    with _changing(caller) as work:
        denials.assign(work, str(denial_id), data.assignee.strip(), caller.actor)
    return Answered(data=DoneShape())


@act("/{denial_id:uuid}/follow-up", summary="Set the day to come back to a denial")
def follow_up(caller: Calling, denial_id: UUID, data: FollowUpAsked) -> Answered[DoneShape]:
    """It shows among what is due by that day."""
    with _changing(caller) as work:
        denials.follow_up(work, str(denial_id), data.on, caller.actor)
    return Answered(data=DoneShape())


@act("/{denial_id:uuid}/notes", summary="Add a note to a denial")
def add_note(caller: Calling, denial_id: UUID, data: NoteAsked) -> Answered[DoneShape]:
    """Kept sealed, with who wrote it."""
    with _changing(caller) as work:
        denials.add_note(work, caller.services.vault, str(denial_id), Sealed(data.text), caller.actor)
    return Answered(data=DoneShape())


@act("/{denial_id:uuid}/write-off", summary="Write a denial off")
def write_off(caller: Calling, denial_id: UUID, data: WriteOffAsked) -> Answered[MadeShape]:
    """Posts the write-off, and closes the claim when nothing of it stays open; can be taken back."""
    caller.require(BILLING_CHANGES)
    given = data.reason.strip()
    made = denial_desk.write_off(caller.ground, caller.organisation, caller.actor, str(denial_id), data.kind, given)
    return Answered(data=MadeShape(id=made))


@act("/{denial_id:uuid}/bill-patient", summary="Move a denied amount to the patient")
def bill_patient(caller: Calling, denial_id: UUID, data: ReasonAsked) -> Answered[MadeShape]:
    """Posts the transfer; can be taken back until the patient pays."""
    caller.require(BILLING_CHANGES)
    given = data.reason.strip()
    made = denial_desk.bill_patient(caller.ground, caller.organisation, caller.actor, str(denial_id), given)
    return Answered(data=MadeShape(id=made))


@act("/{denial_id:uuid}/dismiss", summary="Dismiss a denial")
def dismiss(caller: Calling, denial_id: UUID, data: ReasonAsked) -> Answered[DoneShape]:
    """Nothing is to be done, for a reason; no money moves."""
    caller.require(BILLING_CHANGES)
    denial_desk.dismiss(caller.ground, caller.organisation, caller.actor, str(denial_id), data.reason.strip())
    return Answered(data=DoneShape())


@act("/{denial_id:uuid}/reopen", summary="Open a denial again")
def open_again(caller: Calling, denial_id: UUID) -> Answered[DoneShape]:
    """Takes its end back, and the money's move with it."""
    caller.require(BILLING_CHANGES)
    denial_desk.open_again(caller.ground, caller.organisation, caller.actor, str(denial_id))
    return Answered(data=DoneShape())


@read("/{denial_id:uuid}/letter", summary="Draft the letter of an appeal")
def letter(caller: Calling, denial_id: UUID) -> Answered[LetterShape]:
    """As we would write it, to be edited; nothing is kept."""
    identity = str(denial_id)
    caller.require(BILLING_CHANGES)
    with caller.showing("api.denial.letter", Target("denial", identity), BILLING) as work:
        made = denials.draft_letter(work, caller.services.vault, identity, office_today(work))
    return Answered(data=LetterShape(text=made.text()))


@create("/{denial_id:uuid}/appeals", summary="Write an appeal")
def write_appeal(caller: Calling, denial_id: UUID, data: AppealAsked) -> Answered[MadeShape]:
    """Keeps the letter of the next level."""
    text = Sealed(data.letter) if data.letter is not None else None
    with _changing(caller) as work:
        made = denials.write_appeal(
            work, caller.services.vault, str(denial_id), text, data.way, caller.actor, office_today(work)
        )
        caller.record(work, "appeal.write", Target("denial", str(denial_id)))
    return Answered(data=MadeShape(id=made))


@act("/{denial_id:uuid}/appeal-form", summary="Ask for the clearinghouse's appeal form")
def appeal_form(caller: Calling, denial_id: UUID, data: ContactAsked) -> Answered[LinkShape]:
    """A link for a person. We never open it, and it is shown once."""
    caller.require(BILLING_CHANGES)
    contact = Contact(data.name, data.title, data.email, data.phone, data.fax)
    link = denial_desk.appeal_form(
        caller.ground, caller.organisation, caller.actor, str(denial_id), contact, service=AppealsClaims
    )
    return Answered(data=LinkShape(address=link.address.reveal(Purpose.SHOW)))


@read("/{denial_id:uuid}/lesson", summary="See which rule would have caught a denial")
def lesson(caller: Calling, denial_id: UUID) -> Answered[LessonShape]:
    """The rule in one sentence, and what it would have done to the last claims; nothing is kept."""
    caller.require(BILLING)
    found = denial_desk.lesson_of(caller.ground, caller.organisation, str(denial_id))
    test = found.test
    return Answered(
        data=LessonShape(
            name=found.rule.name,
            sentence=found.rule.sentence(),
            looked=test.looked,
            found=test.found,
            refused=test.refused,
            harmless=test.harmless,
            refused_missed=test.refused_missed,
        )
    )


@create("/{denial_id:uuid}/lesson", summary="Keep the rule that would have caught a denial")
def learn(caller: Calling, denial_id: UUID) -> Answered[MadeShape]:
    """Writes it as a rule of the practice, which counts for nothing before a person tests and activates it."""
    caller.require(BILLING_CHANGES)
    made = denial_desk.learn(caller.ground, caller.organisation, caller.actor, str(denial_id))
    return Answered(data=MadeShape(id=made))


@read("/", summary="List appeals")
def list_appeals(
    caller: Calling,
    standing: Annotated[AppealState | None, Parameter(query="state")] = None,
    limit: Limit = 50,
    cursor: UUID | None = None,
) -> Listed[AppealShape]:
    """Appeals, the newest first."""
    caller.require(BILLING)
    with caller.read() as work:
        found = denials.list_appeals(
            work, (standing,) if standing else (), after=str(cursor) if cursor else "", limit=limit + 1
        )
    shown = found[:limit]
    return Listed(data=[appeal_shape(one) for one in shown], next=shown[-1].id if len(found) > limit else None)


@read("/{appeal_id:uuid}/letter.pdf", summary="Read an appeal's letter as PDF")
def letter_file(caller: Calling, appeal_id: UUID) -> Response[bytes]:
    """The letter as it was kept."""
    identity = str(appeal_id)
    with caller.showing("api.appeal.letter", Target("appeal", identity), BILLING) as work:
        text = denials.open_letter(work, caller.services.vault, identity).reveal(Purpose.SHOW)
    return Response(text_pdf("Appeal", text), media_type="application/pdf")


@act("/{appeal_id:uuid}/sent", summary="Say that an appeal went out")
def sent(caller: Calling, appeal_id: UUID, data: SentAsked) -> Answered[AppealShape]:
    """From then on the payer's answer is awaited."""
    with _changing(caller) as work:
        known = denials.mark_sent(work, str(appeal_id), data.on, data.reference.strip(), caller.actor)
    return Answered(data=appeal_shape(known))


@act("/{appeal_id:uuid}/outcome", summary="Enter the payer's answer to an appeal")
def outcome(caller: Calling, appeal_id: UUID, data: OutcomeAsked) -> Answered[AppealShape]:
    """A won appeal is paid by a remittance; a lost one puts the denial back to work."""
    won = money(data.won, "won")
    with _changing(caller) as work:
        known = denials.decide(work, str(appeal_id), data.outcome, won, data.on, caller.actor)
    return Answered(data=appeal_shape(known))


@contextmanager
def _changing(caller: Caller) -> Generator[Work, None, None]:
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        yield work


def _plain(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


router = Router(
    path="/denials",
    route_handlers=[
        worklist,
        list_deadlines,
        set_deadlines,
        read_one,
        assign,
        follow_up,
        add_note,
        write_off,
        bill_patient,
        dismiss,
        open_again,
        letter,
        write_appeal,
        appeal_form,
        lesson,
        learn,
    ],
)
appeals_router = Router(path="/appeals", route_handlers=[list_appeals, letter_file, sent, outcome])
