"""A worker runs steps once, lets jobs come back, keeps schedules apart, and puts failures on the desk."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from tests.platform.jobs.conftest import Working
from tests.support.clocks import START, jump, shared_clock
from tests.support.waiting import until

from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.kernel.settings import Settings
from chartline.platform.database import Database
from chartline.platform.jobs import (
    ComeBack,
    Issues,
    Job,
    Jobs,
    Queue,
    Run,
    Schedules,
    Worker,
    next_due,
)

QUEUE = Queue("ordinary", 4)
BUSY = ErrorKind("test.busy", Blame.VENDOR, Again.NOW, "The vendor is busy.", "Nothing: it is tried again.")
NO = ErrorKind("test.no", Blame.PAYER, Again.AFTER_FIX, "The payer said no.", "Correct the claim.")


def put(database: Database, jobs: Jobs, job: str, key: str, **arguments: str) -> None:
    with database.system() as work:
        jobs.enqueue(work, job, QUEUE, arguments, key=key, organisation="a")


def ended(jobs: Jobs, number: int) -> None:
    until(lambda: jobs.counts()["done"] + jobs.counts()["failed"] == number and jobs.counts()["queued"] == 0)


# --- steps ----------------------------------------------------------------------------------------------------------


def test_a_step_is_tried_again_while_its_error_says_now(database: Database, jobs: Jobs, working: Working) -> None:
    tries: list[int] = []

    def flaky() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise BUSY.error()
        if len(tries) == 2:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return len(tries)

    def body(run: Run, _: dict[str, str]) -> dict[str, str]:
        return {"tries": str(run.step("call", flaky))}

    working(Job("call", QUEUE, body))
    put(database, jobs, "call", "one")
    ended(jobs, 1)
    assert (len(tries), jobs.counts()["done"]) == (3, 1)


def test_a_body_sees_the_problem_of_a_failed_step_and_may_go_on(
    database: Database, jobs: Jobs, working: Working
) -> None:
    seen: list[str] = []

    def refuse() -> None:
        raise NO.error(claim="C1")

    def body(run: Run, _: dict[str, str]) -> None:
        try:
            run.step("submit", refuse)
        except ChartlineError as error:
            seen.append(error.problem.fields["claim"])

    working(Job("submit", QUEUE, body))
    put(database, jobs, "submit", "one")
    ended(jobs, 1)
    assert (seen, jobs.counts()["done"]) == (["C1"], 1)


def test_a_step_that_returns_something_else_than_plain_values_fails_its_job(
    database: Database, jobs: Jobs, working: Working
) -> None:
    def body(run: Run, _: dict[str, str]) -> None:
        run.step("pair", lambda: {"pair": (1, 2)})

    working(Job("tuple", QUEUE, body))
    put(database, jobs, "tuple", "one")
    ended(jobs, 1)
    with database.system() as work:
        assert [issue.problem.code for issue in Issues().list(work, "a")] == ["job.not_plain"]


# --- failures -------------------------------------------------------------------------------------------------------


def test_a_failed_job_waits_on_the_desk_and_runs_again_from_the_step_that_failed(
    database: Database, jobs: Jobs, working: Working
) -> None:
    ran: list[str] = []
    mended = threading.Event()

    def submit() -> str:
        ran.append("submit")
        if not mended.is_set():
            raise NO.error(claim="C1")
        return "ok"

    def body(run: Run, _: dict[str, str]) -> dict[str, str]:
        run.step("prepare", ran.append, "prepare")
        return {"answer": run.step("submit", submit)}

    working(Job("claim", QUEUE, body))
    put(database, jobs, "claim", "one")
    ended(jobs, 1)
    with database.system() as work:
        (issue,) = Issues().list(work, "a")
        assert (issue.problem.code, issue.problem.fields, issue.resolved) == ("test.no", {"claim": "C1"}, False)
        assert Issues().list(work, "b") == []
    with pytest.raises(ChartlineError, match=r"job\.no_issue"):
        jobs.retry("one", "b")
    mended.set()
    jobs.retry("one", "a")
    until(lambda: jobs.counts()["done"] == 1)
    assert ran == ["prepare", "submit", "submit"]
    with database.system() as work:
        assert Issues().count(work, "a") == 0


def test_a_job_that_fails_again_is_on_the_desk_again(database: Database, jobs: Jobs, working: Working) -> None:
    ran: list[int] = []

    def body(run: Run, _: dict[str, str]) -> None:
        run.step("note", ran.append, 1)
        raise NO.error()

    working(Job("claim", QUEUE, body))
    put(database, jobs, "claim", "one")
    ended(jobs, 1)
    with database.system() as work:
        first = Issues().list(work, "a")[0].at
    jobs.retry("one", "a")

    def failed_anew() -> bool:
        with database.system() as work:
            issues = Issues().list(work, "a")
        return bool(issues) and issues[0].at > first

    until(failed_anew)
    assert ran == [1]


def test_the_text_of_an_unforeseen_error_is_written_nowhere(
    database: Database, jobs: Jobs, working: Working, capfd: pytest.CaptureFixture[str]
) -> None:
    def body(run: Run, _: dict[str, str]) -> None:
        run.step("read", int, "Quentin Testpatient")

    working(Job("read", QUEUE, body))
    put(database, jobs, "read", "one")
    ended(jobs, 1)
    with database.system() as work:
        (issue,) = Issues().list(work, "a")
    assert (issue.problem.code, issue.problem.fields["exception"]) == ("job.failed", "ValueError")
    assert "Quentin" not in "".join(capfd.readouterr())
    assert "Quentin" not in everything(database)


def everything(database: Database) -> str:
    """All rows of all tables, the engine's own among them."""
    texts: list[str] = []
    with database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for schema in ["public", "dbos"] if database.postgresql else [None]:
            for name in inspector.get_table_names(schema):
                full = f'"{schema}"."{name}"' if schema else f'"{name}"'
                texts += [repr(row) for row in connection.execute(sa.text(f"SELECT * FROM {full}"))]
    return "\n".join(texts)


# --- time -----------------------------------------------------------------------------------------------------------


class TestSimulated:
    """With a shared clock at 3,600 times real time."""

    @pytest.fixture
    def clock_file(self, tmp_path: Path) -> Path:
        return tmp_path / "clock.json"

    @pytest.fixture
    def clock(self, clock_file: Path) -> Clock:
        return shared_clock(clock_file, speed=3600.0)

    def test_a_job_comes_back_at_its_time_with_its_key(
        self, database: Database, jobs: Jobs, working: Working, clock: Clock
    ) -> None:
        visits: list[str] = []

        def body(run: Run, _: dict[str, str]) -> ComeBack | None:
            visits.append(f"{run.id} {run.returns}")
            now = clock.now()
            return None if run.returns == 3 else ComeBack(now + timedelta(hours=1), "not yet")

        working(Job("poll", QUEUE, body))
        put(database, jobs, "poll", "one")
        until(lambda: len(visits) == 4)
        ended(jobs, 4)
        assert visits == ["one 0", "one 1", "one 2", "one 3"]
        assert clock.now() >= START + timedelta(hours=3)
        assert next_due(database) is None

    def test_a_clock_that_jumps_to_the_next_due_moment_wakes_the_job(
        self, database: Database, jobs: Jobs, working: Working, clock: Clock, clock_file: Path
    ) -> None:
        working(Job("wait", QUEUE, lambda run, _: None if run.returns else ComeBack(START + timedelta(days=30), "x")))
        put(database, jobs, "wait", "one")
        until(lambda: next_due(database) is not None)
        assert START + timedelta(days=30) == next_due(database)
        jump(clock_file, START + timedelta(days=30), 1.0)
        until(lambda: jobs.counts()["done"] == 2)

    def test_missed_runs_of_a_schedule_count_as_one(
        self, database: Database, jobs: Jobs, working: Working, clock: Clock, clock_file: Path
    ) -> None:
        jump(clock_file, START, 1.0)
        with database.system() as work:
            Schedules().put(work, "a", "sync", "sync", QUEUE, {}, 3600, first_at=START - timedelta(hours=5))
        working(Job("sync", QUEUE, lambda run, _: None))
        until(lambda: jobs.counts()["done"] == 1)
        assert START + timedelta(hours=1) == next_due(database)
        jump(clock_file, START + timedelta(hours=4, minutes=30), 1.0)
        until(lambda: jobs.counts()["done"] == 2)
        with database.system() as work:
            (plan,) = Schedules().list(work, "a")
        assert START + timedelta(hours=5) == plan.next_at

    def test_a_schedule_starts_no_run_while_its_last_one_goes_on(
        self, database: Database, jobs: Jobs, working: Working, clock: Clock
    ) -> None:
        inside, go = [0, 0], threading.Event()

        def slow() -> None:
            inside[0] += 1
            inside[1] = max(inside)
            go.wait(10)
            inside[0] -= 1

        with database.system() as work:
            Schedules().put(work, "a", "sync", "sync", QUEUE, {}, 60)
        working(Job("sync", QUEUE, lambda run, _: run.step("slow", slow)))
        until(lambda: inside[0] == 1)
        before = clock.now()
        until(lambda: clock.now() > before + timedelta(minutes=30))
        with database.system() as work:
            Schedules().pause(work, "a", "sync")
        assert jobs.counts() == {"queued": 0, "running": 1, "done": 0, "failed": 0}
        go.set()
        ended(jobs, 1)
        assert inside == [0, 1]

    def test_a_schedule_goes_on_after_a_failed_run_and_stops_when_paused(
        self, database: Database, jobs: Jobs, working: Working
    ) -> None:
        def body(run: Run, _: dict[str, str]) -> None:
            raise NO.error()

        with database.system() as work:
            Schedules().put(work, "a", "sync", "sync", QUEUE, {}, 60)
        working(Job("sync", QUEUE, body))
        until(lambda: jobs.counts()["failed"] >= 2)
        with database.system() as work:
            assert Schedules().pause(work, "a", "sync")
            assert not Schedules().pause(work, "b", "sync")
        until(lambda: jobs.counts()["queued"] + jobs.counts()["running"] == 0)
        failed = jobs.counts()["failed"]
        assert next_due(database) is None
        with database.system() as work:
            Schedules().resume(work, "a", "sync")
        until(lambda: jobs.counts()["failed"] > failed)


# --- one worker -----------------------------------------------------------------------------------------------------


def test_a_second_worker_on_the_same_sqlite_file_is_refused(sqlite_database: Database, settings: Settings) -> None:
    first = Worker(sqlite_database, settings, [Job("x", QUEUE, lambda run, _: None)])
    first.start()
    try:
        second = Worker(sqlite_database, settings, [])
        with pytest.raises(ChartlineError, match=r"database\.in_use") as refused:
            second.start()
        second.stop()
        assert str(refused.value.problem.fields["process"]).isdigit()
    finally:
        first.stop()
    again = Worker(sqlite_database, settings, [])
    again.start()
    again.stop()


def test_a_worker_that_stops_leaves_unfinished_work_to_the_next(
    database: Database, jobs: Jobs, settings: Settings
) -> None:
    ran: list[str] = []
    entered, go = threading.Event(), threading.Event()

    def slow() -> None:
        ran.append("slow")
        entered.set()
        go.wait(10)

    def body(run: Run, _: dict[str, str]) -> None:
        run.step("quick", ran.append, "quick")
        run.step("slow", slow)

    first = Worker(database, settings, [Job("long", QUEUE, body)])
    first.start()
    put(database, jobs, "long", "one")
    assert entered.wait(10)
    first.stop(grace_seconds=0)
    second = Worker(database, settings, [Job("long", QUEUE, body)])
    second.start()
    try:
        until(lambda: ran.count("slow") == 2)
        go.set()
        until(lambda: jobs.counts()["done"] == 1)
        assert ran.count("quick") == 1
    finally:
        go.set()
        second.stop()


def test_a_job_that_ends_its_process_every_time_is_given_up_and_can_be_run_again(
    database: Database, jobs: Jobs, working: Working
) -> None:
    ran: list[str] = []
    entered, go = threading.Event(), threading.Event()

    def slow() -> None:
        entered.set()
        go.wait(10)

    def body(run: Run, _: dict[str, str]) -> None:
        run.step("quick", ran.append, "quick")
        run.step("slow", slow)

    working(Job("long", QUEUE, body))
    put(database, jobs, "long", "one")
    assert entered.wait(10)
    table = "dbos.workflow_status" if database.postgresql else "workflow_status"
    with database.system() as work:  # what the engine does after the twentieth crash
        work.execute(
            sa.text(
                f"UPDATE {table} SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', queue_name = NULL, owner_xid = NULL"
            )
        )

    def given_up() -> bool:
        with database.system() as work:
            return [issue.problem.code for issue in Issues().list(work, "a")] == ["job.crashing"]

    until(given_up)
    go.set()
    jobs.retry("one", "a")
    until(lambda: jobs.counts()["done"] == 1)
    assert ran == ["quick"]
