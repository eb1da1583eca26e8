"""What counts against a tier now, whether one more call fits, and when it will. Pure: rows in, answers out.

Why it is exact. A vendor sees a call at some moment between its grant and its answer, and nothing tells when. A call
counts from the grant until one period after the answer, so of two calls in one vendor window the earlier one always
counted when the later one was granted. Nothing less would do: a call granted while it still counts may arrive at once,
and the counted one may have arrived as late as its answer. Two more rules keep it exact when the number changes with
the time of day: the number applied is the smallest between now and one period later, and no more is under way than the
smallest number that applies while a call granted now can still be under way (its ``reach``). The rule may be asked for
a moment to come, and a slot given out that is free then: what runs now is taken to run still, and who asks later sees
what was given out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chartline.platform.limits.policy import Allowance, Limit


@dataclass(frozen=True, slots=True)
class Counted:
    """A call, or several merged ones, that may count. ``answered`` is None while it runs."""

    weight: int
    granted: datetime
    answered: datetime | None

    def counts(self, rate: Limit) -> int:
        """As how many it counts against a rate."""
        return self.weight if rate.weighs else 1


@dataclass(frozen=True, slots=True)
class Usage:
    """What counts against a tier now, what is allowed now, and when the next call is free if none is now.

    Of several limits it tells the fullest one.
    """

    used: int
    allowed: int
    next_free: datetime | None


@dataclass(frozen=True, slots=True)
class Full:
    """No call fits. ``soon``: it fits as soon as a running call ends, which may be any moment; else at ``at``."""

    at: datetime
    soon: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """What counts: in the window of each rate (the weight, or the calls), the weight that runs, the calls that run."""

    used: tuple[int, ...]
    running_weight: int
    running: int

    def fit(self, allowance: Allowance, now: datetime, reach: timedelta | None, weight: int) -> bool:
        """Whether a call of a weight may be granted now. ``reach`` None: calls can be under way at any hour."""
        if allowance.at_once is not None and self.running >= allowance.at_once:
            return False
        for rate, used in zip(allowance.rates, self.used, strict=True):
            running, wanted = (self.running_weight, weight) if rate.weighs else (self.running, 1)
            if used + wanted > rate.limit_from(now):
                return False
            if running + wanted > (rate.strictest if reach is None else rate.lowest(now, now + reach)):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Standing:
    """A bucket at a moment. ``calls`` may hold some that no longer count."""

    allowance: Allowance
    now: datetime
    calls: Sequence[Counted]

    def sums(self) -> Sums:
        """What counts."""
        running = [call.weight for call in self.calls if call.answered is None]
        used = (sum(call.counts(rate) for call in self.within(rate)) for rate in self.allowance.rates)
        return Sums(tuple(used), sum(running), len(running))

    def within(self, rate: Limit) -> list[Counted]:
        """The calls that count against a rate."""
        since = self.now - rate.period
        return [call for call in self.calls if call.answered is None or call.answered > since]

    def free(self, reach: timedelta | None, weight: int = 1) -> Full | None:
        """When to ask for a call; None means that one is free."""
        sums = self.sums()
        if sums.fit(self.allowance, self.now, reach, weight):
            return None
        at = max((self._room(rate, weight) for rate in self.allowance.rates), default=self.now)
        soon = at <= self.now
        # A looser number may begin before that.
        change = self.allowance.next_change(self.now)
        if change is not None and (soon or change < at) and self._looser(change):
            at = change
        return Full(at, soon)

    def _room(self, rate: Limit, weight: int) -> datetime:
        """When enough stops to count against a rate. A running call counts for a period after its answer at least."""
        counted = self.within(rate)
        wanted = weight if rate.weighs else 1
        surplus = sum(call.counts(rate) for call in counted) + wanted - rate.limit_from(self.now)
        if surplus <= 0:
            return self.now
        for call in sorted((call for call in counted if call.answered is not None), key=_answer):
            surplus -= call.counts(rate)
            if surplus <= 0:
                return _answer(call) + rate.period
        return self.now + rate.period

    def _looser(self, change: datetime) -> bool:
        return any(rate.limit_from(change) > rate.limit_from(self.now) for rate in self.allowance.rates)

    def usage(self, reach: timedelta | None) -> Usage:
        """How much is used now, for people to look at. What was given out for a moment to come is not used yet."""
        begun = replace(self, calls=[call for call in self.calls if call.granted <= self.now])
        sums, full = begun.sums(), self.free(reach)
        pairs = [(used, rate.limit_from(self.now)) for rate, used in zip(self.allowance.rates, sums.used, strict=True)]
        if self.allowance.at_once is not None:
            pairs.append((sums.running, self.allowance.at_once))
        used, allowed = max(pairs, key=lambda pair: pair[0] / pair[1])
        return Usage(used, allowed, None if full is None else full.at)


def _answer(call: Counted) -> datetime:
    return call.answered or call.granted
