"""What a value means, in our own short words: the label of its element, and of its code where a list knows it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.code_lists import STANDARD, CodeLists
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SegmentDefinition, dictionary
from chartline.formats.x12.guide import ElementUse, SegmentUse
from chartline.formats.x12.value_formats import FORMS

MASK = "•••"
"""Stands for a value that names a person, an office or an account."""


PRODUCED = frozenset({"405", "050", "009"})
"""Qualifiers of dates about the file itself."""
_PARTIES = frozenset({"PR", "PE", "40", "41", "85", "87", "1P", "FA", "X3", "2B", "AY", "77"})
_LAST = 3
_LEAST = 6


def masked(value: str, identifies: str) -> str:
    """A value as everybody may see it. Of an account the last three characters stay, so that a biller can tell claims
    apart; control numbers of files stay."""
    if not identifies or identifies == "control" or not value.strip():
        return value
    if identifies == "account" and len(value.strip()) >= _LEAST:
        return MASK + value.strip()[-_LAST:]
    return MASK


class Meaning(msgspec.Struct, frozen=True, gc=False):
    """One value of a segment: where it stands (component 0 for the whole element), its label, the value as sent, what a
    code means, and what kind of person or account it names, if any."""

    element: int
    component: int
    label: str
    value: str
    means: str = ""
    identifies: str = ""

    def shown(self, *, values: bool) -> str:
        """The value for a reader; masked where it names somebody, unless ``values``."""
        return self.value if values else masked(self.value, self.identifies)


def meanings(
    name: str, elements: list[str], delimiters: Delimiters, use: SegmentUse | None = None, lists: CodeLists = STANDARD
) -> Iterator[Meaning]:
    """The values of a segment that are given, components one by one. ``elements[0]`` is element 01."""
    definition = dictionary().get(name)
    if definition is None:
        yield from (Meaning(number, 0, "", value) for number, value in enumerate(elements, 1) if value)
        return
    for number, value in enumerate(elements, 1):
        if not value:
            continue
        element = definition.element(number)
        chosen = use.elements.get(number) if use is not None else None
        if element is None:
            yield Meaning(number, 0, "", value)
        elif element.is_composite:
            yield from _parts(number, element, chosen, value, delimiters, lists)
        else:
            code = _means(element, chosen, value, elements, lists)
            yield Meaning(number, 0, element.label, value, code, _identifies(name, element, elements))


def _identifies(name: str, element: ElementDefinition, elements: list[str]) -> str:
    """What a value names; nothing where it is a date of the file itself or the name of a payer or practice."""
    first = elements[0].strip()
    if name in ("DTM", "DTP") and first in PRODUCED:
        return ""
    is_party = name == "N1" or (name == "NM1" and len(elements) > 1 and elements[1].strip() == "2")
    return "" if is_party and element.identifies == "name" and first in _PARTIES else element.identifies


def _parts(
    number: int,
    element: ElementDefinition,
    use: ElementUse | None,
    value: str,
    delimiters: Delimiters,
    lists: CodeLists,
) -> Iterator[Meaning]:
    composite: SegmentDefinition = dictionary()[element.kind]
    chosen = {part.number: part for part in use.parts} if use is not None else {}
    repeated = value.split(delimiters.repetition) if delimiters.repetition else [value]
    for each in repeated:
        parts = each.split(delimiters.component)
        for at, text in enumerate(parts, 1):
            part = composite.element(at)
            if text and part is not None:
                code = _means(part, chosen.get(at), text, parts, lists)
                yield Meaning(number, at, part.label, text, code, part.identifies)
            elif text:
                yield Meaning(number, at, "", text)


def _means(
    element: ElementDefinition, use: ElementUse | None, value: str, siblings: list[str], lists: CodeLists
) -> str:
    names = list(use.lists) if use is not None else []
    for form in element.formats:
        given = siblings[form.when - 1].strip() if 0 < form.when <= len(siblings) else ""
        if form.name not in FORMS and (not form.when or given in form.values):
            names.append(form.name)
    return next((label for label in (lists.label(name, value.strip()) for name in names) if label), "")
