"""The retry table: how often and how fast, by class."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.connect.transport import HOST_NOT_ALLOWED, NO_ANSWER, UNREACHABLE
from chartline.connectors.advancedmd import problems as amd
from chartline.flows.retrying import (
    LONGEST,
    PACES,
    SLOWLY,
    Trouble,
    next_try,
    of_connection,
    passes,
    shuts_out,
    slow_try,
    trouble_of,
    whole_table,
)
from chartline.kernel.errors import CATALOGUE, Again, Blame, ErrorKind, Problem

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TOO_OFTEN = ErrorKind("test.too_often", Blame.VENDOR, Again.AFTER, "Too often.", "Wait.", status=429)
TIMED_OUT = ErrorKind("test.timed_out", Blame.VENDOR, Again.AFTER, "The session ended.", "Nothing.", status=401)
NOWHERE = ErrorKind("test.nowhere", Blame.PRACTICE, Again.AFTER_FIX, "It is not there.", "Look.", status=404)


def pauses(problem: Problem, chance: float = 0.0) -> list[float]:
    """Seconds between tries until it is over."""
    found: list[float] = []
    while (at := next_try(problem, len(found) + 1, NOW, chance)) is not None:
        found.append((at - NOW).total_seconds())
    return found


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        (TIMED_OUT, Trouble.SIGN_IN),
        (amd.BAD_LOGIN, Trouble.SIGN_IN),
        (amd.PRIVILEGE_MISSING, Trouble.SIGN_IN),
        (HOST_NOT_ALLOWED, Trouble.SIGN_IN),
        (TOO_OFTEN, Trouble.RATE_LIMIT),
        (UNREACHABLE, Trouble.NETWORK),
        (NO_ANSWER, Trouble.NETWORK),
        (amd.DOWN, Trouble.VENDOR),
        (amd.UNREADABLE, Trouble.VENDOR),
        (amd.CARRIER_UNKNOWN, Trouble.VALIDATION),
        (NOWHERE, Trouble.NOT_FOUND),
        (amd.SLOT_TAKEN, Trouble.CONFLICT),
        (amd.DUPLICATE_SSN, Trouble.CONFLICT),
        (amd.CHANGED_MEANWHILE, Trouble.CONFLICT),
    ],
)
def test_every_problem_belongs_to_one_class(kind: ErrorKind, trouble: Trouble) -> None:
    assert trouble_of(kind.problem()) is trouble


def test_the_table_is_the_one_that_was_asked_for() -> None:
    assert pauses(TIMED_OUT.problem()) == [0]
    assert pauses(TOO_OFTEN.problem()) == [60, 120, 240, 480, 900]
    assert pauses(UNREACHABLE.problem()) == [1, 2, 4]
    assert pauses(amd.DOWN.problem()) == [5, 10]
    for kind in (amd.CARRIER_UNKNOWN, NOWHERE, amd.SLOT_TAKEN, amd.CHANGED_MEANWHILE):
        assert pauses(kind.problem()) == []


def test_a_no_at_the_door_is_never_tried_again() -> None:
    for kind in (amd.BAD_LOGIN, amd.ACCOUNT_LOCKED, HOST_NOT_ALLOWED):
        problem = kind.problem()
        assert (pauses(problem), shuts_out(problem), slow_try(problem, 1, NOW)) == ([], True, None)
    assert not shuts_out(TIMED_OUT.problem())


@given(chance=st.floats(0.0, 1.0, exclude_max=True))
def test_network_pauses_are_spread_and_stay_between_half_a_second_and_ten(chance: float) -> None:
    found = pauses(UNREACHABLE.problem(), chance)
    assert len(found) == 3
    assert all(0.5 <= pause <= 10 for pause in found)
    assert found == sorted(found)


@given(code=st.sampled_from(sorted(CATALOGUE)), attempts=st.integers(1, 400), chance=st.floats(0, 0.999))
def test_no_declared_error_is_tried_for_ever(code: str, attempts: int, chance: float) -> None:
    problem = CATALOGUE[code].problem()
    at = next_try(problem, attempts, NOW, chance)
    assert at is None or (attempts <= PACES[trouble_of(problem)].tries and at >= NOW)
    slow = slow_try(problem, attempts, NOW)
    assert slow is None or passes(problem)
    if attempts > 300:
        assert slow is None


def test_what_lasts_is_tried_slowly_for_a_day() -> None:
    problem = UNREACHABLE.problem()
    last = PACES[Trouble.NETWORK].tries + int(LONGEST / SLOWLY)
    assert slow_try(problem, last, NOW) == NOW + timedelta(minutes=5)
    assert slow_try(problem, last + 1, NOW) is None


def test_how_long_the_whole_table_takes() -> None:
    assert whole_table(amd.DOWN.problem()) == timedelta(seconds=15)
    assert whole_table(UNREACHABLE.problem()) == timedelta(seconds=7)
    assert whole_table(amd.SLOT_TAKEN.problem()) == timedelta()


def test_trouble_of_the_connection_is_told_from_trouble_of_a_record() -> None:
    assert of_connection(UNREACHABLE.problem())
    assert of_connection(TOO_OFTEN.problem())
    assert not of_connection(amd.DOWN.problem())
    assert not of_connection(amd.CARRIER_UNKNOWN.problem())
