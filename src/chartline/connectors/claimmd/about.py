"""The facts of ``about.toml``, read once: defaults, sizes, the one tier. Refuses a file that lacks one of them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

import msgspec


class CredentialFacts(msgspec.Struct, frozen=True):
    """Secrets, and options with their defaults."""

    secrets: tuple[str, ...]
    defaults: dict[str, str]


class Sizes(msgspec.Struct, frozen=True):
    """The vendor's limits on one call (sheet 2)."""

    claims_per_upload: int
    rows_per_response: int
    remittances_per_page: int


class About(msgspec.Struct, frozen=True):
    """The part of ``about.toml`` that this connector acts on; the rest is for readers, console and limiter."""

    name: str
    credentials: CredentialFacts
    sizes: Sizes


ABOUT: Final = msgspec.convert(
    tomllib.loads((files("chartline.connectors.claimmd") / "about.toml").read_text("utf-8")), About
)

TIER: Final = "account"
"""Every service draws from the one budget of the account (sheet, trap 24)."""
