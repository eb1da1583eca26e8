"""One way to log: JSON lines with ids and codes. Patient values cannot get in.

Sealed and masked values print as nothing, exceptions print as their type and place only (never their text, unless it
is one of our own errors, whose text is static), and everything the libraries log comes through the same door.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

import structlog

from chartline.kernel.errors import ChartlineError

Event = MutableMapping[str, Any]  # structlog's own type of an event


def _exceptions(_: object, __: str, event: Event) -> Event:
    """Replace an exception by its type, our code, and where it happened."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else (sys.exc_info()[1] if info else None)
    if isinstance(info, tuple):
        error = info[1]
    if error is not None:
        event["error"] = type(error).__name__
        if isinstance(error, ChartlineError):
            event["code"] = error.problem.code
        frames = traceback.extract_tb(error.__traceback__)
        event["at"] = [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames[-8:]]
    return event


def _plain_values(_: object, __: str, event: Event) -> Event:
    """Keep plain values; anything else becomes the name of its type."""
    for key, value in list(event.items()):
        if not isinstance(value, str | int | float | bool | list | type(None)):
            event[key] = f"<{type(value).__name__}>"
    return event


class _LibraryLogs(logging.Handler):
    """What libraries log: where from and how bad. Their texts stay out, for they may quote data."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one record on without its arguments."""
        event: dict[str, Any] = {"library": record.name, "line": f"{Path(record.pathname).name}:{record.lineno}"}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        structlog.get_logger().log(record.levelno, "library", **event)


class _Lines:
    """A stream of lines. What cannot be written (a full disk) is dropped: a log must not end what it tells of."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write a line if there is room for it."""
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Nothing to do: lines are not held back."""


def set_up_logs(level: str = "info", file: Path | None = None) -> None:
    """Log JSON lines to a file, or to standard error when there is none."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    stream = file.open("a", buffering=1) if file else sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exceptions,
            _plain_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _Lines(stream))),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_LibraryLogs(level=max(number, logging.WARNING))]
    root.setLevel(max(number, logging.WARNING))
