"""Readings of a copy that many rules share: numbered lines, places, ages, and copies with their lines changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.rules.rule import INSTITUTIONAL
from chartline.domains.codes.edits import Setting


def numbered(copy: ClaimCopy) -> Iterator[tuple[str, CopyLine]]:
    """Each line with the words for its place: ``line 1``."""
    for number, line in enumerate(copy.lines, 1):
        yield f"line {number}", line


def place_of(copy: ClaimCopy, line: CopyLine) -> str:
    """The place of service that counts for a line."""
    return line.place_of_service or copy.place_of_service


def years_old(born: date, on: date) -> int:
    """Whole years of age on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def setting_of(copy: ClaimCopy) -> Setting:
    """Which of the published edits a claim is held to."""
    return Setting.OUTPATIENT if copy.kind == INSTITUTIONAL else Setting.PRACTITIONER


def rendering_of(copy: ClaimCopy, line: CopyLine) -> str:
    """The NPI of who rendered a line, empty where nobody is named."""
    who = line.rendering or copy.rendering
    return who.npi if who else ""


def with_lines(copy: ClaimCopy, change: Callable[[CopyLine], CopyLine]) -> ClaimCopy:
    """The copy with every line changed; the same copy where nothing changes."""
    lines = tuple(change(line) for line in copy.lines)
    return copy if lines == copy.lines else msgspec.structs.replace(copy, lines=lines)


def plain_digits(text: str) -> str:
    """A number without the signs that people put between its digits."""
    return text.translate(_SIGNS)


_SIGNS = str.maketrans("", "", " -().+/")
