"""Takes a vendor's visits into the records, and keeps the Encounter of each in step.

Refuses to lose a visit whose patient is not here yet (it says ``waiting``), to hand a visit to another patient, and to
cancel or delete a visit that is charged already: a person is asked.
"""

from __future__ import annotations

from datetime import datetime

from chartline.connect.facts import VisitFact, VisitStatus
from chartline.domains.practice.charges import charges_of
from chartline.domains.practice.encounters import follow_visit
from chartline.domains.practice.visits import encounter_id, participant_id, visit_status
from chartline.domains.sync.conflicts import PATIENT, StoredConflict, add_conflict, open_conflicts
from chartline.domains.sync.fields import Fields, Kind, same, visit_fields
from chartline.domains.sync.incoming import NO_VENDOR_ID
from chartline.domains.sync.links import link, local_of, vendor_of, vendors_of
from chartline.domains.sync.log import Happened
from chartline.domains.sync.meeting import Meeting, Owners, Taken
from chartline.domains.sync.merge import OWNERS, Conflict, Owner
from chartline.domains.sync.ours import our_fields, written
from chartline.domains.sync.shadow import read_shadow
from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records, Stored
from chartline.platform.vault import Vault

NOT_HELD = frozenset({VisitStatus.DELETED, VisitStatus.CANCELLED, VisitStatus.NO_SHOW, VisitStatus.MOVED})
"""States in which nothing can have been done for the patient."""


def take_visit(
    work: Work,
    records: Records,
    vault: Vault,
    connection: str,
    visit: VisitFact,
    *,
    owners: Owners = OWNERS,
    changed_at: datetime | None = None,
    exchange: str | None = None,
) -> Taken:
    """Take one visit as the vendor has it now. ``waiting`` means: take its patient first, then take it again.

    Raises ``sync.no_vendor_id``, ``sync.linked_otherwise``.
    """
    meeting = Meeting(work, records, vault, connection, owners, changed_at, exchange)
    if visit.vendor_id is None:
        raise NO_VENDOR_ID.error(connection=connection, kind=Kind.VISIT.value)
    local_id = local_of(work, connection, Kind.VISIT, visit.vendor_id)
    deleted = visit.deleted or visit.status is VisitStatus.DELETED
    if local_id is None and deleted:
        return Taken(Kind.VISIT, None, Happened.UNCHANGED)
    stored = records.find(work, "Appointment", local_id) if local_id else None
    if local_id and stored is None:
        return meeting.say(Kind.VISIT, local_id, visit.vendor_id, Happened.REFUSED, "sync.not_here")
    # A deletion may arrive without its patient; the visit itself knows whose it is.
    patient_id = local_of(work, connection, Kind.PATIENT, visit.patient_vendor_id) if visit.patient_vendor_id else None
    if patient_id is None and deleted and stored is not None:
        patient_id = participant_id(stored.reveal(Purpose.MATCH), "Patient")
    if patient_id is None:
        return meeting.say(Kind.VISIT, local_id, visit.vendor_id, Happened.WAITING, "sync.patient_not_here")
    if stored is not None:
        return _merge(meeting, visit, visit.vendor_id, patient_id, stored)
    twin = _twin(meeting, visit, patient_id)
    if twin is not None:
        link(work, connection, Kind.VISIT, twin.id, visit.vendor_id)
        return _merge(meeting, visit, visit.vendor_id, patient_id, twin, linked_now=True)
    provider = _provider(meeting, visit.provider_vendor_id)
    theirs = visit_fields(visit)
    resource = written(Kind.VISIT, theirs, new_id(), patient_id, connection, None, provider)
    taken = meeting.create(Kind.VISIT, visit.vendor_id, resource, theirs)
    follow_visit(work, records, resource)
    return taken


def _twin(meeting: Meeting, visit: VisitFact, patient_id: str) -> Stored | None:
    """Our own visit of the same patient at the same start that this connection does not know yet."""
    start = fhir_moment(visit.start)
    criteria = [Criterion("patient", f"Patient/{patient_id}"), Criterion("date", f"ge{start}")]
    criteria.append(Criterion("date", f"le{start}"))
    found = [
        stored
        for stored in meeting.records.search(meeting.work, "Appointment", criteria).found
        if _may_be(stored.reveal(Purpose.MATCH), visit)
    ]
    linked = vendors_of(meeting.work, meeting.connection, Kind.VISIT, [stored.id for stored in found])
    return next((stored for stored in found if stored.id not in linked), None)


def _may_be(appointment: JsonObject, visit: VisitFact) -> bool:
    start = our_fields(Kind.VISIT, appointment, "")["start"]
    return same("start", start, visit.start.isoformat()) and visit_status(appointment) not in NOT_HELD


def _merge(
    meeting: Meeting, visit: VisitFact, vendor_id: str, patient_id: str, stored: Stored, *, linked_now: bool = False
) -> Taken:
    work, connection = meeting.work, meeting.connection
    appointment = stored.reveal(Purpose.MATCH)
    known = open_conflicts(work, meeting.vault, connection, Kind.VISIT, [stored.id]).get(stored.id, [])
    held_by = participant_id(appointment, "Patient") or ""
    if held_by != patient_id:
        return _ask_patient(meeting, vendor_id, stored.id, (held_by, patient_id), known)
    base = read_shadow(work, meeting.vault, connection, Kind.VISIT, stored.id)
    own_provider = participant_id(appointment, "Practitioner")
    number = vendor_of(work, connection, Kind.PROVIDER, own_provider) if own_provider else None
    ours, theirs = our_fields(Kind.VISIT, appointment, connection, number), visit_fields(visit)
    owners = dict(meeting.owners.get(Kind.VISIT, {}))
    news = not same("status", (base or {}).get("status", ""), theirs["status"])
    if news and _charged_but_not_held(meeting, stored.id, ours, theirs):
        owners["status"] = Owner.ASK
        base = {name: value for name, value in (base or {}).items() if name != "status"}

    def write(fields: Fields) -> JsonObject:
        provider = own_provider
        if not same("provider", fields["provider"], ours["provider"]):
            provider = _provider(meeting, fields["provider"])
        return written(Kind.VISIT, fields, stored.id, patient_id, connection, appointment, provider)

    taken = meeting.settle(
        Kind.VISIT, vendor_id, stored, (base, ours, theirs), known, write, owners=owners, linked_now=linked_now
    )
    if taken.happened is not Happened.UNCHANGED:
        fresh = meeting.records.read(work, "Appointment", stored.id)
        follow_visit(work, meeting.records, fresh.reveal(Purpose.STORE))
    return taken


def _charged_but_not_held(meeting: Meeting, appointment_id: str, ours: Fields, theirs: Fields) -> bool:
    """Whether the vendor calls off a visit that is charged here."""
    if theirs["status"] == ours["status"] or theirs["status"] not in NOT_HELD:
        return False
    encounter = encounter_id(meeting.work.organisation, appointment_id)
    return bool(charges_of(meeting.work, [encounter]))


def _ask_patient(
    meeting: Meeting, vendor_id: str, local_id: str, patients: tuple[str, str], known: list[StoredConflict]
) -> Taken:
    if any(one.field == PATIENT for one in known):
        return Taken(Kind.VISIT, local_id, Happened.UNCHANGED)
    asked = Conflict(PATIENT, None, *patients)
    add_conflict(meeting.work, meeting.vault, meeting.connection, Kind.VISIT, local_id, asked)
    return meeting.say(Kind.VISIT, local_id, vendor_id, Happened.CONFLICT, PATIENT)


def _provider(meeting: Meeting, number: str | None) -> str | None:
    return local_of(meeting.work, meeting.connection, Kind.PROVIDER, number) if number else None
