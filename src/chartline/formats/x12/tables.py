"""The text of the tables under ``data/``: lines with indentation, comments and quoted words.

The tables read like the structure they describe, so that somebody who knows a guide can check one without knowing
Python. Refuses a table that does not follow its grammar, with the file and the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import NoReturn

import msgspec

from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_TABLE = ErrorKind(
    "x12.bad_table",
    Blame.US,
    Again.AFTER_FIX,
    "A table of the X12 rules cannot be read.",
    "Correct the line named in the fields; the pages on companion guides show the grammar.",
    status=500,
)

_DATA = "chartline.formats.x12.data"


class Line(msgspec.Struct, frozen=True):
    """One line that says something: where it stands, how far it is indented, and its words."""

    file: str
    number: int
    indent: int
    text: str

    def wrong(self, reason: str) -> NoReturn:
        """Raises ``x12.bad_table`` naming this line."""
        raise BAD_TABLE.error(file=self.file, line=str(self.number), reason=reason)


def read_lines(text: str, file: str) -> list[Line]:
    """The lines that say something; comments (``#`` at the start or after two blanks) and empty lines are left out."""
    found: list[Line] = []
    for number, full in enumerate(text.splitlines(), 1):
        bare = full.lstrip(" ")
        if not bare or bare.startswith("#"):
            continue
        found.append(Line(file, number, len(full) - len(bare), bare.split("  #")[0].rstrip()))
    return found


def packaged(folder: str, ending: str) -> Iterator[tuple[str, str]]:
    """Name and text of every table of a kind that comes with the package, by name."""
    for entry in sorted((resources.files(_DATA) / folder).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(ending):
            yield entry.name.removesuffix(ending), entry.read_text("utf-8")


def read_table_file(path: Path) -> list[Line]:
    """The lines of a table of the user's own."""
    return read_lines(path.read_text("utf-8"), path.name)


def words(line: Line) -> list[str]:
    """The words of a line: blanks separate, double quotes and parentheses keep together."""
    found: list[str] = []
    current, depth, quoted = "", 0, False
    for character in line.text:
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character == "(") - (character == ")")
        if character == " " and not quoted and depth == 0:
            if current:
                found.append(current)
            current = ""
        else:
            current += character
    if quoted or depth:
        line.wrong("a quote or a parenthesis is not closed")
    return [*found, current] if current else found


def unquoted(word: str) -> str:
    """A quoted word without its quotes."""
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word
