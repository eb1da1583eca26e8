"""Reads a connector's ``about.toml``: what it is called, what it can do, where it may go, how much it may call.

The file is for people first (grades, quirks, environments); this is the part that machinery acts on. Refuses a file
without limits, since a call without a limit is not made.
"""

from __future__ import annotations

import tomllib
from datetime import time
from importlib.resources import files
from typing import Any

import msgspec

from chartline.platform.limits import Limit, PeakCalendar, PeakRate, Policy, Rate

_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}


class Peak(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """Peak hours on the wall clock of a named zone; ``from`` is in, ``to`` is out."""

    zone: str
    days: tuple[str, ...]
    start: str
    end: str


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """Calls per period for one kind of action. One number, or one in and one out of peak hours."""

    period_seconds: int
    limit: int | None = None
    peak: int | None = None
    off_peak: int | None = None
    actions: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """All tiers, and the option whose value the vendor counts by."""

    tiers: dict[str, Tier]
    scope: str = ""
    peak: Peak | None = None


class Environment(msgspec.Struct, frozen=True):
    """Where an environment lives."""

    hosts: tuple[str, ...]


class CredentialFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection needs to be told."""

    secrets: tuple[str, ...]
    required: tuple[str, ...] = ()
    defaults: dict[str, str] = {}
    optional: dict[str, str] = {}
    """Further options, each with what it is for."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """A connector in data."""

    name: str
    title: str
    kind: str
    capabilities: tuple[str, ...]
    credentials: CredentialFacts
    environments: dict[str, Environment]
    limits: Limits
    session: dict[str, Any] = {}

    def policy(self) -> Policy:
        """The limiter's policy."""
        return Policy({name: self._limit(tier) for name, tier in self.limits.tiers.items()})

    def _limit(self, tier: Tier) -> Limit:
        if tier.limit is not None:
            return Rate(tier.limit, tier.period_seconds)
        if tier.peak is not None and tier.peak == tier.off_peak:
            return Rate(tier.peak, tier.period_seconds)
        peak = self.limits.peak
        if tier.peak is None or tier.off_peak is None or peak is None:
            raise ValueError("a tier has one limit, or one in and one out of peak hours")
        calendar = PeakCalendar(
            peak.zone,
            frozenset(_DAYS[day] for day in peak.days),
            time.fromisoformat(peak.start),
            time.fromisoformat(peak.end),
        )
        return PeakRate(tier.peak, tier.off_peak, tier.period_seconds, calendar)

    def tier_of(self, action: str, otherwise: str) -> str:
        """The tier that lists an action, in any case of letters."""
        for name, tier in self.limits.tiers.items():
            if action.lower() in tier.actions:
                return name
        return otherwise


def read_about(package: str) -> About:
    """The ``about.toml`` of a connector's package."""
    text = (files(package) / "about.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), About)
