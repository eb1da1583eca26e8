"""One job as a run: its row is opened, kept up to date and closed, whatever becomes of the job.

Refuses to work for a connection that is switched off, and to work by itself for one that is paused: such a job ends
politely and says so in its run. A job that fails waits on the desk; when it is tried again, it goes on with its run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from chartline.connect.connections import NOT_CONNECTED
from chartline.domains.sync.log import doing
from chartline.domains.sync.runs import SCHEDULE, RunState, What, begin, finish, open_run, read_run, wait
from chartline.domains.sync.settings import SWITCHED_OFF, Feed, read_settings
from chartline.flows.answers import Answer, come_back, done
from chartline.flows.ground import Ground
from chartline.flows.syncing.pacing import pace_schedule
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import derived_id
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Run
from chartline.platform.jobs.schedules import schedule_of

OFF: Answer = {"is": "off"}
"""What a step answers that finds the kill switch thrown."""

SOMEBODY = "job"
"""Who started a run that another job put in line."""

Ended = ComeBack | dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Course:
    """A run on its way. Steps are given its plain parts: organisation, connection, run id, actor."""

    run: Run
    connection: str
    run_id: str
    actor: str
    cursor: str
    """Where an earlier part of the run stopped; its form is the business of whoever wrote it."""
    by_itself: bool
    """Whether nobody asked for it: a schedule started it."""

    @property
    def organisation(self) -> str:
        """Whose run it is."""
        return self.run.organisation

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Organisation, connection, run id and actor: the first arguments of every step."""
        return self.organisation, self.connection, self.run_id, self.actor


class Off(Exception):
    """The kill switch was thrown while a run was under way."""


def checked(given: Answer) -> Answer:
    """A step's answer, unless it says that the connection was switched off. Raises Off."""
    if given["is"] == "off":
        raise Off
    return given


def still_on(ground: Ground, organisation: str, connection: str) -> bool:
    """Whether the kill switch is not thrown; asked before each call to a vendor."""
    with ground.database.read(organisation) as work:
        return read_settings(work, connection).enabled


@contextmanager
def working(ground: Ground, organisation: str, run_id: str, actor: str, operation: str = "") -> Generator[Work]:
    """A writing transaction whose lines in the sync log belong to the run."""
    with ground.database.work(organisation) as work, doing(run_id, actor, operation):
        yield work


def play(
    ground: Ground,
    run: Run,
    arguments: dict[str, str],
    what: What,
    body: Callable[[Course], Ended],
    feed: Feed | None = None,
) -> Ended:
    """Play a job as a run. ``feed`` is what the job's schedule is paced by, where it has one.

    A result may bring ``news`` (how much there was) and ``again`` (a moment at which some of it waits).
    """
    connection = arguments["connection"]
    schedule = schedule_of(run.id, run.organisation) or ""
    run_id = arguments.get("run") or derived_id("sync_run", run.organisation, run.id)
    begun = run.step("begin", _begin, ground, run.organisation, connection, run_id, what.value, schedule)
    course = Course(run, connection, run_id, begun["actor"], begun["cursor"], bool(schedule))
    end = (ground, run.organisation, connection, run_id, schedule, feed.value if feed else "", begun["planned"])
    if begun["is"] == "off":
        return {"state": RunState.STOPPED.value}
    try:
        ended = body(course)
    except Off:
        run.step("stop", _end, *end, RunState.STOPPED.value, SWITCHED_OFF.code, 0, "")
        return {"state": RunState.STOPPED.value}
    except ChartlineError as error:
        code = error.problem.code
        if code in (SWITCHED_OFF.code, NOT_CONNECTED.code):
            run.step("stop", _end, *end, RunState.STOPPED.value, code, 0, "")
            return {"state": RunState.STOPPED.value}
        run.step("fail", _end, *end, RunState.FAILED.value, code, 0, "")
        raise
    if isinstance(ended, ComeBack):
        run.step("wait", _wait, ground, run.organisation, run_id, ended.at.isoformat(), ended.reason)
        return ended
    result = dict(ended or {})
    news, again = int(result.pop("news", "0")), result.pop("again", "")
    run.step("end", _end, *end, RunState.DONE.value, "", news, again)
    return {**result, "run": run_id}


def turned_back(given: Answer) -> ComeBack | None:
    """The ComeBack of an answer, as ``come_back``; raises Off when the connection was switched off."""
    return come_back(checked(given))


def _begin(ground: Ground, organisation: str, connection: str, run_id: str, what: str, schedule: str) -> Answer:
    with ground.database.work(organisation) as work:
        open_run(work, connection, What(what), SCHEDULE if schedule else SOMEBODY, run_id=run_id)
        known = read_run(work, run_id)
        settings = read_settings(work, connection)
        plan = ground.schedules.find(work, organisation, schedule) if schedule else None
        planned = plan.next_at.isoformat() if plan else ""
        answered = {"actor": known.started_by, "cursor": known.cursor, "planned": planned}
        if not settings.enabled or (schedule and settings.paused):
            finish(work, run_id, RunState.STOPPED, SWITCHED_OFF.code)
            return {**OFF, **answered}
        begin(work, run_id)
        return done(**answered)


def _wait(ground: Ground, organisation: str, run_id: str, at: str, reason: str) -> Answer:
    with ground.database.work(organisation) as work:
        wait(work, run_id, datetime.fromisoformat(at), reason)
    return done()


def _end(
    ground: Ground,
    organisation: str,
    connection: str,
    run_id: str,
    schedule: str,
    feed: str,
    planned: str,
    state: str,
    code: str,
    news: int,
    again: str,
) -> Answer:
    with ground.database.work(organisation) as work:
        finish(work, run_id, RunState(state), code)
        if schedule and feed:
            before = datetime.fromisoformat(planned) if planned else None
            pace_schedule(ground, work, connection, schedule, Feed(feed), news, again, before)
    return done()
