"""Sends a handful of records one after the other, and settles what became of each in a transaction of its own.

What the vendor took is agreed; what passes by itself waits for its next try (``retrying``); what a person must decide
becomes a dead letter. A vendor that is away kills no record: when nothing got through, the records wait and the
connection's trouble is reported once. Refuses to go on when no budget is left or nobody lets us in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chartline.connect.capabilities import ReadsChanges, WritesFacts
from chartline.connect.facts import PatientDetail
from chartline.domains.sync.changes import clear_change, note_change_for
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.letters import attempts_of, bury, failing, wait_until
from chartline.domains.sync.links import unlink
from chartline.domains.sync.outgoing import Pending, left_unknown, pushed
from chartline.flows.answers import SETTLE_AGAIN
from chartline.flows.ground import Ground
from chartline.flows.push import STAYS_HERE, Delivered, Push
from chartline.flows.retrying import (
    SLOWLY,
    Trouble,
    next_try,
    of_connection,
    passes,
    shuts_out,
    trouble_of,
    whole_table,
)
from chartline.kernel.errors import Problem
from chartline.kernel.outcome import Later, Receipt, Refused, Unknown

BUDGET: Final = "budget"
"""The reason of a ``Later`` that concerns the connection: what follows would get no slot either."""
LONGEST_LOOK: Final = timedelta(minutes=15)
"""The longest pause between two look-ups of a write without an answer."""


@dataclass
class Sent:
    """What became of the records. ``again`` is when the first of those that wait may be tried again.

    ``halted`` is the trouble for which nothing more was sent, and ``spent`` the tries that the table has for it, once
    they are used up; ``until`` the moment when there is budget again; ``off``
    says that the connection was switched off meanwhile. ``unknown`` counts writes without an answer.
    """

    sent: int = 0
    refused: int = 0
    again: datetime | None = None
    halted: Problem | None = None
    spent: int = 0
    until: datetime | None = None
    unknown: int = 0
    off: bool = False

    def wait(self, at: datetime) -> None:
        """Something is to be tried again at this moment."""
        self.again = at if self.again is None else min(self.again, at)


class Sending:
    """Sends records of one organisation through one connector, as long as ``on`` says that it is not switched off."""

    def __init__(
        self, ground: Ground, organisation: str, connector: WritesFacts, on: Callable[[], bool] = lambda: True
    ) -> None:
        self._ground, self._organisation, self._connector, self._on = ground, organisation, connector, on
        self._push = Push(ground, organisation, connector)

    def send(self, items: Sequence[Pending]) -> Sent:
        """Send records in this order."""
        told = Sent()
        if not items:
            return told
        with self._ground.database.read(self._organisation) as work:
            attempts = attempts_of(work, items[0].connection, items[0].kind, [item.local_id for item in items])
        over: list[tuple[Pending, Problem, int]] = []
        away = 0
        for item in items:
            if not self._on():
                told.off = True
                break
            before = attempts.get(item.local_id, 0)
            outcome = self._push.send(item)
            match outcome:
                case Delivered() | PatientDetail():
                    self._agree(item, outcome, told)
                case Refused(problem) if problem.code == STAYS_HERE.code:
                    self._clear(item)
                case Refused(problem) if shuts_out(problem):
                    # Not this record's fault: it and all that follow wait until somebody has put it right.
                    told.halted = problem
                    break
                case Refused(problem) if trouble_of(problem) is Trouble.CONFLICT and passes(problem):
                    self._read_again(item, problem, before + 1, told)
                case Refused(problem) if passes(problem):
                    if not self._try_later(item, problem, before + 1, told):
                        over.append((item, problem, before + 1))
                    away = away + 1 if of_connection(problem) else 0
                    if away == 2:
                        told.halted = problem
                        break
                case Refused(problem):
                    self._bury(item, problem, before + 1, told)
                case Unknown(evidence):
                    self._look_later(item, evidence, before + 1, told)
                case Later(at, reason) if reason == BUDGET:
                    told.until = at
                    break
                case Later(at, reason):
                    self._wait(item, reason, before, at, told)
        self._end(over, told)
        return told

    def _end(self, over: list[tuple[Pending, Problem, int]], told: Sent) -> None:
        """Records whose tries are used up: dead if it is they that are wrong, else they wait for the vendor."""
        if not over:
            return
        connection = over[0][0].connection
        with self._ground.database.read(self._organisation) as work:
            others = failing(work, connection, [item.local_id for item, _, _ in over])
        alone = len(over) == 1 and not others and told.halted is None
        for item, problem, attempts in over:
            if self._works(connection, problem, told) or (alone and not of_connection(problem)):
                self._bury(item, problem, attempts, told)
                continue
            told.halted, told.spent = problem, max(told.spent, attempts - 1)
            # It was not this record that failed: it is tried slowly, for as long as the vendor is away.
            self._wait(item, problem.code, attempts - 1, self._ground.clock.now() + SLOWLY, told)

    def _works(self, connection: str, problem: Problem, told: Sent) -> bool:
        """Whether the vendor took something else in the time in which this record failed again and again."""
        since = self._ground.clock.now() - whole_table(problem)
        return bool(told.sent) or self._ground.intents.delivered_since(self._organisation, connection, since)

    def _agree(self, item: Pending, outcome: Delivered | PatientDetail, told: Sent) -> None:
        ground = self._ground
        with ground.database.work(self._organisation) as work:
            if isinstance(outcome, PatientDetail):
                # The vendor had them already: link and merge, both ways.
                take_patient(work, ground.records, ground.vault, item.connection, outcome)
            else:
                fields = {**item.before, **outcome.fields} if item.vendor_id else outcome.fields
                there = Pending(
                    item.connection,
                    item.kind,
                    item.local_id,
                    item.token,
                    item.vendor_id,
                    item.patient_id,
                    item.patient_vendor_id,
                    item.before,
                    fields,
                )
                if item.vendor_id and item.vendor_id != outcome.vendor_id:
                    # The vendor made a new record of it, as some do of a visit that moves.
                    unlink(work, item.connection, item.kind, item.local_id)
                pushed(work, ground.vault, there, outcome.vendor_id, outcome.exchange)
                if outcome.earlier:
                    note_change_for(work, item.connection, item.kind, item.local_id)
                    told.wait(work.now)
        told.sent += 1

    def _clear(self, item: Pending) -> None:
        with self._ground.database.work(self._organisation) as work:
            clear_change(work, item.connection, item.kind, item.local_id, item.token)

    def _read_again(self, item: Pending, problem: Problem, attempts: int, told: Sent) -> None:
        """The vendor's record changed since we read it: read it, merge, and send what is still ours to send."""
        ground, patient = self._ground, item.vendor_id if item.kind is Kind.PATIENT else item.patient_vendor_id
        if attempts > 2 or not isinstance(self._connector, ReadsChanges) or patient is None:
            self._bury(item, problem, attempts, told)
            return
        found = self._connector.patient_detail(patient)
        if not isinstance(found, Receipt):
            self._wait(item, problem.code, attempts, ground.clock.now() + SLOWLY, told)
            return
        with ground.database.work(self._organisation) as work:
            take_patient(work, ground.records, ground.vault, item.connection, found.value, exchange=found.exchange)
            wait_until(work, item, attempts, work.now, problem.code, any_token=True)
        told.wait(ground.clock.now())

    def _try_later(self, item: Pending, problem: Problem, attempts: int, told: Sent) -> bool:
        # Chance spreads callers who failed together; nothing is to be kept secret by it.
        at = next_try(problem, attempts, self._ground.clock.now(), random.random())
        if at is not None:
            self._wait(item, problem.code, attempts, at, told)
        return at is not None

    def _look_later(self, item: Pending, evidence: str | None, attempts: int, told: Sent) -> None:
        with self._ground.database.work(self._organisation) as work:
            left_unknown(work, item, evidence)
            at = work.now + min(SETTLE_AGAIN * 2.0 ** min(attempts - 1, 8), LONGEST_LOOK)
            wait_until(work, item, attempts, at, "")
        told.unknown += 1
        told.wait(at)

    def _wait(self, item: Pending, code: str, attempts: int, at: datetime, told: Sent) -> None:
        with self._ground.database.work(self._organisation) as work:
            wait_until(work, item, attempts, at, code)
        told.wait(at)

    def _bury(self, item: Pending, problem: Problem, attempts: int, told: Sent) -> None:
        with self._ground.database.work(self._organisation) as work:
            bury(work, item, problem, attempts)
        told.refused += 1
