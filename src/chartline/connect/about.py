"""Reads a connector's ``about.toml``: what it is called, what it can do, where it may go, how much it may call.

The file is for people first (grades, quirks, environments); this is the part that machinery acts on. Refuses a file
without limits, since a call without a limit is not made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import msgspec

from chartline.connect.limits import Cost, Limits
from chartline.platform.limits import Policy


class Environment(msgspec.Struct, frozen=True):
    """Where an environment lives."""

    hosts: tuple[str, ...]


class CredentialFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection needs to be told."""

    secrets: tuple[str, ...]
    required: tuple[str, ...] = ()
    optional_secrets: tuple[str, ...] = ()
    """Secrets that a connection may go without."""
    defaults: dict[str, str] = {}
    optional: dict[str, str] = {}
    """Further options, each with what it is for."""


UNPROVEN: Final = frozenset("OS")
"""Grades of facts that nobody has seen work: O is our placeholder, S a demand of the product."""


class Operation(msgspec.Struct, frozen=True, kw_only=True, rename={"component": "class"}):
    """One thing a vendor can be asked to do, and how well we know it.

    ``name`` is the vendor's own word for it. ``component`` is what else its address needs: a class, a method and path.
    ``writes`` says that something is changed there.
    """

    name: str
    tier: str
    grade: str
    component: str = ""
    writes: bool = False
    say: str = ""

    @property
    def unverified(self) -> bool:
        """Whether nobody has shown that the vendor takes it in this shape."""
        return self.grade in UNPROVEN


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
    operations: tuple[Operation, ...] = ()
    payload: dict[str, int] = {}
    """Most items or bytes of one message, by what is counted."""
    sizes: dict[str, int | str] = {}
    """Most items of one file or page, by what is counted, with their grade."""
    acts: dict[str, tuple[str, ...]] = {}
    """The operations that one of our writes usually takes, look-ups before it included: what a plan reckons with."""

    def size(self, name: str, default: int) -> int:
        """How many items of a kind go at once; ``default`` where nothing is known."""
        found = self.sizes.get(name, default)
        return found if isinstance(found, int) else default

    def operation(self, name: str) -> Operation | None:
        """An operation by its name, in any case of letters; None when the connector does not list it."""
        return next((each for each in self.operations if each.name.lower() == name.lower()), None)

    def policy(self) -> Policy:
        """The limiter's policy. Raises ValueError for a tier without a limit, or with a weight that never fits."""
        return self.limits.policy()

    def budget_key(self, connection: str, options: Mapping[str, str]) -> str:
        """The limiter's key of a connection: what the vendor counts by, else the connection itself."""
        return f"{self.name}/{options.get(self.limits.scope) or connection}"

    def cost(self, action: str) -> Cost:
        """What an action costs."""
        return self.limits.cost(action)

    def tier_of(self, action: str) -> str:
        """The tier of an action."""
        return self.limits.cost(action).tier


def read_about(package: str) -> About:
    """The ``about.toml`` of a connector's package."""
    text = (files(package) / "about.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), About)
