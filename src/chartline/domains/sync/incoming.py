"""Takes a vendor's patients with their insurance into the records: link, or match, or create; then merge.

Refuses to merge two people on a "maybe": the vendor's patient becomes a record of its own, and a person is asked.
Refuses to delete or deactivate a patient because a feed says so: a person is asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chartline.connect.facts import PatientDetail, PersonFact
from chartline.domains.identity import Candidate, Verdict, find_local
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.sync.conflicts import DELETED, IDENTITY, add_conflict, open_conflicts
from chartline.domains.sync.fields import Fields, Kind, coverage_fields, person_fields
from chartline.domains.sync.incoming_coverages import take_coverages
from chartline.domains.sync.links import link, vendors_of
from chartline.domains.sync.log import Happened
from chartline.domains.sync.meeting import Glance, Meeting, Owners, Reading, Taken
from chartline.domains.sync.merge import Conflict
from chartline.domains.sync.ours import our_fields, written
from chartline.domains.sync.quarantine import Found, keep_unknown
from chartline.domains.sync.shadow import Met, read_shadow, told_hash
from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Records, Stored
from chartline.platform.vault import Vault

NO_VENDOR_ID = ErrorKind(
    "sync.no_vendor_id",
    Blame.VENDOR,
    Again.NEVER,
    "A vendor sent a record without its id, so it cannot be recognised again.",
    "Look at the message in the exchange log and report it to the vendor.",
)


def take_patient(
    work: Work,
    records: Records,
    vault: Vault,
    connection: str,
    detail: PatientDetail,
    *,
    owners: Owners | None = None,
    changed_at: datetime | None = None,
    exchange: str | None = None,
    reading: Reading | None = None,
) -> Taken:
    """Take one patient with all their insurance as the vendor has them now.

    ``owners`` None means the policies of the connection. ``changed_at`` is when the vendor's record changed, where it
    says so and the fact does not. ``reading`` is when it was asked for and answered, None to find it by ``exchange``:
    what is older than news taken before is left aside. Taking the same again changes nothing and opens nothing. A
    constant number of queries, plus the writes. Raises ``sync.no_vendor_id``, ``sync.linked_otherwise``.
    """
    person = detail.person
    stamp = person.changed_at
    meeting = Meeting(work, records, vault, connection, owners, stamp or changed_at, exchange, reading, stamp)
    vendor_id = _vendor_id(meeting, Kind.PATIENT, person.vendor_id)
    theirs = {_vendor_id(meeting, Kind.COVERAGE, one.vendor_id): coverage_fields(one) for one in detail.coverages}
    fields = person_fields(person)
    told = {(Kind.PATIENT, vendor_id): told_hash(work, vault, connection, Kind.PATIENT, {**fields, **_beside(person)})}
    for number, plan in theirs.items():
        told[Kind.COVERAGE, number] = told_hash(work, vault, connection, Kind.COVERAGE, plan)
    seen = meeting.glance(told)
    known = seen[Kind.PATIENT, vendor_id]
    if all(one.quiet for one in seen.values()):
        parts = tuple(Taken(kind, one.local_id, Happened.UNCHANGED) for (kind, _), one in seen.items())
        return Taken(Kind.PATIENT, known.local_id, Happened.UNCHANGED, parts[1:])
    meeting = meeting.timed()
    if meeting.late(known.met):
        return Taken(Kind.PATIENT, known.local_id, Happened.UNCHANGED)
    if person.deleted:
        return _deleted(meeting, vendor_id, known, told[Kind.PATIENT, vendor_id])
    digest = told[Kind.PATIENT, vendor_id]
    if known.local_id is None:
        taken = _first_seen(meeting, person, vendor_id, digest)
    elif known.quiet:
        taken = Taken(Kind.PATIENT, known.local_id, Happened.UNCHANGED)
    else:
        stored = records.read(work, "Patient", known.local_id)
        taken = _merge(meeting, person, vendor_id, stored, (digest, known.met))
    if person.unknown:
        found = Found(connection, Kind.PATIENT, taken.local_id, vendor_id, exchange)
        keep_unknown(work, vault, found, person.unknown, fields)
    # The time is the patient's own; of a plan it is not known.
    parts = take_coverages(replace(meeting, changed_at=None, stamp=None), taken.local_id or "", theirs, seen, told)
    return Taken(Kind.PATIENT, taken.local_id, taken.happened, parts)


def _vendor_id(meeting: Meeting, kind: Kind, vendor_id: str | None) -> str:
    if vendor_id is None:
        raise NO_VENDOR_ID.error(connection=meeting.connection, kind=kind.value)
    return vendor_id


def _beside(person: PersonFact) -> Fields:
    """What is told beside the fields: that it is deleted, and unknown values. Another one is news."""
    deleted = {"deleted": "yes"} if person.deleted else {}
    return {**{f"unknown:{name}": value for name, value in person.unknown.items()}, **deleted}


def _deleted(meeting: Meeting, vendor_id: str, known: Glance, digest: int) -> Taken:
    local_id = known.local_id
    if local_id is None or (known.met is not None and known.met.told == digest):
        return Taken(Kind.PATIENT, local_id, Happened.UNCHANGED)
    meeting.ask(Kind.PATIENT, local_id, Conflict(DELETED, None, "", DELETED), (digest, known.met))
    return meeting.say(Kind.PATIENT, local_id, vendor_id, Happened.CONFLICT, DELETED)


def _first_seen(meeting: Meeting, person: PersonFact, vendor_id: str, digest: int) -> Taken:
    """A patient of the vendor's that we have no link for."""
    candidates = find_local(meeting.work, meeting.records, person, read_person)
    linked = vendors_of(meeting.work, meeting.connection, Kind.PATIENT, [one.patient_id for one in candidates])
    certain = [one for one in candidates if one.match.verdict is Verdict.SAME]
    if len(certain) == 1 and certain[0].patient_id not in linked:
        local_id = certain[0].patient_id
        link(meeting.work, meeting.connection, Kind.PATIENT, local_id, vendor_id)
        stored = meeting.records.read(meeting.work, "Patient", local_id)
        return _merge(meeting, person, vendor_id, stored, (digest, None), linked_now=True)
    local_id = new_id()
    resource = write_person(person, local_id, None, meeting.connection)
    taken = meeting.create(Kind.PATIENT, vendor_id, resource, person_fields(person), digest)
    return _ask_identity(meeting, vendor_id, taken, candidates) if candidates else taken


def _ask_identity(meeting: Meeting, vendor_id: str, taken: Taken, candidates: list[Candidate]) -> Taken:
    """One question, about the best candidate; the others show when the patient is looked at."""
    asked = Conflict(IDENTITY, None, candidates[0].patient_id, taken.local_id or "")
    add_conflict(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, taken.local_id or "", asked)
    return meeting.say(Kind.PATIENT, taken.local_id, vendor_id, Happened.CONFLICT, IDENTITY)


def _merge(
    meeting: Meeting,
    person: PersonFact,
    vendor_id: str,
    stored: Stored,
    told: tuple[int, Met | None],
    *,
    linked_now: bool = False,
) -> Taken:
    patient = stored.reveal(Purpose.MATCH)
    base = read_shadow(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, stored.id)
    known = open_conflicts(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, [stored.id])
    ours, theirs = our_fields(Kind.PATIENT, patient, meeting.connection), person_fields(person)
    for name in person.unknown.keys() & theirs.keys():
        # What could not be understood is not taken: it is as if the vendor had said nothing new.
        theirs[name] = (base or ours).get(name, ours[name])

    def write(fields: Fields) -> JsonObject:
        return written(Kind.PATIENT, fields, stored.id, stored.id, meeting.connection, patient)

    sides = (base, ours, theirs)
    return meeting.settle(
        Kind.PATIENT, vendor_id, stored, sides, known.get(stored.id, []), write, told, linked_now=linked_now
    )
