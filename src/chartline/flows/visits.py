"""A visit with everything that billing and eligibility need to know of it, read from the records in a few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chartline.connect.facts import CoverageFact, PersonFact, VisitFact
from chartline.domains.coverage.subscriber import subscriber_of
from chartline.domains.practice.coverages import primary_on, read_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.people import read_person
from chartline.domains.practice.providers import Provider, read_provider
from chartline.domains.practice.settings import Practice, office_zone, read_practice
from chartline.domains.practice.visits import encounter_id, participant_id, read_visit
from chartline.formats.fhir import text
from chartline.kernel.sealed import Masked, Purpose
from chartline.platform.database import Work
from chartline.platform.records import Records


@dataclass(frozen=True, slots=True, repr=False)
class VisitView(Masked):
    """One visit: ids of ours, facts of the patient and of the coverage that is first on that day (None without).

    ``subscriber`` is the person whose coverage it is, where that is somebody else and is known.
    """

    appointment_id: str
    encounter_id: str
    patient_id: str
    coverage_id: str | None
    visit: VisitFact
    person: PersonFact
    coverage: CoverageFact | None
    subscriber: PersonFact | None
    provider: Provider | None
    practice: Practice
    service_date: date


def view_visit(work: Work, records: Records, appointment_id: str) -> VisitView:
    """Everything about one visit.

    Raises ``records.not_found``, ``practice.visit_incomplete``, ``practice.patient_incomplete``,
    ``practice.not_set_up``.
    """
    practice = read_practice(work)
    appointment = records.read(work, "Appointment", appointment_id).reveal(Purpose.EXCHANGE)
    patient_id = participant_id(appointment, "Patient") or ""
    visit = read_visit(appointment, patient_id)
    service_date = visit.start.astimezone(office_zone(practice)).date()
    person = read_person(records.read(work, "Patient", patient_id).reveal(Purpose.EXCHANGE))
    primary = primary_on(coverages_of(work, records, [patient_id]).get(patient_id, []), service_date)
    provider_id = participant_id(appointment, "Practitioner")
    return VisitView(
        appointment_id=appointment_id,
        encounter_id=encounter_id(work.organisation, appointment_id),
        patient_id=patient_id,
        coverage_id=text(primary, "id") if primary else None,
        visit=visit,
        person=person,
        coverage=read_coverage(primary) if primary else None,
        subscriber=subscriber_of(work, records, primary) if primary else None,
        provider=read_provider(work, provider_id) if provider_id else None,
        practice=practice,
        service_date=service_date,
    )
