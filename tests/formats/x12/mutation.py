"""Small changes of valid files: one segment or element dropped, given twice, swapped with the next, or cut short.

Each operator can be applied as it is, or with the damage repaired that gives it away at once: counts in the trailers
and separators with nothing after them. Then only the rules about structure, content and sums can catch it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chartline.formats.x12.check import check
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.source import LENIENT, read_blocks
from chartline.kernel.errors import ChartlineError

CORPUS = Path(__file__).parent / "corpus"

Segments = tuple[tuple[str, ...], ...]
"""The segments of a file, each with its id first."""


@dataclass(frozen=True)
class Original:
    """A valid file: the folder and name in the corpus, and its content."""

    kind: str
    name: str
    delimiters: Delimiters
    segments: Segments

    @property
    def data(self) -> bytes:
        return written(self.segments, self.delimiters)


@dataclass(frozen=True)
class Mutant:
    """A changed file: the operator, and the segment (from 0), element and component (0 for the whole) it changed."""

    original: Original
    operator: str
    segment: int
    element: int
    component: int
    segments: Segments

    @property
    def data(self) -> bytes:
        return written(self.segments, self.original.delimiters)

    @property
    def place(self) -> str:
        name = self.original.segments[self.segment][0]
        element = f"{self.element:02d}" if self.element else ""
        component = f"-{self.component}" if self.component else ""
        return f"{name}{element}{component}@{self.segment + 1}"


def written(segments: Segments, delimiters: Delimiters) -> bytes:
    end = delimiters.segment
    return "".join(delimiters.element.join(segment) + end for segment in segments).encode("latin-1", "replace")


@cache
def originals() -> tuple[Original, ...]:
    """The files of the corpus of which a check says nothing, neither as they are nor written plainly."""
    found: list[Original] = []
    for file in sorted(CORPUS.rglob("*.x12")):
        try:
            blocks = list(read_blocks(file, LENIENT))
        except ChartlineError:
            continue
        if len({block.delimiters for block in blocks}) != 1 or not check(file).is_clean:
            continue
        delimiters = blocks[0].delimiters
        segments = tuple(tuple(raw.split(delimiters.element)) for block in blocks for raw in block.raws)
        original = Original(file.parent.name, file.stem, delimiters, segments)
        if check(original.data).is_clean:
            found.append(original)
    return tuple(found)


Change = tuple[int, int, Segments]
"""Element and component that were changed, and the file after it."""


def _with(segments: Segments, at: int, *replaced: tuple[str, ...], length: int = 1) -> Segments:
    return (*segments[:at], *replaced, *segments[at + length :])


def _drop_segment(file: Original, at: int, chance: random.Random) -> Change | None:
    return 0, 0, _with(file.segments, at)


def _duplicate_segment(file: Original, at: int, chance: random.Random) -> Change | None:
    return 0, 0, _with(file.segments, at, file.segments[at], file.segments[at])


def _swap_segments(file: Original, at: int, chance: random.Random) -> Change | None:
    if at + 1 == len(file.segments):
        return None
    return 0, 0, _with(file.segments, at, file.segments[at + 1], file.segments[at], length=2)


def _truncate_segment(file: Original, at: int, chance: random.Random) -> Change | None:
    elements = file.segments[at]
    if len(elements) < 2:
        return None
    kept = chance.randrange(1, len(elements))
    return kept, 0, _with(file.segments, at, elements[:kept])


def _elements(change: Callable[[list[str], int, random.Random], bool]) -> Operator:
    """An operator on the elements of a segment or the components of a composite."""

    def operator(file: Original, at: int, chance: random.Random) -> Change | None:
        elements = list(file.segments[at])
        if len(elements) < 2:
            return None
        number = chance.randrange(1, len(elements))
        mark = file.delimiters.component
        component = 0
        # The ISA names the separator itself in its last element.
        if mark in elements[number] and elements[0] != "ISA" and chance.random() < 0.5:
            parts = ["", *elements[number].split(mark)]
            component = chance.randrange(1, len(parts))
            if not change(parts, component, chance):
                return None
            elements[number] = mark.join(parts[1:])
        elif not change(elements, number, chance):
            return None
        return number, component, _with(file.segments, at, tuple(elements))

    return operator


def _drop(values: list[str], at: int, chance: random.Random) -> bool:
    values[at] = ""
    return True


def _duplicate(values: list[str], at: int, chance: random.Random) -> bool:
    values.insert(at, values[at])
    return True


def _swap(values: list[str], at: int, chance: random.Random) -> bool:
    if at + 1 == len(values):
        return False
    values[at], values[at + 1] = values[at + 1], values[at]
    return True


def _truncate(values: list[str], at: int, chance: random.Random) -> bool:
    if len(values[at]) < 2:
        return False
    values[at] = values[at][: chance.randrange(1, len(values[at]))]
    return True


Operator = Callable[[Original, int, random.Random], Change | None]
OPERATORS: dict[str, Operator] = {
    "drop segment": _drop_segment,
    "duplicate segment": _duplicate_segment,
    "swap segments": _swap_segments,
    "truncate segment": _truncate_segment,
    "drop element": _elements(_drop),
    "duplicate element": _elements(_duplicate),
    "swap elements": _elements(_swap),
    "truncate element": _elements(_truncate),
}


def repaired(segments: Segments, delimiters: Delimiters) -> Segments:
    """The same with right counts in SE, GE and IEA and without separators that have nothing after them."""
    found: list[tuple[str, ...]] = []
    counts = {"ST": 0, "GS": 0, "ISA": 0}
    for elements in segments:
        values = [value.rstrip(delimiters.component) for value in elements] if elements[0] != "ISA" else list(elements)
        while len(values) > 1 and not values[-1]:
            values.pop()
        name = values[0]
        outer = {"ST": "GS", "GS": "ISA"}.get(name)
        if outer is not None:
            counts[outer] += 1
        if name in counts:
            counts[name] = 0
        counts["ST"] += 1
        opener = {"SE": "ST", "GE": "GS", "IEA": "ISA"}.get(name)
        if opener is not None and len(values) > 1:
            values[1] = str(counts[opener])
        found.append(tuple(values))
    return tuple(found)


def mutants(count: int, seed: int = 0) -> Iterator[Mutant]:
    """So many different mutants, every operator as often as the others, every kind of file as often as the others."""
    chance = random.Random(seed)
    kinds: dict[str, list[Original]] = {}
    for original in originals():
        kinds.setdefault(original.kind, []).append(original)
    names, folders = list(OPERATORS), sorted(kinds)
    seen: set[int] = set()
    number = 0
    while number < count:
        operator = names[number % len(names)]
        file = chance.choice(kinds[chance.choice(folders)])
        at = chance.randrange(len(file.segments))
        change = OPERATORS[operator](file, at, chance)
        if change is None or change[2] == file.segments:
            continue
        key = hash((file.kind, file.name, change[2]))
        if key in seen:
            continue
        seen.add(key)
        number += 1
        yield Mutant(file, operator, at, *change)


def survives(segments: Segments, delimiters: Delimiters) -> bool:
    """Whether a check has nothing to say about a file."""
    try:
        return check(written(segments, delimiters)).is_clean
    except ChartlineError:
        return False
