"""A worker in a process of its own, to be killed. Run as ``python worker_process.py URL FOLDER``.

Every step notes that it ran in ``FOLDER/<step>-<job>``, one line a run. The job ``gated`` waits in its second step
until ``FOLDER/go`` exists; the job ``plain`` does not wait.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from chartline.kernel.clock import SystemClock
from chartline.kernel.settings import Settings
from chartline.platform.database import open_database
from chartline.platform.jobs import Job, Queue, Run, Worker

QUEUE = Queue("ordinary", 4)
FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


def note(step: str, key: str) -> None:
    """Write down that a step ran, in this process."""
    with (FOLDER / f"{step}-{key}").open("a") as file:
        file.write(f"{os.getpid()}\n")


def gate(key: str) -> None:
    """Note, then wait for the gate."""
    note("two", key)
    while not (FOLDER / "go").exists():
        SystemClock().sleep(0.01)


def gated(run: Run, _: dict[str, str]) -> None:
    """Three steps; the second waits."""
    run.step("one", note, "one", run.id)
    run.step("two", gate, run.id)
    run.step("three", note, "three", run.id)


def plain(run: Run, _: dict[str, str]) -> None:
    """Three steps."""
    for name in ("one", "two", "three"):
        run.step(name, note, name, run.id)


def main() -> None:
    """Work until killed."""
    settings = Settings(data=str(FOLDER), worker_threads=4, heartbeat_seconds=0.2, dead_after_seconds=1.0)
    database = open_database(sys.argv[1], SystemClock(), pool=12)
    Worker(database, settings, [Job("gated", QUEUE, gated), Job("plain", QUEUE, plain)]).start()
    print("up", flush=True)  # noqa: T201
    threading.Event().wait()


if __name__ == "__main__":
    main()
