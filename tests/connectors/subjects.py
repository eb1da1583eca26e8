"""How the conformance suite makes our two vendors' simulators misbehave, and what it reads from their counters."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace as replace_seed
from tests.support.simulators import Simulator
from tests.support.wire import LoopbackWire

from chartline.connect.conformance import (
    Census,
    Feed,
    Hook,
    Sessions,
    Subject,
    Unproven,
    WriteCase,
    WriteItem,
    rows_of,
)
from chartline.connect.facts import (
    ChargeFact,
    ClaimFile,
    ClaimReport,
    CoverageFact,
    EligibilityQuestion,
    LookupKind,
    PaymentFact,
    PersonFact,
    Relationship,
    VisitFact,
    VisitStatus,
)
from chartline.connect.facts import Payer as PaidBy
from chartline.connect.wire import Credentials
from chartline.connectors.advancedmd import connector as advancedmd
from chartline.connectors.advancedmd.about import ABOUT as ADVANCEDMD
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.seed import Crowd
from chartline.connectors.claimmd import connector as claimmd
from chartline.connectors.claimmd.auth import ABOUT as CLAIMMD
from chartline.connectors.claimmd.simulator.rules import Mind
from chartline.connectors.claimmd.simulator.seed import Account, Coverage, Options, Payer, Seed
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.professional_claim import (
    BillingProvider,
    ProfessionalClaim,
    Receiver,
    ServiceLine,
    Submitter,
    Subscriber,
    build_837p,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.clock import Anchor, SharedClock, write_anchor
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Looked, Outcome, Receipt
from chartline.kernel.sealed import Sealed

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""A Monday, 08:00 in Denver: peak."""
DAY = date(2026, 3, 2)
PASSWORD = "Sim&<\"4711'+/=%\\é> pass"
HOOK_SECRET = "Sim hook 4711 <secret>"
STANDING = VisitFact("7001", "1001", datetime(2026, 3, 4, 16, 0, tzinfo=UTC), 60, VisitStatus.BOOKED)
KEY = "SIM-k&y<4711'+/=%>"


def office(connector: object) -> advancedmd.Connector:
    assert isinstance(connector, advancedmd.Connector)
    return connector


def news(event: str) -> bytes:
    return json.dumps({"id": f"ev-{event}", "event": event, "officeKey": "999001", "objectId": "1001"}).encode()


def house(connector: object) -> claimmd.Connector:
    assert isinstance(connector, claimmd.Connector)
    return connector


def value(outcome: Outcome[str]) -> str:
    assert isinstance(outcome, Receipt), outcome
    return outcome.value


class Office:
    """An AdvancedMD office of the simulator's own example, with a password that is hard to write."""

    def __init__(self, simulator: Simulator, form: str) -> None:
        self._simulator, self._form = simulator, form
        self._numbers = count(1)
        self._gone: set[str] = set()
        simulator.tell("offices/999001", password=PASSWORD)

    def subject(self) -> Subject:
        options = {
            "office_key": "999001",
            "appname": "SIMAPP",
            "login_url": f"{self._simulator.url}/practicemanager/xmlrpc/processrequest.aspx",
            "environment": "simulator",
            "format": self._form,
            "profile": "3",
            "column": "11",
        }
        secrets = {"username": Sealed("SIMUSER"), "password": Sealed(PASSWORD)}
        return Subject(
            about=ADVANCEDMD,
            open=advancedmd.Connector,
            credentials=Credentials({**secrets, "hook_secret": Sealed(HOOK_SECRET)}, options),
            break_next=self.break_next,
            excess=lambda: self.counted("excess_calls"),
            probe=lambda connector: office(connector).patient_detail("1001"),
            probe_operation="getdemographic",
            probe_tier="medium",
            private=("MUÑOZ", "INÉS", "EX123", "EX125", "ines@example.invalid", "CONFORMANT", "Conformant"),
            sessions=Sessions(
                lambda: self._simulator.tell("expire-tokens"), lambda: self.counted("logins"), timedelta(seconds=61)
            ),
            feeds=(
                Feed(
                    name="getupdatedpatients",
                    read=lambda connector, cursor: rows_of(
                        office(connector).changed_patients(cursor), lambda row: row.vendor_id
                    ),
                    fill=self.fill_patients,
                    commit_late=self.late_patient,
                ),
                Feed(
                    name="getupdatedvisits",
                    read=lambda connector, cursor: rows_of(
                        office(connector).changed_visits(cursor), lambda row: row.vendor_id
                    ),
                    fill=lambda: {str(each["id"]) for each in self.snapshot()["visits"]},
                    commit_late=self.late_visit,
                ),
            ),
            writes=(
                self.case("add_patient", "addpatient", "lookuppatient", self.new_patient, "patients_added"),
                self.case("update_patient", "updatepatient", "getdemographic", self.changed, "patients_updated"),
                self.case("add_coverage", "addinsurance", "getdemographic", self.new_coverage, "plans_added"),
                self.case("add_visit", "addvisit", "getdatevisits", self.new_visit, "visits_added"),
                WriteCase(
                    name="save_charges",
                    operation="savecharges",
                    look_operation="gettxhistory",
                    fresh=self.new_charges,
                    effects=lambda: sum(self._simulator.ask("counters")["charge_saves_per_visit"].values()),
                ),
                *self.further_writes(),
            ),
            mixed=self.mixed,
            strange=self.strange,
            lists={kind: lambda kind=kind: self.listed(kind) for kind in LookupKind},
            censuses=(
                Census(
                    name="patients",
                    take=lambda connector: office(connector).present("patient", DAY),
                    standing=lambda: {str(each) for each in self.snapshot()["patients"]} - self._gone,
                    delete_one=self.delete_somebody,
                ),
                Census(
                    name="visits",
                    take=lambda connector: office(connector).present("visit", DAY),
                    standing=lambda: {str(each["id"]) for each in self.snapshot()["visits"]} - self._gone,
                    delete_one=lambda: self.delete("visits", "7002"),
                ),
            ),
            hook=Hook(
                sign=lambda body: {
                    "x-signature": f"sha256={hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()}"
                },
                news=news("patient.updated"),
                strange=news("superbill.shredded"),
                strange_kind="superbill",
                without_secret=Credentials(secrets, options),
            ),
            unproven=Unproven(
                credentials=Credentials(secrets, options),
                writes={
                    "move": lambda connector: office(connector).move_visit(STANDING, replace(STANDING, minutes=45)),
                    "no show": lambda connector: office(connector).no_show_visit(STANDING),
                    "void": lambda connector: office(connector).void_charges("7001", "1001", ("1",)),
                },
            ),
        )

    def further_writes(self) -> tuple[WriteCase, ...]:
        """Once is enough: a cancellation goes by REST whatever the spelling, and payments are spelt as charges are."""
        if self._form != "json":
            return ()
        return (
            self.case("cancel_visit", "scheduler.cancel", "getdatevisits", self.cancelled, "visits_cancelled"),
            self.case("post_payment", "addpayments", "gettxhistory", self.new_payment, "payments_added"),
        )

    def listed(self, kind: LookupKind) -> set[str]:
        """What the office of the example has, as far as the simulator tells it outside of a lookup."""
        return {"3"} if kind is LookupKind.PROFILE else set()

    def delete_somebody(self) -> None:
        """Anybody of the crowd: the three people of the example are needed by other checks."""
        spare = {str(each) for each in self.snapshot()["patients"]} - self._gone - {"1001", "1002", "1003"}
        self.delete("patients", max(spare or self.fill_patients()))

    def delete(self, what: str, number: str) -> None:
        self._gone.add(number)
        self._simulator.tell(f"{what}/{number}", **({"deleted": "1"} if what == "patients" else {"apptstatus": "11"}))

    def case(self, name: str, operation: str, look: str, fresh: Any, counter: str) -> WriteCase:
        return WriteCase(
            name=name,
            operation=operation,
            look_operation=look,
            fresh=fresh,
            effects=lambda: self.counted(counter),
        )

    def break_next(self, operation: str, kind: str, *, times: int = 1, status: int = 500) -> None:
        self._simulator.tell("faults", operation=operation, kind=kind, times=times, status=status)

    def counted(self, name: str) -> int:
        return int(self._simulator.ask("counters")[name])

    def snapshot(self) -> dict[str, Any]:
        return self._simulator.ask("snapshot")["offices"]["999001"]

    def fill_patients(self) -> set[str]:
        """More than the thousand rows up to which a feed has contents."""
        seed = replace_seed(example_office(), password=PASSWORD, crowd=Crowd(surname="COMMON", count=1050))
        self._simulator.tell("offices", **msgspec.to_builtins(seed))
        return {str(each) for each in self.snapshot()["patients"]}

    def late_patient(self) -> str:
        self._simulator.tell("patients/1003", city="LATEVILLE")
        return "1003"

    def late_visit(self) -> str:
        self._simulator.tell("visits/7001", note="LATE")
        return "7001"

    def person(self, number: int) -> PersonFact:
        letters = "".join(chr(ord("A") + int(digit)) for digit in f"{number:05d}")
        empty = Sealed("")
        return PersonFact(
            vendor_id=None, family=Sealed("Conformant"), given=Sealed(f"Test{letters}"), middle=empty,
            birth_date=Sealed(date(1984, 7, 9)), sex="F", phone=Sealed("8015550142"), email=empty,
            street=Sealed("12 Invented Way"), unit=empty, city=Sealed("Testville"), state=Sealed("UT"),
            postal_code=Sealed("84000"),
        )  # fmt: skip

    def new_patient(self, connector: object) -> WriteItem:
        number = next(self._numbers)
        person = self.person(number)

        def look() -> Looked[str]:
            found = office(connector).find_patient(person)
            return Receipt(found.value.vendor_id or "") if isinstance(found, Receipt) else found

        return WriteItem(f"patient-{number}", lambda: office(connector).add_patient(person), look)

    def changed(self, connector: object) -> WriteItem:
        number = next(self._numbers)
        detail = office(connector).patient_detail("1002")
        assert isinstance(detail, Receipt), detail
        before = detail.value.person
        after = replace(before, street=Sealed(f"{number} CHANGED WAY"))

        def look() -> Looked[str]:
            found = office(connector).patient_detail("1002")
            if not isinstance(found, Receipt):
                return found
            return Receipt("1002") if found.value.person.street == after.street else Absent()

        return WriteItem(f"change-{number}", lambda: office(connector).update_patient(before, after), look)

    def new_coverage(self, connector: object) -> WriteItem:
        number = next(self._numbers)
        patient = value(office(connector).add_patient(self.person(number)))
        detail = office(connector).patient_detail(patient)
        assert isinstance(detail, Receipt), detail
        coverage = CoverageFact(
            None, "SIM01", "Example Health Plan", Sealed(f"EX{number:06d}"), Sealed(""), 1, Relationship.SELF,
            begin=date(2026, 1, 1),
        )  # fmt: skip

        def look() -> Looked[str]:
            found = office(connector).patient_detail(patient)
            if not isinstance(found, Receipt):
                return found
            plans = [each.vendor_id for each in found.value.coverages if each.member_id == coverage.member_id]
            return Receipt(plans[0] or "") if plans else Absent()

        known = detail.value.person
        return WriteItem(f"coverage-{number}", lambda: office(connector).add_coverage(known, coverage), look)

    def visit(self) -> VisitFact:
        """A slot of its own day: the same charge twice on a day is one too many for the office."""
        start = datetime(2026, 4, 1, 16, 0, tzinfo=UTC) + timedelta(days=next(self._numbers))
        return VisitFact(None, "1003", start, 15, VisitStatus.BOOKED)

    def new_visit(self, connector: object) -> WriteItem:
        visit = self.visit()
        return WriteItem(
            f"visit-{visit.start:%Y-%m-%d}",
            lambda: office(connector).add_visit(visit),
            lambda: office(connector).find_visit(visit),
        )

    def new_charges(self, connector: object) -> WriteItem:
        visit = self.visit()
        number = value(office(connector).add_visit(visit))
        charges = (ChargeFact("90834", ("95",), 1, ("F411", "F4310"), "10", Money(15000)),)
        return WriteItem(
            f"charges-{number}",
            lambda: office(connector).save_charges(number, "1003", charges),
            lambda: office(connector).find_charges(number, "1003", visit.start.date(), charges),
        )

    def cancelled(self, connector: object) -> WriteItem:
        visit = self.visit()
        standing = replace(visit, vendor_id=value(office(connector).add_visit(visit)))

        def look() -> Looked[str]:
            found = office(connector).read_visit(standing)
            if not isinstance(found, Receipt):
                return found
            return Receipt(standing.vendor_id or "") if found.value.status is VisitStatus.CANCELLED else Absent()

        return WriteItem(f"cancel-{visit.start:%Y-%m-%d}", lambda: office(connector).cancel_visit(standing), look)

    def new_payment(self, connector: object) -> WriteItem:
        number = next(self._numbers)
        payment = PaymentFact(f"p{number}", "1003", PaidBy.PATIENT, Money(1000 + number), DAY, check_number=f"{number}")
        return WriteItem(
            f"payment-{number}",
            lambda: office(connector).post_payment(payment),
            lambda: office(connector).find_payment(payment),
        )

    def mixed(self, connector: object) -> tuple[bool, ...]:
        first, second = self.person(next(self._numbers)), self.person(next(self._numbers))
        outcomes = [office(connector).add_patient(each) for each in (first, first, second)]
        return tuple(isinstance(each, Receipt) for each in outcomes)

    def strange(self, connector: object) -> tuple[str, tuple[str, ...]]:
        self._simulator.tell("patients/1002", sex="X")
        detail = office(connector).patient_detail("1002")
        assert isinstance(detail, Receipt)
        return "X", tuple(detail.value.person.unknown.values())


def post_of(kind: str, number: str) -> bytes:
    """A post of the clearinghouse with one event."""
    data = {kind: {"event": "enrolled", "payerid": "00123", "enroll_type": "era"}}
    event = {"eventid": number, "event_type": kind, "event_time": "2026-03-02T15:00:00+00:00", "event_data": data}
    return json.dumps({"acct_number": "70001", "events": [event]}).encode()


class House:
    """A Claim.MD account with one payer that pays after a day, and pages of two remittances."""

    def __init__(self, simulator: Simulator, clock_file: Path, form: str) -> None:
        self._simulator, self._clock_file, self._form = simulator, clock_file, form
        self._numbers = count(1)
        self._clock = SharedClock(clock_file)
        seed = Seed(
            accounts=(
                Account(
                    key=KEY, acct_number="70001", mode="production", options=Options(limit_mode="meter", era_page=2)
                ),
            ),
            payers=(
                Payer(payerid="00123", payer_name="EXAMPLE HEALTH PLAN", member_pattern="[A-Z0-9]+",
                      mind=Mind(accept_hours=1, pay_days=1)),
            ),
            eligibility=(Coverage(member="ODD90210", insurance_type="ZZ", services=("ZZ",), copay="20.00"),),
        )  # fmt: skip
        simulator.tell("accounts", **msgspec.to_builtins(seed))

    def credentials(self) -> Credentials:
        options = {"base_url": f"{self._simulator.url}/services/", "environment": "simulator", "format": self._form}
        return Credentials({"account_key": Sealed(KEY)}, options)

    def subject(self) -> Subject:
        return Subject(
            about=CLAIMMD,
            open=claimmd.Connector,
            credentials=self.credentials(),
            break_next=self.break_next,
            excess=lambda: int(self._simulator.ask("counters")["excess_calls"]),
            probe=lambda connector: house(connector).remittances("999999999"),
            probe_operation="eralist",
            probe_tier="account",
            private=("OKAFOR", "MEMBER90210", "ODD90210"),
            feeds=(
                Feed(
                    name="response",
                    read=lambda connector, cursor: rows_of(
                        house(connector).claim_reports(cursor), lambda row: row.vendor_id
                    ),
                    fill=lambda: {self.upload() for _ in range(2)},
                ),
                Feed(
                    name="eralist",
                    read=lambda connector, cursor: rows_of(
                        house(connector).remittances(cursor), lambda row: row.vendor_id
                    ),
                    fill=self.fill_remittances,
                ),
                Feed(
                    name="notes",
                    read=lambda connector, cursor: rows_of(
                        house(connector).claim_notes(cursor), lambda row: row.claim_vendor_id
                    ),
                    fill=lambda: self.touched("notes", note="Written in the portal"),
                ),
                Feed(
                    name="modify",
                    read=lambda connector, cursor: rows_of(
                        house(connector).claim_edits(cursor), lambda row: row.claim_vendor_id
                    ),
                    fill=lambda: self.touched("edits", field="ins_number", old_value="W1", new_value="MEMBER90210"),
                ),
            ),
            writes=(
                WriteCase(
                    name="submit_claims",
                    operation="upload",
                    look_operation="uploadlist",
                    fresh=self.new_file,
                    effects=lambda: int(self._simulator.ask("counters")["uploads"]),
                ),
            ),
            mixed=self.mixed,
            strange=self.strange,
            hook=Hook(
                sign=lambda body: {
                    "auth-signature-base64": base64.b64encode(
                        hmac.new(KEY.encode(), body, hashlib.sha256).digest()
                    ).decode()
                },
                news=post_of("enroll", "event-1"),
                strange=post_of("shredded", "event-2"),
                strange_kind="shredded",
                without_secret=Credentials({"account_key": Sealed(f"{KEY}-other")}, self.credentials().options),
            ),
        )

    def break_next(self, operation: str, kind: str, *, times: int = 1, status: int = 500) -> None:
        self._simulator.tell("faults", operation=operation, kind=kind, times=times, status=status)

    def file(self, *members: str) -> ClaimFile:
        number = next(self._numbers)
        claims = [self.claim(f"{number}N{place}", member) for place, member in enumerate(members)]
        envelope = Envelope(sender="CHARTLINE", receiver="CLAIMMD", at=START, control=number, usage=Usage.TEST)
        return ClaimFile(
            f"conformance-{number}.837",
            Sealed(build_837p(claims, envelope)),
            tuple(each.intermediary_reference for each in claims),
        )

    def claim(self, reference: str, member: str) -> ProfessionalClaim:
        place = Address(line1="1 Example Road", city="Springfield", state="IL", zip="627010001")
        return ProfessionalClaim(
            submitter=Submitter(name="Invented Counseling", id="EX1", contact="Billing", phone="5550100100"),
            receiver=Receiver(name="Claim.MD", id="CLAIMMD"),
            billing=BillingProvider(
                name="Invented Counseling", npi="1999999984", tax_id="999999999", address=place
            ),
            subscriber=Subscriber(
                name=PersonName(last="OKAFOR", first="LENA"),
                member_id=member,
                born=date(1988, 11, 2),
                sex="F",
                address=place,
                filing="CI",
                payer_name="Example Health Plan",
                payer_id="00123",
            ),
            reference=f"PCN-{reference}",
            intermediary_reference=f"INT-{reference}",
            total=Money.parse("150.00"),
            place_of_service="11",
            frequency="1",
            payer_control_number="",
            diagnoses=("F411",),
            lines=(
                ServiceLine(
                    code="90834", charge=Money.parse("150.00"), pointers=(1,), date=DAY, control=f"L{reference}"
                ),
            ),
        )  # fmt: skip

    def upload(self) -> str:
        """A claim that came some other way, say by the practice's portal; its id there."""
        wire = LoopbackWire(self._clock)
        try:
            outcome = claimmd.Connector(wire, self.credentials()).submit_claims(self.file("MEMBER90210"))
        finally:
            wire.close()
        assert isinstance(outcome, Receipt), outcome
        return outcome.value[0].vendor_id

    def touched(self, what: str, **fields: str) -> set[str]:
        """Two claims that somebody wrote on, or changed, in the vendor's own pages."""
        numbers = {self.upload() for _ in range(2)}
        for number in sorted(numbers):
            self._simulator.tell(what, claimid=number, **fields)
        return numbers

    def fill_remittances(self) -> set[str]:
        """Three payment days, one remittance each: more than a page."""
        for _ in range(3):
            self.upload()
            later = self._clock.now() + timedelta(days=3)
            write_anchor(self._clock_file, Anchor(time.time(), later.timestamp(), 240.0))
        return {str(each["eraid"]) for each in self._simulator.ask("snapshot")["eras"]}

    def new_file(self, connector: object) -> WriteItem:
        file = self.file("MEMBER90210", "MEMBER90210")

        def named(outcome: Outcome[tuple[ClaimReport, ...]]) -> Outcome[str]:
            return Receipt(file.name, outcome.exchange) if isinstance(outcome, Receipt) else outcome

        def look() -> Looked[str]:
            found = house(connector).find_submission(file)
            return Receipt(file.name, found.exchange) if isinstance(found, Receipt) else found

        return WriteItem(file.name, lambda: named(house(connector).submit_claims(file)), look)

    def mixed(self, connector: object) -> tuple[bool, ...]:
        outcome = house(connector).submit_claims(self.file("MEMBER90210", "not an id", "MEMBER90210"))
        assert isinstance(outcome, Receipt), outcome
        return tuple(report.status == "A" for report in outcome.value)

    def strange(self, connector: object) -> tuple[str, tuple[str, ...]]:
        answer = house(connector).check_coverage(
            EligibilityQuestion(
                payer_id="00123", provider_npi="1999999984", provider_tax_id="999999999",
                provider_name="Invented Counseling", subscriber_family=Sealed("OKAFOR"),
                subscriber_given=Sealed("LENA"), subscriber_birth_date=Sealed(date(1988, 11, 2)),
                subscriber_sex="F", member_id=Sealed("ODD90210"), service_date=DAY,
            )
        )  # fmt: skip
        assert isinstance(answer, Receipt), answer
        return "ZZ", tuple(each.service_type for each in answer.value.benefits)
