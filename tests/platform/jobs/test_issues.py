"""A trouble that lasts is one entry on the desk, and it goes when the work goes through."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.platform.jobs.conftest import Working
from tests.support.clocks import START, jump, shared_clock
from tests.support.waiting import until

from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Database
from chartline.platform.jobs import ComeBack, Issues, Job, Jobs, Queue, Run, Schedules
from chartline.platform.jobs.issues import Place
from chartline.platform.jobs.schedules import schedule_of

AWAY = ErrorKind("test.vendor_away", Blame.NETWORK, Again.NOW, "The vendor is away.", "Wait.")
OTHER = ErrorKind("test.other_trouble", Blame.VENDOR, Again.AFTER, "Something else.", "Wait.")
QUEUE = Queue("test", concurrency=4)


def place(number: int, schedule: str | None = "pull", connection: str = "c1") -> Place:
    return Place(f"run-{number}", "a", "sync.pull", "vendor", connection, schedule)


def test_the_runs_of_a_schedule_share_one_issue_that_counts(database: Database) -> None:
    issues = Issues()
    with database.system() as work:
        for number in range(200):
            issues.open(work, place(number), AWAY.problem(evidence=f"e{number}"))
        (issue,) = issues.list(work, "a")
        assert (issue.key, issue.times, issue.connection) == ("run-199", 200, "c1")
        assert (issue.problem.evidence, issues.count(work, "a")) == ("e199", 1)
        assert issue.first_at is not None
        assert issue.first_at <= issue.at


def test_another_problem_of_the_same_schedule_is_an_issue_of_its_own(database: Database) -> None:
    issues = Issues()
    with database.system() as work:
        issues.open(work, place(1), AWAY.problem())
        issues.open(work, place(2), OTHER.problem())
        issues.open(work, place(3, "push"), AWAY.problem())
        assert issues.count(work, "a") == 3


def test_the_next_run_that_goes_through_resolves_what_earlier_ones_said(database: Database) -> None:
    issues = Issues()
    with database.system() as work:
        issues.open(work, place(1), AWAY.problem())
        issues.open(work, place(2), OTHER.problem())
        issues.open(work, place(3, "push"), AWAY.problem())
        issues.went_through(work, "run-4", "b", "pull")
        assert issues.count(work, "a") == 3
        issues.went_through(work, "run-4", "a", "pull")
        assert [issue.key for issue in issues.list(work, "a")] == ["run-3"]
        issues.open(work, place(5), AWAY.problem())
        assert [issue.times for issue in issues.list(work, "a") if issue.key == "run-5"] == [1]


def test_jobs_of_records_keep_an_issue_each_and_are_shown_as_a_group(database: Database) -> None:
    issues = Issues()
    with database.system() as work:
        for number in range(5):
            issues.open(work, place(number, None), AWAY.problem())
        issues.open(work, place(9, None, "c2"), AWAY.problem())
        assert issues.count(work, "a") == 6
        groups = issues.groups(work, "a")
        assert sorted((group.newest.connection, group.times, len(group.keys)) for group in groups) == [
            ("c1", 5, 5),
            ("c2", 1, 1),
        ]


def test_a_job_knows_the_schedule_that_started_it() -> None:
    assert schedule_of("schedule/a/pull/c1/2026-03-10T12:00:00.000000Z", "a") == "pull/c1"
    assert schedule_of("schedule/a/pull/c1/2026-03-10T12:00:00.000000Z", "b") is None
    assert schedule_of("take/c1/900/abc", "a") is None


class TestComingBack:
    """With a worker, in a clock that a test moves."""

    @pytest.fixture
    def clock_file(self, tmp_path: Path) -> Path:
        return tmp_path / "clock.json"

    @pytest.fixture
    def clock(self, clock_file: Path) -> Clock:
        return shared_clock(clock_file, speed=1.0)

    def test_failures_in_a_row_are_counted_and_the_desk_is_told_until_it_goes_through(
        self, database: Database, jobs: Jobs, working: Working, clock: Clock, clock_file: Path
    ) -> None:
        seen: list[tuple[int, int]] = []

        def body(run: Run, _: dict[str, str]) -> ComeBack | None:
            seen.append((run.returns, run.failed))
            at = START + timedelta(hours=len(seen))
            if run.returns == 1:
                return ComeBack(at, "no slot")
            problem = AWAY.problem() if run.failed else None
            return ComeBack(at, AWAY.code, run.failed + 1, problem) if run.returns < 4 else None

        working(Job("take", QUEUE, body))
        with database.system() as work:
            jobs.enqueue(work, "take", QUEUE, {"connection": "c1"}, key="one", organisation="a")
        for number in range(1, 5):
            until(lambda number=number: len(seen) == number and jobs.counts()["done"] == number)
            with database.system() as work:
                told = [(issue.key, issue.goes_on) for issue in Issues().list(work, "a")]
            assert told == ([("one", True)] if number == 4 else [])
            jump(clock_file, START + timedelta(hours=number, seconds=1), 1.0)
        until(lambda: jobs.counts()["done"] == 5)
        assert seen == [(0, 0), (1, 1), (2, 0), (3, 1), (4, 2)]
        with database.system() as work:
            assert Issues().count(work, "a") == 0

    def test_a_job_that_goes_on_slowly_is_tried_at_once_when_a_person_asks(
        self, database: Database, jobs: Jobs, working: Working, clock: Clock
    ) -> None:
        def body(run: Run, _: dict[str, str]) -> ComeBack | None:
            return None if run.returns else ComeBack(clock.now() + timedelta(days=1), AWAY.code, 4, AWAY.problem())

        working(Job("take", QUEUE, body))
        with database.system() as work:
            jobs.enqueue(work, "take", QUEUE, {}, key="one", organisation="a")
        until(lambda: jobs.counts()["done"] == 1)
        jobs.retry("one", "a")
        until(lambda: jobs.counts()["done"] == 2)
        with database.system() as work:
            assert Issues().count(work, "a") == 0

    def test_a_night_without_the_vendor_is_one_issue_of_its_schedule(
        self, database: Database, jobs: Jobs, working: Working, clock: Clock, clock_file: Path
    ) -> None:
        back = [False]

        def body(run: Run, _: dict[str, str]) -> None:
            if not back[0]:
                raise OTHER.stop()

        with database.system() as work:
            Schedules().put(work, "a", "pull/c1", "pull", QUEUE, {"connection": "c1"}, 60, first_at=START)
        working(Job("pull", QUEUE, body))
        for number in range(1, 5):
            until(lambda number=number: jobs.counts()["failed"] == number)
            with database.system() as work:
                (issue,) = Issues().list(work, "a")
            assert (issue.times, issue.schedule) == (number, "pull/c1")
            back[0] = number == 4
            jump(clock_file, START + timedelta(minutes=number, seconds=1), 1.0)
        until(lambda: jobs.counts()["done"] == 1)
        with database.system() as work:
            assert Issues().count(work, "a") == 0
