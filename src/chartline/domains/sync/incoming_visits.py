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
from chartline.domains.sync.conflicts import PATIENT, open_conflicts
from chartline.domains.sync.fields import Fields, Kind, same, status_of, visit_fields
from chartline.domains.sync.incoming import NO_VENDOR_ID
from chartline.domains.sync.links import link, local_of, vendor_of, vendors_of
from chartline.domains.sync.log import Happened
from chartline.domains.sync.meeting import Meeting, Owners, Reading, Taken
from chartline.domains.sync.merge import Conflict
from chartline.domains.sync.ours import our_fields, written
from chartline.domains.sync.quarantine import Found, keep_unknown
from chartline.domains.sync.shadow import Met, read_shadow, told_hash
from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records, Stored
from chartline.platform.vault import Vault

NOT_HELD = frozenset({VisitStatus.DELETED, VisitStatus.CANCELLED, VisitStatus.NO_SHOW, VisitStatus.MOVED})
"""States in which nothing can have been done for the patient."""


UNTOLD = 1900
"""A start in this year or before stands for one that the vendor did not tell."""


def take_visit(
    work: Work,
    records: Records,
    vault: Vault,
    connection: str,
    visit: VisitFact,
    *,
    owners: Owners | None = None,
    changed_at: datetime | None = None,
    exchange: str | None = None,
    reading: Reading | None = None,
) -> Taken:
    """Take one visit as the vendor has it now. ``waiting`` means: take its patient first, then take it again.

    The options are those of ``take_patient``. Raises ``sync.no_vendor_id``, ``sync.linked_otherwise``.
    """
    stamp = visit.changed_at
    meeting = Meeting(work, records, vault, connection, owners, stamp or changed_at, exchange, reading, stamp)
    if visit.vendor_id is None:
        raise NO_VENDOR_ID.error(connection=connection, kind=Kind.VISIT.value)
    theirs = visit_fields(visit)
    digest = told_hash(work, vault, connection, Kind.VISIT, {**theirs, "patient": visit.patient_vendor_id})
    place = (Kind.VISIT, visit.vendor_id)
    known = meeting.glance({place: digest})[place]
    local_id = known.local_id
    meeting = meeting if known.quiet else meeting.timed()
    if known.quiet or meeting.late(known.met):
        return Taken(Kind.VISIT, local_id, Happened.UNCHANGED)
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
    told = (digest, known.met)
    if stored is not None:
        return _merge(meeting, visit, visit.vendor_id, patient_id, stored, told)
    if visit.start.year <= UNTOLD:
        return meeting.say(Kind.VISIT, None, visit.vendor_id, Happened.REFUSED, "sync.no_start")
    twin = _twin(meeting, visit, patient_id)
    if twin is not None:
        link(work, connection, Kind.VISIT, twin.id, visit.vendor_id)
        return _merge(meeting, visit, visit.vendor_id, patient_id, twin, told, linked_now=True)
    provider = _provider(meeting, visit.provider_vendor_id)
    resource = written(Kind.VISIT, theirs, new_id(), patient_id, connection, None, provider)
    taken = meeting.create(Kind.VISIT, visit.vendor_id, resource, theirs, digest)
    _keep_unknown(meeting, visit, taken.local_id)
    follow_visit(work, records, resource)
    return taken


def _keep_unknown(meeting: Meeting, visit: VisitFact, local_id: str | None) -> None:
    """A state we have no word for, and a start that was not told."""
    unknown: Fields = {}
    if visit.status is VisitStatus.OTHER and visit.raw_status:
        unknown["status"] = visit.raw_status
    if visit.start.year <= UNTOLD and not visit.deleted:
        unknown["start"] = "absent"
    found = Found(meeting.connection, Kind.VISIT, local_id, visit.vendor_id, meeting.exchange)
    keep_unknown(meeting.work, meeting.vault, found, unknown, {"status": VisitStatus.OTHER.value})


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
    meeting: Meeting,
    visit: VisitFact,
    vendor_id: str,
    patient_id: str,
    stored: Stored,
    told: tuple[int, Met | None],
    *,
    linked_now: bool = False,
) -> Taken:
    work, connection = meeting.work, meeting.connection
    appointment = stored.reveal(Purpose.MATCH)
    known = open_conflicts(work, meeting.vault, connection, Kind.VISIT, [stored.id]).get(stored.id, [])
    held_by = participant_id(appointment, "Patient") or ""
    if held_by != patient_id:
        return _ask_patient(meeting, vendor_id, stored.id, (held_by, patient_id), told)
    base = read_shadow(work, meeting.vault, connection, Kind.VISIT, stored.id)
    own_provider = participant_id(appointment, "Practitioner")
    number = vendor_of(work, connection, Kind.PROVIDER, own_provider) if own_provider else None
    ours = our_fields(Kind.VISIT, appointment, connection, number)
    theirs = _told(visit, base or ours)
    always_ask: frozenset[str] = frozenset()
    news = not same("status", (base or {}).get("status", ""), theirs["status"])
    if news and _charged_but_not_held(meeting, stored.id, ours, theirs):
        always_ask = frozenset({"status"})
        base = {name: value for name, value in (base or {}).items() if name != "status"}

    def write(fields: Fields) -> JsonObject:
        provider = own_provider
        if not same("provider", fields["provider"], ours["provider"]):
            provider = _provider(meeting, fields["provider"])
        return written(Kind.VISIT, fields, stored.id, patient_id, connection, appointment, provider)

    _keep_unknown(meeting, visit, stored.id)
    taken = meeting.settle(
        Kind.VISIT,
        vendor_id,
        stored,
        (base, ours, theirs),
        known,
        write,
        told,
        always_ask=always_ask,
        linked_now=linked_now,
    )
    if taken.happened is not Happened.UNCHANGED:
        fresh = meeting.records.read(work, "Appointment", stored.id)
        follow_visit(work, meeting.records, fresh.reveal(Purpose.STORE))
    return taken


def _told(visit: VisitFact, known: Fields) -> Fields:
    """What the vendor tells of a visit, and what is known where it tells nothing: of a deleted one only that it is."""
    theirs = visit_fields(visit)
    if visit.deleted or visit.status is VisitStatus.DELETED:
        return {**{name: known.get(name, value) for name, value in theirs.items()}, "status": theirs["status"]}
    if visit.start.year <= UNTOLD:
        return {**theirs, **{name: known.get(name, theirs[name]) for name in ("start", "minutes")}}
    return theirs


def _charged_but_not_held(meeting: Meeting, appointment_id: str, ours: Fields, theirs: Fields) -> bool:
    """Whether the vendor calls off a visit that is charged here."""
    state = status_of(theirs["status"])[0]
    if state not in NOT_HELD or state is status_of(ours["status"])[0]:
        return False
    encounter = encounter_id(meeting.work.organisation, appointment_id)
    return bool(charges_of(meeting.work, [encounter]))


def _ask_patient(
    meeting: Meeting, vendor_id: str, local_id: str, patients: tuple[str, str], told: tuple[int, Met | None]
) -> Taken:
    if told[1] is not None and told[1].told == told[0]:
        return Taken(Kind.VISIT, local_id, Happened.UNCHANGED)
    meeting.ask(Kind.VISIT, local_id, Conflict(PATIENT, None, *patients), told)
    return meeting.say(Kind.VISIT, local_id, vendor_id, Happened.CONFLICT, PATIENT)


def _provider(meeting: Meeting, number: str | None) -> str | None:
    return local_of(meeting.work, meeting.connection, Kind.PROVIDER, number) if number else None
