"""The files of a release: one file, a folder of them, or the ZIP they were published in. Read line by line.

A ZIP is read as it is; nothing is unpacked to the disk. Refuses text that is not UTF-8 and what is not there.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from chartline.kernel.errors import Again, Blame, ErrorKind

NOT_THERE = ErrorKind(
    "terminology.file_missing",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A file that belongs to the release is not there.",
    "Give the release's folder or its ZIP file, complete; the fields name what is looked for.",
    status=404,
)
NOT_READABLE = ErrorKind(
    "terminology.file_unreadable",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A file cannot be read, or is not laid out as this kind of release is.",
    "Check that it is whole and of the kind that was named; the fields say where it differs.",
    status=422,
)


class Release:
    """The files under a path. As a context it closes the ZIP."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise NOT_THERE.error(file=path.name)
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            self.names = sorted(str(one.relative_to(path)) for one in path.rglob("*") if one.is_file())
        elif zipfile.is_zipfile(path):
            try:
                self._zip = zipfile.ZipFile(path)
            except (zipfile.BadZipFile, OSError):
                raise NOT_READABLE.error(file=path.name, part="zip") from None
            self.names = sorted(self._zip.namelist())
        else:
            self.names = [path.name]

    def __enter__(self) -> Release:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def find(self, pattern: str) -> str | None:
        """The first file whose name (without folders) matches a pattern; a single file always matches."""
        if self.single:
            return self.names[0]
        return next(
            (name for name in self.names if re.fullmatch(pattern, name.rpartition("/")[2], re.IGNORECASE)), None
        )

    def needed(self, pattern: str, what: str) -> str:
        """The same, or ``terminology.file_missing``."""
        found = self.find(pattern)
        if found is None:
            raise NOT_THERE.error(file=what)
        return found

    @property
    def single(self) -> bool:
        """Whether it is one plain file."""
        return self._zip is None and not self.path.is_dir()

    @contextmanager
    def lines(self, name: str) -> Generator[Iterator[str], None, None]:
        """The lines of a file, without their ends. Raises ``terminology.file_unreadable``."""
        with self._opened(name) as stream, io.TextIOWrapper(stream, "utf-8-sig", newline="") as text:
            try:
                yield (line.rstrip("\r\n") for line in text)
            except (UnicodeDecodeError, zipfile.BadZipFile, zlib.error, EOFError, OSError):
                raise NOT_READABLE.error(file=name, part="text") from None

    @contextmanager
    def records(self, name: str, *needed: str, separator: str = ",") -> Generator[Iterator[dict[str, str]], None, None]:
        """The rows of a file with a header. Raises ``terminology.file_unreadable``, also for a missing column."""
        with self._opened(name) as stream, io.TextIOWrapper(stream, "utf-8-sig", newline="") as text:
            quoting = csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL
            try:
                reader = csv.DictReader(text, delimiter=separator, quoting=quoting, restval="")
                missing = [column for column in needed if column not in (reader.fieldnames or ())]
                if missing:
                    raise NOT_READABLE.error(file=name, part=missing[0])
                yield iter(reader)
            except (UnicodeDecodeError, csv.Error, zipfile.BadZipFile, zlib.error, EOFError, OSError):
                raise NOT_READABLE.error(file=name, part="text") from None

    @contextmanager
    def _opened(self, name: str) -> Generator[BinaryIO, None, None]:
        if self._zip is not None:
            with self._zip.open(name) as inner:
                yield cast("BinaryIO", inner)
        else:
            path = self.path / name if self.path.is_dir() else self.path
            try:
                stream = path.open("rb")
            except OSError:
                raise NOT_READABLE.error(file=name, part="file") from None
            with stream:
                yield stream
