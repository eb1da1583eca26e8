"""The visits of a day, and one visit: where it stands, what the payer said, what was done."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.connect.facts import VisitStatus
from chartline.console.failures import BAD_FORM
from chartline.console.forms import CHARGE_LINES, Form, typed, typed_charges
from chartline.console.people import names_of
from chartline.console.visitor import CARE, Visiting
from chartline.domains.claims import claim_of_encounter
from chartline.domains.codes import places
from chartline.domains.coverage.checks import checks_of_visits
from chartline.domains.coverage.day import desk_day
from chartline.domains.practice.billing_route import billings
from chartline.domains.practice.charges import charges_of
from chartline.domains.practice.providers import list_providers
from chartline.domains.practice.visits import encounter_id, participant_id, read_visit
from chartline.flows import front_desk
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

_MOVES = (VisitStatus.ARRIVED, VisitStatus.SEEN, VisitStatus.NO_SHOW, VisitStatus.CANCELLED)
PAGE = 100


@get("/visits", sync_to_thread=True)
def visits_page(visitor: Visiting, day: date | None = None, cursor: str | None = None) -> Response:
    """The visits of a day by start."""
    records = visitor.services.records
    with visitor.showing("console.visits") as work:
        on = day or visitor.today()
        page = desk_day(work, records, on, visitor.zone, cursor, PAGE)
        names = names_of(work, records, [one.visit.patient_id for one in page.visits])
        providers = {one.id: one for one in list_providers(work, active_only=False)}
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
    )


@get("/visits/{appointment_id:uuid}", sync_to_thread=True)
def visit_page(visitor: Visiting, appointment_id: UUID) -> Response:
    """One visit."""
    identity, records = str(appointment_id), visitor.services.records
    with visitor.showing("console.visit", Target("Appointment", identity)) as work:
        appointment = records.read(work, "Appointment", identity).reveal(Purpose.SHOW)
        patient_id = participant_id(appointment, "Patient") or ""
        encounter = encounter_id(visitor.organisation, identity)
        check = checks_of_visits(work, [identity]).get(identity)
        claim = claim_of_encounter(work, encounter)
        values = {
            "visit": read_visit(appointment, patient_id),
            "patient_id": patient_id,
            "name": names_of(work, records, [patient_id]).get(patient_id, "(no name)"),
            "provider": {one.id: one for one in list_providers(work, active_only=False)}.get(
                participant_id(appointment, "Practitioner") or ""
            ),
            "charges": charges_of(work, [encounter]).get(encounter, ()),
            "billing": billings(work, [encounter]).get(encounter),
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
        **values,
    )


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


PAGES = [visits_page, visit_page, move_visit, charge_visit]
