"""The files in which CMS publishes the edits, as text or CSV: rows are found by their shape, whatever stands above.

Pairs: column 1, column 2, (blank), effective day, deletion day or ``*``, modifier indicator, reason; days are YYYYMMDD.
Units: code, most units, adjudication indicator (``1`` line, ``2`` and ``3`` day), reason.
Source: the layouts on the CMS pages of the NCCI edits. Refuses a file in which no row has the shape.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from chartline.domains.codes.terminology.files import NOT_READABLE, NOT_THERE, Release

_CODE = re.compile(r"[0-9A-V]\d{3}[0-9A-Z]", re.ASCII)
_DAY = re.compile(r"(19|20)\d{6}", re.ASCII)
_COUNT = re.compile(r"\d{1,6}", re.ASCII)
_TABLE = re.compile(r"\.(txt|csv)$", re.IGNORECASE)
_NO_MODIFIER, _MODIFIER = "0", "1"

Pair = tuple[str, str, int, int | None, bool]
"""Column 1, column 2, first day, first day without it, whether a modifier may tell them apart."""
Units = tuple[str, int, bool]
"""Code, most units, whether of a day."""


def read_pairs(paths: Sequence[Path]) -> Iterator[Pair]:
    """The pairs of files, ZIPs or folders: CMS cuts a publication into several.

    Raises ``terminology.file_missing``, ``terminology.file_unreadable``.
    """
    before: tuple[str, str, str] | None = None
    for cells in (cells for path in paths for cells in _cells(path)):
        if len(cells) < 6 or not (_CODE.fullmatch(cells[0]) and _CODE.fullmatch(cells[1]) and _DAY.fullmatch(cells[3])):
            continue
        key = (cells[0], cells[1], cells[3])
        if key == before:
            continue
        before = key
        # Indicator 9 stands on pairs that ended on the day they began: there is nothing to hold.
        if cells[5] in (_NO_MODIFIER, _MODIFIER):
            end = int(cells[4]) if _DAY.fullmatch(cells[4]) else None
            yield cells[0], cells[1], int(cells[3]), end, cells[5] == _MODIFIER


def read_units(path: Path) -> Iterator[Units]:
    """The most units of each code of a file or ZIP. Raises as ``read_pairs``."""
    for cells in _cells(path):
        if len(cells) < 3 or not _CODE.fullmatch(cells[0]) or not _COUNT.fullmatch(cells[1]):
            continue
        if cells[2][:1] in ("1", "2", "3"):
            yield cells[0], int(cells[1]), cells[2][:1] != "1"


def _cells(path: Path) -> Iterator[list[str]]:
    with Release(path) as release:
        tables = release.names if release.single else [one for one in release.names if _TABLE.search(one)]
        if not tables:
            raise NOT_THERE.error(file="a table as text or CSV")
        for name in tables:
            with release.lines(name) as lines:
                yield from ([cell.strip() for cell in row] for row in _rows(lines, name))


def _rows(lines: Iterable[str], name: str) -> Iterator[list[str]]:
    """Rows of text with tabs or with commas, as each line has them."""
    try:
        for line in lines:
            yield line.split("\t") if "\t" in line else next(csv.reader([line]), [])
    except csv.Error:
        raise NOT_READABLE.error(file=name, part="row") from None
