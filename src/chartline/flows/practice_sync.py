"""Keeps the practice system and the records in agreement: changes come in by cursor, ours go out in order.

Coming in, a changed patient is fetched whole by a job of its own; a page of visits and its cursor are stored together.
Going out, records are sent one after the other, patient before coverage before visit, each once. What the vendor
refuses is put aside and said in the sync log; what nobody knows is looked up before anything else.
"""

from __future__ import annotations

import hashlib

from chartline.connect.capabilities import ReadsChanges, WritesFacts
from chartline.connect.facts import PatientDetail, VisitStatus
from chartline.connect.intents import refused_for_good
from chartline.domains.sync.changes import clear_change
from chartline.domains.sync.cursors import read_cursor, store_cursor
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.incoming_visits import take_visit
from chartline.domains.sync.links import locals_of
from chartline.domains.sync.log import Happened
from chartline.domains.sync.outgoing import ORDER, left_unknown, pending, pushed, put_aside, put_unfit_aside
from chartline.flows.answers import SETTLE_AGAIN, TRY_AGAIN, Answer, answer, come_back, done, later, shuts_out
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.push import STAYS_HERE, Push
from chartline.flows.visit_to_claim import queue_billing
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.platform.jobs import ComeBack, Job, Run

PULL_PATIENTS, PULL_VISITS = "sync.pull_patients", "sync.pull_visits"
TAKE_PATIENT, PUSH = "sync.take_patient", "sync.push"
PATIENTS, VISITS = "patients", "visits"
PAGE = 25
"""Records sent in one durable step."""


class PracticeSync:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [
            Job(PULL_PATIENTS, VENDOR, self.pull_patients),
            Job(TAKE_PATIENT, VENDOR, self.take_patient),
            Job(PULL_VISITS, VENDOR, self.pull_visits),
            Job(PUSH, FAST, self.push),
        ]

    def pull_patients(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Read the feed of changed patients and put one job in line for each."""
        found = run.step("feed", self._feed_patients, run.organisation, arguments["connection"])
        return come_back(found) or {"patients": found["patients"]}

    def _feed_patients(self, organisation: str, connection: str) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, ReadsChanges)
        with ground.database.read(organisation) as work:
            cursor = read_cursor(work, connection, PATIENTS)
        outcome = connector.changed_patients(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock)
        page = outcome.value
        # The same patient in a later page is another job; in the same page read again after a crash, the same one.
        mark = hashlib.sha256(f"{cursor}>{page.cursor}".encode()).hexdigest()[:12]
        with ground.database.work(organisation) as work:
            for row in page.rows:
                ground.jobs.enqueue(
                    work,
                    TAKE_PATIENT,
                    VENDOR,
                    {"connection": connection, "patient": row.vendor_id or ""},
                    key=f"take/{connection}/{row.vendor_id}/{mark}",
                    organisation=organisation,
                )
            store_cursor(work, connection, PATIENTS, page.cursor)
        return done(patients=str(len(page.rows)))

    def take_patient(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Fetch one patient whole and take them into the records."""
        taken = run.step("take", self._take_patient, run.organisation, arguments["connection"], arguments["patient"])
        return come_back(taken) or {"happened": taken.get("happened", "")}

    def _take_patient(self, organisation: str, connection: str, vendor_id: str) -> Answer:
        ground = self._ground
        outcome = ground.open(organisation, connection, ReadsChanges).patient_detail(vendor_id)
        if isinstance(outcome, Later | Refused):
            return answer(outcome, ground.clock)
        if isinstance(outcome, Absent):
            return done(happened="absent")
        with ground.database.work(organisation) as work:
            taken = take_patient(
                work, ground.records, ground.vault, connection, outcome.value, exchange=outcome.exchange
            )
            return done(happened=taken.happened.value, patient=taken.local_id or "")

    def pull_visits(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Read the feed of changed visits; patients that are not here yet are fetched first."""
        found = run.step("feed", self._feed_visits, run.organisation, arguments["connection"])
        return come_back(found) or {"visits": found["visits"], "waiting": found["waiting"]}

    def _feed_visits(self, organisation: str, connection: str) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, ReadsChanges)
        with ground.database.read(organisation) as work:
            cursor = read_cursor(work, connection, VISITS)
        outcome = connector.changed_visits(cursor)
        if not isinstance(outcome, Receipt):
            return answer(outcome, ground.clock)
        page = outcome.value
        patients = sorted({row.patient_vendor_id for row in page.rows if row.patient_vendor_id})
        with ground.database.read(organisation) as work:
            known = locals_of(work, connection, Kind.PATIENT, patients)
        for vendor_id in patients:
            if vendor_id not in known:
                taken = self._take_patient(organisation, connection, vendor_id)
                if taken["is"] != "done":
                    return taken
        waiting = 0
        with ground.database.work(organisation) as work:
            for row in page.rows:
                taken = take_visit(work, ground.records, ground.vault, connection, row, exchange=outcome.exchange)
                waiting += taken.happened is Happened.WAITING
                news = taken.happened in (Happened.CREATED, Happened.CHANGED, Happened.LINKED)
                if news and taken.local_id and row.status is VisitStatus.SEEN:
                    queue_billing(ground, work, taken.local_id)
            store_cursor(work, connection, VISITS, page.cursor)
        return done(visits=str(len(page.rows)), waiting=str(waiting))

    def push(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Send what the vendor has not got, kind by kind and page by page."""
        counts = {"sent": 0, "refused": 0, "waiting": 0}
        for kind in ORDER:
            cursor = ""
            while True:
                name = f"send {kind.value}s"
                page = run.step(name, self._send, run.organisation, arguments["connection"], kind.value, cursor)
                back = come_back(page)
                if back is not None:
                    return back
                for each in counts:
                    counts[each] += int(page[each])
                cursor = page["cursor"]
                if not cursor:
                    break
        return {name: str(count) for name, count in counts.items()}

    def _send(self, organisation: str, connection: str, kind: str, cursor: str) -> Answer:
        ground = self._ground
        connector = ground.open(organisation, connection, WritesFacts)
        push = Push(ground, organisation, connector)
        with ground.database.work(organisation) as work:
            page = pending(work, ground.records, ground.vault, connection, Kind(kind), cursor, PAGE)
            for local_id, token, problem in page.unfit:
                put_unfit_aside(work, connection, Kind(kind), local_id, token, problem)
        sent, refused = 0, len(page.unfit)
        again: Answer | None = None
        for item in page.items:
            outcome = push.send(item)
            with ground.database.work(organisation) as work:
                match outcome:
                    case Receipt(vendor_id, exchange):
                        pushed(work, ground.vault, item, vendor_id, exchange)
                        sent += 1
                    case PatientDetail():
                        # The vendor had them already: link and merge, both ways.
                        take_patient(work, ground.records, ground.vault, connection, outcome)
                        sent += 1
                    case Refused(problem) if problem.code == STAYS_HERE.code:
                        clear_change(work, connection, item.kind, item.local_id, item.token)
                    case Refused(problem) if not refused_for_good(problem):
                        again = later(work.now + TRY_AGAIN, problem.code)
                    case Refused(problem) if shuts_out(problem):
                        # Not this record's fault: it and all that follow wait until somebody has put it right.
                        return answer(outcome, ground.clock)
                    case Refused(problem):
                        put_aside(work, item, problem)
                        refused += 1
                    case Unknown(evidence):
                        left_unknown(work, item, evidence)
                        again = {
                            "is": "later",
                            "at": (work.now + SETTLE_AGAIN).isoformat(),
                            "reason": "unknown outcome",
                        }
                    case Later():
                        # No budget: what follows in this page would not get any either.
                        return answer(outcome, ground.clock)
        if again is not None:
            return again
        return done(sent=str(sent), refused=str(refused), waiting=str(page.waiting), cursor=page.cursor)
