"""What a segment is in the base standard: its elements, their types, lengths and formats, and our own labels.

The same for every guide; guides only choose among it (``guide``). Read from ``data/dictionary/*.table``, once, when
first asked for. Refuses two descriptions of one segment.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from chartline.formats.x12.tables import Line, packaged, read_lines

_element = re.compile(r"(\d{1,2})\s+(\S+)(?:\s+(\d+)-(\d+))?\s*(.*)")
_note = re.compile(r"([PRECL])((?:\d\d){2,})")
_kind = re.compile(r"<(\w+)>")
_repeats = re.compile(r"(?:^|\s)x(\d+)(?=\s|$)")
_format = re.compile(r"is (\w+)(?: when (\d{1,2})=([^\s;]+))?")
_formats = re.compile(rf"(?:^|\s)({_format.pattern}(?:\s*;\s*{_format.pattern})*)$")


class ValueFormat(msgspec.Struct, frozen=True):
    """The form of a value (``npi``, ``date``, a code list), always or when element or component ``when`` is one of
    ``values``."""

    name: str
    when: int = 0
    values: frozenset[str] = frozenset()


class ElementDefinition(msgspec.Struct, frozen=True):
    """One element or component: ``kind`` is AN, ID, R, N0, N2, DT, TM or the id of a composite; lengths in characters
    without sign and point; ``identifies`` says what it tells about a person or office (``name``, ``id``, ...)."""

    number: int
    kind: str
    least: int
    most: int
    label: str
    identifies: str = ""
    repeats: int = 1
    formats: tuple[ValueFormat, ...] = ()

    @property
    def is_composite(self) -> bool:
        """Whether it is made of components."""
        return len(self.kind) == 4 and self.kind[0] == "C"


class SyntaxNote(msgspec.Struct, frozen=True):
    """A condition between elements: ``P`` all or none, ``R`` at least one, ``E`` at most one, ``C`` if the first then
    all others, ``L`` if the first then at least one other."""

    kind: str
    numbers: tuple[int, ...]


class SegmentDefinition(msgspec.Struct, frozen=True):
    """A segment or composite. ``key`` is the element (and component, 0 for the whole) that tells its uses apart."""

    id: str
    name: str
    elements: tuple[ElementDefinition, ...]
    notes: tuple[SyntaxNote, ...] = ()
    key: tuple[int, int] = (1, 0)

    def element(self, number: int) -> ElementDefinition | None:
        """Element or component ``number`` (from 1); None when there is none."""
        return self.elements[number - 1] if number <= len(self.elements) else None


@cache
def dictionary() -> dict[str, SegmentDefinition]:
    """Every segment and composite by its id."""
    found: dict[str, SegmentDefinition] = {}
    for name, text in packaged("dictionary", ".table"):
        for definition in read_dictionary(read_lines(text, f"{name}.table")):
            if definition[1].id in found:
                definition[0].wrong("the segment is described twice")
            found[definition[1].id] = definition[1]
    return found


def read_dictionary(lines: list[Line]) -> list[tuple[Line, SegmentDefinition]]:
    """The segments of one table, each with its first line. Raises ``x12.bad_table``."""
    blocks: list[list[Line]] = []
    for line in lines:
        if line.indent == 0:
            blocks.append([line])
        elif blocks:
            blocks[-1].append(line)
        else:
            line.wrong("the first line is indented")
    return [(block[0], _segment(block)) for block in blocks]


def _segment(block: list[Line]) -> SegmentDefinition:
    name, _, title = block[0].text.partition(" ")
    elements: list[ElementDefinition] = []
    notes: list[SyntaxNote] = []
    key = (1, 0)
    for line in block[1:]:
        if line.text.startswith("notes "):
            notes += [_syntax_note(line, word) for word in line.text.split()[1:]]
        elif line.text.startswith("key "):
            number, _, component = line.text[4:].partition("-")
            key = (int(number), int(component or 0))
        else:
            element = _definition(line)
            if element.number != len(elements) + 1:
                line.wrong("the elements are not numbered one after the other")
            elements.append(element)
    return SegmentDefinition(name, title.strip(), tuple(elements), tuple(notes), key)


def _definition(line: Line) -> ElementDefinition:
    match = _element.fullmatch(line.text)
    if match is None:
        line.wrong("not an element: number, type, length, label")
    number, kind, least, most, rest = match.groups()
    if least is None and not (len(kind) == 4 and kind[0] == "C"):
        line.wrong("an element needs its length")
    clauses = _formats.search(rest)
    formats = tuple(
        ValueFormat(found[1], int(found[2] or 0), frozenset((found[3] or "").split("|")) - {""})
        for found in _format.finditer(clauses[1] if clauses else "")
    )
    identifies, repeats = _kind.search(rest), _repeats.search(rest)
    label = _kind.sub("", rest[: clauses.start()] if clauses else rest)
    label = _repeats.sub("", label)
    return ElementDefinition(
        int(number),
        kind,
        int(least or 0),
        int(most or 0),
        " ".join(label.split()),
        identifies[1] if identifies else "",
        int(repeats[1]) if repeats else 1,
        formats,
    )


def _syntax_note(line: Line, word: str) -> SyntaxNote:
    match = _note.fullmatch(word)
    if match is None:
        line.wrong(f"not a syntax note: {word}")
    numbers = match[2]
    return SyntaxNote(match[1], tuple(int(numbers[at : at + 2]) for at in range(0, len(numbers), 2)))
