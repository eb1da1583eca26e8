"""Patients' names for lists, opened for showing; the caller holds the audited look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from chartline.domains.practice.coverages import beneficiary_of
from chartline.domains.practice.visits import participant_id
from chartline.domains.sync.fields import Kind
from chartline.formats.fhir import JsonObject, preferred_name, shown_name
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Masked, Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records

NO_NAME = "(no name)"
_RESOURCES = {Kind.COVERAGE: "Coverage", Kind.VISIT: "Appointment"}


@dataclass(frozen=True, slots=True, repr=False)
class Person(Masked):
    """Whose record it is: the patient's id and name."""

    id: str
    name: str


def names_of(work: Work, records: Records, patient_ids: Collection[str]) -> dict[str, str]:
    """The names of patients by id, in one query."""
    wanted = sorted(set(patient_ids))
    if not wanted:
        return {}
    page = records.search(work, "Patient", [Criterion("_id", *wanted)], limit=len(wanted))
    return {one.id: shown_name(preferred_name(one.reveal(Purpose.SHOW))) or NO_NAME for one in page.found}


def whose(work: Work, records: Records, wanted: Collection[tuple[Kind, str]]) -> dict[tuple[Kind, str], Person]:
    """The patient of each patient, coverage or visit, in three queries; a record that is gone is left out."""
    owners = {(kind, identity): identity for kind, identity in wanted if kind is Kind.PATIENT}
    for kind, resource in _RESOURCES.items():
        ids = sorted({identity for one, identity in wanted if one is kind})
        if ids:
            found = records.search(work, resource, [Criterion("_id", *ids)], limit=len(ids)).found
            owners.update({(kind, one.id): _patient(kind, one.reveal(Purpose.MATCH)) for one in found})
    names = names_of(work, records, [one for one in owners.values() if one])
    return {key: Person(patient, names.get(patient, NO_NAME)) for key, patient in owners.items() if patient}


def _patient(kind: Kind, resource: JsonObject) -> str:
    """The patient's id; empty for a record that names none."""
    try:
        return beneficiary_of(resource) if kind is Kind.COVERAGE else participant_id(resource, "Patient") or ""
    except ChartlineError:
        return ""
