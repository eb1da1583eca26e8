"""The script of the week, made from its seed: who changes what on which side when, and what breaks meanwhile.

Every edit has a field of a record to itself, so that its value must stand on both sides at the end; only disputed
edits come in pairs, one on each side at one moment. Pure: the same seed, the same script.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from chartline.sandbox.names import NameMaker
from chartline.sandbox.week.acts import Act, Side, Verb
from chartline.sandbox.week.breakage import breakage
from chartline.sandbox.week.people import WORKING_DAYS, Week, wall
from chartline.sandbox.world import Patient, Visit

STEP = timedelta(minutes=30)
"""Between two moments at which something happens: people work in bursts, and both systems in between."""
SHORT_STEP = timedelta(hours=1)
"""The same in a short week."""
OPEN, SHUT = 8, 18
DISPUTED = ("family", "given", "birth_date")
"""Fields that nobody owns, so that two values are a question for a person."""
LATE = ("phone", "email", "street")
"""Fields where the later change wins when both sides changed them."""
SHARES = {"patients": 0.12, "plans": 0.03, "moves": 0.04, "cancels": 0.03, "no_shows": 0.02, "disputes": 0.016}
"""How many of all patients or visits are changed on each side."""
SEEN = 0.3
"""How many of the week's visits are said to be held, at the vendor."""


def write_script(week: Week, seed: int) -> tuple[Act, ...]:
    """All acts by time; at one moment the vendor's side acts first, then ours, then fate."""
    script = _Script(week, seed)
    edits = list(script.acts())
    acts = [*edits, *breakage(week, seed, edits)]
    order = list(Side)
    return tuple(sorted(acts, key=lambda act: (act.at, order.index(act.side) if act.side is Side.FATE else 0)))


def moments(days: int) -> list[datetime]:
    """The moments of the working days at which people act."""
    step = STEP if days == WORKING_DAYS else SHORT_STEP
    count = timedelta(hours=SHUT - OPEN) // step
    return [wall(day, OPEN) + step * place for day in range(days) for place in range(count)]


class _Script:
    def __init__(self, week: Week, seed: int) -> None:
        self._week = week
        self._chance = random.Random(seed * 31 + 5)
        self._names = NameMaker(random.Random(seed * 37 + 11))
        people, visits = week.world.patients, week.world.visits
        self._known = [one for one in people if one.known]
        self._chance.shuffle(self._known)
        self._visits = [one for one in visits if one.known]
        self._chance.shuffle(self._visits)
        self._free = {key: list(slots) for key, slots in week.free.items()}
        self._moments = moments(week.days)

    def acts(self) -> Iterator[Act]:
        """Everything that people do."""
        yield from self._arrivals()
        yield from self._people()
        yield from self._plans()
        yield from self._disputes()
        yield from self._diary()
        yield from self._decisions()

    def _moment(self, first: int = 2, last: int | None = None) -> datetime:
        return self._chance.choice(self._moments[first:last])

    def _count(self, what: str, whole: int) -> int:
        return max(2, round(SHARES[what] * whole))

    def _arrivals(self) -> Iterator[Act]:
        """New patients and bookings on both sides; a patient who is new here is booked with in one breath."""
        came: dict[int, datetime] = {}
        for patient in self._week.world.patients:
            if not patient.known:
                here = patient.number in self._week.patients_here
                came[patient.number] = self._moment(2, len(self._moments) * 2 // 5)
                yield Act(came[patient.number], Side.HERE if here else Side.THERE, Verb.REGISTER, patient.number)
        for visit in self._week.world.visits:
            if not visit.known:
                here = visit.number in self._week.visits_here
                # Before the day of the visit; never before its patient.
                at = came.get(visit.patient.number) or self._moment(2, len(self._moments) // 2)
                yield Act(at, Side.HERE if here else Side.THERE, Verb.BOOK, visit.number)

    def _people(self) -> Iterator[Act]:
        """Addresses, telephones and names, each patient by one side only."""
        for side in (Side.HERE, Side.THERE):
            for place in range(self._count("patients", len(self._week.world.patients))):
                patient = self._known.pop()
                yield Act(self._moment(), side, Verb.CHANGE, patient.number, self._news(place, patient))

    def _news(self, place: int, patient: Patient) -> tuple[tuple[str, str], ...]:
        street = f"{self._chance.randrange(1, 9999)} {self._names.word()} AVENUE"
        match place % 5:
            case 0:
                return (("street", street), ("city", "EXAMPLETON"), ("postal_code", f"801{place % 100:02d}"))
            case 1:
                return (("phone", self._phone()),)
            case 2:
                return (("email", f"{patient.given}.{place}@post.example".lower()),)
            case 3:
                return (("family", f"{self._names.person()[0]}E"),)
            case _:
                return (("phone", self._phone()), ("street", street))

    def _phone(self) -> str:
        return f"556{self._chance.randrange(10**6, 10**7)}"

    def _plans(self) -> Iterator[Act]:
        """Insurance ends (on our side another payer follows it), or its group number is corrected."""
        for side in (Side.HERE, Side.THERE):
            for place in range(self._count("plans", len(self._week.world.patients))):
                patient, at = self._known.pop(), self._moment()
                if place % 2:
                    group = (("group", f"G{self._chance.randrange(10_000, 99_999)}"),)
                    yield Act(at, side, Verb.AMEND, patient.number, group)
                    continue
                end = (at.date() - timedelta(days=1)).isoformat()
                yield Act(at, side, Verb.END_PLAN, patient.number, (("end", end),))
                if side is Side.HERE:
                    yield Act(at + STEP, side, Verb.INSURE, patient.number, self._plan(patient, at))

    def _plan(self, patient: Patient, begin: datetime) -> tuple[tuple[str, str], ...]:
        """A plan with another payer."""
        other = next(one for one in self._week.world.payers if one != patient.payer)
        member = f"{other.member_prefix}{self._chance.randrange(10**8, 10**9)}"
        return (("payer", other.payer_id), ("member", member), ("begin", begin.date().isoformat()))

    def _disputes(self) -> Iterator[Act]:
        """Both sides change one field apart in the same minute: some fields have an owner, some need a person."""
        fields = (*DISPUTED, *LATE)
        for place in range(self._count("disputes", len(self._week.world.patients))):
            patient, field, at = self._known.pop(), fields[place % len(fields)], self._moment()
            for side in (Side.THERE, Side.HERE):
                yield Act(at, side, Verb.CHANGE, patient.number, ((field, self._value(field)),), disputed=True)

    def _value(self, field: str) -> str:
        match field:
            case "birth_date":
                return (date(1951, 1, 1) + timedelta(days=self._chance.randrange(15000))).isoformat()
            case "phone":
                return self._phone()
            case "email":
                return f"{self._names.word()}@both.example".lower()
            case "street":
                return f"{self._chance.randrange(1, 9999)} {self._names.word()} SQUARE"
            case "given":
                return self._names.person()[1]
            case _:
                return f"{self._names.person()[0]}O"

    def _diary(self) -> Iterator[Act]:
        """Moves, cancellations and no-shows on both sides; the vendor's desk also says who came."""
        total = len(self._week.world.visits)
        for side in (Side.HERE, Side.THERE):
            for _ in range(self._count("moves", total)):
                visit = self._later()
                slot = self._slot(visit)
                if slot is not None:
                    yield Act(self._before(visit, slot), side, Verb.MOVE, visit.number, (("start", slot.isoformat()),))
            for _ in range(self._count("cancels", total)):
                visit = self._later()
                yield Act(self._before(visit), side, Verb.SAY, visit.number, (("status", "cancelled"),))
            for _ in range(self._count("no_shows", total)):
                visit = self._visits.pop()
                yield Act(self._after(visit), side, Verb.SAY, visit.number, (("status", "no_show"),))
        for _ in range(min(len(self._visits), round(SEEN * total))):
            visit = self._visits.pop()
            yield Act(self._after(visit), Side.THERE, Verb.SAY, visit.number, (("status", "seen"),))

    def _later(self) -> Visit:
        """A visit that does not happen before Tuesday, so that it can be changed in time."""
        place = next(n for n, one in enumerate(self._visits) if one.start >= wall(1, OPEN))
        return self._visits.pop(place)

    def _before(self, *visits: Visit | datetime) -> datetime:
        """A moment before the visit, and before the one it is moved to."""
        starts = [one.start if isinstance(one, Visit) else one for one in visits]
        return self._chance.choice([moment for moment in self._moments[2:] if moment < min(starts)])

    def _after(self, visit: Visit) -> datetime:
        """The first moment after a visit has ended."""
        end = visit.start + timedelta(minutes=visit.minutes)
        return next((one for one in self._moments if one >= end), wall(self._week.days - 1, SHUT))

    def _slot(self, visit: Visit) -> datetime | None:
        """The next slot of the same clinician that nobody has."""
        slots = self._free[visit.patient.provider.key]
        return slots.pop() if slots else None

    def _decisions(self) -> Iterator[Act]:
        """Each afternoon somebody clears part of the inbox, and takes up what was put aside."""
        for day in range(self._week.days):
            yield Act(wall(day, 16), Side.HERE, Verb.DECIDE, 5 if day < self._week.days - 1 else 2)
            yield Act(wall(day, 17), Side.HERE, Verb.REVIVE)
