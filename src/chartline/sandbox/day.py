"""The script of the day: who does what when, on the sandbox clock, until the money of the day has arrived.

The clock runs fast, and where nothing is left to do it jumps: to the next visit, to the next thing that is due, in the
end over days. Every act goes over HTTP: to Chartline's API, or to the simulated vendor where the practice works in the
vendor's own screens. Acts can be repeated; a day that was cut off is played again from its beginning and does nothing
twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Protocol
from zoneinfo import ZoneInfo

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.sandbox.clock import ClockKeeper
from chartline.sandbox.desk import Booked, Desk
from chartline.sandbox.vendors import Vendors
from chartline.sandbox.world import DAY, ZONE, Visit, World

SPEED = 240.0
"""Simulated seconds in a real one; slow enough that a busy machine does not lose the day while it works."""
PAUSE = 0.1
"""Real seconds between two looks at what is waited for."""
PATIENCE = 240.0
"""Real seconds after which what is waited for is believed not to happen; long, for busy machines."""
HOUR, DAYS = timedelta(hours=1), timedelta(days=3)
"""How far the clock jumps at once while claims are on their way, and while money is."""
SLOT = 30
"""Minutes of a visit."""
ARRIVED, SEEN, NO_SHOW = "1", "3", "12"

STUCK = ErrorKind(
    "sandbox.stuck",
    Blame.US,
    Again.NEVER,
    "The day of the sandbox waits for something that does not happen.",
    "See what it waits for in the fields, then the worker's log in the data folder and the desk's list of problems.",
    status=500,
)


class Watch(Protocol):
    """What the sandbox sees of Chartline's own state, to know when to go on."""

    def patients(self) -> int:
        """Patients in the records."""
        ...

    def visits(self) -> int:
        """Appointments in the records."""
        ...

    def unsent(self) -> int:
        """Records that the practice system has not got yet."""
        ...

    def unanswered(self) -> int:
        """Visits of the day whose payer has not answered yet."""
        ...

    def unbilled(self) -> int:
        """Charged visits that nobody has billed yet."""
        ...

    def on_the_way(self) -> int:
        """Claims that are ready or sent, and that no payer has taken."""
        ...

    def posted(self) -> int:
        """Remittances whose money is in the ledger."""
        ...

    def running(self) -> int:
        """Jobs at work at this moment."""
        ...

    def due(self) -> datetime | None:
        """When Chartline has something to do: now when jobs are queued or at work; None when nothing is planned."""
        ...


Progress = Callable[[str, float], None]
"""Told what happens, and how much of the whole is done (0 to 1)."""


class Day:
    """Plays the day."""

    def __init__(
        self,
        world: World,
        keeper: ClockKeeper,
        desk: Desk,
        vendors: Vendors,
        watch: Watch,
        *,
        providers: dict[str, str],
        crash: Callable[[], None],
        progress: Progress,
    ) -> None:
        self._world, self._keeper, self._desk, self._vendors, self._watch = world, keeper, desk, vendors, watch
        self._providers, self._crash, self._progress = providers, crash, progress
        self._patients: dict[int, str] = {}
        self._appointments: dict[tuple[str, datetime], Booked] = {}

    def play(self) -> None:
        """From half past five in the morning to the last payment. Raises ``sandbox.stuck``."""
        known = [each for each in self._world.patients if each.known]
        self._tell("Pulling patients and visits from AdvancedMD", 0.02)
        self._wait("patients from AdvancedMD", lambda: self._watch.patients() >= len(known))
        self._wait("visits from AdvancedMD", lambda: self._watch.visits() >= sum(v.known for v in self._world.visits))
        self._until(6, 5)
        self._tell("The front desk registers, changes and books", 0.08)
        self._front_desk()
        self._tell("Pushing new and changed records to AdvancedMD", 0.12)
        self._wait("records on their way to AdvancedMD", lambda: self._watch.unsent() == 0)
        self._tell("Asking payers about the day's visits", 0.18)
        self._wait("payers' answers", lambda: self._watch.unanswered() == 0)
        self._visits()
        self._tell("Billing what was done", 0.60)
        self._wait("visits to be billed", lambda: self._watch.unbilled() == 0)
        self._tell("Sending claims, correcting what is rejected", 0.65)
        self._claims()
        self._tell("Waiting for the payers' money", 0.70)
        self._weeks()
        self._tell("The day's money has arrived", 1.0)

    def _tell(self, text: str, share: float) -> None:
        self._progress(text, share)

    def _at(self, hour: int, minute: int) -> datetime:
        return datetime.combine(DAY, clock_time(hour, minute), ZoneInfo(ZONE))

    def _until(self, hour: int, minute: int) -> None:
        """Let the clock run to a time of the day; a time that has passed is no wait."""
        self._until_moment(self._at(hour, minute))

    def _until_moment(self, moment: datetime) -> None:
        while self._keeper.now() < moment:
            if self._idle():
                self._keeper.jump(moment, SPEED)
                return
            self._keeper.keep()
            left = (moment - self._keeper.now()).total_seconds()
            time.sleep(min(PAUSE, max(0.0, self._keeper.clock.real_seconds(left))))

    def _idle(self) -> bool:
        due = self._watch.due()
        return due is None or due > self._keeper.now()

    def _wait(self, what: str, reached: Callable[[], bool], skip: timedelta = timedelta()) -> None:
        """Wait for something to happen, in real time; jumps to what is due next, and at least so far."""
        until = time.monotonic() + PATIENCE
        while not reached():
            if time.monotonic() > until:
                raise STUCK.error(waiting_for=what)
            due, now = self._watch.due(), self._keeper.now()
            if due is not None and due > now:
                self._keeper.jump(max(due, now + skip), SPEED)
            else:
                self._keeper.keep()
            time.sleep(PAUSE)

    def _front_desk(self) -> None:
        for patient in self._world.patients:
            self._patients[patient.number] = self._desk.find(patient) if patient.known else self._desk.register(patient)
            if patient.moved_to:
                self._desk.move(patient, self._patients[patient.number])
        for visit in self._world.visits:
            if not visit.known:
                provider = self._providers[visit.patient.provider.key]
                self._desk.book(visit, self._patients[visit.patient.number], provider)
        self._appointments = self._desk.visits(DAY)

    def _visits(self) -> None:
        """Slot by slot: patients arrive, are seen, and are charged; some do not come. At noon the worker dies."""
        slots = sorted({visit.start for visit in self._world.visits})
        for place, start in enumerate(slots):
            present = [v for v in self._world.visits if v.start == start and not self._booked(v).over]
            self._until_moment(start)
            self._tell(f"Visits at {start:%H:%M}", 0.20 + 0.38 * place / len(slots))
            for visit in present:
                if visit.kept:
                    self._say(visit, ARRIVED, "arrived")
            self._until_moment(start + timedelta(minutes=SLOT))
            for visit in present:
                if visit.kept:
                    self._say(visit, SEEN, "seen")
                    self._desk.charge(self._booked(visit).id, visit)
                else:
                    self._say(visit, NO_SHOW, "no_show")
            if place == len(slots) // 2 and present:
                self._kill()

    def _booked(self, visit: Visit) -> Booked:
        return self._appointments[self._patients[visit.patient.number], visit.start]

    def _say(self, visit: Visit, number: str, word: str) -> None:
        """Where the visit was booked, there its state is said."""
        if visit.known:
            self._vendors.say(visit, number)
        else:
            self._desk.say(self._booked(visit).id, word)

    def _kill(self) -> None:
        """Kill the worker, if possible while it is at work."""
        until = time.monotonic() + 2.0
        while self._watch.running() == 0 and time.monotonic() < until:
            time.sleep(0.005)
        self._tell("Killing the worker with SIGKILL, and starting another", 0.40)
        self._crash()

    def _claims(self) -> None:
        """Wait until every claim is with its payer; a biller corrects the member id that was refused."""
        typed = {patient.member_id: patient for patient in self._world.patients if patient.member_id.endswith("O")}

        def settled() -> bool:
            for claim in self._desk.rejected():
                for member_id in typed:
                    self._desk.correct(claim, member_id[:-1] + "0")
            # A claim that is only being drafted is not on its way yet: nothing may be at work either.
            return self._idle() and self._watch.on_the_way() == 0

        self._wait("claims to be taken by their payers", settled, skip=HOUR)

    def _weeks(self) -> None:
        """Jump over days until nothing more is to come from any payer, and everything that came is posted."""
        last = self._vendors.next_event()
        begin = self._keeper.now()
        until = time.monotonic() + PATIENCE
        while (upcoming := self._vendors.next_event()) is not None:
            last = max(last or upcoming, upcoming)
            span = max((last - begin).total_seconds(), 1.0)
            share = (self._keeper.now() - begin).total_seconds() / span
            self._tell(f"Waiting for the payers' money: {self._keeper.now():%d %B}", 0.70 + 0.27 * min(1.0, share))
            if time.monotonic() > until:
                raise STUCK.error(waiting_for="the payers")
            if self._idle():
                self._keeper.jump(min(upcoming, self._keeper.now() + DAYS), SPEED)
            else:
                self._keeper.keep()
            time.sleep(PAUSE)
        made = self._vendors.house_counters()["eras_made"]
        self._wait("remittances to be posted", lambda: self._watch.posted() >= made, skip=HOUR)
        self._wait("work to end", self._idle)
