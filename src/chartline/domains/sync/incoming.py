"""Takes a vendor's patients with their insurance into the records: link, or match, or create; then merge.

Refuses to merge two people on a "maybe": the vendor's patient becomes a record of its own, and a person is asked.
Refuses to delete or deactivate a patient because a feed says so: a person is asked.
"""

from __future__ import annotations

from datetime import datetime

from chartline.connect.facts import CoverageFact, PatientDetail, PersonFact
from chartline.domains.identity import Candidate, Verdict, find_local
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.sync.conflicts import DELETED, IDENTITY, add_conflict, open_conflicts
from chartline.domains.sync.fields import Fields, Kind, coverage_fields, person_fields, same
from chartline.domains.sync.links import link, local_of, locals_of, vendors_of
from chartline.domains.sync.log import Happened
from chartline.domains.sync.meeting import Meeting, Owners, Taken
from chartline.domains.sync.merge import OWNERS, Conflict
from chartline.domains.sync.ours import our_fields, written
from chartline.domains.sync.shadow import read_shadow, read_shadows
from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records, Stored
from chartline.platform.vault import Vault

NO_VENDOR_ID = ErrorKind(
    "sync.no_vendor_id",
    Blame.VENDOR,
    Again.NEVER,
    "A vendor sent a record without its id, so it cannot be recognised again.",
    "Look at the message in the exchange log and report it to the vendor.",
)
MOST_COVERAGES = 100


def take_patient(
    work: Work,
    records: Records,
    vault: Vault,
    connection: str,
    detail: PatientDetail,
    *,
    owners: Owners = OWNERS,
    changed_at: datetime | None = None,
    exchange: str | None = None,
) -> Taken:
    """Take one patient with all their insurance as the vendor has them now.

    ``changed_at`` is when the vendor's record changed, if it says so. Taking the same again changes nothing. A
    constant number of queries, plus the writes. Raises ``sync.no_vendor_id``, ``sync.linked_otherwise``.
    """
    meeting = Meeting(work, records, vault, connection, owners, changed_at, exchange)
    person = detail.person
    vendor_id = person.vendor_id
    if vendor_id is None:
        raise NO_VENDOR_ID.error(connection=connection, kind=Kind.PATIENT.value)
    local_id = local_of(work, connection, Kind.PATIENT, vendor_id)
    if person.deleted:
        return _deleted(meeting, vendor_id, local_id)
    if local_id is None:
        taken = _first_seen(meeting, person, vendor_id)
    else:
        taken = _merge(meeting, person, vendor_id, records.read(work, "Patient", local_id))
    parts = _take_coverages(meeting, taken.local_id or "", detail.coverages)
    return Taken(Kind.PATIENT, taken.local_id, taken.happened, parts)


def _deleted(meeting: Meeting, vendor_id: str, local_id: str | None) -> Taken:
    if local_id is None:
        return Taken(Kind.PATIENT, None, Happened.UNCHANGED)
    known = open_conflicts(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, [local_id])
    if any(one.field == DELETED for one in known.get(local_id, [])):
        return Taken(Kind.PATIENT, local_id, Happened.UNCHANGED)
    asked = Conflict(DELETED, None, "", DELETED)
    add_conflict(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, local_id, asked)
    return meeting.say(Kind.PATIENT, local_id, vendor_id, Happened.CONFLICT, DELETED)


def _first_seen(meeting: Meeting, person: PersonFact, vendor_id: str) -> Taken:
    """A patient of the vendor's that we have no link for."""
    candidates = find_local(meeting.work, meeting.records, person, read_person)
    linked = vendors_of(meeting.work, meeting.connection, Kind.PATIENT, [one.patient_id for one in candidates])
    certain = [one for one in candidates if one.match.verdict is Verdict.SAME]
    if len(certain) == 1 and certain[0].patient_id not in linked:
        local_id = certain[0].patient_id
        link(meeting.work, meeting.connection, Kind.PATIENT, local_id, vendor_id)
        stored = meeting.records.read(meeting.work, "Patient", local_id)
        return _merge(meeting, person, vendor_id, stored, linked_now=True)
    local_id = new_id()
    resource = write_person(person, local_id, None, meeting.connection)
    taken = meeting.create(Kind.PATIENT, vendor_id, resource, person_fields(person))
    return _ask_identity(meeting, vendor_id, taken, candidates) if candidates else taken


def _ask_identity(meeting: Meeting, vendor_id: str, taken: Taken, candidates: list[Candidate]) -> Taken:
    """One question, about the best candidate; the others show when the patient is looked at."""
    asked = Conflict(IDENTITY, None, candidates[0].patient_id, taken.local_id or "")
    add_conflict(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, taken.local_id or "", asked)
    return meeting.say(Kind.PATIENT, taken.local_id, vendor_id, Happened.CONFLICT, IDENTITY)


def _merge(meeting: Meeting, person: PersonFact, vendor_id: str, stored: Stored, *, linked_now: bool = False) -> Taken:
    patient = stored.reveal(Purpose.MATCH)
    base = read_shadow(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, stored.id)
    known = open_conflicts(meeting.work, meeting.vault, meeting.connection, Kind.PATIENT, [stored.id])
    sides = (base, our_fields(Kind.PATIENT, patient, meeting.connection), person_fields(person))

    def write(fields: Fields) -> JsonObject:
        return written(Kind.PATIENT, fields, stored.id, stored.id, meeting.connection, patient)

    return meeting.settle(
        Kind.PATIENT, vendor_id, stored, sides, known.get(stored.id, []), write, linked_now=linked_now
    )


def _take_coverages(meeting: Meeting, patient_id: str, coverages: tuple[CoverageFact, ...]) -> tuple[Taken, ...]:
    """All coverages that came with a patient. One that did not come again is left alone: absence proves nothing."""
    if not coverages:
        return ()
    work, connection = meeting.work, meeting.connection
    present = meeting.records.search(
        work, "Coverage", [Criterion("beneficiary", f"Patient/{patient_id}")], limit=MOST_COVERAGES
    ).found
    ours = {stored.id: (stored, stored.reveal(Purpose.MATCH)) for stored in present}
    fields = {local_id: our_fields(Kind.COVERAGE, body, connection) for local_id, (_, body) in ours.items()}
    linked = locals_of(work, connection, Kind.COVERAGE, [one.vendor_id for one in coverages if one.vendor_id])
    free = dict.fromkeys(ours.keys() - vendors_of(work, connection, Kind.COVERAGE, list(ours)).keys())
    bases = read_shadows(work, meeting.vault, connection, Kind.COVERAGE, list(ours))
    known = open_conflicts(work, meeting.vault, connection, Kind.COVERAGE, list(ours))
    taken: list[Taken] = []
    for coverage in coverages:
        if coverage.vendor_id is None:
            raise NO_VENDOR_ID.error(connection=connection, kind=Kind.COVERAGE.value)
        theirs = coverage_fields(coverage)
        local_id = linked.get(coverage.vendor_id)
        linked_now = False
        if local_id is None:
            local_id = next((one for one in sorted(free) if _same_plan(fields[one], theirs)), None)
            if local_id is None:
                fresh = written(Kind.COVERAGE, theirs, new_id(), patient_id, connection)
                taken.append(meeting.create(Kind.COVERAGE, coverage.vendor_id, fresh, theirs))
                continue
            linked_now = link(work, connection, Kind.COVERAGE, local_id, coverage.vendor_id)
            del free[local_id]
        if local_id not in ours:
            # Ours was deleted, or belongs to somebody else by now: a person has to look.
            taken.append(meeting.say(Kind.COVERAGE, local_id, coverage.vendor_id, Happened.REFUSED, "sync.not_here"))
            continue
        stored, body = ours[local_id]

        def write(merged: Fields, *, local_id: str = local_id, body: JsonObject = body) -> JsonObject:
            return written(Kind.COVERAGE, merged, local_id, patient_id, connection, body)

        taken.append(
            meeting.settle(
                Kind.COVERAGE,
                coverage.vendor_id,
                stored,
                (bases.get(local_id), fields[local_id], theirs),
                known.get(local_id, []),
                write,
                linked_now=linked_now,
            )
        )
    return tuple(taken)


def _same_plan(ours: Fields, theirs: Fields) -> bool:
    """Whether two coverages of one patient are one: the same member id at the same payer, as far as it is named."""
    payers = (ours["payer_id"], theirs["payer_id"])
    return same("member_id", ours["member_id"], theirs["member_id"]) and (payers[0] == payers[1] or "" in payers)
