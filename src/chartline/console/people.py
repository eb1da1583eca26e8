"""Patients' names for lists, opened for showing; the caller holds the audited look."""

from __future__ import annotations

from collections.abc import Collection

from chartline.formats.fhir import preferred_name, shown_name
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records


def names_of(work: Work, records: Records, patient_ids: Collection[str]) -> dict[str, str]:
    """The names of patients by id, in one query."""
    wanted = sorted(set(patient_ids))
    if not wanted:
        return {}
    page = records.search(work, "Patient", [Criterion("_id", *wanted)], limit=len(wanted))
    return {one.id: shown_name(preferred_name(one.reveal(Purpose.SHOW))) or "(no name)" for one in page.found}
