"""Visits and their charges at one connection: send, synchronise, compare."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from chartline.api.caller import PEOPLE
from chartline.api.connections.bodies import (
    Between,
    ChargeBody,
    RecordBody,
    Started,
    charge_body,
    problem_body,
    record_body,
)
from chartline.api.connections.chosen import Choosing
from chartline.api.people import amount
from chartline.api.routes import Amount, Done, Limit, ProblemBody, act, read
from chartline.connect.facts import PostedCharge
from chartline.domains.practice.charge_questions import ChargeChoice, open_questions
from chartline.domains.practice.charges import charges_of
from chartline.flows import sync_desk
from chartline.flows.visit_to_claim import decide_charges
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target


class PostedBody(ChargeBody, kw_only=True):
    """A charge as it stands at the vendor; money it does not tell is null."""

    vendor_id: str
    void: bool
    protected: bool
    billed: bool
    paid: Amount | None
    patient_balance: Amount | None
    insurance_balance: Amount | None


class ChargesAtVendor(msgspec.Struct, kw_only=True):
    """What was captured here and what stands there. ``there`` is null when the vendor could not be asked just now:
    ``later`` says when it can be, ``problem`` why it cannot."""

    captured: list[ChargeBody]
    there: list[PostedBody] | None
    later: datetime | None
    problem: ProblemBody | None


class QuestionBody(msgspec.Struct, kw_only=True):
    """A visit with charges on both sides."""

    appointment_id: str
    asked: datetime
    ours: list[ChargeBody]
    theirs: list[PostedBody]


class QuestionList(msgspec.Struct):
    """Questions that nobody has decided, oldest first."""

    questions: list[QuestionBody]


class ChoiceBody(msgspec.Struct, forbid_unknown_fields=True):
    """``keep`` theirs, ``replace`` them by ours, or ``add`` ours to theirs."""

    choice: ChargeChoice


@act("/appointments/{appointment_id:uuid}/create-visit", summary="Have the vendor book a visit", status_code=202)
def create_visit(chosen: Choosing, appointment_id: UUID) -> Started:
    """Sends the visit after its patient. One that is there already is compared, never booked twice."""
    ground, organisation, connection, actor = chosen.to_change()
    return Started([sync_desk.create_visit(ground, organisation, connection, str(appointment_id), actor)])


@act("/appointments/{appointment_id:uuid}/sync", summary="Synchronise a visit now", status_code=202)
def sync_visit(chosen: Choosing, appointment_id: UUID) -> Started:
    """Puts one visit in line, both ways."""
    ground, organisation, connection, actor = chosen.to_change()
    return Started([sync_desk.sync_visit(ground, organisation, connection, str(appointment_id), actor)])


@read("/appointments/{appointment_id:uuid}/sync-status", summary="How a visit stands")
def visit_sync_status(chosen: Choosing, appointment_id: UUID) -> RecordBody:
    """Conflict, failed, waiting, synced or unsynced, and the newest line of the log about it."""
    return record_body(sync_desk.visit_status(*chosen.to_look(), str(appointment_id)))


@act("/appointments/{appointment_id:uuid}/submit-charges", summary="Bill a visit now", status_code=202)
def submit_charges(chosen: Choosing, appointment_id: UUID) -> Done:
    """Bills the visit the one way its payer is billed; harmless when it is billed already."""
    ground, organisation, _, actor = chosen.to_change()
    sync_desk.submit_charges(ground, organisation, str(appointment_id), actor)
    return Done()


@read("/appointments/{appointment_id:uuid}/charges", summary="Charges here and there")
def visit_charges(chosen: Choosing, appointment_id: UUID) -> ChargesAtVendor:
    """Asks the vendor what stands on the visit; costs calls of its budget. The look is audited."""
    ground, organisation, connection = chosen.to_look(PEOPLE)
    identity = str(appointment_id)
    with chosen.caller.showing("api.charges.read", Target("Appointment", identity)):
        found = sync_desk.charges(ground, organisation, connection, identity)
    return ChargesAtVendor(
        captured=[charge_body(one) for one in found.captured],
        there=None if found.there is None else [_posted(one) for one in found.there],
        later=found.later,
        problem=problem_body(found.problem) if found.problem else None,
    )


@act("/appointments/bulk-sync", summary="Send the visits of some days", status_code=202)
def bulk_sync(chosen: Choosing, data: Between) -> Started:
    """Sends our visits from one day of the office through another, in batches of 50."""
    ground, organisation, connection, actor = chosen.to_change()
    return Started([sync_desk.bulk_sync(ground, organisation, connection, data.first, data.last, actor)])


@act("/appointments/pull-updates", summary="Pull what changed there", status_code=202)
def pull_updates(chosen: Choosing) -> Started:
    """Reads the feeds of changed patients and visits now, within the budget."""
    ground, organisation, connection, actor = chosen.to_change()
    return Started(list(sync_desk.pull_updates(ground, organisation, connection, actor)))


@read("/charge-questions", summary="Charges there that are not ours")
def charge_questions(chosen: Choosing, limit: Limit = 50) -> QuestionList:
    """Visits whose charges were not sent because others stand there already; both lists, oldest first. Audited."""
    _, _, connection = chosen.to_look(PEOPLE)
    services = chosen.caller.services
    with chosen.caller.showing("api.charge_questions.read") as work:
        found = [one for one in open_questions(work, services.vault, limit) if one.connection == connection]
        ours = charges_of(work, [one.encounter_id for one in found])
        return QuestionList(
            [
                QuestionBody(
                    appointment_id=one.appointment_id,
                    asked=one.asked,
                    ours=[charge_body(each) for each in ours.get(one.encounter_id, ())],
                    theirs=[_posted(each) for each in one.theirs.reveal(Purpose.SHOW)],
                )
                for one in found
            ]
        )


@act("/appointments/{appointment_id:uuid}/charge-question", summary="Decide about charges that stand there")
def decide_question(chosen: Choosing, appointment_id: UUID, data: ChoiceBody) -> Done:
    """Keeps theirs, replaces them by ours, or adds ours; the visit is billed again at once."""
    ground, organisation, _, actor = chosen.to_change()
    decide_charges(ground, organisation, actor, str(appointment_id), data.choice)
    return Done()


def _posted(one: PostedCharge) -> PostedBody:
    known = charge_body(one.charge)
    return PostedBody(
        procedure=known.procedure,
        modifiers=known.modifiers,
        units=known.units,
        diagnoses=known.diagnoses,
        place_of_service=known.place_of_service,
        amount=known.amount,
        vendor_id=one.vendor_id,
        void=one.void,
        protected=one.protected,
        billed=one.billed,
        paid=amount(one.paid),
        patient_balance=amount(one.patient_balance),
        insurance_balance=amount(one.insurance_balance),
    )


HANDLERS = [
    create_visit,
    sync_visit,
    visit_sync_status,
    submit_charges,
    visit_charges,
    bulk_sync,
    pull_updates,
    charge_questions,
    decide_question,
]
