"""Every connector of ours, in every spelling it speaks, through the suite of ``connect.conformance``."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from tests.connectors.core.subject import Partner
from tests.connectors.subjects import START, House, Office
from tests.support.clocks import shared_clock
from tests.support.simulators import Simulator, running

from chartline.app.vendors import SHIPPED
from chartline.connect.conformance import CHECKS, Check, Stage, Subject
from chartline.platform.logs import set_up_logs

CONNECTORS = ("advancedmd", "claimmd", "core")
SPELLINGS = (*((vendor, form) for vendor in ("advancedmd", "claimmd") for form in ("json", "xml")), ("core", "mime"))


def subject_of(vendor: str, form: str, simulator: Simulator, clock_file: Path) -> Subject:
    if vendor == "core":
        return Partner(simulator, clock_file).subject()
    return (Office(simulator, form) if vendor == "advancedmd" else House(simulator, clock_file, form)).subject()


@pytest.fixture(scope="module", params=SPELLINGS, ids="-".join)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    vendor, form = request.param
    folder = tmp_path_factory.mktemp(f"{vendor}-{form}")
    clock_file = folder / "clock" / "clock.json"
    shared_clock(clock_file, START)
    kept = logging.getLogger().handlers[:]
    set_up_logs("debug", folder / "stage" / "log.jsonl")
    with running(vendor, clock_file.parent) as simulator:
        made = Stage(folder / "stage", clock_file, subject_of(vendor, form, simulator, clock_file))
        yield made
        made.close()
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = kept


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_connector_conforms(stage: Stage, check: Check) -> None:
    if not check.applies(stage.subject):
        pytest.skip("this vendor has no such thing")
    check.act(stage)


def test_every_shipped_connector_is_checked() -> None:
    assert {name.rpartition(".")[2] for name in SHIPPED} == set(CONNECTORS)
