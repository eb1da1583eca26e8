"""A vendor that is down is left alone for a while, and tried again; what it says in its own words is an answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.connect.stage import RawVendor, Stage, call
from tests.support.clocks import START, jump, shared_clock

from chartline.connect.health import FAILURES, FIRST_PAUSE, Health, Standing, healths
from chartline.connect.wire import Reply
from chartline.kernel.clock import Clock
from chartline.kernel.outcome import Refused, Unknown

DEAD = "http://127.0.0.1:9/call"
"""Nobody listens there."""


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


@pytest.fixture
def clock(clock_file: Path) -> Clock:
    """It stands still until a test moves it."""
    return shared_clock(clock_file, speed=0.0)


def health(stage: Stage) -> Health:
    with stage.database.read(stage.organisation) as work:
        return healths(work)[stage.connection]


def pass_by(stage: Stage, clock_file: Path, span: timedelta) -> None:
    jump(clock_file, stage.database.clock.now() + span, 0.0)


def left_alone(outcome: object) -> None:
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "connect.left_alone"


def test_a_vendor_that_never_answers_is_left_alone_for_a_while(both: Stage) -> None:
    wire = both.transport()
    for _ in range(FAILURES):
        assert isinstance(wire.send(call(DEAD)), Refused)
    held = wire.send(call(DEAD))
    assert isinstance(held, Refused)
    assert held.problem.code == "connect.left_alone"
    assert health(both).until == START + FIRST_PAUSE
    assert len(both.messages()) == FAILURES
    found = health(both)
    assert (found.standing, found.failures, found.problem) == (Standing.DOWN, FAILURES, "connect.unreachable")


def test_after_the_pause_one_call_tries_and_a_failure_doubles_the_pause(stage: Stage, clock_file: Path) -> None:
    wire = stage.transport()
    for _ in range(FAILURES):
        wire.send(call(DEAD))
    pass_by(stage, clock_file, FIRST_PAUSE)
    assert isinstance(wire.send(call(DEAD)), Refused)
    left_alone(wire.send(call(DEAD)))
    assert health(stage).until == START + FIRST_PAUSE + 2 * FIRST_PAUSE


def test_while_one_call_tries_the_others_wait(stage: Stage, clock_file: Path, vendor: RawVendor) -> None:
    wire = stage.transport()
    for _ in range(FAILURES):
        wire.send(call(DEAD))
    pass_by(stage, clock_file, FIRST_PAUSE)
    circuit = wire._circuit  # two threads at the same moment cannot be had otherwise
    assert circuit.closed_until() is None
    assert circuit.closed_until() is not None


def test_an_answer_makes_it_well_again(both: Stage, clock_file: Path, vendor: RawVendor) -> None:
    wire = both.transport()
    for _ in range(FAILURES):
        wire.send(call(DEAD))
    pass_by(both, clock_file, FIRST_PAUSE)
    assert isinstance(wire.send(call(vendor.url())), Reply)
    assert isinstance(wire.send(call(vendor.url())), Reply)
    assert health(both).standing is Standing.WELL


def test_a_refusal_in_the_vendors_own_words_is_an_answer(stage: Stage, vendor: RawVendor) -> None:
    vendor.says(b"no", status="500 Internal Server Error")
    wire = stage.transport()
    for _ in range(FAILURES + 2):
        assert isinstance(wire.send(call(vendor.url())), Reply)
    assert health(stage).standing is Standing.WELL


def test_a_gateway_that_speaks_for_a_dead_vendor_is_none(stage: Stage, vendor: RawVendor) -> None:
    vendor.says(b"<html>", status="502 Bad Gateway")
    wire = stage.transport()
    for _ in range(FAILURES):
        assert isinstance(wire.send(call(vendor.url())), Reply)
    left_alone(wire.send(call(vendor.url())))


def test_a_write_without_an_answer_counts_and_stays_unknown(stage: Stage, vendor: RawVendor) -> None:
    vendor.answer = b""
    outcome = stage.transport().send(call(vendor.url(), writes=True))
    assert isinstance(outcome, Unknown)
    assert health(stage).failures == 1


def test_another_process_learns_it_when_it_begins(stage: Stage) -> None:
    first = stage.transport()
    for _ in range(FAILURES):
        first.send(call(DEAD))
    left_alone(stage.transport().send(call(DEAD)))


def test_a_person_may_have_it_tried_at_once(stage: Stage, vendor: RawVendor) -> None:
    wire = stage.transport()
    for _ in range(FAILURES):
        wire.send(call(DEAD))
    wire.try_now()
    assert health(stage).standing is Standing.WELL
    assert isinstance(wire.send(call(vendor.url())), Reply)
