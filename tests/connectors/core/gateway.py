"""A gateway that speaks CORE, on a real socket, with one trading partner, and what is asked of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.simulators import Simulator
from tests.support.wire import LoopbackWire

from chartline.connect.clearing import AuthorizationAsk, StatusQuestion
from chartline.connect.facts import ClaimFile, EligibilityQuestion
from chartline.connect.wire import Credentials
from chartline.connectors.core.connector import Connector
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
from chartline.kernel.sealed import Sealed

USERNAME, PASSWORD = "SIMUSER", "SIM-pass&word-4711"
DAY = date(2026, 3, 2)
NPI = "1999999984"
FAMILY, MEMBER = "OKAFOR", "MEMBER90210"


def credentials(url: str, **options: str) -> Credentials:
    given = {
        "real_time_url": f"{url}/core/realtime",
        "batch_url": f"{url}/core/batch",
        "sender_id": "SIMSENDER",
        "receiver_id": "SIMPAYER",
        "environment": "simulator",
        **options,
    }
    return Credentials({"username": Sealed(USERNAME), "password": Sealed(PASSWORD)}, given)


@dataclass
class Gateway:
    """The simulator, its clock, and one connection to it."""

    simulator: Simulator
    clock_file: Path
    clock: SharedClock
    wire: LoopbackWire
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def connector(self, **options: str) -> Connector:
        return Connector(self.wire, credentials(self.simulator.url, **options))

    def with_secrets(self, username: str, password: str) -> Connector:
        known = credentials(self.simulator.url)
        secrets = {"username": Sealed(username), "password": Sealed(password)}
        return Connector(self.wire, Credentials(secrets, known.options))

    def pass_by(self, **span: float) -> None:
        self.be_at(self.clock.now() + timedelta(**span))

    def be_at(self, moment: datetime) -> None:
        write_anchor(self.clock_file, Anchor(time.time(), moment.timestamp(), 1.0))

    def break_next(self, operation: str, kind: str, **more: Any) -> None:
        self.simulator.tell("faults", operation=operation, kind=kind, **more)

    def counted(self, name: str) -> int:
        return int(self.simulator.ask("counters")[name])

    def ask(self, member: str = MEMBER, procedure: str = "97110") -> AuthorizationAsk:
        return AuthorizationAsk(
            once_key=f"0197d3a0-0000-7000-8000-{next(self._numbers):012d}-1",
            payer_id="60054",
            payer_name="Example Core Payer",
            requester_npi=NPI,
            requester_name="Invented Counseling",
            provider_npi="1999000015",
            provider_last="Reyes",
            provider_first="Ada",
            family=Sealed(FAMILY),
            given=Sealed("LENA"),
            birth_date=Sealed(date(1988, 11, 2)),
            sex="F",
            member_id=Sealed(member),
            service_type="1",
            diagnoses=("M545",),
            procedures=((procedure, 12),),
            begin=DAY,
            end=DAY + timedelta(days=60),
            place_of_service="11",
            note=Sealed("Pain since spring"),
        )

    def file(self, *members: str) -> ClaimFile:
        return claim_file(next(self._numbers), *members)


def question(member: str = MEMBER, **more: Any) -> EligibilityQuestion:
    return EligibilityQuestion(
        payer_id="60054",
        provider_npi=NPI,
        provider_tax_id="999999999",
        provider_name="Invented Counseling",
        subscriber_family=Sealed(FAMILY),
        subscriber_given=Sealed("LENA"),
        subscriber_birth_date=Sealed(date(1988, 11, 2)),
        subscriber_sex="F",
        member_id=Sealed(member),
        service_date=DAY,
        **more,
    )


def status_question(control_number: str, payer_number: str = "") -> StatusQuestion:
    return StatusQuestion(
        payer_id="60054",
        payer_name="Example Core Payer",
        provider_npi=NPI,
        provider_name="Invented Counseling",
        family=Sealed(FAMILY),
        given=Sealed("LENA"),
        birth_date=Sealed(date(1988, 11, 2)),
        sex="F",
        member_id=Sealed(MEMBER),
        control_number=control_number,
        payer_number=payer_number,
        amount=Money.parse("150.00"),
        first_day=DAY,
        last_day=DAY,
    )


def claim_file(number: int, *members: str, usage: Usage = Usage.TEST) -> ClaimFile:
    claims = [_claim(f"{number}N{place}", member) for place, member in enumerate(members or (MEMBER,))]
    at = datetime(2026, 3, 2, 15)  # noqa: DTZ001 - an envelope bears no zone
    envelope = Envelope(sender="SIMSENDER", receiver="SIMPAYER", at=at, control=number, usage=usage)
    references = tuple(each.intermediary_reference for each in claims)
    return ClaimFile(f"core-{number}.837", Sealed(build_837p(claims, envelope)), references)


def _claim(reference: str, member: str) -> ProfessionalClaim:
    place = Address(line1="1 Example Road", city="Springfield", state="IL", zip="627010001")
    return ProfessionalClaim(
        submitter=Submitter(name="Invented Counseling", id="SIMSENDER", contact="Billing", phone="5550100100"),
        receiver=Receiver(name="Example Core Payer", id="SIMPAYER"),
        billing=BillingProvider(name="Invented Counseling", npi=NPI, tax_id="999999999", address=place),
        subscriber=Subscriber(
            name=PersonName(last=FAMILY, first="LENA"),
            member_id=member,
            born=date(1988, 11, 2),
            sex="F",
            address=place,
            filing="CI",
            payer_name="Example Core Payer",
            payer_id="60054",
        ),
        reference=f"PCN{reference}",
        intermediary_reference=f"INT-{reference}",
        total=Money.parse("150.00"),
        place_of_service="11",
        diagnoses=("F411",),
        lines=(ServiceLine(code="90834", charge=Money.parse("150.00"), pointers=(1,), date=DAY, control=reference),),
    )
