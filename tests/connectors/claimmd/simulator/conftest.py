"""A simulator on a real socket with a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.connectors.claimmd.simulator.world import SEED, MovableClock, Running, Vendor

from chartline.connect.simulation.shelf import Store
from chartline.connectors.claimmd.simulator import create


@pytest.fixture
def clock(tmp_path: Path) -> MovableClock:
    return MovableClock(tmp_path / "clock.json")


@pytest.fixture
def vendor(clock: MovableClock) -> Iterator[Vendor]:
    running = Running(create(clock, Store(None), SEED), clock)
    client = Vendor(f"http://127.0.0.1:{running.port}", clock)
    yield client
    client.http.close()
    running.stop()
