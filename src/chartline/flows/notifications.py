"""Tells subscribers what they wait for: the handshake, every event in its order, heartbeats, and when to give up.

One job at a time sends for one subscription; others see that and leave. A notification may come twice (a crash after
the answer), never in another order and never with a number left out: the numbers in it say so, which is why a
notification may be sent again where a vendor's write may not. A receiver that fails is tried again with growing
pauses; after the last one the subscription's status is ``error``, a person is told, and events go on being counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chartline.flows.ground import Ground
from chartline.flows.notifying.receivers import Receivers
from chartline.flows.notifying.shown import Shown
from chartline.kernel.errors import ErrorKind
from chartline.kernel.outcome import Later
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Issues, Job, Run
from chartline.platform.subscriptions import (
    ACTIVE,
    ERROR,
    NOTIFICATIONS,
    NOTIFY,
    OFF,
    REQUESTED,
    Event,
    State,
    as_server,
)
from chartline.platform.subscriptions.notices import EVENT, HANDSHAKE, HEARTBEAT
from chartline.platform.subscriptions.problems import NO_HANDSHAKE, NOT_ALLOWED, NOT_DELIVERED

PAUSES = tuple(timedelta(seconds=each) for each in (1, 2, 5, 15, 60, 300, 900, 3600))
"""Clock time between the tries of one notification."""
ROUNDS = 20
"""Notifications in one run of the job; then it comes back, so that no run grows without end."""
DONE, AGAIN = "", "again"
_STOPS = {kind.code: kind for kind in (NO_HANDSHAKE, NOT_ALLOWED, NOT_DELIVERED)}


class Notifications:
    """The story of notifications. ``pauses`` are between the tries."""

    def __init__(self, ground: Ground, pauses: Sequence[timedelta] = PAUSES) -> None:
        self._ground, self._pauses = ground, tuple(pauses)
        self._states = ground.subscriptions.states
        self._receivers, self._shown = Receivers(ground), Shown(ground)

    def jobs(self) -> list[Job]:
        """The job that sends for one subscription."""
        return [Job(NOTIFY, NOTIFICATIONS, self._send_all)]

    def _send_all(self, run: Run, arguments: dict[str, str]) -> ComeBack | None:
        identity = arguments["subscription"]
        if not run.step("claim", self._claim, run.organisation, identity, run.id):
            return None
        for number in range(ROUNDS):
            answer = run.step(f"send {number}", self._send, run.organisation, identity, run.id)
            if answer == DONE:
                return None
            if answer in _STOPS:
                raise _STOPS[answer].stop(subscription=identity)
            if answer != AGAIN:
                return ComeBack(datetime.fromisoformat(answer), "the receiver did not take it")
        return ComeBack(datetime.fromisoformat(run.step("pause", self._now)), "more waits to be sent")

    def _now(self) -> str:
        return self._ground.clock.now().isoformat()

    def _claim(self, organisation: str, identity: str, job: str) -> bool:
        with self._ground.database.work(organisation) as work:
            return self._states.claim(work, identity, job)

    def _send(self, organisation: str, identity: str, job: str) -> str:
        """Send the next notification; answers whether there may be more, or when to come back."""
        with self._ground.database.work(organisation) as work:
            self._ground.records.lock(work, "Subscription", identity)
            state = self._states.find(work, identity, lock=True)
            if state is None or state.held_by != job:
                return DONE
            self._states.number(work, identity)
            told = self._next(work, state)
            if told is None or isinstance(told, ErrorKind):
                self._states.release(work, identity)
                return DONE if told is None else self._stopped(work, state, told)
            kind, events = told
            if kind == ACTIVE:
                self._turn(work, state, ACTIVE)
                return AGAIN
            content = self._shown.content(work, state, kind, events)
        outcome = self._receivers.send(organisation, state, kind, content)
        if isinstance(outcome, Later):
            with self._ground.database.work(organisation) as work:
                self._states.hold(work, identity, outcome.at)
            return outcome.at.isoformat()
        with self._ground.database.work(organisation) as work:
            self._ground.records.lock(work, "Subscription", identity)
            held = self._states.find(work, identity, lock=True)
            if held is None or held.held_by != job:
                return DONE  # begun anew meanwhile: its own job sends, this one again if need be
            if not outcome:
                return self._refused(work, held, kind)
            if kind == HANDSHAKE:
                self._turn(work, held, ACTIVE)
            self._states.sent(work, identity, events[-1].number if events else held.delivered)
        return AGAIN

    def _next(self, work: Work, state: State) -> tuple[str, list[Event]] | ErrorKind | None:
        """What to send now: the word of a notification and its events, or ACTIVE for a start without a handshake.

        None when there is nothing, an error when there must not be anything any more.
        """
        definition = state.definition
        if state.status == OFF:
            return None
        if _over(definition.end, work.now):
            self._turn(work, state, OFF)
            return None
        if state.status in (REQUESTED, ACTIVE) and not self._shown.allowed(work, definition):
            return NOT_ALLOWED
        by_hook = definition.channel == "rest-hook"
        if state.status == REQUESTED:
            return (HANDSHAKE if by_hook and definition.topic else ACTIVE), []
        if state.status != ACTIVE or not by_hook:
            return None
        most = definition.most if definition.topic else 1
        events = self._states.events(work, state.id, state.delivered + 1, None, most)
        if events:
            return EVENT, events
        # A little early is on time: the schedule that comes here has the same period.
        period = timedelta(seconds=definition.heartbeat * 0.9)
        due = state.last_sent is None or work.now - state.last_sent >= period
        return (HEARTBEAT, []) if definition.topic and definition.heartbeat and due else None

    def _refused(self, work: Work, state: State, kind: str) -> str:
        """A handshake that fails is the end; anything else is tried again for a while."""
        tries = self._states.failed(work, state.id)
        if kind == HANDSHAKE or tries > len(self._pauses):
            self._states.release(work, state.id)
            return self._stopped(work, state, NO_HANDSHAKE if kind == HANDSHAKE else NOT_DELIVERED)
        at = work.now + self._pauses[tries - 1]
        self._states.hold(work, state.id, at)
        return at.isoformat()

    def _stopped(self, work: Work, state: State, kind: ErrorKind) -> str:
        self._turn(work, state, ERROR, kind)
        return kind.code

    def _turn(self, work: Work, state: State, status: str, kind: ErrorKind | None = None) -> None:
        """The same status in our table and in the resource."""
        self._states.turn(work, state.id, status, kind.code if kind else "")
        if status == ACTIVE:
            for issue in Issues().list(work, work.organisation):
                if issue.job == NOTIFY and issue.problem.fields.get("subscription") == state.id:
                    Issues().resolve(work, issue.key, seen=issue)
        found = self._ground.records.find(work, "Subscription", state.id)
        if found is None:
            return
        resource = self._shown.opened(found)
        made = {name: value for name, value in resource.items() if name != "error"} | {"status": status}
        if kind is not None:
            made["error"] = kind.say
        with as_server():
            self._ground.records.put(work, made, checked=True)


def _over(end: str, now: datetime) -> bool:
    """Whether a subscription's end has passed; a time that cannot be read never does."""
    if not end:
        return False
    try:
        return datetime.fromisoformat(end) <= now
    except (ValueError, TypeError):
        return False
