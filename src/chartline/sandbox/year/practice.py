"""The practice of the year: clinicians, patients, and every claim that it will send, with the slips of its desk.

The same seed and size make the same year. Refuses a year without patients enough that nobody is seen twice on a day.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chartline.kernel.money import Money
from chartline.sandbox.names import NameMaker
from chartline.sandbox.world import (
    FEES,
    PAYERS,
    SESSIONS,
    ZONE,
    Patient,
    Payer,
    Provider,
    World,
    make_patient,
    make_providers,
    practice_of,
)

BEGIN = date(2026, 1, 5)
"""The first day that is played, a Monday."""
CLAIMS, PATIENTS, MONTHS = 25_000, 2_000, 12
FEWEST_PATIENTS = 40
CLOSING_TIME = time(18, 2)
"""Just past the hour at which the processes were started, so that what runs every hour runs once a working day."""
DAYS_A_WEEK = 5
PROVIDERS = 8

CEDAR, BLUEWATER, HARBORLINE, STATEWIDE = (replace(payer, route="clearinghouse") for payer in PAYERS)
"""Fast and by the book; late and strict; careless with money; forwards, pends and counts days."""

YEAR_DIAGNOSES = ("F411", "F331", "F330", "F4310", "F4323", "F900", "F902", "F4010", "F410", "F422")
"""What the practice treats: anxiety, depression, trauma, adjustment, attention."""
LONG_SESSION = "90837"
"""The procedure for which one payer wants an authorization."""


class Slip(StrEnum):
    """What the desk gets wrong on a claim."""

    NONE = ""
    MEMBER = "member"
    """A letter in the member id; Claim.MD refuses it."""
    TOTAL = "total"
    """The total is not the sum of the lines; the rules refuse it, and the desk sends it again."""
    LATE = "late"
    """It was forgotten for weeks. The practice's own limit is not over, one payer's is."""


LATE_BY = timedelta(days=75)
LATE_FROM = 80
"""Days of the year after which a claim can have been forgotten so long."""


@dataclass(frozen=True, slots=True)
class Service:
    """One line: ``cents`` for all its units."""

    procedure: str
    cents: int
    modifiers: tuple[str, ...] = ()
    units: int = 1


@dataclass(frozen=True, slots=True, repr=False)
class Bill:
    """One claim as the practice sends it. ``sent`` is the day it goes out, ``served`` the day of the visit."""

    number: int
    patient: Patient
    sent: date
    served: date
    services: tuple[Service, ...]
    diagnoses: tuple[str, ...]
    place: str
    slip: Slip

    @property
    def cents(self) -> int:
        """The total."""
        return sum(one.cents for one in self.services)


@dataclass(frozen=True, slots=True, repr=False)
class Insured:
    """The second insurance of a patient."""

    patient: Patient
    payer: Payer
    member_id: str


@dataclass(frozen=True, slots=True, repr=False)
class Year:
    """The world of the year, its second insurances by patient number, and its bills by the day they go out."""

    world: World
    seconds: dict[int, Insured]
    bills: dict[date, list[Bill]]
    end: date
    """The last working day."""

    @property
    def days(self) -> list[date]:
        """Working days in order."""
        return sorted(self.bills)

    @property
    def claims(self) -> int:
        """How many claims there are in all."""
        return sum(len(each) for each in self.bills.values())


def closing(day: date) -> datetime:
    """When the practice sends the day's claims."""
    return datetime.combine(day, CLOSING_TIME, ZoneInfo(ZONE))


def make_year(seed: int, *, claims: int = CLAIMS, patients: int = PATIENTS, months: int = MONTHS) -> Year:
    """Make the people and the bills. Raises ValueError for a year that is too small for its claims."""
    problem = problem_with(claims=claims, patients=patients, months=months)
    if problem:
        raise ValueError(problem)
    days = working_days(months)
    chance = random.Random(seed)
    names = NameMaker(chance)
    providers = make_providers(names, PROVIDERS)
    people = tuple(_patient(number, chance, names, providers) for number in range(1, patients + 1))
    world = replace(practice_of(seed, providers, people, ()), payers=(CEDAR, BLUEWATER, HARBORLINE, STATEWIDE))
    bills: defaultdict[date, list[Bill]] = defaultdict(list)
    for bill in _bills(chance, people, days, claims):
        bills[bill.sent].append(bill)
    return Year(world, _seconds(people), dict(bills), days[-1])


def problem_with(*, claims: int, patients: int, months: int) -> str:
    """Why a year cannot have this size; empty when it can."""
    days = len(working_days(months))
    if patients < FEWEST_PATIENTS or claims < days:
        return f"A year has at least {FEWEST_PATIENTS} patients, and a claim for each of its {days} working days."
    if -(-claims // days) > patients:
        return "Nobody is seen twice on a day: give more patients or fewer claims."
    return ""


def working_days(months: int) -> list[date]:
    """Mondays to Fridays from the first day on, for so many months of the calendar."""
    month = BEGIN.month - 1 + months
    end = date(BEGIN.year + month // 12, month % 12 + 1, 1)
    span = ((BEGIN + timedelta(days=number)) for number in range((end - BEGIN).days))
    return [day for day in span if day.weekday() < DAYS_A_WEEK]


def _patient(number: int, chance: random.Random, names: NameMaker, providers: tuple[Provider, ...]) -> Patient:
    payer = (CEDAR, BLUEWATER, HARBORLINE, STATEWIDE)[number % 4]
    made = make_patient(number, chance, names, providers, known=False, moved=False)
    return replace(made, payer=payer, member_id=f"{payer.member_prefix}{100_000_000 + number * 7919}")


def _seconds(people: tuple[Patient, ...]) -> dict[int, Insured]:
    """Every tenth patient is insured a second time, never at the same payer."""
    others = {CEDAR: BLUEWATER, BLUEWATER: CEDAR, HARBORLINE: CEDAR, STATEWIDE: BLUEWATER}
    found: dict[int, Insured] = {}
    for one in people:
        if one.number % 10 == 1:
            other = others[one.payer]
            found[one.number] = Insured(one, other, f"{other.member_prefix}{500_000_000 + one.number * 7919}")
    return found


def _bills(chance: random.Random, people: tuple[Patient, ...], days: list[date], claims: int) -> Iterator[Bill]:
    """Patients take turns, so that nobody comes twice on a day."""
    turn = 0
    for place, day in enumerate(days):
        for _ in range(claims * place // len(days), claims * (place + 1) // len(days)):
            patient = people[turn % len(people)]
            turn += 1
            yield _bill(turn, chance, patient, day)


def _bill(number: int, chance: random.Random, patient: Patient, day: date) -> Bill:
    slip = _slip(number, day)
    telehealth = number % 3 == 0
    procedures = SESSIONS[chance.randrange(len(SESSIONS))]
    if telehealth and "90791" in procedures:
        procedures = ("90834",)
    services = tuple(Service(code, Money.parse(FEES[code]).minor, ("95",) if telehealth else ()) for code in procedures)
    return Bill(
        number=number,
        patient=patient,
        sent=day,
        served=day - LATE_BY if slip is Slip.LATE else day,
        services=services,
        diagnoses=tuple(chance.sample(YEAR_DIAGNOSES, 1 + number % 2)),
        place="10" if telehealth else "11",
        slip=slip,
    )


def _slip(number: int, day: date) -> Slip:
    if number % 83 == 5:
        return Slip.MEMBER
    if number % 211 == 7:
        return Slip.TOTAL
    if number % 149 == 11 and (day - BEGIN).days > LATE_FROM:
        return Slip.LATE
    return Slip.NONE


def mistyped(member_id: str) -> str:
    """A member id as a hurried person types it: its last digit became a letter."""
    return member_id[:-1] + "O"
