"""One worker and one server for each SQLite file: an operating-system lock beside the file.

The lock belongs to the process and dies with it, however it dies; the file that stays behind means nothing. Refuses a
second holder with ``database.in_use``.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from chartline.platform.jobs.problems import IN_USE


class ProcessLock:
    """Holds ``<folder>/<role>.lock`` from construction until ``close``. Raises ``database.in_use``."""

    def __init__(self, folder: Path, role: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = (folder / f"{role}.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            raise IN_USE.error(role=role, process=holder) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        """Let the next process in."""
        self._file.close()
