"""A practice in the middle of its day, on real stores: visits, claims in every state, remittances, and trouble.

Everybody in it is invented (``sandbox.world``).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from chartline.app.services import Services, open_services
from chartline.connect.facts import (
    Benefit,
    ChargeFact,
    EligibilityAnswer,
    ReportMessage,
    VisitStatus,
)
from chartline.connect.intents import Write
from chartline.domains.claims import build_file, claim_of_encounter, mark_submitted, read_claims, record_reports
from chartline.domains.codes import load_reference
from chartline.domains.coverage.checks import open_check, record_answer
from chartline.domains.practice.day import coverages_of
from chartline.domains.practice.fees import Fee, load_fees
from chartline.domains.practice.providers import Provider, list_providers, save_provider
from chartline.domains.practice.settings import BillingRoute, Practice, save_payer_route, save_practice
from chartline.domains.practice.visits import encounter_id
from chartline.domains.remits import match, post, receive
from chartline.domains.sync.conflicts import add_conflict
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, Happened, SyncEvent, note_event
from chartline.domains.sync.merge import Conflict
from chartline.flows import front_desk
from chartline.flows.visit_to_claim import VisitToClaim
from chartline.formats.fhir import text
from chartline.kernel.errors import Again, Blame, Problem
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Unknown
from chartline.kernel.sealed import Purpose, Sealed
from chartline.kernel.settings import Settings
from chartline.platform.exchange import Exchange, Word
from chartline.platform.jobs.issues import Place
from chartline.sandbox.world import DAY, FEES, ZONE, World, make_world
from chartline.sandbox.world import Visit as MadeVisit
from tests.domains.money_world import FACTS, report
from tests.domains.remittances import decided, raw, remittance
from tests.support.clocks import shared_clock
from tests.support.invented import coverage_of, person_of

T = TypeVar("T")
NOW = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
PASSWORD = "an invented long password"
VISITS = 24


@dataclass
class Filled:
    """The opened practice and what a test needs to find its way."""

    services: Services
    world: World
    organisation: str
    email: str
    token: str
    patients: list[str]
    visits: list[str]
    claims: list[str]
    remittances: list[str]
    exchange: str
    conflict: str


class DirectRun:
    """Runs the steps of a job at once."""

    def __init__(self, organisation: str) -> None:
        self.id, self.organisation, self.returns, self.failed = "direct", organisation, 0, 0

    def step(self, name: str, function: Callable[..., T], *arguments: object) -> T:
        return function(*arguments)


def open_filled(url: str, folder: Path) -> Filled:
    """Open services on a migrated database, and play half a day. The folder holds the clock and the key."""
    shared_clock(folder / "clock.json", NOW)
    return fill(open_services(_settings(url, folder)), make_world())


def fill(services: Services, world: World) -> Filled:
    """Play half a day of one more organisation in an installation."""
    organisation = services.access.create_organisation(world.name)
    email = f"{new_id()}@juniper-hollow.example"
    services.access.create_user(organisation, email, Sealed(PASSWORD), ["owner"], name="Ola Ownerson")
    token = services.access.create_token(organisation, "tests", "owner").value.reveal(Purpose.AUTHENTICATE)
    made = Filled(services, world, organisation, email, token, [], [], [], [], "", "")
    _set_up(made)
    _play(made)
    return made


@dataclass(frozen=True)
class Played:
    """A practice that was played once, to be copied; its services are closed."""

    folder: Path
    made: Filled

    @contextmanager
    def copy(self, url: str, folder: Path) -> Generator[Filled]:
        """Open a copy of it in another folder. ``url`` is the copied database, or where SQLite's is copied to."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        lists = ("patients", "visits", "claims", "remittances")
        copied = {name: list(getattr(self.made, name)) for name in lists}
        made = replace(self.made, services=open_services(_settings(url, folder)), **copied)
        yield made
        made.services.close()


def play_once(url: str, folder: Path) -> Played:
    """Play the half day, and close."""
    made = open_filled(url, folder)
    made.services.close()
    return Played(folder, made)


def _settings(url: str, folder: Path) -> Settings:
    return Settings(data=str(folder / "data"), database=url, clock=str(folder / "clock.json"))


def _set_up(made: Filled) -> None:
    world, services = made.world, made.services
    with services.database.work(made.organisation) as work:
        load_reference(work)
        save_practice(
            work,
            Practice(
                name=world.name,
                npi=world.npi,
                tax_id=world.tax_id,
                taxonomy=world.taxonomy,
                street=world.street,
                city=world.city,
                state=world.state,
                postal_code=world.postal_code,
                phone=world.phone,
                zone=ZONE,
            ),
        )
        for payer in world.payers:
            save_payer_route(work, payer.payer_id, BillingRoute(payer.route))
        for one in world.providers:
            save_provider(
                work,
                services.records,
                Provider(id=new_id(), npi=one.npi, family=one.family, given=one.given, taxonomy=one.taxonomy),
            )
        load_fees(work, [Fee(code, Money.parse(amount), date(2026, 1, 1)) for code, amount in FEES.items()])


def providers(made: Filled) -> dict[str, str]:
    """Our provider ids by NPI."""
    with made.services.database.read(made.organisation) as work:
        return {one.npi: one.id for one in list_providers(work)}


def _play(made: Filled) -> None:
    ids: dict[int, str] = {}
    ground, by_npi = made.services.ground, providers(made)
    for patient in made.world.patients[:VISITS]:
        ids[patient.number] = front_desk.new_patient(
            ground, made.organisation, "user:desk", person_of(patient), coverage_of(patient)
        )
    made.patients = list(ids.values())
    for visit in made.world.visits[:VISITS]:
        made.visits.append(
            front_desk.book(
                ground,
                made.organisation,
                "user:desk",
                ids[visit.patient.number],
                visit.start,
                visit.minutes,
                by_npi[visit.patient.provider.npi],
            )
        )
    for number, (visit, appointment) in enumerate(zip(made.world.visits, made.visits, strict=False)):
        _hold(made, number, visit, appointment)
    connections = _connect(made)
    _send(made)
    _pay(made)
    _ask(made, ids)
    _trouble(made, connections)


def _hold(made: Filled, number: int, visit: MadeVisit, appointment: str) -> None:
    """Sixteen visits are seen and charged, some arrived, one did not come, the rest are to come."""
    status = (
        VisitStatus.SEEN
        if number < 16
        else VisitStatus.ARRIVED
        if number < 18
        else VisitStatus.NO_SHOW
        if number == 18
        else None
    )
    if status is None:
        return
    ground = made.services.ground
    front_desk.set_status(ground, made.organisation, "user:desk", appointment, status)
    if status is not VisitStatus.SEEN:
        return
    lines = tuple(
        ChargeFact(code, ("95",) if number == 5 else (), 1, visit.diagnoses, "11", Money(0))
        for code in visit.procedures
    )
    front_desk.capture_charges(ground, made.organisation, "user:clinician", appointment, lines)
    if visit.patient.payer.route != "clearinghouse":
        return
    VisitToClaim(ground).bill(DirectRun(made.organisation), {"appointment": appointment})
    with made.services.database.read(made.organisation) as work:
        claim = claim_of_encounter(work, encounter_id(made.organisation, appointment))
        assert claim is not None
        made.claims.append(claim.id)


def _send(made: Filled) -> None:
    """Nine claims go out: one is rejected, the others accepted; the rest stay ready or held."""
    services = made.services
    with services.database.work(made.organisation) as work:
        known = read_claims(work, made.claims)
        ready = [one for one in made.claims if known[one].word.value == "validated"][:9]
        file = build_file(work, services.vault, ready, FACTS)
        mark_submitted(work, services.vault, services.records, file)
        reports = [report(reference) for reference in file.references[:-2]]
        message = ReportMessage("R", "A7:164", "Subscriber not found at the payer", "member")
        reports.append(report(file.references[-2], "R", messages=(message,), vendor_id="700109999"))
        record_reports(work, services.vault, services.records, reports)
        made.claims = ready + [one for one in made.claims if one not in ready]


def _pay(made: Filled) -> None:
    services = made.services
    with services.database.work(made.organisation) as work:
        claims = list(read_claims(work, made.claims[:4]).values())
        claims.sort(key=lambda one: one.number)
        first, second, third, fourth = claims
        parts = [
            decided(first.number, first.total.minor, first.total.minor - 6000, ("CO-45", 4000), ("PR-3", 2000)),
            decided(second.number, second.total.minor, 0, ("CO-197", second.total.minor), status="4"),
            decided(third.number, third.total.minor, third.total.minor - 3000, ("CO-45", 3000)),
            decided("X99", 8000, 8000),
        ]
        paid = remittance(*parts, trace="EFT90001", paid_on=DAY)
        made.remittances += receive(work, services.vault, raw(paid), "clearinghouse", "era-1")
        wrong = remittance(
            decided(fourth.number, fourth.total.minor, 5000, ("CO-45", fourth.total.minor - 5000)),
            trace="EFT90002",
            amount=Money(6100),
            paid_on=DAY,
        )
        made.remittances += receive(work, services.vault, raw(wrong), "clearinghouse", "era-2")
        for one in made.remittances:
            match(work, services.vault, one)
        post(work, services.vault, services.records, made.remittances[0])


def _connect(made: Filled) -> list[str]:
    services, world = made.services, made.world
    with services.database.work(made.organisation) as work:
        office = services.connections.add(
            work,
            vendor="advancedmd",
            name="AdvancedMD office",
            options={"office_key": world.office_key, "appname": "EXAMPLE", "environment": "simulator"},
            secrets={"username": Sealed(world.username), "password": Sealed(world.password)},
        )
        house = services.connections.add(
            work,
            vendor="claimmd",
            name="Clearinghouse",
            options={"environment": "simulator"},
            secrets={"account_key": Sealed(world.account_key)},
        )
    return [office.id, house.id]


def _ask(made: Filled, ids: dict[int, str]) -> None:
    """Payers answered for most visits of the day."""
    services = made.services
    answers = {
        0: (Benefit("1", plan="CEDAR CHOICE PPO"), Benefit("B", service_type="98", amount=Money(2500))),
        1: (Benefit("6"),),
        2: (),
    }
    with services.database.work(made.organisation) as work:
        coverages = coverages_of(work, services.records, made.patients)
        for number, (appointment, visit) in enumerate(zip(made.visits, made.world.visits, strict=False)):
            patient = ids[visit.patient.number]
            if number > 20:
                break
            check = open_check(
                work,
                services.records,
                patient_id=patient,
                coverage_id=text(coverages[patient][0], "id") or "",
                payer_id=visit.patient.payer.payer_id,
                service_date=DAY,
                appointment_id=appointment,
            ).check
            if number < 18:
                kind = 1 if number == 6 else 2 if number == 9 else 0
                errors = (("72", "Invalid"),) if kind == 2 else ()
                record_answer(
                    work,
                    services.vault,
                    services.records,
                    check.id,
                    EligibilityAnswer(f"elig{number}", answers[kind], errors),
                )


def _trouble(made: Filled, connections: list[str]) -> None:
    services, organisation = made.services, made.organisation
    office = connections[0]
    for number in range(5):
        made.exchange = services.exchanges.record_now(
            organisation,
            Exchange(
                connection=connections[number % 2],
                vendor="advancedmd" if number % 2 == 0 else "claimmd",
                operation="getupdatedpatients" if number % 2 == 0 else "response",
                started=NOW - timedelta(minutes=number),
                duration_ms=120 + number,
                outcome=Word.RECEIPT if number else Word.REFUSED,
                status=200,
                problem=None if number else "connect.payload_changed",
                request=b'{"ppmdmsg": {"@action": "getupdatedpatients"}}',
                response=b'{"PPMDResults": {"Results": {}}}' * 3,
            ),
        )
    with services.database.work(organisation) as work:
        for number, patient in enumerate(made.patients[:6]):
            note_event(
                work,
                SyncEvent(
                    connection=office,
                    direction=Direction.IN if number % 2 else Direction.OUT,
                    kind=Kind.PATIENT,
                    outcome=[Happened.CREATED, Happened.CHANGED, Happened.CONFLICT][number % 3],
                    local_id=patient,
                    vendor_id=f"pat{70000 + number}",
                    code="street" if number % 3 == 2 else "",
                    exchange_id=made.exchange,
                ),
            )
        street = Conflict("street", "12 OLD MILL LANE", "77 NEW POND COURT", "12 OLD MILL LANE APT 4")
        made.conflict = add_conflict(work, services.vault, office, Kind.PATIENT, made.patients[4], street)
        phone = Conflict("phone", None, "5555550101", "5555550199")
        add_conflict(work, services.vault, office, Kind.PATIENT, made.patients[7], phone)
        problem = Problem(
            "advancedmd.bad_login",
            Blame.PRACTICE,
            Again.AFTER_FIX,
            "The practice system refuses the sign-in.",
            "Enter the present password on the connection, then run the job again.",
            made.exchange,
            {},
        )
        place = Place(key="schedule/example/pull", organisation=organisation, job="pull_patients", queue="vendor")
        services.issues.open(work, place, problem)
    write = Write(office, "add_patient", made.patients[3], b"payload")
    services.intents.once(organisation, write, lambda: Unknown(made.exchange), lambda: Absent())
