"""Every call that changes something at a vendor ends in one of four words, and no fifth.

``Receipt`` (done), ``Later`` (not yet), ``Refused`` (a proven no), ``Unknown`` (sent, no answer). An ``Unknown``
is settled by looking it up at the same vendor, which answers ``Receipt``, ``Absent`` or still ``Unknown``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from chartline.kernel.errors import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Receipt(Generic[T]):
    """The vendor did it. ``value`` is what it answered; ``exchange`` points into the exchange log."""

    value: T
    exchange: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Accepted but not answered yet, or no budget now: come back at ``at``."""

    at: datetime
    reason: str
    exchange: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The vendor said no, and nothing was written there."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was sent and may have happened. Look it up before anything else; never send it again."""

    evidence: str | None


@dataclass(frozen=True, slots=True)
class Absent:
    """A look-up proved that the vendor does not have it."""

    exchange: str | None = None


Outcome = Receipt[T] | Later | Refused | Unknown
Looked = Receipt[T] | Absent | Later | Refused | Unknown
