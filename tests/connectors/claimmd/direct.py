"""The connector before the simulator without a socket between them: for tests that need many worlds, not many wires."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from tests.connectors.claimmd.simulator.world import KEY, SEED, START, claim
from tests.support.wire import refused

from chartline.connect.facts import ClaimFile, ClaimReport
from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Request
from chartline.connect.wire import Call, Credentials, Reply
from chartline.connectors.claimmd.connector import Connector
from chartline.connectors.claimmd.simulator import Seed, Simulator, create
from chartline.connectors.claimmd.simulator.seed import Account, Options
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.professional_claim import ProfessionalClaim, build_837p
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

BASE = "https://claims.example/services/"


class StillClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def real_seconds(self, seconds: float) -> float:
        return 0.0


@dataclass
class DirectWire:
    """A wire that calls the simulator's handler; a broken answer is what a socket would make of it."""

    simulator: Simulator
    moving: StillClock
    kept: dict[str, Sealed[str]] = field(default_factory=dict)
    sent: list[Call] = field(default_factory=list)

    @property
    def clock(self) -> StillClock:
        return self.moving

    def send(self, call: Call) -> Reply | Later | Refused | Unknown:
        self.sent.append(call)
        headers = {name.lower(): value for name, value in call.headers.items() if isinstance(value, str)}
        path = "/services/" + call.url.removeprefix(BASE)
        headers["host"] = "127.0.0.1:9"
        answer = self.simulator.handle(Request(call.method, path, headers, call.content.reveal(Purpose.EXCHANGE)))
        if answer.drop or answer.cut is not None:
            return Unknown(new_id()) if call.writes else refused("connect.no_answer")
        return Reply(answer.status, {"content-type": answer.content_type}, Sealed(answer.body), new_id())

    def remember(self, name: str, value: Sealed[str]) -> None:
        self.kept[name] = value

    def recall(self, name: str) -> Sealed[str] | None:
        return self.kept.get(name)

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)

    def services(self) -> list[str]:
        return [call.operation for call in self.sent]


@dataclass
class Meeting:
    """A production account at a simulated vendor, and whoever speaks to it."""

    seed: Seed = SEED
    clock: StillClock = field(default_factory=StillClock)

    def __post_init__(self) -> None:
        self.simulator = create(self.clock, Store(None), self.seed)
        self.wire = DirectWire(self.simulator, self.clock)

    def connector(self, key: str = KEY, **options: str) -> Connector:
        return Connector(self.wire, Credentials({"account_key": Sealed(key)}, {"base_url": BASE, **options}))

    def options(self, options: Options) -> None:
        self.simulator.seed(Seed(accounts=(Account(key=KEY, acct_number="70001", mode="production", options=options),)))

    def control(self, name: str, **body: Any) -> dict[str, Any]:
        """Tell the control API something, or ask it when there is nothing to tell."""
        method, content = ("POST", msgspec.json.encode(body)) if body else ("GET", b"")
        answer = self.simulator.handle(Request(method, f"/_control/{name}", {}, content))
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body)

    def pass_by(self, **span: float) -> None:
        self.clock.at += timedelta(**span)


def file(*claims: ProfessionalClaim, name: str = "chartline-1.837") -> ClaimFile:
    envelope = Envelope(sender="CHARTLINE", receiver="CLAIMMD", at=START, control=1, usage=Usage.TEST)
    return ClaimFile(name, Sealed(build_837p(claims, envelope)), tuple(each.intermediary_reference for each in claims))


def sent(connector: Connector, *references: str) -> tuple[ClaimReport, ...]:
    """Claims handed in; what is said of each at once."""
    outcome = connector.submit_claims(file(*(claim(reference) for reference in references)))
    assert isinstance(outcome, Receipt), outcome
    return outcome.value
