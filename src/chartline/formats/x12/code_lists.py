"""Code lists by name: values that may be used, with our own short labels and the days they were valid.

Lists come from ``data/lists``, from ``codes``, and from the caller, who may load what he has a licence for or what is
newer. A closed list (its values are part of the standard) makes an unknown code an error; an open one, which grows
several times a year, only a warning. Contains no text of X12, the AMA, NUBC or NUCC.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import msgspec

from chartline.formats.x12 import codes
from chartline.formats.x12.tables import Line, packaged, read_lines

_entry = re.compile(r"(\S+)\s+(.*?)(?:\s+from (\d{4}-\d\d-\d\d))?(?:\s+until (\d{4}-\d\d-\d\d))?")
_header = ("list", "title", "source", "closed")


class Code(msgspec.Struct, frozen=True):
    """One value: our label, and the first and last day it was valid, None for always."""

    label: str
    since: date | None = None
    until: date | None = None


class CodeList(msgspec.Struct, frozen=True):
    """A list: its name in the tables, its title, whether an unknown value is an error, and its values."""

    name: str
    title: str
    closed: bool
    codes: dict[str, Code]


class CodeLists:
    """The lists that a check uses: those of the package, and on top those given. Immutable."""

    def __init__(self, *own: CodeList) -> None:
        self._own = {each.name: each for each in own}

    def get(self, name: str) -> CodeList | None:
        """The list with this name; None when nobody has loaded it, and then nothing is asked of values."""
        return self._own.get(name) or _packaged().get(name)

    def label(self, name: str, value: str) -> str:
        """Our label of a value; empty when the list or the value is not known."""
        found = self.get(name)
        code = found.codes.get(value) if found is not None else None
        return code.label if code is not None else ""

    def names(self) -> list[str]:
        """The names of all lists."""
        return sorted({*_packaged(), *self._own})


def read_list(lines: list[Line]) -> CodeList:
    """One list from the lines of its table. Raises ``x12.bad_table``."""
    header: dict[str, str] = {}
    found: dict[str, Code] = {}
    for line in lines:
        word, _, rest = line.text.partition(" ")
        if word in _header and word not in header and not found:
            header[word] = rest.strip()
            continue
        match = _entry.fullmatch(line.text)
        if match is None:
            line.wrong("not a code: value, label, and perhaps its dates")
        if match[1] in found:
            line.wrong(f"{match[1]} is listed twice")
        days = [date.fromisoformat(text) if text else None for text in (match[3], match[4])]
        found[match[1]] = Code(match[2], *days)
    if "list" not in header or "title" not in header:
        lines[0].wrong("the table does not say its list and title")
    return CodeList(header["list"], header["title"], header.get("closed") == "yes", found)


@cache
def _packaged() -> dict[str, CodeList]:
    lists = [read_list(read_lines(text, f"{name}.list")) for name, text in packaged("lists", ".list")]
    lists += [
        _from_labels("carc", "Claim adjustment reasons", {**_bare(_REASONS), **_labelled_reasons()}),
        _from_labels("rarc", "Remittance advice remarks", _bare(_REMARKS)),
        _from_labels("claim_status", "Claim status in a remittance", codes.CLAIM_STATUSES, closed=True),
        _from_labels("cas_group", "Claim adjustment groups", codes.ADJUSTMENT_GROUPS, closed=True),
        _from_labels("plb_reason", "Provider adjustment reasons", codes.PROVIDER_ADJUSTMENTS),
        _from_labels("place", "Places of service", codes.PLACES_OF_SERVICE),
    ]
    return {each.name: each for each in lists}


def _from_labels(name: str, title: str, labels: dict[str, str], *, closed: bool = False) -> CodeList:
    return CodeList(name, title, closed, {value: Code(label) for value, label in labels.items()})


_REASONS = (("", 1, 305), ("A", 0, 8), ("B", 1, 23), ("D", 1, 23), ("P", 1, 32), ("W", 1, 9), ("Y", 1, 3))
"""The ranges of numbers that were ever given to adjustment reasons; their texts are not ours to ship."""
_REMARKS = (("M", 1, 144), ("MA", 1, 134), ("N", 1, 910))


def _labelled_reasons() -> dict[str, str]:
    return {code: reason.label for code, reason in codes.REASONS.items()}


def _bare(ranges: tuple[tuple[str, int, int], ...]) -> dict[str, str]:
    """Codes that are known to exist, without what they mean. ``MA`` codes have two digits at least."""
    return {
        f"{letters}{number:02d}" if letters == "MA" else f"{letters}{number}": "see the publisher's list"
        for letters, first, last in ranges
        for number in range(first, last + 1)
    }


STANDARD = CodeLists()
"""The lists of the package alone."""
