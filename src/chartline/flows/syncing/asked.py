"""What people ask for: one patient both ways, one visit, the visits between two days. In order, each record once.

A record that the vendor has not got is put in line for it first; what died before is tried again, for a person asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chartline.domains.practice.day import day_visits
from chartline.domains.practice.visits import participant_id, visit_status
from chartline.domains.sync.changes import note_changes_for
from chartline.domains.sync.fetches import Wanted, want
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming_visits import NOT_HELD
from chartline.domains.sync.letters import LetterFilter, retry_letters
from chartline.domains.sync.links import vendor_of, vendors_of
from chartline.domains.sync.runs import Counts, What, progress
from chartline.flows.answers import Answer, done
from chartline.flows.ground import Ground
from chartline.flows.syncing.course import Course, Ended, play, turned_back
from chartline.flows.syncing.fetching import Fetching
from chartline.flows.syncing.pacing import zone_of
from chartline.flows.syncing.pushing import Only, Pushing, gone_back
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Run
from chartline.platform.records import Criterion, Records

BATCH: Final = 50
"""Visits that are sent in one go of a bulk run."""
MOST: Final = 500
"""Records of one kind that are looked at for one patient."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """The records of a patient, by our ids. ``open_visits`` are those that are still to come or under way."""

    coverages: tuple[str, ...]
    visits: tuple[str, ...]
    open_visits: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Coverages and visits."""
        return (*self.coverages, *self.visits)


def records_of(work: Work, records: Records, patient_id: str) -> Theirs:
    """What belongs to a patient, in two queries; of more than 500 records of a kind, the first."""
    reference = f"Patient/{patient_id}"
    coverages = records.search(work, "Coverage", [Criterion("beneficiary", reference)], limit=MOST).found
    visits = records.search(work, "Appointment", [Criterion("patient", reference)], limit=MOST).found
    states = {stored.id: visit_status(stored.reveal(Purpose.MATCH)) for stored in visits}
    return Theirs(
        tuple(stored.id for stored in coverages),
        tuple(states),
        tuple(each for each, status in states.items() if status not in NOT_HELD),
    )


class Asked:
    """The jobs behind the buttons."""

    def __init__(self, ground: Ground, fetching: Fetching, pushing: Pushing) -> None:
        self._ground, self._fetching, self._pushing = ground, fetching, pushing

    def patient(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: fetch a patient, then send patient, coverages and visits in this order."""
        return play(
            self._ground, run, arguments, What.PATIENT, lambda course: self._patient(course, arguments["patient"])
        )

    def _patient(self, course: Course, patient_id: str) -> Ended:
        ready = course.run.step("ready", self._ready_patient, *course.parts, patient_id)
        if ready["vendor_id"]:
            one = [ready["vendor_id"]]
            told = course.run.step("take", self._fetching.take_patients, *course.parts, course.run.failed, one)
            back = turned_back(told)
            if back is not None:
                return back
        only = {
            Kind.PATIENT: [patient_id],
            Kind.COVERAGE: _ids(ready["coverages"]),
            Kind.VISIT: _ids(ready["visits"]),
        }
        return self._send(course, only, Counts(1))

    def _ready_patient(self, organisation: str, connection: str, run_id: str, actor: str, patient_id: str) -> Answer:
        ground = self._ground
        with ground.database.work(organisation) as work:
            theirs = records_of(work, ground.records, patient_id)
            number = vendor_of(work, connection, Kind.PATIENT, patient_id) or ""
            if number:
                want(work, connection, [Wanted(Kind.PATIENT, number)])
            sent = {
                Kind.PATIENT: [patient_id],
                Kind.COVERAGE: theirs.coverages,
                Kind.VISIT: theirs.open_visits,
            }
            put_in_line(work, connection, sent, revive=(patient_id, *theirs.all))
            progress(work, run_id, Counts(), total=1)
        return done(vendor_id=number, coverages=",".join(theirs.coverages), visits=",".join(theirs.visits))

    def visit(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: send a visit, and before it its patient and coverages where the vendor has not got them."""
        return play(
            self._ground, run, arguments, What.VISIT, lambda course: self._visit(course, arguments["appointment"])
        )

    def _visit(self, course: Course, appointment: str) -> Ended:
        ready = course.run.step("ready", self._ready_visit, *course.parts, appointment)
        if ready["vendor_id"]:
            told = course.run.step("take", self._fetching.take_visits, *course.parts, course.run.failed)
            back = turned_back(told)
            if back is not None:
                return back
        only = {
            Kind.PATIENT: _ids(ready["patient"]),
            Kind.COVERAGE: _ids(ready["coverages"]),
            Kind.VISIT: [appointment],
        }
        return self._send(course, only, Counts(1))

    def _ready_visit(self, organisation: str, connection: str, run_id: str, actor: str, appointment: str) -> Answer:
        ground = self._ground
        with ground.database.work(organisation) as work:
            body = ground.records.read(work, "Appointment", appointment).reveal(Purpose.EXCHANGE)
            patient_id = participant_id(body, "Patient") or ""
            coverages = records_of(work, ground.records, patient_id).coverages
            number = vendor_of(work, connection, Kind.VISIT, appointment) or ""
            if number:
                want(work, connection, [Wanted(Kind.VISIT, number)])
            sent = {Kind.PATIENT: [patient_id], Kind.COVERAGE: coverages, Kind.VISIT: [appointment]}
            put_in_line(work, connection, sent, revive=(patient_id, *coverages, appointment))
            progress(work, run_id, Counts(), total=1)
        return done(vendor_id=number, patient=patient_id, coverages=",".join(coverages))

    def bulk(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: send the visits between two days of the office, with what they need, 50 at a time."""
        return play(
            self._ground,
            run,
            arguments,
            What.BULK,
            lambda course: self._bulk(course, arguments["first"], arguments["last"]),
        )

    def _bulk(self, course: Course, first: str, last: str) -> Ended:
        day, _, cursor = (course.cursor or f"{first}|").partition("|")
        number = 0
        while day <= last:
            number += 1
            batch = course.run.step("collect", self._collect, *course.parts, day, cursor, first, last)
            only = {kind: _ids(batch[kind.value]) for kind in (Kind.PATIENT, Kind.COVERAGE, Kind.VISIT)}
            if only[Kind.VISIT]:
                ended = self._send(course, only, Counts(len(only[Kind.VISIT])), f"{batch['day']}|{batch['cursor']}")
                if isinstance(ended, ComeBack):
                    return ended
            day, cursor = batch["day"], batch["cursor"]
        return {"batches": str(number)}

    def _collect(
        self, organisation: str, connection: str, run_id: str, actor: str, day: str, cursor: str, first: str, last: str
    ) -> Answer:
        """The next batch: its visits, their patients and coverages, and where the batch after it begins."""
        ground, on = self._ground, date.fromisoformat(day)
        with ground.database.work(organisation) as work:
            zone = zone_of(work)
            if day == first and not cursor:
                span = _between(date.fromisoformat(first), date.fromisoformat(last), zone)
                progress(work, run_id, Counts(), total=ground.records.count(work, "Appointment", span))
            page = day_visits(work, ground.records, on, zone, cursor or None, BATCH)
            visits = [each for each in page.visits if each.status not in NOT_HELD]
            patients = sorted({each.patient_id for each in visits})
            coverages = sorted({each.coverage_id for each in visits if each.coverage_id})
            ids = [each.appointment_id for each in visits]
            sent = {Kind.PATIENT: patients, Kind.COVERAGE: coverages, Kind.VISIT: ids}
            put_in_line(work, connection, sent, revive=(*patients, *coverages, *ids))
            after = day if page.cursor else (on + timedelta(days=1)).isoformat()
            if not ids:
                progress(work, run_id, Counts(len(page.visits)), cursor=f"{after}|{page.cursor or ''}")
        return done(
            patient=",".join(patients),
            coverage=",".join(coverages),
            visit=",".join(ids),
            day=after,
            cursor=page.cursor or "",
        )

    def _send(self, course: Course, only: Only, counts: Counts, cursor: str | None = None) -> Ended:
        """Send these, and count them once all have gone."""
        back, gone = self._pushing.send_all(course, only)
        back = back or gone_back(gone)
        if back is not None:
            return back
        course.run.step("count", self._count, *course.parts, counts, cursor)
        return {"sent": str(gone.sent), "refused": str(gone.refused), "waiting": str(gone.waiting)}

    def _count(
        self, organisation: str, connection: str, run_id: str, actor: str, counts: Counts, cursor: str | None
    ) -> Answer:
        with self._ground.database.work(organisation) as work:
            progress(work, run_id, counts, cursor=cursor)
        return done()


def put_in_line(work: Work, connection: str, sent: Only, *, revive: Iterable[str]) -> int:
    """Let the vendor have those of these records that it has not got, and try again what died; how many were put."""
    put = 0
    for kind, ids in sent.items():
        linked = vendors_of(work, connection, kind, list(ids))
        put += note_changes_for(work, connection, [(kind, each) for each in ids if each not in linked])
    retry_letters(work, LetterFilter(connection=connection, local_ids=tuple(sorted(set(revive)))))
    return put


def _between(first: date, last: date, zone: ZoneInfo) -> list[Criterion]:
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    return [Criterion("date", f"ge{fhir_moment(begin)}"), Criterion("date", f"lt{fhir_moment(end)}")]


def _ids(text: str) -> list[str]:
    return [each for each in text.split(",") if each]
