"""Starts, kills and stops the processes of a sandbox, each by its own pid.

Every child is put into the care of this process: it ends when this one ends, also when this one is killed. Refuses
to end anything it did not start.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from chartline.kernel.errors import Again, Blame, ErrorKind

DID_NOT_START = ErrorKind(
    "sandbox.did_not_start",
    Blame.US,
    Again.AFTER_FIX,
    "A process of the sandbox did not come up.",
    "Read its log in the data folder (logs/); a port in use or a second demo on the same folder are the usual reasons.",
    status=500,
)
_PARENT_DEATH = 1  # PR_SET_PDEATHSIG, prctl(2)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGTERM)


@dataclass
class Process:
    """One child. ``output`` is the file its standard output and error go to."""

    name: str
    arguments: list[str]
    output: Path
    environment: dict[str, str]
    ready: Path | None = None
    handle: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it, without waiting."""
        self.output.parent.mkdir(parents=True, exist_ok=True)
        if self.ready is not None:
            self.ready.unlink(missing_ok=True)
        with self.output.open("ab") as output:
            self.handle = subprocess.Popen(  # noqa: S603 - our own modules with our own arguments
                [sys.executable, "-m", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    def wait_ready(self, seconds: float = 120.0) -> dict[str, int]:
        """What it wrote into its ready file. Raises ``sandbox.did_not_start``."""
        assert self.ready is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.ready.exists():
                return json.loads(self.ready.read_text())
            if self.handle is None or self.handle.poll() is not None:
                break
            time.sleep(0.02)
        raise DID_NOT_START.error(process=self.name, log=self.output.name)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.handle is not None and self.handle.poll() is None

    @property
    def pid(self) -> int:
        """Its process id; 0 when it was never started."""
        return self.handle.pid if self.handle is not None else 0

    def kill(self) -> None:
        """End it at once with SIGKILL, as a crash would."""
        if self.handle is not None and self.handle.poll() is None:
            self.handle.send_signal(signal.SIGKILL)
            self.handle.wait()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask it to end, and insist after so many seconds."""
        if self.handle is None or self.handle.poll() is not None:
            return
        self.handle.terminate()
        try:
            self.handle.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
