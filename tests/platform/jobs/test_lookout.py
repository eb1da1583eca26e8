"""One question tells a worker what waits, and its engine asks nothing while nothing does."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from tests.platform.jobs.conftest import Working
from tests.support.waiting import until

from chartline.kernel.ids import new_id
from chartline.platform.database import Database
from chartline.platform.jobs import ComeBack, Job, Jobs, Queue, Run, timers
from chartline.platform.jobs.lookout import Lookout, Seen
from chartline.platform.jobs.schedules import Schedules

NEAR, FAR = Queue("near", concurrency=2), Queue("far", concurrency=2)
ORGANISATION = new_id()


def nothing(run: Run, arguments: dict[str, str]) -> None:
    return None


def test_an_installation_at_rest_shows_nothing(database: Database, jobs: Jobs) -> None:
    seen = Lookout(database, {"near", "far"}).look()
    assert (seen.timers, seen.schedules, seen.queues) == (False, False, frozenset())


def test_only_the_queue_with_a_job_is_seen(database: Database, jobs: Jobs) -> None:
    lookout = Lookout(database, {"near", "far"})
    with database.system() as work:
        jobs.enqueue(work, "stroll", FAR, {}, key="one", organisation=ORGANISATION)
    assert not lookout.waits_in("far")
    assert lookout.look().queues == {"far"}
    assert (lookout.waits_in("far"), lookout.waits_in("near")) == (True, False)


def test_a_queue_that_the_worker_does_not_know_is_none_of_its_business(database: Database, jobs: Jobs) -> None:
    with database.system() as work:
        jobs.enqueue(work, "stroll", FAR, {}, key="one", organisation=ORGANISATION)
    assert Lookout(database, {"near"}).look().queues == set()


@pytest.mark.parametrize(("hours", "due"), [(-1, True), (1, False)])
def test_a_timer_is_seen_once_it_is_due(database: Database, jobs: Jobs, hours: int, due: bool) -> None:
    with database.system() as work:
        again = ComeBack(work.now + timedelta(hours=hours), "later")
        timers.wait(work, again, key="k#1", organisation=ORGANISATION, job="stroll", queue="near", arguments={})
    assert Lookout(database, {"near"}).look().timers is due


def test_a_schedule_is_seen_while_it_may_start(database: Database, jobs: Jobs) -> None:
    lookout, plans = Lookout(database, {"near"}), Schedules()
    with database.system() as work:
        plans.put(work, ORGANISATION, "daily", "stroll", NEAR, {}, 3600)
    assert lookout.look().schedules
    with database.system() as work:
        plans.pause(work, ORGANISATION, "daily")
    assert not lookout.look().schedules
    with database.system() as work:
        plans.resume(work, ORGANISATION, "daily")
        plans.started(work, plans.due(work)[0], "running")
    assert not lookout.look().schedules


def test_the_engine_of_an_idle_worker_is_silent_about_its_queues(
    database: Database, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Holds the pinned engine to what ``durable.ask_first`` needs of it."""
    asked: list[str] = []
    looks = threading.Semaphore(0)
    look = Lookout.look

    def counted(self: Lookout) -> Seen:
        seen = look(self)
        looks.release()
        return seen

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if threading.current_thread().name in ("queue-worker-near", "queue-worker-far"):
            asked.append(statement)

    monkeypatch.setattr(Lookout, "look", counted)
    working(Job("stroll", NEAR, nothing), Job("walk", FAR, nothing))
    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        for number in range(30):
            assert looks.acquire(timeout=30)
            if number == 10:
                asked.clear()  # what the engine had begun before it was told to ask first
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
    assert [statement for statement in asked if "workflow_status" in statement] == []


def test_a_job_is_done_although_the_engine_was_silent_before(database: Database, jobs: Jobs, working: Working) -> None:
    working(Job("stroll", NEAR, nothing), Job("walk", FAR, nothing))
    with database.system() as work:
        jobs.enqueue(work, "stroll", NEAR, {}, key="one", organisation=ORGANISATION)
        jobs.enqueue(work, "walk", FAR, {}, key="two", organisation=ORGANISATION)
    until(lambda: jobs.counts(ORGANISATION)["done"] == 2)


def test_a_look_that_failed_spoils_no_connection(database: Database, jobs: Jobs) -> None:
    lookout = Lookout(database, {"near"})
    question, lookout._question = lookout._question, "SELECT nothing FROM nowhere"
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        lookout.look()
    lookout._question = question
    assert lookout.look().queues == frozenset()
