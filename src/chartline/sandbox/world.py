"""Makes an invented behavioural-health practice from a seed number: the same number, the same world.

People are put together from made-up syllables, so that no name belongs to anyone; NPIs begin with 1999 and pass
the check digit; payers exist nowhere. Refuses to make a world smaller than the day needs.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chartline.kernel.money import Money
from chartline.sandbox.names import NameMaker

ZONE = "America/Denver"
DAY = date(2026, 3, 10)
"""The day that is played: a Tuesday two days after the clocks went forward."""

FEES: dict[str, str] = {
    "90791": "210.00",
    "90792": "245.00",
    "90832": "95.00",
    "90834": "130.00",
    "90837": "175.00",
    "90846": "135.00",
    "90847": "150.00",
    "90853": "60.00",
    "99213": "115.00",
    "99214": "165.00",
    "90833": "85.00",
    "90785": "20.00",
}
"""Procedure codes a behavioural-health practice bills, with the invented practice's charges in dollars."""

DIAGNOSES = (
    "F411 F331 F330 F321 F322 F4310 F4312 F4321 F4323 F4325 F900 F902 F3181 F341 F4010 F410 F422 F603 F1020 F1120"
).split()
SESSIONS = (
    ("90834",),
    ("90837",),
    ("90832",),
    ("90847",),
    ("99213", "90833"),
    ("99214",),
    ("90791",),
    ("90837", "90785"),
)
TAXONOMIES = ("103TC0700X", "2084P0800X", "1041C0700X", "101YM0800X")
"""Kinds of clinicians (NUCC taxonomy): psychologist, psychiatrist, social worker, counselor."""


@dataclass(frozen=True, slots=True)
class Payer:
    """An invented payer. ``route`` is how the practice bills it."""

    payer_id: str
    name: str
    route: str
    member_prefix: str


PAYERS = (
    Payer("00123", "CEDAR RIDGE HEALTH (INVENTED)", "clearinghouse", "CRH"),
    Payer("00456", "BLUEWATER MUTUAL (INVENTED)", "clearinghouse", "BWM"),
    Payer("X0099", "HARBORLINE BENEFITS (INVENTED)", "clearinghouse", "HLB"),
    Payer("07788", "STATEWIDE CARE PLAN (INVENTED)", "practice_system", "SCP"),
)


@dataclass(frozen=True, slots=True)
class Provider:
    """A clinician of the invented practice."""

    key: str
    npi: str
    family: str
    given: str
    taxonomy: str


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """An invented patient. ``known`` says whether AdvancedMD has them before the day begins."""

    number: int
    family: str
    given: str
    middle: str
    birth_date: date
    sex: str
    phone: str
    email: str
    street: str
    city: str
    state: str
    postal_code: str
    payer: Payer
    member_id: str
    group_number: str
    copay: Money
    known: bool
    provider: Provider
    moved_to: str = ""
    """A new street that the front desk types into Chartline in the morning; empty for most."""


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """One visit of the day. ``known`` says whether it was booked in AdvancedMD; else in Chartline."""

    number: int
    patient: Patient
    start: datetime
    minutes: int
    telehealth: bool
    procedures: tuple[str, ...]
    diagnoses: tuple[str, ...]
    known: bool
    kept: bool = True
    """False: the patient does not come."""


@dataclass(frozen=True, slots=True, repr=False)
class World:
    """Everything that was made up."""

    seed: int
    name: str
    npi: str
    tax_id: str
    taxonomy: str
    street: str
    city: str
    state: str
    postal_code: str
    phone: str
    providers: tuple[Provider, ...]
    patients: tuple[Patient, ...]
    visits: tuple[Visit, ...]
    office_key: str
    username: str
    password: str
    account_key: str
    desk_email: str
    desk_password: str
    payers: tuple[Payer, ...] = field(default=PAYERS)

    def secrets(self) -> list[str]:
        """Every password and key of this world, for the test that looks for leaks."""
        return [self.password, self.account_key, self.desk_password]

    def private_values(self) -> list[str]:
        """Every patient value of this world that could be recognised in a log."""
        values: set[str] = set()
        for patient in self.patients:
            values |= {patient.family, patient.member_id, patient.email, patient.street, patient.phone}
            if patient.moved_to:
                values.add(patient.moved_to)
        return sorted(values)


def check_digit(first_nine: str) -> str:
    """The tenth digit of an NPI: Luhn over the digits with the prefix 80840 (CMS, 45 CFR 162.406)."""
    total = 24
    for place, digit in enumerate(reversed(first_nine)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def invented_npi(number: int) -> str:
    """An NPI that no registry gives out: it begins with 1999."""
    first = f"1999{number:05d}"
    return first + check_digit(first)


def make_world(seed: int = 7, *, patients: int = 44, visits: int = 64) -> World:
    """Make a world. At least 40 patients and 60 visits; 6 patients are new, 4 have moved, 16 visits are ours."""
    if patients < 40 or visits < 60 or visits < patients:
        raise ValueError("the day needs at least 40 patients and 60 visits, and a visit for each patient")
    chance = random.Random(seed)
    names = NameMaker(chance)
    providers = make_providers(names, len(TAXONOMIES))
    people = tuple(
        make_patient(n, chance, names, providers, known=n <= patients - 6, moved=n in (5, 11, 17, 23))
        for n in range(1, patients + 1)
    )
    return practice_of(seed, providers, people, _visits(chance, people, visits))


def practice_of(
    seed: int, providers: tuple[Provider, ...], patients: tuple[Patient, ...], visits: tuple[Visit, ...]
) -> World:
    """The invented practice around these people, with its accounts at both vendors."""
    secret = random.Random(seed * 7919 + 1)
    word = "".join(secret.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(18))
    return World(
        seed=seed,
        name="JUNIPER HOLLOW BEHAVIORAL HEALTH (INVENTED)",
        npi=invented_npi(1),
        tax_id="990000001",
        taxonomy="261QM0801X",
        street="100 EXAMPLE PARKWAY",
        city="TESTVILLE",
        state="CO",
        postal_code="800000001",
        phone="5555550100",
        providers=providers,
        patients=patients,
        visits=visits,
        office_key=f"99{seed:04d}",
        username=f"SIMUSER{seed}",
        password=f"Sim&<{word}>",
        account_key=f"SIM-{word}-{seed}",
        desk_email="desk@juniper-hollow.example",
        desk_password=f"desk-{word[::-1]}",
    )


def make_providers(names: NameMaker, count: int) -> tuple[Provider, ...]:
    """So many clinicians, of each kind in turn."""
    return tuple(
        Provider(f"P{n}", invented_npi(100 + n), *names.person()[:2], TAXONOMIES[(n - 1) % len(TAXONOMIES)])
        for n in range(1, count + 1)
    )


def make_patient(
    number: int, chance: random.Random, names: NameMaker, providers: tuple[Provider, ...], *, known: bool, moved: bool
) -> Patient:
    """One patient with insurance, cared for by one of the providers."""
    family, given, middle = names.person()
    # The first patients of each payer are placed by number, so that the day's special claims always exist.
    payer = PAYERS[(number - 1) % 4] if number <= 32 else chance.choice(PAYERS)
    member = f"{payer.member_prefix}{chance.randrange(10**8, 10**9)}"
    if number == 6:
        member = member[:-1] + "O"  # the letter, typed for a zero: the clearinghouse will refuse it
    return Patient(
        number=number,
        family=family,
        given=given,
        middle=middle,
        birth_date=date(1950, 1, 1) + timedelta(days=chance.randrange(20000)),
        sex=chance.choice("FM"),
        phone=f"555{chance.randrange(10**6, 10**7)}",
        email=f"{given}.{family}@mail.example".lower(),
        street=f"{chance.randrange(1, 9999)} {names.word()} {chance.choice(('LANE', 'COURT', 'WAY', 'TRAIL'))}",
        city="TESTVILLE",
        state="CO",
        postal_code=f"800{chance.randrange(100):02d}",
        payer=payer,
        member_id=member,
        group_number=f"G{chance.randrange(1000, 9999)}",
        copay=Money(chance.choice((1500, 2000, 2500, 3000))),
        known=known,
        provider=providers[number % len(providers)],
        moved_to=f"{chance.randrange(1, 9999)} {names.word()} PLACE" if moved else "",
    )


def _visits(chance: random.Random, people: tuple[Patient, ...], count: int) -> tuple[Visit, ...]:
    """Each provider's day from 08:00 in half-hour slots; one patient twice at most; no slot twice."""
    opening = datetime.combine(DAY, time(8), ZoneInfo(ZONE))
    taken: dict[str, int] = {}
    made: list[Visit] = []
    for number in range(1, count + 1):
        patient = people[(number - 1) % len(people)]
        slot = taken.get(patient.provider.key, 0)
        taken[patient.provider.key] = slot + 1
        second = number > len(people)
        procedures = ("90853",) if second else SESSIONS[chance.randrange(len(SESSIONS))]
        if patient.number in (1, 2, 3) and not second:
            procedures = ("99214", "90833")  # two lines, one of which a payer will refuse
        made.append(
            Visit(
                number=number,
                patient=patient,
                start=opening + timedelta(minutes=30 * slot),
                minutes=30,
                telehealth=number % 3 == 0,
                procedures=procedures,
                diagnoses=tuple(chance.sample(DIAGNOSES, 1 + number % 2)),
                known=patient.known and not (second and number % 2 == 0),
                kept=number not in (20, 33, 50),
            )
        )
    return tuple(made)
