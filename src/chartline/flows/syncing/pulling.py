"""What changed at the vendor comes in: feeds by cursor, page after page, as far as the budgets allow.

A page's rows and its cursor are stored together. Of a patients' page, those are put in line to be fetched whole whose
change was not taken before; a visits' page is stored as it is, once its patients are here. A run that has to wait for
budget goes on where it stopped: it does not ask the feed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from chartline.connect.capabilities import ReadsChanges
from chartline.connect.facts import Page, PatientDetail, PersonFact, VisitFact
from chartline.domains.sync.cursors import read_cursor, store_cursor
from chartline.domains.sync.fetches import Wanted, in_line, in_pilot, seen_before, under_way, want
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.links import locals_of
from chartline.domains.sync.log import Happened
from chartline.domains.sync.runs import Counts, What, counted, progress
from chartline.domains.sync.settings import Feed, pilot_of, read_settings
from chartline.flows.answers import Answer, answer, done, later
from chartline.flows.ground import Ground
from chartline.flows.syncing.course import Course, Ended, play, turned_back, working
from chartline.flows.syncing.fetching import BATCH, MOST_STEPS, Fetching, take_visit_row, want_patients
from chartline.flows.syncing.names import PATIENTS, VISITS
from chartline.kernel.outcome import Receipt
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Run

DRAIN: Final = "drain"
"""The cursor of a run whose feed is read to its end and whose patients are still being fetched."""
SOON: Final = timedelta(seconds=30)
ROWS: Final = 50
"""Visits stored in one transaction."""


class Pulling:
    """The two feeds."""

    def __init__(self, ground: Ground, fetching: Fetching) -> None:
        self._ground, self._fetching = ground, fetching

    def pull_patients(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: the feed of changed patients to its end, and each changed patient whole."""
        return play(self._ground, run, arguments, What.PULL_PATIENTS, self._patients, Feed.PATIENTS)

    def pull_visits(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: the feed of changed visits to its end."""
        return play(self._ground, run, arguments, What.PULL_VISITS, self._visits, Feed.VISITS)

    def _patients(self, course: Course) -> Ended:
        more, rows, news, line = course.cursor != DRAIN, 0, 0, ""
        for _ in range(MOST_STEPS):
            if more:
                page = course.run.step("feed", self.feed_patients, *course.parts, None, course.run.failed)
                back = turned_back(page)
                if back is not None:
                    return back
                rows, more, line = rows + int(page["rows"]), page["more"] == "1", page["line"]
            if line != "0":
                back, taken = self._fetching.drain(course)
                news += taken
                if back is not None:
                    return back
            if not more:
                return {"patients": str(rows), "taken": str(news), "news": str(news)}
        return ComeBack(self._ground.clock.now(), "more pages")

    def feed_patients(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        cursor: str | None,
        failed: int,
        phase: str = "",
    ) -> Answer:
        """One page of changed patients. Without a cursor of the caller's it is the connection's own that moves on.

        The caller's is kept in the run, behind the name of the phase.
        """
        ground = self._ground
        connector = ground.open(organisation, connection, ReadsChanges)
        if cursor is None:
            with ground.database.read(organisation) as work:
                cursor, own = read_cursor(work, connection, PATIENTS), True
        else:
            own = False
        outcome = connector.changed_patients(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        page: Page[PersonFact] = outcome.value
        with working(ground, organisation, run_id, actor) as work:
            counts = Counts()
            ids = [row.vendor_id for row in page.rows if row.vendor_id]
            seen = seen_before(work, connection, Kind.PATIENT, ids) if own else {}
            wanted: list[Wanted] = []
            for row in page.rows:
                if row.deleted:
                    gone = PatientDetail(row, ())
                    taken = take_patient(
                        work, ground.records, ground.vault, connection, gone, exchange=outcome.exchange
                    )
                    counts += counted(taken.happened)
                elif _taken_before(row, seen):
                    counts += Counts(1)
                else:
                    wanted.append(Wanted(Kind.PATIENT, row.vendor_id or "", "", row.changed_at, _told(row)))
            counts += want_patients(work, connection, wanted)
            at = f"{phase}:{page.cursor}" if not own else "" if page.more else DRAIN
            left = None if page.left is None else page.left + len(wanted)
            progress(work, run_id, counts, cursor=at, left=left)
            if own:
                store_cursor(work, connection, PATIENTS, page.cursor)
            line = in_line(work, connection, Kind.PATIENT)
        more = "1" if page.more else ""
        return done(rows=str(len(page.rows)), more=more, cursor=page.cursor, line=str(line))

    def _visits(self, course: Course) -> Ended:
        totals = {"visits": 0, "waiting": 0, "news": 0}
        for _ in range(MOST_STEPS):
            page = course.run.step("feed", self.feed_visits, *course.parts, None, course.run.failed)
            back = turned_back(page)
            if back is not None:
                return back
            if page["is"] == "patients first":
                back, _ = self._fetching.drain(course)
                if back is not None:
                    return back
                continue
            for name in totals:
                totals[name] += int(page[name])
            if page["more"] != "1":
                if page["line"] != "0":
                    back = self._fetching.drain_all(course)
                return back or {name: str(number) for name, number in totals.items()}
        return ComeBack(self._ground.clock.now(), "more pages")

    def feed_visits(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        cursor: str | None,
        failed: int,
        phase: str = "",
    ) -> Answer:
        """One page of changed visits, and before it the few patients that are not here yet.

        When many are not here, they are put in line and nothing of the page is stored: it is read again after them.
        """
        ground = self._ground
        connector = ground.open(organisation, connection, ReadsChanges)
        own = cursor is None
        if cursor is None:
            with ground.database.read(organisation) as work:
                cursor = read_cursor(work, connection, VISITS)
        outcome = connector.changed_visits(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock, failed)
        page = outcome.value
        with ground.database.work(organisation) as work:
            pilot = pilot_of(work, connection, read_settings(work, connection))
            missing = self._missing(work, connection, page.rows) if pilot is None else []
            want(work, connection, [Wanted(Kind.PATIENT, each) for each in missing])
        if len(missing) > BATCH:
            return {"is": "patients first"}
        if missing:
            taken = self._fetching.take_patients(organisation, connection, run_id, actor, failed, missing)
            if taken["is"] != "done":
                return taken
            with ground.database.read(organisation) as work:
                if under_way(work, connection, Kind.PATIENT, missing, run_id):
                    return later(work.now + SOON, "patients are under way")
        counts, waiting, exchange = Counts(), 0, outcome.exchange
        for start in range(0, max(1, len(page.rows)), ROWS):
            rows = page.rows[start : start + ROWS]
            with working(ground, organisation, run_id, actor) as work:
                if pilot is not None:
                    patients = [row.patient_vendor_id for row in rows]
                    allowed = in_pilot(work, connection, pilot, patients)
                    rows = tuple(row for row in rows if row.patient_vendor_id in allowed)
                found = Counts()
                for row in rows:
                    happened = take_visit_row(ground, work, connection, row, exchange)
                    if happened is Happened.WAITING:
                        # Its patient could not be had just now. The feed does not tell of it again.
                        want(work, connection, [Wanted(Kind.VISIT, row.vendor_id or "", start=row.start)])
                        waiting += 1
                    found += counted(happened)
                last = start + ROWS >= len(page.rows)
                at = f"{phase}:{page.cursor}" if last and not own else None
                progress(work, run_id, found, cursor=at, left=page.left if last else None)
                if last and own:
                    store_cursor(work, connection, VISITS, page.cursor)
            counts += found
        with ground.database.read(organisation) as work:
            left_over = in_line(work, connection, Kind.VISIT)
        news = counts.created + counts.changed + counts.conflicts
        return done(
            visits=str(len(page.rows)),
            waiting=str(waiting),
            news=str(news),
            more="1" if page.more else "",
            cursor=page.cursor,
            line=str(left_over),
        )

    def _missing(self, work: Work, connection: str, rows: Sequence[VisitFact]) -> list[str]:
        """The patients of these visits that are not here yet."""
        patients = sorted({row.patient_vendor_id for row in rows if row.patient_vendor_id and not row.deleted})
        known = locals_of(work, connection, Kind.PATIENT, patients)
        return [each for each in patients if each not in known]


def _taken_before(row: PersonFact, seen: dict[str, datetime]) -> bool:
    """Whether this very change was taken: the overlap of the feed brings every row several times."""
    before = seen.get(row.vendor_id or "")
    told = _told(row)
    return before is not None and told is not None and told <= before


def _told(row: PersonFact) -> datetime | None:
    """When the patient or their insurance last changed; None when the vendor does not say it of the patient."""
    if row.changed_at is None or row.plans_changed_at is None:
        return row.changed_at
    return max(row.changed_at, row.plans_changed_at)
