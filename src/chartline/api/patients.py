"""Patients and their coverages: enter, change, look up."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router

from chartline.api.caller import CARE, Caller, Calling
from chartline.api.idempotency import once
from chartline.api.people import (
    Coverage,
    CoverageBody,
    NewPatientBody,
    Patient,
    PersonBody,
    coverage_body,
    coverage_fact,
    patient_body,
    person_fact,
)
from chartline.api.routes import Cursor, Done, IdempotencyKey, Limit, Made, act, create, read, replace
from chartline.domains.practice.coverages import read_coverage
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.people import read_person
from chartline.flows import front_desk
from chartline.formats.fhir import text
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target
from chartline.platform.records import Criterion


class PatientPage(msgspec.Struct):
    """Some patients, and the cursor of the next page."""

    patients: list[Patient]
    next: str | None


class CoverageList(msgspec.Struct):
    """The coverages of a patient, the primary first."""

    coverages: list[Coverage]


class PatientSearch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to look for: beginnings of names, a birth date, or both."""

    name: Annotated[str, msgspec.Meta(max_length=120)] = ""
    birthdate: date | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, msgspec.Meta(max_length=400)] | None = None


@create("/", summary="Enter a patient")
def new_patient(caller: Calling, data: NewPatientBody, idempotency_key: IdempotencyKey = None) -> Made:
    """Stores the patient (and insurance) and tells every connected system."""
    caller.require(CARE)
    coverage = coverage_fact(data.coverage) if data.coverage else None
    return Made(
        once(
            caller,
            idempotency_key,
            "patients",
            data,
            lambda: front_desk.new_patient(
                caller.ground, caller.organisation, caller.actor, person_fact(data), coverage
            ),
        )
    )


@replace("/{patient_id:uuid}", summary="Change a patient")
def change_patient(caller: Calling, patient_id: UUID, data: PersonBody) -> Done:
    """Stores the whole person; what this API does not know of the record stays."""
    caller.require(CARE)
    front_desk.change_patient(caller.ground, caller.organisation, caller.actor, str(patient_id), person_fact(data))
    return Done()


@read("/{patient_id:uuid}", summary="Read a patient")
def read_patient(caller: Calling, patient_id: UUID) -> Patient:
    """One patient."""
    with caller.showing("api.patient.read", Target("Patient", str(patient_id))) as work:
        stored = caller.services.records.read(work, "Patient", str(patient_id))
        return patient_body(stored.id, stored.version, read_person(stored.reveal(Purpose.SHOW)))


@read("/", summary="List patients")
def list_patients(caller: Caller, limit: Limit = 50, cursor: Cursor = None) -> PatientPage:
    """All patients, a page at a time. To look one up, post to ``/search``: addresses end up in logs, bodies do not."""
    return _search(caller, PatientSearch(limit=limit, cursor=cursor))


@act("/search", summary="Look up patients without naming them in the address")
def search_patients(caller: Calling, data: PatientSearch) -> PatientPage:
    """Patients by beginnings of names and birth date."""
    return _search(caller, data)


@create("/{patient_id:uuid}/coverages", summary="Add insurance to a patient")
def add_coverage(caller: Calling, patient_id: UUID, data: CoverageBody, idempotency_key: IdempotencyKey = None) -> Made:
    """Stores the coverage and tells every connected system."""
    caller.require(CARE)
    return Made(
        once(
            caller,
            idempotency_key,
            f"coverages/{patient_id}",
            data,
            lambda: front_desk.add_coverage(
                caller.ground, caller.organisation, caller.actor, str(patient_id), coverage_fact(data)
            ),
        )
    )


@replace("/{patient_id:uuid}/coverages/{coverage_id:uuid}", summary="Change a patient's insurance, or end it")
def change_coverage(caller: Calling, patient_id: UUID, coverage_id: UUID, data: CoverageBody) -> Done:
    """Stores the whole coverage and tells every connected system; an ``end`` date ends it."""
    caller.require(CARE)
    front_desk.change_coverage(
        caller.ground, caller.organisation, caller.actor, str(patient_id), str(coverage_id), coverage_fact(data)
    )
    return Done()


@read("/{patient_id:uuid}/coverages", summary="Read a patient's insurance")
def list_coverages(caller: Calling, patient_id: UUID) -> CoverageList:
    """Every coverage of a patient."""
    identity = str(patient_id)
    with caller.showing("api.coverages.read", Target("Patient", identity)) as work:
        caller.services.records.read(work, "Patient", identity)
        found = coverages_of(work, caller.services.records, [identity]).get(identity, [])
        bodies = [coverage_body(text(one, "id") or "", read_coverage(one)) for one in found]
    return CoverageList(sorted(bodies, key=lambda one: (one.order, one.id)))


def _search(caller: Caller, wanted: PatientSearch) -> PatientPage:
    criteria = [Criterion("name", wanted.name)] if wanted.name.strip() else []
    if wanted.birthdate is not None:
        criteria.append(Criterion("birthdate", wanted.birthdate.isoformat()))
    with caller.showing("api.patients.search") as work:
        page = caller.services.records.search(work, "Patient", criteria, cursor=wanted.cursor, limit=wanted.limit)
        return PatientPage(
            [patient_body(one.id, one.version, read_person(one.reveal(Purpose.SHOW))) for one in page.found],
            page.next,
        )


router = Router(
    path="/patients",
    tags=["patients"],
    route_handlers=[
        new_patient,
        change_patient,
        read_patient,
        list_patients,
        search_patients,
        add_coverage,
        change_coverage,
        list_coverages,
    ],
)
