"""Proves from the guides' tables alone that a transaction is valid, without any of the code that checks files.

A second reading of the tables, made for proof and not for speed: it searches every way to derive the segments from the
guide's loops, and then looks at each element of the uses it found. What it derives is a valid file by the tables,
so a mutant that it derives and that no check reports is a valid file with another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SyntaxNote, dictionary
from chartline.formats.x12.guide import ElementUse, LoopUse, SegmentUse, guide_of
from chartline.formats.x12.value_formats import FORMS

_UNREPEATED = Delimiters(repetition="")
"""Components are not repeated one by one."""

Elements = tuple[str, ...]
Found = dict[int, tuple["Node | tuple[SegmentUse, int]", ...]]
"""Where a derivation can end, and one way to get there."""


@dataclass(frozen=True)
class Node:
    """One loop as derived: its place in the guide, and in order its segments (use and index) and loops."""

    loop: LoopUse
    children: tuple[Node | tuple[SegmentUse, int], ...]

    def segments(self) -> Iterator[tuple[LoopUse, SegmentUse, int]]:
        """Every segment below, with its loop."""
        for child in self.children:
            if isinstance(child, Node):
                yield from child.segments()
            else:
                yield self.loop, *child


def derive(segments: list[Elements], delimiters: Delimiters, version: str = "") -> Node | None:
    """The transaction as its guide nests it; None when the guide's structure does not allow it."""
    start = segments[0]
    beginning = list(segments[1]) if len(segments) > 1 else None
    guide = guide_of(start[1], start[3] if len(start) > 3 else version, beginning)
    if guide is None:
        return None
    # Two uses may have one qualifier; then the elements decide, which is asked only where the first answer is wrong.
    found = _Derivation(segments, delimiters, exact=False).whole(guide.root)
    if found is None or not any(misfit(use, segments[at], delimiters) for _, use, at in found.segments()):
        return found
    return _Derivation(segments, delimiters, exact=True).whole(guide.root) or found


class _Derivation:
    def __init__(self, segments: list[Elements], delimiters: Delimiters, *, exact: bool) -> None:
        self._exact = exact
        self._segments = segments
        self._delimiters = delimiters
        self._loops: dict[tuple[int, int], Found] = {}

    def whole(self, root: LoopUse) -> Node | None:
        children = self._loop(root, 0).get(len(self._segments))
        return None if children is None else Node(root, children)

    def _loop(self, loop: LoopUse, at: int) -> Found:
        known = self._loops.get((id(loop), at))
        if known is None:
            known = {at: ()}
            for _, group in groupby(loop.children, key=lambda child: child.place):
                alternatives = list(group)
                known = {
                    end: (*before, *children)
                    for start, before in known.items()
                    for end, children in self._place(alternatives, start).items()
                }
                if not known:
                    break
            self._loops[id(loop), at] = known
        return known

    def _place(self, alternatives: list[SegmentUse | LoopUse], at: int) -> Found:
        """What stands at one place, in any order and as often as each may."""
        ends: Found = {}
        waiting: list[tuple[int, tuple[int, ...], tuple[Node | tuple[SegmentUse, int], ...]]] = [
            (at, (0,) * len(alternatives), ())
        ]
        seen = {(at, (0,) * len(alternatives))}
        while waiting:
            start, counts, children = waiting.pop()
            if all(count or not each.required for count, each in zip(counts, alternatives, strict=True)):
                ends.setdefault(start, children)
            for number, each in enumerate(alternatives):
                if each.most and counts[number] >= each.most:
                    continue
                # Beyond the limit a count says nothing more than that there was one.
                more = counts[number] + 1 if each.most else 1
                after = (*counts[:number], more, *counts[number + 1 :])
                for end, child in self._one(each, start):
                    if (end, after) not in seen:
                        seen.add((end, after))
                        waiting.append((end, after, (*children, child)))
        return ends

    def _one(self, each: SegmentUse | LoopUse, at: int) -> Iterator[tuple[int, Node | tuple[SegmentUse, int]]]:
        if at >= len(self._segments):
            return
        if isinstance(each, SegmentUse):
            if self._fits(each, self._segments[at]):
                yield at + 1, (each, at)
        elif self._fits(each.start, self._segments[at]):
            for end, children in self._loop(each, at).items():
                yield end, Node(each, children)

    def _fits(self, use: SegmentUse, elements: Elements) -> bool:
        if elements[0] != use.id or (self._exact and misfit(use, elements, self._delimiters)):
            return False
        if not use.keys:
            return True
        number, component = use.definition.key
        value = elements[number] if number < len(elements) else ""
        if component:
            parts = value.split(self._delimiters.component)
            value = parts[component - 1] if component <= len(parts) else ""
        chosen = use.elements.get(number)
        # A qualifier that may be left out says nothing against the use.
        return value in use.keys or (not value and chosen is not None and not chosen.required)


def misfit(use: SegmentUse, elements: Elements, delimiters: Delimiters) -> str:
    """The first thing in a segment that the tables do not allow; empty when they allow all of it."""
    if len(elements) - 1 > len(use.definition.elements):
        return "too many elements"
    if not any(elements[1:]):
        return "says nothing"
    values = dict(enumerate(elements))
    for element in use.definition.elements:
        wrong = _element(use.elements.get(element.number), element, values, delimiters)
        if wrong:
            return f"{use.id}{element.number:02d} {wrong}"
    return _notes(use.definition.notes, values)


def _element(use: ElementUse | None, element: ElementDefinition, values: dict[int, str], delimiters: Delimiters) -> str:
    value = values.get(element.number, "")
    if not value:
        return "is missing" if use is not None and use.required else ""
    if use is None:
        return "is not used"
    repeated = value.split(delimiters.repetition) if delimiters.repetition else [value]
    if len(repeated) > use.repeats:
        return "is repeated"
    for each in repeated:
        if element.is_composite:
            definition = dictionary()[element.kind]
            parts = dict(enumerate(each.split(delimiters.component), 1))
            if max(parts) > len(definition.elements):
                return "has too many components"
            uses = {part.number: part for part in use.parts}
            for part in definition.elements:
                chosen = uses.get(part.number) if uses else ElementUse(part.number, False)
                wrong = _element(chosen, part, parts, _UNREPEATED)
                if wrong:
                    return f"component {part.number} {wrong}"
            wrong = _notes(definition.notes, parts)
        else:
            wrong = _value(use, element, each, values)
        if wrong:
            return wrong
    return ""


_TYPES = {
    "R": re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII),
    "N0": re.compile(r"-?\d+", re.ASCII),
    "N2": re.compile(r"-?\d+", re.ASCII),
    "DT": re.compile(r"\d{6}|\d{8}", re.ASCII),
    "TM": re.compile(r"\d{4}|\d{6,8}", re.ASCII),
}


def _value(use: ElementUse, element: ElementDefinition, value: str, siblings: dict[int, str]) -> str:
    pattern = _TYPES.get(element.kind)
    if pattern is not None and not pattern.fullmatch(value):
        return "is not of its type"
    length = sum(c.isdigit() for c in value) if element.kind in ("R", "N0", "N2") else len(value)
    if not element.least <= length <= element.most:
        return "is too short or too long"
    if value != value.strip():
        return "has blanks around it"
    if not use.is_free and value not in use.codes:
        lists = [found for found in map(STANDARD.get, use.lists) if found is not None]
        if not any(value in found.codes for found in lists):
            return "is not an allowed code"
    for form in element.formats:
        if form.when and siblings.get(form.when, "") not in form.values:
            continue
        known, found = FORMS.get(form.name), STANDARD.get(form.name)
        if known is not None and known(value):
            return f"has not the form {form.name}"
        if known is None and use.is_free and found is not None and value not in found.codes:
            return f"is not in the list {form.name}"
    return ""


def _notes(notes: tuple[SyntaxNote, ...], values: dict[int, str]) -> str:
    for note in notes:
        first, *others = [bool(values.get(number)) for number in note.numbers]
        holds = {
            "P": all(others) if first else not any(others),
            "R": first or any(others),
            "E": first + sum(others) < 2,
            "C": not first or all(others),
            "L": not first or any(others),
        }
        if not holds[note.kind]:
            return f"breaks {note.kind}{''.join(f'{number:02d}' for number in note.numbers)}"
    return ""
