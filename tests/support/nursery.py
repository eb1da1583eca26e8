"""A process that has imported Chartline once and forks what the tests start.

A simulator takes half a second of imports and a worker almost two; the tests start hundreds. What is forked is a
process like any other: with its own id, sockets, environment and output, to be killed or stopped. It dies with the
nursery, and the nursery with the tests. Refuses to fork once a thread runs in it, because locks would be inherited.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

SERVING = ("uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.lifespan.off")
SIMULATOR = ("chartline.connect.simulation.runner", *SERVING)
IMPORTED = {
    "chartline.connectors.advancedmd.simulator": ("chartline.connectors.advancedmd.simulator.app", *SIMULATOR),
    "chartline.connectors.claimmd.simulator": ("chartline.connectors.claimmd.simulator.app", *SIMULATOR),
    "chartline.cli.main": (
        "chartline.cli.worker",
        "chartline.app.work",
        "chartline.platform.jobs.execution",
        "chartline.platform.jobs.heartbeat",
        *("chartline.connectors.advancedmd.connector", "chartline.connectors.claimmd.connector"),
    ),
}
"""What is imported before a module is forked for the first time."""
_PARENT_DEATH = 1  # PR_SET_PDEATHSIG, prctl(2)


def end_with_parent() -> None:
    """End this process when the one that started it does, also when that is killed."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGTERM)


class Child:
    """A forked process; answers as ``subprocess.Popen`` does."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, or None."""
        if self.returncode is None:
            self.returncode = self._nursery.ask(poll=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises ``subprocess.TimeoutExpired``."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing once it has ended: its id may be another's."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The tests' side of it; started when first needed."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self, module: str, *arguments: str, output: Path | None = None, environment: dict[str, str] | None = None
    ) -> Child:
        """As ``python -m module arguments``; without ``output`` it writes where the tests do."""
        surroundings = {**os.environ, **(environment or {})}
        orders = {"module": module, "arguments": arguments, "output": str(output or ""), "environment": surroundings}
        return Child(self, self.ask(**orders))

    def close(self) -> None:
        """Let it end, and wait for that."""
        with self._turn:
            if self._process is not None:
                self._wire.close()
                self._process.wait(20)
                self._process = None

    def ask(self, **orders: object) -> Any:
        with self._turn:
            if self._process is None:
                ours, theirs = socket.socketpair()
                command = [sys.executable, __file__, str(theirs.fileno())]
                self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
                theirs.close()
                self._wire = ours.makefile("rw")
                ours.close()
            self._wire.write(json.dumps(orders) + "\n")
            self._wire.flush()
            return json.loads(self._wire.readline())


NURSERY = Nursery()
"""The one of this test process."""
atexit.register(NURSERY.close)


def _obey(wire: socket.socket) -> dict[str, Any] | None:
    """Fork and answer until the tests are over (None); in a forked process, what it is to be."""
    imported: set[str] = set()
    with wire.makefile("rw") as said:
        for line in said:
            orders = json.loads(line)
            if "poll" in orders:
                ended, status = os.waitpid(orders["poll"], os.WNOHANG)
                answer = os.waitstatus_to_exitcode(status) if ended else None
            else:
                if orders["module"] not in imported:
                    imported.add(orders["module"])
                    for name in IMPORTED.get(orders["module"], ()):
                        import_module(name)
                    gc.freeze()
                assert threading.active_count() == 1
                answer = os.fork()
                if answer == 0:
                    return orders
            said.write(json.dumps(answer) + "\n")
            said.flush()
    return None


def _become(orders: dict[str, Any]) -> None:
    end_with_parent()
    os.environ.clear()
    os.environ.update(orders["environment"])
    if orders["output"]:
        file = os.open(orders["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
        os.close(file)
    sys.argv = [orders["module"], *orders["arguments"]]
    runpy.run_module(orders["module"], run_name="__main__", alter_sys=True)


def _main() -> None:
    sys.path[0] = str(Path.cwd())
    wire = socket.socket(fileno=int(sys.argv[1]))
    orders = _obey(wire)
    wire.close()
    if orders is not None:
        _become(orders)


if __name__ == "__main__":
    _main()
