"""A step's outcome as an answer: the pauses grow, the desk is told, and nothing is tried for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chartline.connect.transport import UNREACHABLE
from chartline.connectors.advancedmd.problems import BAD_LOGIN, DOWN
from chartline.flows.answers import SETTLE_AGAIN, answer, come_back, told
from chartline.flows.retrying import SLOWLY
from chartline.kernel.errors import ErrorKind, StopRun
from chartline.kernel.outcome import Later, Receipt, Refused, Unknown
from chartline.platform.jobs import ComeBack

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Still:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def real_seconds(self, seconds: float) -> float:
        return seconds

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody sleeps here")


def back(kind: ErrorKind, failed: int) -> ComeBack:
    found = come_back(answer(Refused(kind.problem(evidence="e1")), Still(), failed))
    assert found is not None
    return found


def test_failures_in_a_row_are_counted_and_the_desk_is_told_when_the_table_is_over() -> None:
    first, second, third = (back(DOWN, failed) for failed in range(3))
    assert [one.at - NOW for one in (first, second, third)] == [timedelta(seconds=5), timedelta(seconds=10), SLOWLY]
    assert [one.failed for one in (first, second, third)] == [1, 2, 3]
    assert (first.problem, second.problem) == (None, None)
    assert third.problem is not None
    assert (third.problem.code, third.problem.evidence) == (DOWN.code, "e1")


def test_the_desk_is_told_with_the_fields_of_the_problem() -> None:
    found = come_back(told(NOW, DOWN.problem(evidence="e1", action="lookuppatient"), 7))
    assert found == ComeBack(NOW, DOWN.code, 7, DOWN.problem(evidence="e1", action="lookuppatient"))


def test_a_trouble_that_lasts_a_day_stops_the_job() -> None:
    assert back(UNREACHABLE, 200).failed == 201
    with pytest.raises(StopRun) as raised:
        back(UNREACHABLE, 2000)
    assert raised.value.problem.code == UNREACHABLE.code


def test_a_proven_no_stops_at_once() -> None:
    with pytest.raises(StopRun):
        back(BAD_LOGIN, 0)


def test_waiting_for_a_slot_or_an_answer_is_no_failure() -> None:
    for outcome in (Later(NOW, "budget"), Unknown("e1")):
        found = come_back(answer(outcome, Still(), 3))
        assert found is not None
        assert (found.failed, found.problem) == (0, None)
    assert come_back(answer(Unknown(None), Still(), 0)) == ComeBack(NOW + SETTLE_AGAIN, "unknown outcome")


def test_what_is_done_does_not_come_back() -> None:
    assert come_back(answer(Receipt("1", "e1"), Still(), 0)) is None
