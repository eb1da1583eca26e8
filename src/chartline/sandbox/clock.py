"""Owns the shared clock of a sandbox: starts it, changes its speed, jumps it, stops it between runs."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from chartline.kernel.clock import Anchor, SharedClock, write_anchor


class ClockKeeper:
    """The one writer of a shared clock file. Simulated time never goes back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, at: datetime, speed: float) -> None:
        """Start the clock at ``at``, or go on from where an earlier run left it.

        The keeper writes the file at least once a real second (``keep``), so a run that was killed had come at
        most one second further than the file says; that second is given, and time never goes back.
        """
        begin = at.timestamp()
        if self.path.exists():
            kept = json.loads(self.path.read_text())
            begin = float(kept["sim"]) + float(kept["speed"])
        write_anchor(self.path, Anchor(time.time(), begin, speed))

    def keep(self) -> None:
        """Write down how far the clock has come; called at least once a real second."""
        anchor = json.loads(self.path.read_text())
        self.set_speed(float(anchor["speed"]))

    @property
    def clock(self) -> SharedClock:
        """The clock as every process sees it."""
        return SharedClock(self.path)

    def now(self) -> datetime:
        """Simulated time."""
        return self.clock.now()

    def set_speed(self, speed: float) -> None:
        """Run faster or slower from this moment on."""
        write_anchor(self.path, Anchor(time.time(), self.now().timestamp(), speed))

    def jump(self, to: datetime, speed: float) -> None:
        """Be at a later moment at once; a moment in the past is ignored."""
        write_anchor(self.path, Anchor(time.time(), max(self.now(), to.astimezone(UTC)).timestamp(), speed))

    def stop(self) -> None:
        """Stand still, so that a later run goes on from here."""
        self.set_speed(0.0)
