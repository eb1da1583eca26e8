"""The only source of time.

``SystemClock`` is the wall clock. ``SharedClock`` reads a small file that several processes share, in which
simulated time runs at a multiple of real time; only the sandbox writes that file. Code asks its clock for
*now* and for waits, never the operating system. Refuses naive datetimes.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Aware UTC time, and waiting in that time."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for so many seconds *of this clock*."""
        ...

    def real_seconds(self, seconds: float) -> float:
        """How many real seconds so many seconds of this clock take at its present speed."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))

    def real_seconds(self, seconds: float) -> float:
        """The same number: this clock runs at speed one."""
        return seconds


@dataclass(frozen=True, slots=True)
class Anchor:
    """Simulated time ``sim`` was at real time ``real`` (both epoch seconds) and has run at ``speed`` since."""

    real: float
    sim: float
    speed: float

    def at(self, real: float) -> float:
        """Simulated epoch seconds at a real moment."""
        return self.sim + max(0.0, real - self.real) * self.speed


class SharedClock:
    """Simulated time read from an anchor file; follows changes of speed made by another process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self._anchor = Anchor(0.0, 0.0, 1.0)
        self._read()

    def _read(self) -> Anchor:
        status = os.stat(self._path)  # noqa: PTH116 - called for every look at the clock; Path.stat costs twice as much
        seen = (status.st_mtime_ns, status.st_ino)
        if seen != self._seen:
            data = json.loads(self._path.read_text())
            self._anchor = Anchor(float(data["real"]), float(data["sim"]), float(data["speed"]))
            self._seen = seen
        return self._anchor

    def now(self) -> datetime:
        """The current simulated time, aware, in UTC."""
        return datetime.fromtimestamp(self._read().at(time.time()), UTC)

    def sleep(self, seconds: float) -> None:
        """Wait for simulated seconds, looking again when the speed may have changed."""
        until = self.now() + timedelta(seconds=max(0.0, seconds))
        while (left := (until - self.now()).total_seconds()) > 0:
            time.sleep(min(max(self.real_seconds(left), 0.001), 0.25))

    def real_seconds(self, seconds: float) -> float:
        """Real seconds at the present speed; a stopped clock answers one hour."""
        speed = self._read().speed
        return seconds / speed if speed > 0 else 3600.0


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Put a new anchor in place in one move, so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.new")
    draft.write_text(json.dumps({"real": anchor.real, "sim": anchor.sim, "speed": anchor.speed}))
    draft.replace(path)


def open_clock(shared: str | None) -> Clock:
    """The clock named in the settings: a shared clock file, or the system clock when there is none."""
    return SharedClock(Path(shared)) if shared else SystemClock()
