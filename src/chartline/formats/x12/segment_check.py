"""Everything that is wrong inside one segment, exactly and in full.

The slow, complete half of checking: ``accept`` first asks one pattern whether the segment is surely right, and
only what it does not accept comes here. Knows the base standard (types, lengths, characters, conditions between
elements) and the guide's use of it (what is required, not used, and which codes). Never stops at the first problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from chartline.formats.x12.code_lists import CodeLists
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SyntaxNote, dictionary
from chartline.formats.x12.guide import ElementUse, SegmentUse
from chartline.formats.x12.value_formats import FORMS, a_date, a_time, short_date

_SHOWN_CODES = 24
_decimal = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_whole = re.compile(r"-?\d+", re.ASCII)
_control = re.compile(r"[\x00-\x1f\x7f]")


class Flaw(msgspec.Struct, frozen=True, gc=False):
    """One thing wrong in a segment: the key of the problem, where in the segment, what was found and expected."""

    key: str
    element: int
    component: int = 0
    repetition: int = 0
    found: str = ""
    expected: str = ""
    label: str = ""
    identifying: bool = False


def flaws(use: SegmentUse, elements: list[str], delimiters: Delimiters, lists: CodeLists) -> Iterator[Flaw]:
    """The flaws of a segment; ``elements[0]`` is its id."""
    definition = use.definition
    if len(elements) > 1 and not elements[-1]:
        yield Flaw("trailing_separator", len(elements) - 1)
    most = len(definition.elements)
    if len(elements) - 1 > most and any(elements[most + 1 :]):
        yield Flaw("element_extra", most + 1, expected=f"{most} elements")
    for element in definition.elements:
        number = element.number
        value = elements[number] if number < len(elements) else ""
        yield from _element(use.elements.get(number), element, value, elements, delimiters, lists)
    if not any(elements[1:]) and not any(each.required for each in use.elements.values()):
        yield Flaw("element_missing", 1, expected="at least one element", label=definition.elements[0].label)
    yield from _conditions(definition.notes, elements, 0)


def _element(
    use: ElementUse | None,
    element: ElementDefinition,
    value: str,
    elements: list[str],
    delimiters: Delimiters,
    lists: CodeLists,
) -> Iterator[Flaw]:
    number = element.number
    if not value.strip():
        if value:
            yield Flaw("element_blank", number, label=element.label)
        if use is not None and use.required:
            yield Flaw("element_missing", number, label=element.label)
        return
    if use is None:
        yield _flaw("element_not_used", element, number, value)
        return
    repeated = value.split(delimiters.repetition) if delimiters.repetition else [value]
    if len(repeated) > max(use.repeats, 1):
        yield Flaw(
            "element_repeat", number, 0, len(repeated), str(len(repeated)), f"at most {use.repeats}", element.label
        )
    for at, each in enumerate(repeated, 1):
        repetition = at if len(repeated) > 1 else 0
        if element.is_composite:
            yield from _composite(use, element, each, repetition, delimiters, lists)
        else:
            yield from _value(use, element, each, elements, (number, 0, repetition), delimiters, lists)


def _composite(
    use: ElementUse,
    element: ElementDefinition,
    value: str,
    repetition: int,
    delimiters: Delimiters,
    lists: CodeLists,
) -> Iterator[Flaw]:
    definition = dictionary()[element.kind]
    parts = ["", *value.split(delimiters.component)]
    number = element.number
    if len(parts) > 2 and not parts[-1]:
        yield Flaw("trailing_separator", number, len(parts) - 1, repetition, label=element.label)
    most = len(definition.elements)
    if len(parts) - 1 > most and any(parts[most + 1 :]):
        yield Flaw("component_extra", number, most + 1, repetition, "", f"{most} components", element.label)
    uses = {part.number: part for part in use.parts}
    for part in definition.elements:
        text = parts[part.number] if part.number < len(parts) else ""
        wanted = uses.get(part.number)
        at = (number, part.number, repetition)
        if not text.strip():
            if wanted is not None and wanted.required:
                yield Flaw("element_missing", *at, label=part.label)
        elif uses and wanted is None:
            yield _flaw("element_not_used", part, *at[:1], text, component=at[1], repetition=repetition)
        else:
            yield from _value(wanted, part, text, parts, at, delimiters, lists)
    yield from _conditions(definition.notes, parts, number)


def _value(
    use: ElementUse | None,
    element: ElementDefinition,
    value: str,
    siblings: list[str],
    at: tuple[int, int, int],
    delimiters: Delimiters,
    lists: CodeLists,
) -> Iterator[Flaw]:
    number, component, repetition = at

    def flaw(key: str, expected: str = "") -> Flaw:
        return _flaw(key, element, number, value, expected, component, repetition)

    if _control.search(value) or (delimiters.component in value):
        yield flaw("element_characters", "printable characters without separators")
    elif not value.isascii():
        yield flaw("element_foreign")
    text = value.strip()
    if text != value:
        yield flaw("element_blank")
    mistyped = [flaw(key, expected) for key, expected in _typed(element, text)]
    yield from mistyped
    if use is not None and not use.is_free and text not in use.codes:
        yield from (flaw(key, expected) for key, expected in _listed(use, text, lists))
    # A value of another type cannot have the right form either.
    for form in element.formats if not mistyped else ():
        if form.when and not (form.when < len(siblings) and siblings[form.when].strip() in form.values):
            continue
        known = FORMS.get(form.name)
        if known is not None:
            key = known(text)
            if key:
                yield flaw(key, form.name)
        elif use is None or use.is_free:
            found = lists.get(form.name)
            if found is not None and text not in found.codes:
                yield flaw("element_code" if found.closed else "code_unknown", found.title)


def _typed(element: ElementDefinition, text: str) -> Iterator[tuple[str, str]]:
    length = len(text)
    if element.kind == "R":
        if _decimal.fullmatch(text) is None:
            yield "element_characters", "a decimal number"
            return
        length = sum(c.isdigit() for c in text)
    elif element.kind in ("N0", "N2"):
        if _whole.fullmatch(text) is None:
            yield "element_characters", "a whole number"
            return
        length = sum(c.isdigit() for c in text)
    elif element.kind == "DT" and not any(form.name in ("yymmdd", "date") for form in element.formats):
        key = short_date(text) if len(text) == 6 and element.least == 6 else a_date(text)
        if key:
            yield key, "CCYYMMDD"
            return
    elif element.kind == "TM" and not element.formats:
        key = a_time(text)
        if key:
            yield key, "HHMM"
            return
    if length < element.least:
        yield "element_short", f"at least {element.least}"
    elif length > element.most:
        yield "element_long", f"at most {element.most}"


def _listed(use: ElementUse, text: str, lists: CodeLists) -> Iterator[tuple[str, str]]:
    known = [lists.get(name) for name in use.lists]
    if any(found is None or text in found.codes for found in known):
        return
    opened = [found for found in known if found is not None and not found.closed]
    if opened:
        yield "code_unknown", opened[0].title
        return
    codes = sorted(use.codes.union(*(found.codes for found in known if found is not None)))
    shown = ", ".join(codes[:_SHOWN_CODES])
    yield "element_code", f"{shown}, ..." if len(codes) > _SHOWN_CODES else shown


def _conditions(notes: tuple[SyntaxNote, ...], values: list[str], composite: int) -> Iterator[Flaw]:
    for note in notes:
        given = [bool(number < len(values) and values[number].strip()) for number in note.numbers]
        missing = [number for number, there in zip(note.numbers, given, strict=True) if not there]
        key, at = "", 0
        if note.kind == "P" and any(given) and missing:
            key, at = "element_pair", missing[0]
        elif note.kind == "R" and not any(given):
            key, at = "element_pair", note.numbers[0]
        elif note.kind == "E" and sum(given) > 1:
            key, at = "element_exclusive", note.numbers[1]
        elif note.kind == "C" and given[0] and missing:
            key, at = "element_pair", missing[0]
        elif note.kind == "L" and given[0] and not any(given[1:]):
            key, at = "element_pair", note.numbers[1]
        if key:
            others = " ".join(f"{number:02d}" for number in note.numbers)
            place = (composite, at) if composite else (at, 0)
            yield Flaw(key, *place, expected=f"{note.kind} {others}")


def _flaw(
    key: str,
    element: ElementDefinition,
    number: int,
    value: str,
    expected: str = "",
    component: int = 0,
    repetition: int = 0,
) -> Flaw:
    return Flaw(key, number, component, repetition, value, expected, element.label, bool(element.identifies))
