"""Shared clocks for tests that need simulated time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from chartline.kernel.clock import Anchor, SharedClock, write_anchor

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""A Monday, 08:00 in Denver: where a shared clock of the tests begins."""


def shared_clock(path: Path, start: datetime = START, speed: float = 1.0) -> SharedClock:
    """A shared clock file that begins at ``start`` and runs at ``speed``."""
    write_anchor(path, Anchor(time.time(), start.timestamp(), speed))
    return SharedClock(path)


def jump(path: Path, to: datetime, speed: float) -> None:
    """Move a shared clock forward to a moment, as the sandbox does when nothing is due."""
    write_anchor(path, Anchor(time.time(), to.timestamp(), speed))
