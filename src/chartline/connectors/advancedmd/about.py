"""The facts of ``about.toml``, read once: tiers, defaults, session life. Refuses a file that lacks one of them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

import msgspec


class Tier(msgspec.Struct, frozen=True):
    """Calls per period for one kind of action, in and out of the vendor's peak hours (sheet 5)."""

    peak: int
    off_peak: int
    period_seconds: int
    actions: tuple[str, ...]


class Limits(msgspec.Struct, frozen=True):
    """All tiers of the vendor."""

    tiers: dict[str, Tier]


class Session(msgspec.Struct, frozen=True):
    """How long a token is used before it is renewed of our own accord, in hours (sheet 3.1)."""

    refresh_hours: int


class CredentialFacts(msgspec.Struct, frozen=True):
    """Secrets, options without a default, and options with one."""

    secrets: tuple[str, ...]
    required: tuple[str, ...]
    defaults: dict[str, str]


class About(msgspec.Struct, frozen=True):
    """The part of ``about.toml`` that this connector acts on; the rest is for readers and for the console."""

    name: str
    credentials: CredentialFacts
    limits: Limits
    session: Session


ABOUT: Final = msgspec.convert(
    tomllib.loads((files("chartline.connectors.advancedmd") / "about.toml").read_text("utf-8")), About
)
_TIERS: Final = {action: name for name, tier in ABOUT.limits.tiers.items() for action in tier.actions}


def tier_of(action: str) -> str:
    """The limiter's tier of an action; anything the vendor did not list is ``low`` (sheet 5)."""
    return _TIERS.get(action.lower(), "low")
