"""A practice system made of dictionaries, and a practice before it: for what a vendor's wire has no part in.

``will`` says how the next calls of an operation end: an outcome that is answered without doing anything, or ``LOST``
for a call that is done and whose answer is lost. Everything around it is real: database, records, intents, clock.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from chartline.app.services import Services, open_services
from chartline.connect.connections import Connection
from chartline.connect.facts import (
    ChargeFact,
    CoverageFact,
    Page,
    PatientDetail,
    PaymentFact,
    PersonFact,
    PostedCharge,
    PostedPayment,
    VisitFact,
    VisitStatus,
)
from chartline.connect.refusals import CHARGES_STAND
from chartline.domains.practice.providers import Provider, save_provider
from chartline.domains.sync.changes import follow
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link
from chartline.domains.sync.outgoing import ORDER, pending
from chartline.flows.ground import Ground
from chartline.flows.sending import Sending, Sent
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown
from chartline.kernel.sealed import Sealed
from chartline.kernel.settings import Settings
from chartline.sandbox.clock import ClockKeeper

ACTOR = "desk@juniper-hollow.example"
NOON = datetime(2026, 3, 10, 19, tzinfo=UTC)
LOST: Literal["lost"] = "lost"

SLOT = ErrorKind("test.slot_taken", Blame.PRACTICE, Again.AFTER_FIX, "The slot is taken.", "Take another.", status=409)
STALE = ErrorKind("test.stale", Blame.PRACTICE, Again.NOW, "It changed meanwhile.", "Read it again.", status=409)
BROKEN = ErrorKind("test.server_failed", Blame.VENDOR, Again.AFTER, "The vendor's server failed.", "Wait.", status=502)
AWAY = ErrorKind("test.away", Blame.NETWORK, Again.NOW, "The vendor is away.", "Wait.", status=502)
WRONG = ErrorKind("test.wrong", Blame.PRACTICE, Again.AFTER_FIX, "A field is wrong.", "Mend it.")
SHUT = ErrorKind("test.shut", Blame.PRACTICE, Again.AFTER_FIX, "The password is wrong.", "Correct it.", status=401)
SEVERAL = ErrorKind("test.several", Blame.PRACTICE, Again.AFTER_FIX, "There are several.", "Choose.", status=409)

Will = Literal["lost"] | Refused | Later | Unknown


@dataclass
class PlainOffice:
    """The vendor. Offers everything that writes records, charges and payments."""

    patients: dict[str, PersonFact] = field(default_factory=dict)
    plans: dict[str, dict[str, CoverageFact]] = field(default_factory=dict)
    visits: dict[str, VisitFact] = field(default_factory=dict)
    charges: dict[str, list[PostedCharge]] = field(default_factory=dict)
    payments: list[PostedPayment] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _will: dict[str, list[Will]] = field(default_factory=dict)
    _number: int = 100

    def will(self, operation: str, *ends: Will) -> None:
        """How the next calls of an operation end."""
        self._will.setdefault(operation, []).extend(ends)

    def forget_faults(self) -> None:
        """From now on everything goes well."""
        self._will.clear()

    def _next(self, operation: str) -> Will | None:
        self.calls.append(operation)
        return self._will[operation].pop(0) if self._will.get(operation) else None

    def _id(self) -> str:
        self._number += 1
        return str(self._number)

    def _write(self, operation: str, do: Any) -> Any:
        end = self._next(operation)
        if end is not None and end != LOST:
            return end
        done = do()
        return Unknown("exchange") if end == LOST else Receipt(done, "exchange")

    # --- reading ----------------------------------------------------------------------------------------------------

    def changed_patients(self, cursor: str) -> Receipt[Page[PersonFact]] | Later | Refused:
        return Receipt(Page((), cursor))

    def changed_visits(self, cursor: str) -> Receipt[Page[VisitFact]] | Later | Refused:
        return Receipt(Page((), cursor))

    def patient_detail(self, vendor_id: str) -> Receipt[PatientDetail] | Absent | Later | Refused:
        end = self._next("patient_detail")
        if isinstance(end, Refused | Later):
            return end
        if vendor_id not in self.patients:
            return Absent()
        plans = tuple(self.plans.get(vendor_id, {}).values())
        return Receipt(PatientDetail(self.patients[vendor_id], plans), "exchange")

    def find_patient(self, person: PersonFact) -> Looked[PersonFact]:
        end = self._next("find_patient")
        if end is not None and end != LOST:
            return end
        key = (person.family, person.given, person.birth_date)
        for one in self.patients.values():
            if (one.family, one.given, one.birth_date) == key:
                return Receipt(one, "exchange")
        return Absent()

    def find_visit(self, visit: VisitFact) -> Looked[str]:
        self._next("find_visit")
        for identity, one in self.visits.items():
            if (one.patient_vendor_id, one.start) == (visit.patient_vendor_id, visit.start):
                return Receipt(identity, "exchange")
        return Absent()

    def read_visit(self, visit: VisitFact) -> Looked[VisitFact]:
        self._next("read_visit")
        found = self.visits.get(visit.vendor_id or "")
        return Receipt(found, "exchange") if found else Absent()

    # --- writing ----------------------------------------------------------------------------------------------------

    def add_patient(self, person: PersonFact) -> Outcome[str]:
        def do() -> str:
            identity = self._id()
            self.patients[identity] = replace(person, vendor_id=identity, responsible_party=f"9{identity}")
            return identity

        return self._write("add_patient", do)

    def update_patient(self, before: PersonFact, after: PersonFact) -> Outcome[str]:
        identity = after.vendor_id or ""

        def do() -> str:
            self.patients[identity] = replace(after, responsible_party=self.patients[identity].responsible_party)
            return identity

        return self._write("update_patient", do)

    def add_coverage(self, patient: PersonFact, coverage: CoverageFact) -> Outcome[str]:
        def do() -> str:
            identity = self._id()
            self.plans.setdefault(patient.vendor_id or "", {})[identity] = replace(coverage, vendor_id=identity)
            return identity

        return self._write("add_coverage", do)

    def update_coverage(self, patient: PersonFact, before: CoverageFact, after: CoverageFact) -> Outcome[str]:
        def do() -> str:
            self.plans[patient.vendor_id or ""][after.vendor_id or ""] = after
            return after.vendor_id or ""

        return self._write("update_coverage", do)

    def add_visit(self, visit: VisitFact) -> Outcome[str]:
        def do() -> str:
            identity = self._id()
            self.visits[identity] = replace(visit, vendor_id=identity)
            return identity

        return self._write("add_visit", do)

    def move_visit(self, before: VisitFact, after: VisitFact) -> Outcome[str]:
        def do() -> str:
            self.visits[after.vendor_id or ""] = replace(after, status=self.visits[after.vendor_id or ""].status)
            return after.vendor_id or ""

        return self._write("move_visit", do)

    def cancel_visit(self, visit: VisitFact) -> Outcome[str]:
        return self._write("cancel_visit", lambda: self._says(visit, VisitStatus.CANCELLED))

    def no_show_visit(self, visit: VisitFact) -> Outcome[str]:
        return self._write("no_show_visit", lambda: self._says(visit, VisitStatus.NO_SHOW))

    def _says(self, visit: VisitFact, status: VisitStatus) -> str:
        identity = visit.vendor_id or ""
        self.visits[identity] = replace(self.visits[identity], status=status)
        return identity

    # --- charges ----------------------------------------------------------------------------------------------------

    def charges_on(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date
    ) -> Receipt[tuple[PostedCharge, ...]] | Later | Refused:
        end = self._next("charges_on")
        if isinstance(end, Refused | Later):
            return end
        return Receipt(tuple(self.charges.get(visit_vendor_id, ())), "exchange")

    def add_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date, charges: tuple[ChargeFact, ...]
    ) -> Outcome[str]:
        return self._write("add_charges", lambda: self._post(visit_vendor_id, charges))

    def void_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, charge_vendor_ids: tuple[str, ...]
    ) -> Outcome[str]:
        def do() -> str:
            self._void(visit_vendor_id, charge_vendor_ids)
            return visit_vendor_id

        return self._write("void_charges", do)

    def save_charges(
        self,
        visit_vendor_id: str,
        patient_vendor_id: str,
        charges: tuple[ChargeFact, ...],
        service_date: date | None = None,
        *,
        replace: bool = False,
    ) -> Outcome[str]:
        stands = sorted(self.standing(visit_vendor_id))
        if stands == sorted((one.procedure, one.units) for one in charges):
            return Receipt(visit_vendor_id, "exchange")
        if stands and not replace:
            return Refused(CHARGES_STAND.problem())

        def do() -> str:
            self._void(visit_vendor_id, tuple(one.vendor_id for one in self.charges.get(visit_vendor_id, ())))
            return self._post(visit_vendor_id, charges)

        return self._write("save_charges", do)

    def find_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date, charges: tuple[ChargeFact, ...]
    ) -> Looked[str]:
        self._next("find_charges")
        standing = [one for one in self.charges.get(visit_vendor_id, ()) if not one.void]
        if not standing:
            return Absent()
        same = sorted(one.charge.procedure for one in standing) == sorted(one.procedure for one in charges)
        return Receipt(visit_vendor_id, "exchange") if same else Refused(WRONG.problem())

    def _post(self, visit: str, charges: tuple[ChargeFact, ...]) -> str:
        self.charges.setdefault(visit, []).extend(PostedCharge(self._id(), visit, charge) for charge in charges)
        return visit

    def _void(self, visit: str, which: tuple[str, ...]) -> None:
        known = self.charges.get(visit, [])
        self.charges[visit] = [replace(one, void=one.void or one.vendor_id in which) for one in known]

    def standing(self, visit: str) -> list[tuple[str, int]]:
        """Procedures and units that stand on a visit."""
        return [(one.charge.procedure, one.charge.units) for one in self.charges.get(visit, ()) if not one.void]

    # --- payments ---------------------------------------------------------------------------------------------------

    def post_payment(self, payment: PaymentFact) -> Outcome[str]:
        def do() -> str:
            identity = self._id()
            self.payments.append(
                PostedPayment(
                    identity,
                    payment.patient_vendor_id,
                    payment.payer,
                    payment.amount,
                    payment.received,
                    payment.check_number,
                )
            )
            return identity

        return self._write("post_payment", do)

    def find_payment(self, payment: PaymentFact) -> Looked[str]:
        end = self._next("find_payment")
        if end is not None and end != LOST:
            return end
        key = (payment.patient_vendor_id, payment.payer, payment.amount, payment.received, payment.check_number)
        found = [
            one.vendor_id
            for one in self.payments
            if (one.patient_vendor_id, one.payer, one.amount, one.received, one.check_number) == key
        ]
        if len(found) > 1:
            return Refused(SEVERAL.problem())
        return Receipt(found[0], "exchange") if found else Absent()

    def payments_of(
        self, patient_vendor_id: str, first: date, last: date
    ) -> Receipt[tuple[PostedPayment, ...]] | Later | Refused:
        return Receipt(tuple(one for one in self.payments if one.patient_vendor_id == patient_vendor_id))

    def payment_codes(self) -> Receipt[Any] | Later | Refused:
        return Receipt(())


@dataclass
class Desk:
    """A practice, its clock, and the office at the other end."""

    services: Services
    ground: Ground
    office: PlainOffice
    keeper: ClockKeeper
    organisation: str
    connection: Connection
    provider: str

    def push(self, times: int = 1) -> list[Sent]:
        """Send everything that is due, kind by kind, so many times."""
        told = []
        for _ in range(times):
            for kind in ORDER:
                ground = self.ground
                with ground.database.work(self.organisation) as work:
                    page = pending(work, ground.records, ground.vault, self.connection.id, kind)
                told.append(Sending(ground, self.organisation, self.office).send(page.items))
        return told

    def pass_by(self, **span: float) -> None:
        self.keeper.jump(self.keeper.now() + timedelta(**span), 1.0)

    def settle(self) -> None:
        """Let everything that is waiting for a moment be tried, a quarter of an hour at a time."""
        for _ in range(6):
            self.pass_by(minutes=16)
            self.push()


def person(**more: str) -> PersonFact:
    """Somebody invented."""
    sealed = {name: Sealed(value) for name, value in more.items()}
    known = PersonFact(
        vendor_id=None,
        family=Sealed("Brightwater"),
        given=Sealed("Odalys"),
        middle=Sealed(""),
        birth_date=Sealed(date(1984, 5, 6)),
        sex="F",
        phone=Sealed("(555) 555-0142"),
        email=Sealed("odalys@mail.example"),
        street=Sealed("12 INVENTED WAY"),
        unit=Sealed(""),
        city=Sealed("TESTVILLE"),
        state=Sealed("UT"),
        postal_code=Sealed("84000"),
    )
    return replace(known, **sealed)


def plan(member: str = "EX100200", **more: Any) -> CoverageFact:
    """Some insurance."""
    from chartline.connect.facts import Relationship

    known = CoverageFact(
        None, "00901", "ACME HEALTH", Sealed(member), Sealed("G1"), 1, Relationship.SELF, begin=date(2026, 1, 1)
    )
    return replace(known, **more)


def charge(procedure: str = "90834", units: int = 1, cents: int = 15000) -> ChargeFact:
    """A line."""
    return ChargeFact(procedure, (), units, ("F411",), "11", Money(cents))


@contextmanager
def desk(folder: Path, url: str) -> Generator[Desk]:
    """A practice that follows everything, before an empty office."""
    keeper = ClockKeeper(folder / "clock.json")
    keeper.start(NOON, 1.0)
    settings = Settings(
        data=str(folder / "data"), database=url, clock=str(folder / "clock.json"), http_timeout_seconds=5.0
    )
    settings.data_path.mkdir(parents=True, exist_ok=True)
    services = open_services(settings)
    office = PlainOffice()
    try:
        organisation = services.access.create_organisation("Juniper Hollow")
        ground = replace(services.ground, connector=lambda _organisation, _connection: office)
        provider = new_id()
        with services.database.work(organisation) as work:
            connection = services.connections.add(work, vendor="advancedmd", name="AdvancedMD", options={}, secrets={})
            follow(work, connection.id, ORDER)
            npi, taxonomy = "1999999984", "103TC0700X"
            someone = Provider(id=provider, npi=npi, family="Aldergrove", given="Wren", taxonomy=taxonomy)
            save_provider(work, services.records, someone)
            link(work, connection.id, Kind.PROVIDER, provider, "3")
        yield Desk(services, ground, office, keeper, organisation, connection, provider)
    finally:
        services.close()
