"""A run counts what it does, says when it should be over, and is found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.domains.practice_world import AMD, START, World
from tests.domains.sync.moments import at

from chartline.domains.sync.log import Happened
from chartline.domains.sync.runs import (
    Counts,
    RunFilter,
    RunState,
    What,
    begin,
    counted,
    finish,
    forget_runs,
    last_runs,
    list_runs,
    open_run,
    open_runs,
    progress,
    read_run,
    totals,
    wait,
)
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

MINUTE = timedelta(minutes=1)


def done_run(work: Work, what: What, counts: Counts = Counts(), connection: str = AMD) -> str:
    run = open_run(work, connection, what, "user:1")
    begin(work, run)
    progress(work, run, counts)
    finish(work, run)
    return run


def test_a_run_goes_from_line_to_end_and_adds_up(world: World) -> None:
    with world.work() as work:
        run = open_run(at(work, START), AMD, What.FULL, "user:1", subject="2026-01-01")
        assert read_run(work, run).state is RunState.QUEUED
        begin(at(work, START + MINUTE), run)
        begin(at(work, START + 2 * MINUTE), run)
        progress(at(work, START + 3 * MINUTE), run, Counts(10, created=7, conflicts=1), cursor="a", left=30)
        progress(at(work, START + 3 * MINUTE), run, counted(Happened.REFUSED), cursor="b")
        wait(work, run, START + 5 * MINUTE, "budget")
        found = read_run(work, run)
        assert (found.state, found.next_at, found.problem_code) == (RunState.WAITING, START + 5 * MINUTE, "budget")
        assert (found.started, found.cursor, found.total) == (START + MINUTE, "b", 40)
        assert found.counts == Counts(11, created=7, refused=1, conflicts=1)
        assert [each.id for each in open_runs(work)] == [run]
        finish(at(work, START + 9 * MINUTE), run)
        found = read_run(work, run)
        assert (found.state, found.finished, found.next_at) == (RunState.DONE, START + 9 * MINUTE, None)
        assert (list(open_runs(work)), found.direction) == ([], "in")


def test_opening_a_run_again_finds_it(world: World) -> None:
    with world.work() as work:
        run = open_run(work, AMD, What.PUSH, "schedule", run_id=new_id())
        progress(work, run, Counts(3))
        assert open_run(work, AMD, What.PUSH, "job", run_id=run) == run
        assert (read_run(work, run).counts.done, read_run(work, run).started_by) == (3, "schedule")


def test_a_run_that_is_not_there_says_so(world: World) -> None:
    with world.work() as work, pytest.raises(ChartlineError, match=r"sync\.no_run"):
        read_run(work, new_id())


def test_the_end_is_expected_by_pace_and_not_before_the_budgets_allow(world: World) -> None:
    with world.work() as work:
        run = open_run(at(work, START), AMD, What.FULL, "user:1", total=100)
        assert read_run(work, run).expected_finish(START) is None
        begin(at(work, START), run)
        progress(at(work, START + 10 * MINUTE), run, Counts(25))
        now, found = START + 10 * MINUTE, read_run(work, run)
        assert found.expected_finish(now) == START + 40 * MINUTE
        assert found.expected_finish(now, START + 60 * MINUTE) == START + 60 * MINUTE
        assert found.expected_finish(now, START + 20 * MINUTE) == START + 40 * MINUTE
        wait(work, run, START + 30 * MINUTE)
        assert read_run(work, run).expected_finish(now) == START + 60 * MINUTE
        finish(work, run)
        assert read_run(work, run).expected_finish(now, START + 60 * MINUTE) is None


def test_runs_are_listed_newest_first_by_what_is_asked_page_by_page(world: World) -> None:
    with world.work() as work:
        pulls = [done_run(work, What.PULL_PATIENTS, Counts(n)) for n in range(3)]
        push = done_run(work, What.PUSH, Counts(2, changed=2), "other")
        page = list_runs(work, RunFilter(), limit=3)
        assert [each.id for each in page.runs] == [push, pulls[2], pulls[1]]
        rest = list_runs(work, RunFilter(), page.cursor, limit=3)
        assert ([each.id for each in rest.runs], rest.cursor) == ([pulls[0]], "")
        assert [each.id for each in list_runs(work, RunFilter(connection="other")).runs] == [push]
        assert [each.id for each in list_runs(work, RunFilter(what=What.PUSH)).runs] == [push]
        assert pulls[0] not in [each.id for each in list_runs(work, RunFilter(only_news=True)).runs]
        newest = {key: each.id for key, each in last_runs(work).items()}
        assert newest == {(AMD, What.PULL_PATIENTS): pulls[2], ("other", What.PUSH): push}
        now = work.now
        assert totals(work, now - MINUTE, now + MINUTE) == Counts(5, changed=2)
        assert totals(work, now - MINUTE, now + MINUTE, "other") == Counts(2, changed=2)
        assert totals(work, now + MINUTE, now + 2 * MINUTE) == Counts()


def test_quiet_runs_are_forgotten_before_those_that_did_something(world: World) -> None:
    with world.work() as work:
        quiet, busy = done_run(work, What.PUSH), done_run(work, What.PUSH, Counts(1))
        failed = open_run(work, AMD, What.PUSH, "schedule")
        finish(work, failed, RunState.FAILED, "connect.unreachable")
        live = open_run(work, AMD, What.PUSH, "schedule")
        later = work.now + MINUTE
        assert forget_runs(work, later, only_quiet=True) == 1
        left = {each.id for each in list_runs(work, RunFilter()).runs}
        assert left == {busy, failed, live} and quiet not in left
        assert forget_runs(work, later, only_quiet=False) == 2
        assert [each.id for each in list_runs(work, RunFilter()).runs] == [live]
