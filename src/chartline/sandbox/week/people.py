"""The practice of the week: its clinicians, its patients on either side, and every visit in a slot of its own.

Most patients and visits are at the vendor before the week begins; the rest is entered on one side or the other while
it runs. Refuses a week too small to hold one of everything.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chartline.sandbox.names import NameMaker
from chartline.sandbox.world import SESSIONS, ZONE, Patient, Visit, World, make_patient, make_providers, practice_of

MONDAY = date(2026, 3, 2)
"""The week ends with the Sunday on which the clocks go forward."""
FEWEST_PATIENTS, FEWEST_VISITS = 30, 20
SLOT = timedelta(minutes=30)
WORKING_DAYS = 5
SLOTS = 20
"""Half hours in a clinician's day, from eight to six."""
FULL = 0.75
"""The share of the week's slots that is taken, so that visits can be moved."""


@dataclass(frozen=True, slots=True, repr=False)
class Week:
    """The world of the week, and who entered what: numbers of patients and visits that are new during it.

    ``free`` are slots that nobody has, by the key of the clinician, soonest first.
    """

    world: World
    patients_here: frozenset[int]
    patients_there: frozenset[int]
    visits_here: frozenset[int]
    visits_there: frozenset[int]
    free: dict[str, list[datetime]]
    days: int
    """Working days that are played; five make the whole week until Sunday evening."""

    @property
    def rest(self) -> list[datetime]:
        """When nobody edits any more and both systems come to rest: the weekend, or the evening of a shorter week."""
        if self.days < WORKING_DAYS:
            return [*(wall(self.days - 1, hour) for hour in (19, 20, 21)), wall(self.days, 5)]
        return [*(wall(5, hour) for hour in (9, 12, 15)), wall(6, 20)]

    @property
    def begin(self) -> datetime:
        """Monday, ten to six in the morning."""
        return wall(0, 5, 50)


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week on the office's clock; ``day`` 0 is Monday."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), ZoneInfo(ZONE))


def make_week(seed: int, *, patients: int, visits: int, days: int = WORKING_DAYS) -> Week:
    """Make the people and the visits. Raises ValueError for a week that is too small."""
    if patients < FEWEST_PATIENTS or visits < FEWEST_VISITS:
        raise ValueError(f"a week has at least {FEWEST_PATIENTS} patients and {FEWEST_VISITS} visits")
    chance = random.Random(seed)
    names = NameMaker(chance)
    providers = make_providers(names, max(4, round(visits / (days * SLOTS * FULL))))
    here, there = max(3, patients * 75 // 1000), max(3, patients * 50 // 1000)
    known = patients - here - there
    people = tuple(
        make_patient(number, chance, names, providers, known=number <= known, moved=False)
        for number in range(1, patients + 1)
    )
    new_here = frozenset(range(known + 1, known + here + 1))
    new_there = frozenset(range(known + here + 1, patients + 1))
    booked_here, booked_there = max(3, visits * 15 // 100), max(3, visits * 20 // 100)
    made, free = _visits(chance, people, visits, booked_here, booked_there, new_here, days)
    world = practice_of(seed, providers, people, made)
    return Week(
        world,
        new_here,
        new_there,
        frozenset(range(visits - booked_here - booked_there + 1, visits - booked_there + 1)),
        frozenset(range(visits - booked_there + 1, visits + 1)),
        free,
        days,
    )


def _visits(
    chance: random.Random,
    people: tuple[Patient, ...],
    count: int,
    here: int,
    there: int,
    new_here: frozenset[int],
    days: int,
) -> tuple[tuple[Visit, ...], dict[str, list[datetime]]]:
    """Visits known before the week first, then those that are booked here, then those booked there.

    What is booked during the week lies in its second half or in the week after, so that it is in the future then.
    """
    panels: dict[str, list[Patient]] = {}
    for patient in people:
        if patient.known or patient.number in new_here:
            panels.setdefault(patient.provider.key, []).append(patient)
    later = (3, 4, 7, 8, 9) if days == WORKING_DAYS else tuple(range(days, days + 3))
    early, late = ({key: _slots(chosen, chance) for key in panels} for chosen in (range(days), later))
    taken: set[tuple[str, datetime]] = set()
    keys = sorted(panels)
    made: list[Visit] = []
    for number in range(1, count + 1):
        key = keys[number % len(keys)]
        new = number > count - here - there
        ours = count - here - there < number <= count - there
        slots = late[key] if new else early[key]
        start = next(slot for slot in slots if (key, slot) not in taken)
        taken.add((key, start))
        panel = [one for one in panels[key] if one.known or (ours and number % 2 == 0)]
        made.append(_visit(number, chance.choice(panel), start, known=not new, chance=chance))
    free = {key: sorted(slot for slot in late[key] if (key, slot) not in taken) for key in keys}
    return tuple(made), free


def _slots(days: range | tuple[int, ...], chance: random.Random) -> list[datetime]:
    slots = [wall(day, 8) + SLOT * place for day in days for place in range(SLOTS)]
    chance.shuffle(slots)
    return slots


def _visit(number: int, patient: Patient, start: datetime, *, known: bool, chance: random.Random) -> Visit:
    return Visit(
        number=number,
        patient=patient,
        start=start,
        minutes=30,
        telehealth=False,
        procedures=SESSIONS[chance.randrange(len(SESSIONS))],
        diagnoses=("F411",),
        known=known,
    )
