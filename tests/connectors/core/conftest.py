"""The gateway's simulator, once for a module; its time is the test's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.connectors.core.gateway import Gateway
from tests.support.clocks import shared_clock
from tests.support.simulators import running
from tests.support.wire import LoopbackWire


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("core")
    clock_file = folder / "clock.json"
    clock = shared_clock(clock_file)
    with running("core", folder) as simulator:
        wire = LoopbackWire(clock)
        yield Gateway(simulator, clock_file, clock, wire)
        wire.close()


@pytest.fixture(autouse=True)
def a_new_minute(gateway: Gateway) -> None:
    """Each test has the gateway's whole budget, and faults left over strike nobody else."""
    gateway.pass_by(minutes=2)
