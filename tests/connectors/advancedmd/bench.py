"""A simulator in a process of its own, and connectors that sign in to its built-in office."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.clocks import jump, shared_clock
from tests.support.simulators import Simulator, running
from tests.support.wire import LoopbackWire

from chartline.connect.wire import Credentials
from chartline.connectors.advancedmd.connector import Connector
from chartline.kernel.outcome import Receipt
from chartline.kernel.sealed import Sealed

START = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
"""A Monday, 20:00 in Denver: off peak."""


@dataclass
class Bench:
    """A simulator, and connectors that sign in to its built-in office: profile 3, column 11."""

    simulator: Simulator
    wire: LoopbackWire
    clock_file: Path
    form: str

    def connector(self, password: str = "simulated only", **more: str) -> Connector:
        options = {
            "office_key": "999001",
            "appname": "SIMAPP",
            "login_url": f"{self.simulator.url}/practicemanager/xmlrpc/processrequest.aspx",
            "environment": "simulator",
            "format": self.form,
            "profile": "3",
            "column": "11",
            **more,
        }
        return Connector(self.wire, Credentials({"username": Sealed("SIMUSER"), "password": Sealed(password)}, options))

    def pass_by(self, **span: float) -> None:
        jump(self.clock_file, self.wire.clock.now() + timedelta(**span), 1.0)

    def fault(self, operation: str, kind: str) -> None:
        self.simulator.tell("faults", operation=operation, kind=kind, times=1)


@contextmanager
def simulated_office(folder: Path, form: str) -> Generator[Bench]:
    """Run it until the block ends."""
    clock = shared_clock(folder / "clock.json", START)
    with running("advancedmd", folder) as simulator:
        wire = LoopbackWire(clock)
        yield Bench(simulator, wire, folder / "clock.json", form)
        wire.close()


def value_of(outcome: object) -> object:
    assert isinstance(outcome, Receipt), outcome
    return outcome.value
