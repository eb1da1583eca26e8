"""Keeps the Encounter of a visit in step with its Appointment, in the transaction that writes the Appointment."""

from __future__ import annotations

from chartline.domains.practice.visits import encounter_id, write_encounter
from chartline.formats.fhir import JsonObject, text
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Records


def follow_visit(work: Work, records: Records, appointment: JsonObject) -> str | None:
    """Create or change the Encounter an Appointment calls for; its id, or None while there is none to be.

    Raises ``practice.visit_incomplete``.
    """
    identity = encounter_id(work.organisation, text(appointment, "id") or "")
    known = records.find(work, "Encounter", identity)
    encounter = write_encounter(appointment, work.organisation, known.reveal(Purpose.STORE) if known else None)
    if encounter is None:
        return None
    records.put(work, encounter, if_version=known.version if known else None)
    return identity
