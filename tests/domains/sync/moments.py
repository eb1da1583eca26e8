"""A transaction at a moment of a test's choosing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chartline.platform.database import Work


@dataclass(frozen=True)
class Standing:
    """A clock that stands still."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nobody waits {seconds} seconds for a clock that stands")

    def real_seconds(self, seconds: float) -> float:
        return seconds


def at(work: Work, moment: datetime) -> Work:
    """The same transaction, at this moment."""
    return replace(work, clock=Standing(moment))
