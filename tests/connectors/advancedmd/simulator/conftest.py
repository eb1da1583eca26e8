"""The simulator on a real socket under a clock of the test's own, and a caller for each encoding."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, StillClock, served

from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.advancedmd.simulator.app import AdvancedMd, create
from chartline.connectors.advancedmd.simulator.example import example_office


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def simulator(clock: StillClock) -> AdvancedMd:
    return create(clock, Store(None), offices=[example_office()])


class Stage:
    """One socket for all tests of a session; each test puts its own simulator behind it."""

    def __init__(self) -> None:
        self.simulator: AdvancedMd | None = None

    def handle(self, request: Request) -> Answer:
        assert self.simulator is not None
        return self.simulator.handle(request)


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    with served(stage, StillClock()) as origin:
        yield stage, origin


@pytest.fixture
def origin(stage: tuple[Stage, str], simulator: AdvancedMd) -> Iterator[str]:
    stage[0].simulator = simulator
    yield stage[1]
    assert simulator.world.counters.all().get("simulator_errors", 0) == 0, simulator.journal.entries()


@pytest.fixture(params=["json", "xml"])
def stranger(origin: str, request: pytest.FixtureRequest) -> Iterator[Caller]:
    caller = Caller(origin, request.param)
    yield caller
    caller.close()


@pytest.fixture
def caller(stranger: Caller) -> Caller:
    stranger.login()
    return stranger
