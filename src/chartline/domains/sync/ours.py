"""Our side of a record: a resource as fields, and fields written back over a resource."""

from __future__ import annotations

from chartline.domains.practice.coverages import beneficiary_of, read_coverage, write_coverage
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.practice.problems import INCOMPLETE_VISIT
from chartline.domains.practice.visits import participant_id, read_visit, write_visit
from chartline.domains.sync.fields import (
    Fields,
    Kind,
    coverage_fields,
    coverage_from,
    person_fields,
    person_from,
    visit_fields,
    visit_from,
)
from chartline.formats.fhir import JsonObject, text

RESOURCE = {Kind.PATIENT: "Patient", Kind.COVERAGE: "Coverage", Kind.VISIT: "Appointment"}
"""The resource type of each kind that is exchanged."""


def our_fields(kind: Kind, resource: JsonObject, connection: str, provider_number: str | None = None) -> Fields:
    """A resource as fields, with the numbers of one connection.

    ``provider_number`` is the connection's profile of a visit's provider, where it is linked. Raises
    ``practice.patient_incomplete``, ``practice.visit_incomplete``.
    """
    if kind is Kind.PATIENT:
        return person_fields(read_person(resource, connection))
    if kind is Kind.COVERAGE:
        return coverage_fields(read_coverage(resource, connection))
    return visit_fields(read_visit(resource, "", connection, provider_number))


def patient_of(kind: Kind, resource: JsonObject) -> str:
    """The id of the patient a coverage or a visit belongs to; a patient's own id.

    Raises ``practice.coverage_incomplete``, ``practice.visit_incomplete``.
    """
    if kind is Kind.PATIENT:
        return text(resource, "id") or ""
    if kind is Kind.COVERAGE:
        return beneficiary_of(resource)
    patient = participant_id(resource, "Patient")
    if patient is None:
        raise INCOMPLETE_VISIT.error(appointment=text(resource, "id") or "")
    return patient


def written(
    kind: Kind,
    fields: Fields,
    local_id: str,
    patient_id: str,
    connection: str,
    existing: JsonObject | None = None,
    provider_id: str | None = None,
) -> JsonObject:
    """A resource with these fields, over an existing one. Raises ValueError for a field that cannot be read."""
    if kind is Kind.PATIENT:
        return write_person(person_from(fields), local_id, existing, connection, every_phone=True)
    if kind is Kind.COVERAGE:
        return write_coverage(coverage_from(fields), local_id, patient_id, existing, connection)
    return write_visit(visit_from(fields, ""), local_id, patient_id, provider_id, existing, connection)
