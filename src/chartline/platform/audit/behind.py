"""Audit events of reads, written behind the answers: in groups, by a thread of its own, never later than a moment.

A read must not wait for the lock on the head of its organisation's trail. So its event is put in line, and what waits
is written together every 50 milliseconds, or as soon as 200 wait. A killed process loses what was in line, and nothing
that a write did: writes record in their own transaction (docs/decisions/0015). Refuses to forget: while the database
takes nothing the line grows to its bound, and then reads are refused.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime

import structlog

from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.platform.audit.trail import Audit, AuditEvent, check_detail
from chartline.platform.database import Database

EVERY_SECONDS = 0.05
GROUP = 200
MOST_WAITING = 20_000
_PATIENCE = 10.0
"""Real seconds that a read waits for room in a full line."""

TRAIL_BEHIND = ErrorKind(
    "audit.behind",
    Blame.US,
    Again.NOW,
    "The audit trail cannot be written, so nothing is shown.",
    "Look at the database: it takes no writes. Reading works again by itself when it does.",
    status=503,
)
_log = structlog.get_logger(__name__)


class AuditBehind:
    """The line of one process. Starts its thread with the first event; ``close`` writes what is left."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database, self._audit = database, audit
        self._waiting: deque[tuple[str, datetime, AuditEvent]] = deque()
        self._changed = threading.Condition()
        self._writing = self._closed = False
        self._thread: threading.Thread | None = None

    def note(self, organisation: str, event: AuditEvent) -> None:
        """Put an event in line. Raises ``audit.behind`` when the line is full and stays so.

        Raises ValueError when a detail is not a code.
        """
        check_detail(event.detail)
        moment = self._database.clock.now()
        with self._changed:
            if len(self._waiting) >= MOST_WAITING and not self._changed.wait_for(self._has_room, _PATIENCE):
                raise TRAIL_BEHIND.error()
            self._waiting.append((organisation, moment, event))
            if self._thread is None:
                self._closed = False
                self._thread = threading.Thread(target=self._run, name="audit-behind", daemon=True)
                self._thread.start()
            elif len(self._waiting) in (1, GROUP):
                self._changed.notify_all()

    def flush(self, seconds: float = _PATIENCE) -> bool:
        """Wait until everything that is in line now is written; says whether it was in so many real seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._writing, seconds)

    def close(self) -> None:
        """Write what is left and end the thread. An event that comes later starts another one."""
        with self._changed:
            self._closed, thread, self._thread = True, self._thread, None
            self._changed.notify_all()
        if thread is not None:
            thread.join(_PATIENCE)

    def _has_room(self) -> bool:
        return len(self._waiting) < MOST_WAITING

    def _run(self) -> None:
        pause = EVERY_SECONDS
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._waiting))
                self._changed.wait_for(lambda: self._closed or len(self._waiting) >= GROUP, pause)
                ending = self._closed
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), 10 * GROUP))]
                self._writing = bool(group)
            if group and not self._written(group):
                with self._changed:
                    self._waiting.extendleft(reversed(group))
                    self._writing = False
                if ending:
                    _log.error("audit.lost", events=len(group))
                    return
                pause = min(pause * 2, 2.0)
                threading.Event().wait(pause)
                continue
            pause = EVERY_SECONDS
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                if ending and not self._waiting:
                    return

    def _written(self, group: list[tuple[str, datetime, AuditEvent]]) -> bool:
        """Write a group, one transaction for each organisation; what was written leaves the group."""
        for organisation in {one[0] for one in group}:
            mine = [(at, event) for owner, at, event in group if owner == organisation]
            try:
                with self._database.work(organisation) as work:
                    self._audit.record_many(work, mine)
            except ChartlineError as error:
                _log.warning("audit.behind", code=error.problem.code, events=len(mine))
                return False
            group[:] = [one for one in group if one[0] != organisation]
        return True
