"""When a backlog will have got its slots: the limiter played forward, span by span of the vendor's calendar.

Nobody is asked to wait for the sum: within a span in which the number of calls stays the same, the slots come round
once a period, so the hundred-thousandth call is found by division. It is an expectation: it assumes that nobody else
calls, and that calls take as long as the last ones did. Of several limits the slowest decides. Refuses less than one
call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chartline.platform.limits.policy import Limit, Rate
from chartline.platform.limits.standing import Counted, Standing

_MOST_SPANS = 5_000
"""Spans of a calendar that are walked: some seven years of working days."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the first and the last call of a backlog get their leases (clock time)."""

    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class _Slots:
    """Slots that come round once a ``cycle``; ``free`` is when each is free next, soonest first."""

    free: Sequence[datetime]
    cycle: timedelta

    def nth(self, number: int) -> datetime:
        """When the call of a number, counted from 0, gets its slot."""
        rounds, slot = divmod(number, len(self.free))
        return self.free[slot] + rounds * self.cycle

    def before(self, moment: datetime) -> int:
        """How many calls get a slot before a moment."""
        return sum((moment - one - timedelta(microseconds=1)) // self.cycle + 1 for one in self.free if one < moment)

    def cooling_after(self, calls: int) -> list[datetime]:
        """When each slot is free again after so many calls."""
        return [self.nth(number) for number in range(calls, calls + len(self.free))]


def forecast(standing: Standing, calls: int, weight: int = 1) -> Forecast:
    """When so many calls of a weight get their leases, from how a bucket stands now. ``calls`` is at least 1."""
    if calls < 1:
        raise ValueError("a forecast is about one call at least")
    lasts = _usual(standing.calls)
    paths = [_Path(standing, rate, lasts, weight) for rate in standing.allowance.rates]
    if standing.allowance.at_once is not None and lasts:
        # So many at once, each as long as usual, is a rate as well. Answered calls do not count against it.
        running = [call for call in standing.calls if call.answered is None]
        alone = Standing(standing.allowance, standing.now, running)
        paths.append(_Path(alone, Rate(standing.allowance.at_once, lasts.total_seconds()), timedelta(), 1))
    found = [path.moments(calls) for path in paths] or [(standing.now, standing.now)]
    return Forecast(max(first for first, _ in found), max(last for _, last in found))


def _usual(calls: Sequence[Counted]) -> timedelta:
    """How long a call usually takes, by those that were answered of late; nothing when there are none."""
    took = [call.answered - call.granted for call in calls if call.answered is not None]
    return sum(took, timedelta()) / len(took) if took else timedelta()


class _Path:
    """One rate played forward."""

    def __init__(self, standing: Standing, rate: Limit, lasts: timedelta, weight: int) -> None:
        self._now, self._rate, self._weight = standing.now, rate, weight if rate.weighs else 1
        self._cycle = rate.period + lasts
        self._cooling = self._occupied(standing, lasts)

    def _occupied(self, standing: Standing, lasts: timedelta) -> list[datetime]:
        """When each slot that is taken now is free, soonest first; a heavy call takes several."""
        ends: list[datetime] = []
        for call in standing.within(self._rate):
            answered = call.answered or max(self._now, call.granted + lasts)
            ends += [answered + self._rate.period] * call.counts(self._rate)
        # Slots of the weight of the backlog: one is free when the last of its parts is.
        return sorted(ends)[:: -self._weight]

    def moments(self, calls: int) -> tuple[datetime, datetime]:
        """When the first and the last call get their slots."""
        begin, cooling, left = self._now, self._cooling, calls
        first: datetime | None = None
        for _ in range(_MOST_SPANS):
            number = self._number(begin)
            slots = _Slots(_free(begin, cooling, number), self._cycle)
            end = self._rate.next_change(begin)
            got = left if end is None else min(left, slots.before(end))
            if got and first is None:
                first = slots.nth(0)
            if got == left:
                return first or begin, slots.nth(left - 1)
            # What counted beyond this number still counts should the next one be larger.
            surplus = sorted(cooling)[: max(0, len(cooling) - number)]
            cooling, left, begin = [*surplus, *slots.cooling_after(got)], left - got, end or begin
        return first or begin, begin

    def _number(self, moment: datetime) -> int:
        return max(1, self._rate.limit_from(moment) // self._weight)


def _free(begin: datetime, cooling: Sequence[datetime], number: int) -> list[datetime]:
    """When each of so many slots is free from ``begin`` on, when these are the ends of what counts until then."""
    still = sorted(end for end in cooling if end > begin)
    if len(still) >= number:
        return still[len(still) - number :]
    return [begin] * (number - len(still)) + still
