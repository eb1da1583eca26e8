"""Jobs are put in line with the caller's rows, once for each key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.platform.jobs.conftest import Working
from tests.support.waiting import until

from chartline.platform.database import Database
from chartline.platform.jobs import ComeBack, Job, Jobs, Queue, Run, next_due
from chartline.platform.jobs.timers import wait

QUEUE = Queue("ordinary", 4)


def test_a_job_of_a_transaction_that_is_rolled_back_does_not_exist(database: Database, jobs: Jobs) -> None:
    with pytest.raises(RuntimeError), database.work("0190a000-0000-7000-8000-000000000001") as work:
        jobs.enqueue(work, "count", QUEUE, {}, key="one", organisation="a")
        raise RuntimeError
    assert sum(jobs.counts().values()) == 0


def test_the_same_key_twice_is_one_job(database: Database, jobs: Jobs, working: Working) -> None:
    ran: list[str] = []

    def body(run: Run, arguments: dict[str, str]) -> None:
        run.step("note", ran.append, arguments["n"])

    with database.system() as work:
        jobs.enqueue(work, "count", QUEUE, {"n": "first"}, key="one", organisation="a")
        jobs.enqueue(work, "count", QUEUE, {"n": "second"}, key="one", organisation="a")
    working(Job("count", QUEUE, body))
    until(lambda: jobs.counts()["done"] == 1)
    with database.system() as work:
        jobs.enqueue(work, "count", "ordinary", {"n": "third"}, key="one", organisation="a")
    assert jobs.counts() == {"queued": 0, "running": 0, "done": 1, "failed": 0}
    assert ran == ["first"]


def test_counts_and_lists_belong_to_one_organisation(database: Database, jobs: Jobs) -> None:
    with database.system() as work:
        for number in range(3):
            jobs.enqueue(work, "count", QUEUE, {}, key=f"a{number}", organisation="a")
        jobs.enqueue(work, "count", QUEUE, {}, key="b0", organisation="b")
    assert (jobs.counts("a")["queued"], jobs.counts("b")["queued"], jobs.counts()["queued"]) == (3, 1, 4)
    assert [state.key for state in jobs.list("b")] == ["b0"]
    assert jobs.depths() == {"ordinary": 4}


def test_a_key_with_a_number_sign_is_refused(database: Database, jobs: Jobs) -> None:
    with pytest.raises(ValueError, match="#"), database.system() as work:
        jobs.enqueue(work, "count", QUEUE, {}, key="one#1", organisation="a")


def test_a_job_that_is_put_off_runs_once_and_not_before_its_moment(
    database: Database, jobs: Jobs, working: Working
) -> None:
    ran: list[str] = []

    def body(run: Run, arguments: dict[str, str]) -> None:
        run.step("note", ran.append, arguments["n"])

    moment = database.clock.now()
    with database.system() as work:
        for number in ("first", "second"):
            jobs.later(work, "count", QUEUE, {"n": number}, key="soon", organisation="a", at=moment)
        far = moment.replace(year=moment.year + 1)
        jobs.later(work, "count", QUEUE, {"n": "far"}, key="far", organisation="a", at=far)
    working(Job("count", QUEUE, body))
    until(lambda: jobs.counts()["done"] == 1)
    assert ran == ["first"]
    assert next_due(database) == far
    with pytest.raises(ValueError, match="#"), database.system() as work:
        jobs.later(work, "count", QUEUE, {}, key="one#1", organisation="a", at=moment)


def test_the_next_due_moment_is_the_soonest_timer(database: Database) -> None:
    first, second = datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)
    assert next_due(database) is None
    with database.system() as work:
        for key, at in (("x#1", second), ("y#1", first)):
            wait(work, ComeBack(at, "soon"), key=key, organisation="a", job="j", queue="q", arguments={})
    assert first == next_due(database)
