"""A simulated clearinghouse on a real socket, a clock that stands still until it is moved, and claims to send."""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import uvicorn

from chartline.connect.simulation.web import Handler, application
from chartline.connectors.claimmd.simulator import Seed
from chartline.connectors.claimmd.simulator.rules import Mind, Terms
from chartline.connectors.claimmd.simulator.seed import Account, AlternateName, Coverage, Options, Payer
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
from chartline.kernel.clock import Anchor, Clock, SharedClock, write_anchor
from chartline.kernel.money import Money

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
NPI = "1999999984"
KEY = "SIM-PRODUCTION-1"
TEST_KEY = "SIM-TEST-1"


class MovableClock(SharedClock):
    """A shared clock that stands still; ``move`` sets it forward."""

    def __init__(self, path: Path) -> None:
        self._at, self._file = START, path
        write_anchor(path, Anchor(0.0, START.timestamp(), 0.0))
        super().__init__(path)

    def move(self, **step: float) -> None:
        self._at += timedelta(**step)
        write_anchor(self._file, Anchor(0.0, self._at.timestamp(), 0.0))

    def real_seconds(self, seconds: float) -> float:
        return seconds / 1000


class Vendor:
    """Talks to the simulator as a client would, and to its control API."""

    def __init__(self, url: str, clock: MovableClock) -> None:
        self.url, self.clock = url, clock
        self.http = httpx2.Client(base_url=url, timeout=10)

    def call(self, service: str, key: str = KEY, **fields: str) -> Json:
        answer = self.http.post(
            f"/services/{service}/", data={"AccountKey": key, **fields}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 200, answer.status_code
        return answer.json()

    def upload(self, body: bytes, key: str = KEY, name: str = "a1.837") -> Json:
        answer = self.http.post(
            "/services/upload/",
            data={"AccountKey": key},
            files={"File": (name, body)},
            headers={"accept": "application/json"},
        )
        return answer.json()

    def send(self, *claims: ProfessionalClaim, key: str = KEY, unchecked: bool = False) -> list[Json]:
        return self.upload(build_837p(claims, ENVELOPE, unchecked=unchecked), key)["claim"]

    def control(self, name: str, body: object = None) -> Json:
        if body is None:
            return self.http.get(f"/_control/{name}").json()
        answer = self.http.post(f"/_control/{name}", content=msgspec.json.encode(body))
        assert answer.status_code == 200, answer.text
        return answer.json()


Json = dict[str, Any]

ENVELOPE = Envelope(sender="CHARTLINE", receiver="CLAIMMD", at=START, control=1, usage=Usage.TEST)


def line(charge: str = "150.00", code: str = "90834", control: str = "L1") -> ServiceLine:
    return ServiceLine(code=code, charge=Money.parse(charge), pointers=(1,), date=DAY, control=control)


def claim(
    reference: str = "PCN-7",
    *lines: ServiceLine,
    member: str = "W1",
    payer: str = "00123",
    remote: str = "",
    npi: str = NPI,
    frequency: str = "1",
    original: str = "",
) -> ProfessionalClaim:
    lines = lines or (line(),)
    return ProfessionalClaim(
        submitter=Submitter(name="Example Practice", id="EX1", contact="Billing", phone="5550100100"),
        receiver=Receiver(name="Claim.MD", id="CLAIMMD"),
        billing=BillingProvider(
            name="Example Practice",
            npi=npi,
            tax_id="999999999",
            address=Address(line1="1 Example Road", city="Springfield", state="IL", zip="627010001"),
        ),
        subscriber=Subscriber(
            name=PersonName(last="OKAFOR", first="LENA"),
            member_id=member,
            born=date(1988, 11, 2),
            sex="F",
            address=Address(line1="2 Example Road", city="Springfield", state="IL", zip="62701"),
            filing="CI",
            payer_name="Example Health Plan",
            payer_id=payer,
        ),
        reference=reference,
        intermediary_reference=remote or f"INT-{reference}",
        total=Money.total([each.charge for each in lines]),
        place_of_service="11",
        frequency=frequency,
        payer_control_number=original,
        diagnoses=("F411",),
        lines=lines,
    )


SEED = Seed(
    accounts=(
        Account(key=KEY, acct_number="70001", mode="production", options=Options(limit=10_000)),
        Account(key=TEST_KEY, acct_number="70002", options=Options(limit=10_000)),
    ),
    payers=(
        Payer(
            payerid="00123",
            payer_name="EXAMPLE HEALTH PLAN",
            payer_alt_names=(AlternateName(alt_payerid="EX1", alt_payer_name="EXAMPLE OF ILLINOIS"),),
            member_pattern="[A-Z0-9]+",
            mind=Mind(terms=Terms(copay="20.00")),
        ),
        Payer(payerid="0SIM7", payer_name="EXAMPLE MUTUAL", era="enrollment", mind=Mind(pay_days=3)),
        Payer(payerid="77001", payer_name="EXAMPLE COUNTY", eligibility="no", professional_claims="no"),
    ),
    eligibility=(
        Coverage(
            member="W1",
            copay="20.00",
            deductible="500.00",
            deductible_remaining="250.00",
            coinsurance_percent=20,
            dob=date(1988, 11, 2),
        ),
        Coverage(member="GONE", status="inactive"),
        Coverage(member="NOID", aaa="79"),
        Coverage(member="NORT", unsupported=True),
        Coverage(member="SLOW", slow_seconds=20),
        Coverage(member="TORN", malformed=True),
    ),
)


class Running:
    """A handler served by a thread on a free loopback port."""

    def __init__(self, handler: Handler, clock: Clock) -> None:
        # asyncio turns Nagle's delay off only where the protocol is named.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(application(handler, clock), log_level="critical", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[listener])))
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
