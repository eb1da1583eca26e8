"""Patients: look up, enter, change, insure, book. Search goes by POST, so that no name stands in an address."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.connect.facts import CoverageFact, PersonFact
from chartline.console.failures import BAD_FORM
from chartline.console.forms import (
    Form,
    typed,
    typed_coverage,
    typed_day,
    typed_number,
    typed_person,
    typed_start,
)
from chartline.console.sync_cards import patient_cards
from chartline.console.visitor import BILLING, CARE, Visiting, Visitor
from chartline.domains.claims import ClaimFilter, list_claims
from chartline.domains.coverage.checks import latest
from chartline.domains.coverage.tables import Check
from chartline.domains.ledger import balance, statement
from chartline.domains.ledger.accounts import INSURANCE, PATIENT
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.people import read_person
from chartline.domains.practice.providers import list_providers
from chartline.domains.practice.visits import visit_status
from chartline.domains.sync.log import EventFilter, list_events
from chartline.flows import front_desk
from chartline.formats.fhir import span, text
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target
from chartline.platform.database import Work
from chartline.platform.records import Criterion

PAGE = 50
_SHOWN = ("family", "given", "middle", "phone", "email", "street", "unit", "city", "state", "postal_code")


@get("/patients", sync_to_thread=True)
def patients_page(visitor: Visiting, cursor: str | None = None) -> Response:
    """Every patient, newest last."""
    return _list(visitor, {}, cursor)


@post("/patients/search", sync_to_thread=True, status_code=200)
def search_patients(visitor: Visiting, data: Form) -> Response:
    """Patients by beginnings of names and birth date."""
    return _list(visitor, data, None)


@get("/patients/new", sync_to_thread=True)
def new_patient_page(visitor: Visiting) -> Response:
    """The form for a new patient."""
    visitor.require(CARE)
    with visitor.read():
        pass
    return visitor.page("patient_form.html", "patients", patient_id=None, person={})


@post("/patients/new", sync_to_thread=True)
def enter_patient(visitor: Visiting, data: Form) -> Redirect:
    """Enters a patient, with insurance when a payer was typed."""
    visitor.require(CARE)
    identity = front_desk.new_patient(
        visitor.services.ground, visitor.organisation, visitor.actor, typed_person(data), typed_coverage(data)
    )
    return visitor.go(f"/patients/{identity}", "saved")


@get("/patients/{patient_id:uuid}", sync_to_thread=True)
def patient_page(visitor: Visiting, patient_id: UUID) -> Response:
    """One patient: identity, insurance, visits, claims, balance, and what other systems know."""
    identity, records = str(patient_id), visitor.services.records
    with visitor.showing("console.patient", Target("Patient", identity)) as work:
        stored = records.read(work, "Patient", identity)
        billing = visitor.may(BILLING)
        values = {
            "person": _shown(read_person(stored.reveal(Purpose.SHOW))),
            "version": stored.version,
            "updated": stored.updated,
            "coverages": _coverages(visitor, work, identity),
            "visits": _visits(visitor, work, identity),
            "claims": list_claims(work, ClaimFilter(patient_id=identity), limit=20).claims if billing else [],
            "owed": balance(work, PATIENT, patient=identity) if billing else None,
            "insured": balance(work, INSURANCE, patient=identity) if billing else None,
            "statement": statement(work, identity) if billing else [],
            "events": list_events(work, EventFilter(local_id=identity), limit=10).events,
            "providers": list_providers(work),
            "connections": _names(visitor, work),
        }
    cards = patient_cards(visitor, identity)
    return visitor.page("patient.html", "patients", patient_id=identity, cards=cards, **values)


@get("/patients/{patient_id:uuid}/change", sync_to_thread=True)
def change_patient_page(visitor: Visiting, patient_id: UUID) -> Response:
    """The form with what is known."""
    identity = str(patient_id)
    with visitor.showing("console.patient", Target("Patient", identity), CARE) as work:
        stored = visitor.services.records.read(work, "Patient", identity)
        person = _shown(read_person(stored.reveal(Purpose.SHOW)))
    return visitor.page("patient_form.html", "patients", patient_id=identity, person=person)


@post("/patients/{patient_id:uuid}/change", sync_to_thread=True)
def change_patient(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Stores what was typed."""
    visitor.require(CARE)
    identity = str(patient_id)
    front_desk.change_patient(
        visitor.services.ground, visitor.organisation, visitor.actor, identity, typed_person(data)
    )
    return visitor.go(f"/patients/{identity}", "saved")


@post("/patients/{patient_id:uuid}/coverages", sync_to_thread=True)
def insure_patient(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Adds insurance."""
    visitor.require(CARE)
    identity, coverage = str(patient_id), typed_coverage(data)
    if coverage is None:
        raise BAD_FORM.error(field="payer_id")
    front_desk.add_coverage(visitor.services.ground, visitor.organisation, visitor.actor, identity, coverage)
    return visitor.go(f"/patients/{identity}", "saved")


@post("/patients/{patient_id:uuid}/visits", sync_to_thread=True)
def book_visit(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Books a visit on the office's wall clock."""
    visitor.require(CARE)
    with visitor.read():
        pass
    appointment = front_desk.book(
        visitor.services.ground,
        visitor.organisation,
        visitor.actor,
        str(patient_id),
        typed_start(data, visitor.zone),
        typed_number(data, "minutes", 30),
        typed(data, "provider_id", needed=True),
    )
    return visitor.go(f"/visits/{appointment}", "booked")


def _list(visitor: Visitor, form: dict[str, str], cursor: str | None) -> Response:
    name, born = typed(form, "name"), typed_day(form, "birth_date")
    criteria = [Criterion("name", name)] if name else []
    if born is not None:
        criteria.append(Criterion("birthdate", born.isoformat()))
    with visitor.showing("console.patients") as work:
        page = visitor.services.records.search(work, "Patient", criteria, cursor=cursor, limit=PAGE)
        people = [(one.id, _shown(read_person(one.reveal(Purpose.SHOW)))) for one in page.found]
    return visitor.page(
        "patients.html",
        "patients",
        people=people,
        name=name,
        birth_date=born,
        searched=bool(criteria),
        cursor=None if criteria else page.next,
        more_found=bool(criteria) and page.next is not None,
    )


def _shown(person: PersonFact) -> dict[str, object]:
    """A person's fields opened for a page."""
    fields: dict[str, object] = {name: getattr(person, name).reveal(Purpose.SHOW) for name in _SHOWN}
    return {**fields, "birth_date": person.birth_date.reveal(Purpose.SHOW), "sex": person.sex}


def _coverages(visitor: Visitor, work: Work, identity: str) -> list[dict[str, object]]:
    """Each coverage with its newest check, the primary first."""
    found: list[tuple[str, CoverageFact, Check | None]] = []
    for one in coverages_of(work, visitor.services.records, [identity]).get(identity, []):
        coverage_id = text(one, "id") or ""
        found.append((coverage_id, read_coverage(one), latest(work, coverage_id)))
    return [
        {"fact": fact, "member_id": fact.member_id.reveal(Purpose.SHOW), "check": check}
        for _, fact, check in sorted(found, key=lambda one: (one[1].order, one[0]))
    ]


def _visits(visitor: Visitor, work: Work, identity: str) -> list[dict[str, object]]:
    """The newest visits."""
    wanted = [Criterion("patient", f"Patient/{identity}")]
    page = visitor.services.records.search(work, "Appointment", wanted, sort="-date", limit=12)
    visits: list[dict[str, object]] = []
    for stored in page.found:
        appointment = stored.reveal(Purpose.SHOW)
        start = span(text(appointment, "start") or "")
        visits.append({"id": stored.id, "start": start.start if start else None, "status": visit_status(appointment)})
    return visits


def _names(visitor: Visitor, work: Work) -> dict[str, str]:
    return {one.id: one.name for one in visitor.services.connections.all(work)}


PAGES = [
    patients_page,
    search_patients,
    new_patient_page,
    enter_patient,
    patient_page,
    change_patient_page,
    change_patient,
    insure_patient,
    book_visit,
]
