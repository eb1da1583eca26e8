"""Fetches whole records that are in line (``domains/sync/fetches``): a handful in one durable step.

Each record is taken in a transaction of its own right after its answer, so nothing old is stored late. A record that
the vendor refuses or that cannot be taken is said in the sync log and does not hold the others up. Refuses to ask for
anything once the connection is switched off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chartline.connect.capabilities import ChangesVisits, ReadsChanges
from chartline.connect.facts import PatientDetail, VisitFact, VisitStatus
from chartline.domains.practice.visits import HELD, read_visit
from chartline.domains.sync.fetches import (
    Wanted,
    claim,
    fetched,
    give_back,
    in_line,
    in_pilot,
    put_off,
    want,
)
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.incoming_visits import take_visit
from chartline.domains.sync.links import local_of
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.runs import Counts, What, counted, progress
from chartline.domains.sync.settings import pilot_of, read_settings
from chartline.flows.answers import Answer, answer, done
from chartline.flows.ground import Ground
from chartline.flows.in_flight import agree_on_arrived
from chartline.flows.retrying import passes, shuts_out
from chartline.flows.syncing.course import OFF, Course, Ended, play, still_on, turned_back, working
from chartline.flows.syncing.names import PULL_VISITS
from chartline.flows.visit_to_claim import queue_billing
from chartline.kernel.errors import Again, ChartlineError
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Run

BATCH = 25
"""Records fetched in one durable step."""
MOST_STEPS = 200
"""Steps of one playing of a job; what is left then is for the next."""


class Fetching:
    """Takes what is in line for a connection."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def fetch(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: everything that is in line, patients before visits."""
        return play(self._ground, run, arguments, What.FETCH, self._all)

    def _all(self, course: Course) -> Ended:
        return self.drain_all(course) or {}

    def drain_all(self, course: Course) -> ComeBack | None:
        """Take everything that is in line, patients before visits: when to come back, None when through."""
        back, _ = self.drain(course)
        if back is not None:
            return back
        for _ in range(MOST_STEPS):
            told = course.run.step("visits", self.take_visits, *course.parts, course.run.failed)
            back = turned_back(told)
            if back is not None or told["taken"] == "0":
                return back
        return ComeBack(self._ground.clock.now(), "more to fetch")

    def drain(self, course: Course) -> tuple[ComeBack | None, int]:
        """Take all patients that are in line, step by step: when to come back (None when through), and how many."""
        taken = 0
        for _ in range(MOST_STEPS):
            told = course.run.step("take", self.take_patients, *course.parts, course.run.failed)
            back = turned_back(told)
            if back is not None:
                return back, taken
            taken += int(told["taken"])
            if told["left"] == "0":
                return None, taken
        return ComeBack(self._ground.clock.now(), "more to fetch"), taken

    def take_patients(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        failed: int = 0,
        only: Sequence[str] | None = None,
    ) -> Answer:
        """Fetch a batch of the patients in line, or of these alone."""
        ground = self._ground
        with ground.database.work(organisation) as work:
            claimed = claim(work, connection, Kind.PATIENT, BATCH, run_id, only)
        if not claimed:
            return done(taken="0", left="0")
        connector = ground.open(organisation, connection, ReadsChanges)
        for place, wanted in enumerate(claimed):
            if place and not still_on(ground, organisation, connection):
                self._give_back(organisation, connection, claimed[place:])
                return OFF
            outcome = connector.patient_detail(wanted.vendor_id)
            if isinstance(outcome, Later) or (isinstance(outcome, Refused) and _halts(outcome)):
                self._give_back(organisation, connection, claimed[place:])
                return answer(outcome, ground.clock, failed)
            self._settle(organisation, connection, run_id, actor, wanted, outcome)
        with ground.database.read(organisation) as work:
            left = len(only) - len(claimed) if only is not None else in_line(work, connection, Kind.PATIENT)
        return done(taken=str(len(claimed)), left=str(max(0, left)))

    def _settle(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        wanted: Wanted,
        outcome: Receipt[PatientDetail] | Absent | Refused,
    ) -> None:
        """Take one answer. A record that cannot be taken leaves the line too, with its reason in the log."""
        ground = self._ground
        if isinstance(outcome, Receipt):
            agree_on_arrived(ground, organisation, connection, outcome.value)
        try:
            with working(ground, organisation, run_id, actor) as work:
                happened = Happened.UNCHANGED
                if isinstance(outcome, Receipt):
                    happened = take_patient(
                        work,
                        ground.records,
                        ground.vault,
                        connection,
                        outcome.value,
                        changed_at=wanted.changed_at,
                        exchange=outcome.exchange,
                    ).happened
                elif isinstance(outcome, Refused):
                    happened = _not_taken(work, connection, wanted, outcome.problem.code, outcome.problem.evidence)
                if not isinstance(outcome, Refused):
                    fetched(work, connection, wanted)
                elif not put_off(work, connection, wanted):
                    # Not remembered as seen: the overlap of the feed, or the next change, may bring it again.
                    fetched(work, connection, replace(wanted, told=None))
                progress(work, run_id, counted(happened))
        except ChartlineError as error:
            if error.problem.again is Again.NOW or error.problem.code.startswith("database."):
                raise
            with working(ground, organisation, run_id, actor) as work:
                _not_taken(work, connection, wanted, error.problem.code, outcome_exchange(outcome))
                fetched(work, connection, replace(wanted, told=None))
                progress(work, run_id, counted(Happened.REFUSED))

    def _give_back(self, organisation: str, connection: str, wanted: Sequence[Wanted]) -> None:
        with self._ground.database.work(organisation) as work:
            give_back(work, connection, wanted)

    def take_visits(self, organisation: str, connection: str, run_id: str, actor: str, failed: int = 0) -> Answer:
        """Read the visits in line whose day is known; of the others their feed tells."""
        ground, taken = self._ground, 0
        with ground.database.work(organisation) as work:
            claimed = claim(work, connection, Kind.VISIT, BATCH, run_id)
            known = {each.vendor_id: _known_visit(ground, work, connection, each) for each in claimed}
        if not claimed:
            return done(taken="0")
        connector = ground.open(organisation, connection, ReadsChanges)
        for place, wanted in enumerate(claimed):
            visit = known[wanted.vendor_id]
            if visit is None or not isinstance(connector, ChangesVisits):
                with ground.database.work(organisation) as work:
                    fetched(work, connection, wanted)
                    ground.schedules.hasten(work, organisation, PULL_VISITS, [connection], work.now)
                continue
            if place and not still_on(ground, organisation, connection):
                self._give_back(organisation, connection, claimed[place:])
                return OFF
            outcome = connector.read_visit(visit)
            if isinstance(outcome, Later | Unknown) or (isinstance(outcome, Refused) and _halts(outcome)):
                self._give_back(organisation, connection, claimed[place:])
                return answer(outcome, ground.clock, failed)
            with working(ground, organisation, run_id, actor) as work:
                if isinstance(outcome, Receipt):
                    found = take_visit_row(ground, work, connection, outcome.value, outcome.exchange)
                    progress(work, run_id, counted(found))
                    if found is Happened.WAITING and put_off(work, connection, wanted):
                        continue
                else:
                    # Moved to another day, or gone: the feed says which.
                    ground.schedules.hasten(work, organisation, PULL_VISITS, [connection], work.now)
                fetched(work, connection, wanted)
            taken += 1
        return done(taken=str(taken))


def take_visit_row(ground: Ground, work: Work, connection: str, row: VisitFact, exchange: str | None) -> Happened:
    """Take one visit into the records; what is held by now is billed as soon as it is charged."""
    taken = take_visit(
        work, ground.records, ground.vault, connection, row, changed_at=row.changed_at, exchange=exchange
    )
    news = taken.happened in (Happened.CREATED, Happened.CHANGED, Happened.LINKED)
    if news and taken.local_id and row.status in HELD:
        queue_billing(ground, work, taken.local_id)
    return taken.happened


def want_patients(work: Work, connection: str, wanted: Sequence[Wanted]) -> Counts:
    """Put those of these patients in line that may be exchanged; what is left out is counted as looked at."""
    pilot = pilot_of(work, connection, read_settings(work, connection))
    allowed = in_pilot(work, connection, pilot, [each.vendor_id for each in wanted])
    put = want(work, connection, [each for each in wanted if each.vendor_id in allowed])
    return Counts(len(wanted) - put)


def outcome_exchange(outcome: Receipt[PatientDetail] | Absent | Refused) -> str | None:
    """The message that an outcome rests on."""
    return outcome.problem.evidence if isinstance(outcome, Refused) else outcome.exchange


def _halts(outcome: Refused) -> bool:
    """Whether a refusal is about the vendor or the connection, so that the next record would fare no better."""
    return passes(outcome.problem) or shuts_out(outcome.problem)


def _not_taken(work: Work, connection: str, wanted: Wanted, code: str, exchange: str | None) -> Happened:
    note_event(
        work,
        SyncEvent(
            connection=connection,
            direction=Direction.IN,
            kind=wanted.kind,
            outcome=Happened.REFUSED,
            local_id=local_of(work, connection, wanted.kind, wanted.vendor_id),
            vendor_id=wanted.vendor_id,
            code=code[:64],
            exchange_id=exchange,
            operation="pull",
        ),
    )
    return Happened.REFUSED


def _known_visit(ground: Ground, work: Work, connection: str, wanted: Wanted) -> VisitFact | None:
    """A visit as the vendor would be asked for it: ours by its number, else by its start; None without either."""
    local_id = local_of(work, connection, Kind.VISIT, wanted.vendor_id)
    stored = ground.records.find(work, "Appointment", local_id) if local_id else None
    if stored is not None:
        return replace(read_visit(stored.reveal(Purpose.MATCH), "", connection), vendor_id=wanted.vendor_id)
    return VisitFact(wanted.vendor_id, "", wanted.start, 0, VisitStatus.BOOKED) if wanted.start else None
