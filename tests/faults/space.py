"""Takes the space away from every process of an installation, and gives it back.

By a quota on the size of files (``RLIMIT_FSIZE``), which needs no privilege and can be set on a running process; or,
where mounting is allowed, by really filling a small file system.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.installation import Installation

NO_MORE = 4096
"""Bytes: less than any write of SQLite needs."""

Full = Callable[[Installation], "_Taken"]


class _Taken:
    """Space that is gone until ``give_back``."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self.give_back = give_back


def by_quota(place: Installation) -> _Taken:
    """No file may grow beyond a few bytes, in the worker and in this process (the web server, and commands)."""
    processes = [os.getpid(), place.processes["worker"].pid]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in processes}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (NO_MORE, hard))

    def give_back() -> None:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    return _Taken(give_back)


def by_ballast(place: Installation) -> _Taken:
    """The file system that holds the data is filled to the last byte."""
    ballast = place.folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1 << 8, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return _Taken(ballast.unlink)


@contextmanager
def small_disk(folder: Path, size: str) -> Generator[Path | None]:
    """A file system of so many bytes on the folder; None where mounting is not allowed."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
