"""The ``[limits]`` of an ``about.toml``: how much a vendor may be called, in the words of the file.

A tier can limit calls in a period, in and out of peak hours, in several periods at once, calls that run at the same
time, and the time between two calls. Refuses a tier that limits nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from typing import NamedTuple, TypeVar

import msgspec

from chartline.platform.limits import Allowance, Limit, PeakCalendar, PeakRate, Policy, Rate

T = TypeVar("T")

_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}


class Peak(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """Peak hours on the wall clock of a named zone; ``from`` is in, ``to`` is out."""

    zone: str
    days: tuple[str, ...]
    start: str
    end: str

    def calendar(self) -> PeakCalendar:
        """The limiter's calendar. Raises ValueError for a day or a time that there is not."""
        if unknown := set(self.days) - set(_DAYS):
            raise ValueError(f"peak hours name days that there are not: {', '.join(sorted(unknown))}")
        days = frozenset(_DAYS[day] for day in self.days)
        return PeakCalendar(self.zone, days, time.fromisoformat(self.start), time.fromisoformat(self.end))


class RateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Calls per period: one number, or one in and one out of peak hours."""

    period_seconds: int | float
    limit: int | None = None
    peak: int | None = None
    off_peak: int | None = None


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed for one kind of action. All that is given holds at the same time.

    ``actions`` are names in small letters; ``*`` stands for any letters. ``weights`` are the actions of this tier that
    count as several calls.
    """

    period_seconds: int | float | None = None
    limit: int | None = None
    peak: int | None = None
    off_peak: int | None = None
    also: tuple[RateFacts, ...] = ()
    at_once: int | None = None
    """Most calls that run at the same time."""
    spacing_seconds: int | float | None = None
    """From one call to the next; the time that a call takes is not part of it."""
    actions: tuple[str, ...] = ()
    weights: dict[str, int] = {}

    @property
    def rates(self) -> tuple[RateFacts, ...]:
        """Every number of calls per period, the first one being the tier's own."""
        if self.period_seconds is None:
            return self.also
        own = RateFacts(period_seconds=self.period_seconds, limit=self.limit, peak=self.peak, off_peak=self.off_peak)
        return (own, *self.also)

    def in_words(self, *, peak: bool) -> str:
        """All that holds, in peak hours or outside of them: ``12 in 60 s, 4 at once, 1 s apart``."""
        numbers = [(rate.peak if peak else rate.off_peak, rate) for rate in self.rates]
        said = [f"{rate.limit or number} in {rate.period_seconds:g} s" for number, rate in numbers]
        said += [f"{self.at_once} at once"] if self.at_once is not None else []
        said += [f"{self.spacing_seconds:g} s apart"] if self.spacing_seconds is not None else []
        return ", ".join(said)


class Cost(NamedTuple):
    """What an action costs: so many slots of a tier."""

    tier: str
    weight: int


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """All tiers, and the option whose value the vendor counts by.

    ``default`` is the tier of every action that no tier lists; where there is one tier only, it need not be said.
    Refuses a default that is no tier, and an action that is listed twice.
    """

    tiers: dict[str, Tier]
    scope: str = ""
    default: str = ""
    peak: Peak | None = None

    def __post_init__(self) -> None:
        if self.unlisted not in self.tiers:
            raise ValueError("the limits name no tier for the actions that no tier lists")
        listed = [action for tier in self.tiers.values() for action in tier.actions]
        if len(set(listed)) != len(listed):
            raise ValueError("an action is listed in one tier only, and there once")

    def policy(self) -> Policy:
        """The limiter's policy. Raises ValueError for a tier without a limit, or with a weight that never fits."""
        return Policy({name: self._allowance(tier) for name, tier in self.tiers.items()})

    def _allowance(self, tier: Tier) -> Allowance:
        if tier.period_seconds is None and (tier.limit, tier.peak, tier.off_peak) != (None, None, None):
            raise ValueError("a limit needs the period that it is for")
        rates = [self._rate(rate) for rate in tier.rates]
        if tier.spacing_seconds is not None:
            rates.append(Rate(1, tier.spacing_seconds, weighs=False))
        found = Allowance(tuple(rates), tier.at_once)
        if any(weight < 1 or weight > (found.heaviest or weight) for weight in tier.weights.values()):
            raise ValueError("the weight of an action is one at least, and fits into the limit at every hour")
        return found

    def _rate(self, rate: RateFacts) -> Limit:
        if rate.limit is not None:
            return Rate(rate.limit, rate.period_seconds)
        if rate.peak is not None and rate.peak == rate.off_peak:
            return Rate(rate.peak, rate.period_seconds)
        if rate.peak is None or rate.off_peak is None or self.peak is None:
            raise ValueError("a tier has one limit, or one in and one out of peak hours")
        return PeakRate(rate.peak, rate.off_peak, rate.period_seconds, self.peak.calendar())

    @property
    def unlisted(self) -> str:
        """The tier of an action that is not listed."""
        return self.default or (next(iter(self.tiers)) if len(self.tiers) == 1 else "")

    def cost(self, action: str) -> Cost:
        """What an action costs, in any case of letters: by its own name, else by the longest pattern that fits."""
        name = action.lower()
        listed = ((pattern, tier) for tier, facts in self.tiers.items() for pattern in facts.actions)
        tier = _best(name, listed) or self.unlisted
        return Cost(tier, _best(name, self.tiers[tier].weights.items()) or 1)


def _best(name: str, listed: Iterable[tuple[str, T]]) -> T | None:
    """What is listed for a name under itself, else under the longest pattern that fits it."""
    found = [(pattern, meaning) for pattern, meaning in listed if _fits(name, pattern.lower())]
    return max(found, key=lambda each: ("*" not in each[0], len(each[0])))[1] if found else None


def _fits(name: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), name) is not None
