"""What a service gets and gives: one call of one account in, one answer node out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chartline.connectors.claimmd.simulator.envelope import Node, error
from chartline.connectors.claimmd.simulator.form import Form
from chartline.connectors.claimmd.simulator.seed import Account
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

MISSING = "20"
MALFORMED = "21"
NOT_FOUND = "22"
"""Codes of system errors. The vendor's are not published; only 410 is known (sheet 3.3)."""


@dataclass(frozen=True, slots=True, repr=False)
class Call(Masked):
    """One request to a service, its key already turned into an account."""

    account: Account
    form: Form
    now: datetime
    origin: str = ""
    """Where the caller reached us, as ``http://host:port``: links lead back there."""


@dataclass(frozen=True, slots=True, repr=False)
class Reply(Masked):
    """A service's answer; ``delay`` in simulated seconds, ``broken`` when only half of it is sent."""

    root: Node
    delay: float = 0.0
    broken: bool = False


Service = Callable[[Call], Reply]


def missing(field: str) -> Reply:
    """The error for a required field that is not there."""
    return Reply(error(MISSING, f"Missing required field: {field}"))


def malformed(field: str) -> Reply:
    """The error for a field in the wrong format."""
    return Reply(error(MALFORMED, f"Invalid format: {field}"))


def whole(text: str) -> int | None:
    """A page number, an id or a cursor; None when it is not a whole number."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def amount(cents: int) -> str:
    """Cents as decimal text."""
    return Money(cents).text()
