"""Everything at once: all that a vendor has, from a day on or from the beginning; a census of both sides; its repair.

A full run keeps its own cursors in its row, so a killed worker goes on where it stopped and the daily feeds are not
disturbed. A census compares, and touches nothing; a repair fetches and sends what one side lacks, and deletes nothing.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Final

from chartline.connect.capabilities import StartsFeeds, TakesCensus
from chartline.domains.practice.visits import visit_status
from chartline.domains.sync.census import Side, compare, missing
from chartline.domains.sync.changes import note_changes_for
from chartline.domains.sync.fetches import Wanted
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming_visits import NOT_HELD
from chartline.domains.sync.links import vendors_of
from chartline.domains.sync.runs import Counts, What, progress
from chartline.flows.answers import Answer, answer, done
from chartline.flows.ground import Ground
from chartline.flows.syncing.course import Course, Ended, play, turned_back, working
from chartline.flows.syncing.fetching import MOST_STEPS, Fetching, want_patients
from chartline.flows.syncing.names import PATIENTS, VISITS
from chartline.flows.syncing.pacing import zone_of
from chartline.flows.syncing.pulling import Pulling
from chartline.flows.syncing.pushing import Pushing, gone_back
from chartline.formats.fhir.amounts import fhir_moment
from chartline.kernel.outcome import Receipt
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Run
from chartline.platform.records import Criterion

PAGE: Final = 500
COUNTED: Final = (Kind.PATIENT, Kind.VISIT)
"""The kinds of which a vendor can say which it has; coverages come with their patients."""
BACK: Final = timedelta(days=30)
"""How far back a census counts visits when nobody says from when."""


class Whole:
    """The jobs that look at all there is."""

    def __init__(self, ground: Ground, pulling: Pulling, fetching: Fetching, pushing: Pushing) -> None:
        self._ground, self._pulling, self._fetching, self._pushing = ground, pulling, fetching, pushing

    def full(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: all patients, then all visits, from ``since`` (an ISO day of the office) or from the beginning."""
        return play(
            self._ground, run, arguments, What.FULL, lambda course: self._full(course, arguments.get("since", ""))
        )

    def _full(self, course: Course, since: str) -> Ended:
        begin = course.run.step("from", self._from, *course.parts, since)["cursor"]
        phase, _, cursor = (course.cursor or f"{PATIENTS}:{begin}").partition(":")
        if phase == PATIENTS:
            back = self._patients(course, cursor)
            if back is not None:
                return back
            cursor = begin
        return self._visits(course, cursor) or {}

    def _patients(self, course: Course, cursor: str) -> ComeBack | None:
        for _ in range(MOST_STEPS):
            feed = self._pulling.feed_patients
            page = course.run.step("patients", feed, *course.parts, cursor, course.run.failed, PATIENTS)
            back = turned_back(page)
            if back is None:
                back, _ = self._fetching.drain(course)
            if back is not None:
                return back
            cursor = page["cursor"]
            if page["more"] != "1":
                return None
        return ComeBack(self._ground.clock.now(), "more pages")

    def _visits(self, course: Course, cursor: str) -> ComeBack | None:
        for _ in range(MOST_STEPS):
            feed = self._pulling.feed_visits
            page = course.run.step("visits", feed, *course.parts, cursor, course.run.failed, VISITS)
            back = turned_back(page)
            if back is None and page["is"] == "patients first":
                back, _ = self._fetching.drain(course)
                if back is None:
                    continue
            if back is not None:
                return back
            cursor = page["cursor"]
            if page["more"] != "1":
                return None
        return ComeBack(self._ground.clock.now(), "more pages")

    def _from(self, organisation: str, connection: str, run_id: str, actor: str, since: str) -> Answer:
        """The cursor from which everything is read."""
        if not since:
            return done(cursor="")
        connector = self._ground.open(organisation, connection, StartsFeeds)
        with self._ground.database.read(organisation) as work:
            moment = datetime.combine(date.fromisoformat(since), time(), zone_of(work))
        return done(cursor=connector.cursor_at(moment))

    def census(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: which records each side has. Visits are counted from ``since`` on."""
        return play(
            self._ground, run, arguments, What.CENSUS, lambda course: self._census(course, arguments.get("since", ""))
        )

    def _census(self, course: Course, since: str) -> Ended:
        both: dict[str, str] = {}
        for kind in COUNTED:
            told = course.run.step(f"count {kind.value}s", self._count, *course.parts, kind.value, since, dict(both))
            back = turned_back(told)
            if back is not None:
                return back
            both[kind.value] = told["both"]
        return both

    def _count(
        self,
        organisation: str,
        connection: str,
        run_id: str,
        actor: str,
        which: str,
        since: str,
        before: dict[str, str],
    ) -> Answer:
        ground, kind = self._ground, Kind(which)
        connector = ground.open(organisation, connection, TakesCensus)
        with ground.database.read(organisation) as work:
            zone = zone_of(work)
        first = date.fromisoformat(since) if since else (ground.clock.now().astimezone(zone) - BACK).date()
        outcome = connector.present("patient" if kind is Kind.PATIENT else "visit", first)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock)
        with working(ground, organisation, run_id, actor) as work:
            ours = self._ours(work, connection, kind, datetime.combine(first, time(), zone))
            found = compare(work, run_id, connection, kind, outcome.value, ours)
            seen = found.both + found.only_here + found.unsent + found.only_there
            counted = {**before, kind.value: str(found.both)}
            progress(work, run_id, Counts(seen), cursor=json.dumps(counted), left=0)
        return done(both=str(found.both))

    def _ours(self, work: Work, connection: str, kind: Kind, begin: datetime) -> list[str]:
        """Our records that the vendor should have, or had once."""
        if kind is Kind.PATIENT:
            return [each for page in self._pages(work, "Patient", []) for each in page]
        wanted = [Criterion("date", f"ge{fhir_moment(begin)}")]
        states = {each: state for page in self._pages(work, "Appointment", wanted) for each, state in page.items()}
        linked = vendors_of(work, connection, kind, [each for each, over in states.items() if over])
        return [each for each, over in states.items() if not over or each in linked]

    def _pages(self, work: Work, rtype: str, criteria: list[Criterion]) -> list[dict[str, bool]]:
        """Ids, page by page, each with whether it is a visit that will not be held."""
        pages: list[dict[str, bool]] = []
        cursor: str | None = None
        while True:
            page = self._ground.records.search(work, rtype, criteria, cursor=cursor, limit=PAGE)
            if rtype == "Patient":
                pages.append({stored.id: False for stored in page.found})
            else:
                over = {each.id: visit_status(each.reveal(Purpose.MATCH)) in NOT_HELD for each in page.found}
                pages.append(over)
            cursor = page.next
            if cursor is None:
                return pages

    def repair(self, run: Run, arguments: dict[str, str]) -> Ended:
        """The job: fetch what only the vendor has and send what only we have, as a census found it."""
        return play(self._ground, run, arguments, What.REPAIR, lambda course: self._repair(course, arguments["census"]))

    def _repair(self, course: Course, census: str) -> Ended:
        phase, _, cursor = (course.cursor or "line:").partition(":")
        visits = "1"
        if phase == "line":
            visits = course.run.step("line", self._line, *course.parts, census)["visits"]
        back, _ = self._fetching.drain(course)
        if back is None and visits == "1":
            # No vendor lists a visit by its number alone, so the feed is read from its beginning.
            back = self._visits(course, cursor if phase == VISITS else "")
        if back is not None:
            return back
        back, gone = self._pushing.send_all(course)
        return back or gone_back(gone) or {"sent": str(gone.sent), "refused": str(gone.refused)}

    def _line(self, organisation: str, connection: str, run_id: str, actor: str, census: str) -> Answer:
        """Put everything in line that a census missed."""
        with self._ground.database.work(organisation) as work:
            for kind in COUNTED:
                for ids in _listed(work, census, kind, Side.UNSENT):
                    note_changes_for(work, connection, [(kind, each) for each in ids])
            for ids in _listed(work, census, Kind.PATIENT, Side.THERE):
                want_patients(work, connection, [Wanted(Kind.PATIENT, each) for each in ids])
            visits = bool(missing(work, census, Kind.VISIT, Side.THERE, limit=1))
        return done(visits="1" if visits else "")


def _listed(work: Work, census: str, kind: Kind, side: Side) -> list[list[str]]:
    pages: list[list[str]] = []
    after = ""
    while True:
        ids = list(missing(work, census, kind, side, after, PAGE))
        if not ids:
            return pages
        pages.append(ids)
        after = ids[-1]
