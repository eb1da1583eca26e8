"""The visits of a day, and one visit: where it stands, what the payer said, what was done, what other systems have."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.connect.facts import VisitStatus
from chartline.console.failures import BAD_FORM
from chartline.console.forms import CHARGE_LINES, Form, typed, typed_charges
from chartline.console.people import names_of
from chartline.console.standing import standing_of
from chartline.console.sync_cards import exchanging, visit_cards
from chartline.console.visitor import CARE, SYNC_STARTS, Visiting, Visitor
from chartline.domains.claims import claim_of_encounter
from chartline.domains.codes import places
from chartline.domains.coverage.checks import checks_of_visits
from chartline.domains.coverage.day import desk_day
from chartline.domains.practice.billing_route import billings
from chartline.domains.practice.charge_questions import ChargeChoice, read_question
from chartline.domains.practice.charges import charges_of
from chartline.domains.practice.providers import list_providers
from chartline.domains.practice.visits import encounter_id, participant_id, read_visit
from chartline.domains.sync.incoming_visits import NOT_HELD
from chartline.flows import front_desk, sync_desk
from chartline.flows.sync_desk import VisitCharges
from chartline.flows.visit_to_claim import decide_charges
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

_MOVES = (VisitStatus.ARRIVED, VisitStatus.SEEN, VisitStatus.NO_SHOW, VisitStatus.CANCELLED)
PAGE = 100
MOST_ISSUES = 200
"""Open issues that are looked through for one about a visit."""


@get("/visits", sync_to_thread=True)
def visits_page(visitor: Visiting, day: date | None = None, cursor: str | None = None) -> Response:
    """The visits of a day by start."""
    records = visitor.services.records
    connections = exchanging(visitor)
    with visitor.showing("console.visits") as work:
        on = day or visitor.today()
        page = desk_day(work, records, on, visitor.zone, cursor, PAGE)
        names = names_of(work, records, [one.visit.patient_id for one in page.visits])
        providers = {one.id: one for one in list_providers(work, active_only=False)}
        held = [one.visit.appointment_id for one in page.visits if one.visit.status not in NOT_HELD]
        standing = [standing_of(work, one, held) for one in connections]
    return visitor.page(
        "visits.html",
        "visits",
        day=on,
        before=on - timedelta(days=1),
        after=on + timedelta(days=1),
        visits=page.visits,
        cursor=page.cursor,
        names=names,
        providers=providers,
        standing=standing,
        may_start=visitor.may(SYNC_STARTS),
    )


@get("/visits/{appointment_id:uuid}", sync_to_thread=True)
def visit_page(visitor: Visiting, appointment_id: UUID) -> Response:
    """One visit."""
    return _page(visitor, str(appointment_id))


@post("/visits/{appointment_id:uuid}/there", sync_to_thread=True, status_code=200)
def look_there(visitor: Visiting, appointment_id: UUID, data: Form) -> Response:
    """The visit beside the charges that stand at the vendor now; asking costs calls of its budget."""
    visitor.require(SYNC_STARTS)
    ground, organisation, identity = visitor.services.ground, visitor.organisation, str(appointment_id)
    connection = typed(data, "connection", needed=True)
    with visitor.showing("console.charges_there", Target("Appointment", identity)):
        there = sync_desk.charges(ground, organisation, connection, identity)
    return _page(visitor, identity, there)


@post("/visits/{appointment_id:uuid}/bill", sync_to_thread=True)
def bill_visit(visitor: Visiting, appointment_id: UUID) -> Redirect:
    """Bills a visit now, the one way that its payer is billed."""
    visitor.require(SYNC_STARTS)
    identity = str(appointment_id)
    sync_desk.submit_charges(visitor.services.ground, visitor.organisation, identity, visitor.actor)
    return visitor.go(f"/visits/{identity}", "billing")


@post("/visits/{appointment_id:uuid}/charge-question", sync_to_thread=True)
def answer_question(visitor: Visiting, appointment_id: UUID, data: Form) -> Redirect:
    """Decides what is done about charges that stand at the practice system and are not ours."""
    visitor.require(SYNC_STARTS)
    word, identity = typed(data, "choice"), str(appointment_id)
    if word not in {one.value for one in ChargeChoice}:
        raise BAD_FORM.error(field="choice")
    decide_charges(visitor.services.ground, visitor.organisation, visitor.actor, identity, ChargeChoice(word))
    return visitor.go(f"/visits/{identity}", "charges_decided")


@post("/visits/{appointment_id:uuid}/status", sync_to_thread=True)
def move_visit(visitor: Visiting, appointment_id: UUID, data: Form) -> Redirect:
    """Says where a visit stands."""
    visitor.require(CARE)
    word, identity = typed(data, "status"), str(appointment_id)
    if word not in {one.value for one in _MOVES}:
        raise BAD_FORM.error(field="status")
    front_desk.set_status(visitor.services.ground, visitor.organisation, visitor.actor, identity, VisitStatus(word))
    return visitor.go(f"/visits/{identity}", "status")


@post("/visits/{appointment_id:uuid}/charges", sync_to_thread=True)
def charge_visit(visitor: Visiting, appointment_id: UUID, data: Form) -> Redirect:
    """Captures what was done."""
    visitor.require(CARE)
    identity = str(appointment_id)
    front_desk.capture_charges(
        visitor.services.ground, visitor.organisation, visitor.actor, identity, typed_charges(data)
    )
    return visitor.go(f"/visits/{identity}", "charged")


def _page(visitor: Visitor, identity: str, there: VisitCharges | None = None) -> Response:
    records, vault = visitor.services.records, visitor.services.vault
    with visitor.showing("console.visit", Target("Appointment", identity)) as work:
        appointment = records.read(work, "Appointment", identity).reveal(Purpose.SHOW)
        patient_id = participant_id(appointment, "Patient") or ""
        encounter = encounter_id(visitor.organisation, identity)
        check = checks_of_visits(work, [identity]).get(identity)
        claim = claim_of_encounter(work, encounter)
        question = read_question(work, vault, encounter)
        waiting = question is not None and question.choice is None
        issues = visitor.services.issues.list(work, visitor.organisation, limit=MOST_ISSUES)
        values = {
            "visit": read_visit(appointment, patient_id),
            "patient_id": patient_id,
            "name": names_of(work, records, [patient_id]).get(patient_id, "(no name)"),
            "provider": {one.id: one for one in list_providers(work, active_only=False)}.get(
                participant_id(appointment, "Practitioner") or ""
            ),
            "charges": charges_of(work, [encounter]).get(encounter, ()),
            "billing": billings(work, [encounter]).get(encounter),
            "question": question.theirs.reveal(Purpose.SHOW) if question and waiting else None,
            "issue": next((one for one in issues if one.problem.fields.get("appointment") == identity), None),
        }
    return visitor.page(
        "visit.html",
        "visits",
        appointment_id=identity,
        check=check,
        trouble=CATALOGUE.get(check.problem_code) if check else None,
        claim=claim,
        moves=_MOVES,
        line_numbers=range(1, CHARGE_LINES + 1),
        places=places.PLACES,
        cards=visit_cards(visitor, identity, patient_id),
        there=there,
        **values,
    )


PAGES = [visits_page, visit_page, look_there, bill_visit, answer_question, move_visit, charge_visit]
