"""One pattern for each use of a segment, which accepts what is surely right.

The quick half of checking a segment. A pattern never accepts what ``segment_check`` would report (a property test holds
that); it may fail to accept a few unusual but right values, which then take the slow way and come out clean. Patterns
are made once for each use and set of delimiters, when first needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from chartline.formats.x12.code_lists import CodeLists
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SegmentDefinition, SyntaxNote, ValueFormat, dictionary
from chartline.formats.x12.guide import ElementUse, SegmentUse
from chartline.formats.x12.value_formats import FORMS

Test = Callable[[tuple[str, ...]], bool]
"""Takes the captured values and says whether something is wrong."""
Maker = Callable[[dict[int, int]], Test]
"""Makes a test when it is known at which place of the match each capture is found."""

_IN_PATTERN = 24
"""Up to so many codes are written into the pattern; longer lists are asked as sets."""
_DAY = r"(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
_DATE = rf"(?:19|20)\d\d{_DAY}"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d\d?)?)?"
_FORMS = {
    "date": _DATE,
    "yymmdd": rf"\d\d{_DAY}",
    "time": _TIME,
    "zip": r"\d{5}(?:\d{4})?",
    "ssn": r"\d{9}",
    "taxid": r"\d{9}",
    "phone": r"\d{10}",
    "icd10": r"[A-Z]\d[0-9A-Z](?:[0-9A-Z]{1,4})?",
    "hcpcs": r"[A-Z0-9]\d{3}[A-Z0-9]",
    "revenue": r"\d{4}",
    "ndc": r"\d{11}",
    "taxonomy": r"[A-Z0-9]{9}X",
}


class Acceptance:
    """The pattern of one use, and the tests on what it captured, each with the element from which on it matters."""

    __slots__ = ("fullmatch", "tests")

    def __init__(self, use: SegmentUse, delimiters: Delimiters, lists: CodeLists) -> None:
        builder = _Builder(delimiters, lists)
        compiled = re.compile(builder.segment(use), re.ASCII)
        self.fullmatch = compiled.fullmatch
        where = {int(name[1:]): at - 1 for name, at in compiled.groupindex.items()}
        makers = sorted(builder.tests, key=lambda entry: entry[0])
        self.tests = tuple((least, maker(where)) for least, maker in makers)

    def accepts(self, raw: str, count: int) -> bool:
        """Whether a segment with ``count`` elements (its id counted) is surely right."""
        match = self.fullmatch(raw)
        return match is not None and (not self.tests or self.passes(match, count))

    def passes(self, match: re.Match[str], count: int) -> bool:
        """Whether the captured values pass the tests."""
        values = match.groups("")
        for least, test in self.tests:
            if least >= count:
                return True
            if test(values):
                return False
        return True


class _Builder:
    def __init__(self, delimiters: Delimiters, lists: CodeLists) -> None:
        self.tests: list[tuple[int, Maker]] = []
        self._lists = lists
        self._groups = 0
        self._element = re.escape(delimiters.element)
        self._component = re.escape(delimiters.component)
        self._repetition = re.escape(delimiters.repetition)
        unsafe = {delimiters.element, delimiters.component, delimiters.repetition, delimiters.segment}
        safe = "".join(re.escape(chr(c)) for c in range(0x21, 0x7F) if chr(c) not in unsafe)
        self._mark, self._marks = f"[{safe}]", f"[{safe} ]"

    def segment(self, use: SegmentUse) -> str:
        values: list[tuple[str | None, bool]] = []
        captured = {number: self._new() for number in _deciding(use.definition) if number in use.elements}
        for element in use.definition.elements:
            chosen = use.elements.get(element.number)
            if chosen is None:
                values.append((None, False))
                continue
            qualifiers = self._qualifiers(element.formats, use.definition.elements, use.elements)
            pattern = self._value(chosen, element, element.number, captured, qualifiers)
            values.append((_captured(element.number, pattern, captured), chosen.required))
        for note in use.definition.notes:
            self._condition(note, captured)
        return f"{re.escape(use.id)}{_optional(values, self._element)}(?<!{self._element})"

    def _value(
        self,
        use: ElementUse,
        element: ElementDefinition,
        threshold: int,
        captured: dict[int, int],
        qualifiers: dict[int, frozenset[str]],
    ) -> str:
        if element.is_composite:
            pattern = self._composite(use, element, threshold)
        else:
            pattern = self._simple(use, element, threshold, captured, qualifiers)
        if use.repeats > 1 and self._repetition and "(" not in pattern.replace("(?:", ""):
            pattern = f"{pattern}(?:{self._repetition}{pattern}){{0,{use.repeats - 1}}}"
        return f"(?:{pattern})"

    def _composite(self, use: ElementUse, element: ElementDefinition, threshold: int) -> str:
        definition = dictionary()[element.kind]
        chosen = {part.number: part for part in use.parts} or {
            part.number: ElementUse(part.number, False) for part in definition.elements
        }
        captured = {number: self._new() for number in _deciding(definition) if number in chosen}
        values: list[tuple[str | None, bool]] = []
        for part in definition.elements:
            part_use = chosen.get(part.number)
            if part_use is None:
                values.append((None, False))
                continue
            qualifiers = self._qualifiers(part.formats, definition.elements, chosen)
            pattern = f"(?:{self._simple(part_use, part, threshold, captured, qualifiers)})"
            values.append((_captured(part.number, pattern, captured), part_use.required))
        for note in definition.notes:
            self._condition(note, captured, threshold)
        # The first component has no separator before it.
        (first, required), *rest = values
        tail = _optional(rest, self._component)
        end = f"{tail}(?<!{self._component})"
        if required or first is None:
            return f"{first or ''}{end}"
        return f"(?={self._mark}|{self._component})(?:{first})?{end}"

    def _simple(
        self,
        use: ElementUse,
        element: ElementDefinition,
        threshold: int,
        captured: dict[int, int],
        qualifiers: dict[int, frozenset[str]],
    ) -> str:
        pattern = self._typed(element)
        allowed = set(use.codes)
        opened = False
        for name in use.lists:
            known = self._lists.get(name)
            opened = opened or known is None
            allowed |= set(known.codes) if known is not None else set()
        if not use.is_free and not opened:
            if len(allowed) <= _IN_PATTERN:
                pattern = "|".join(re.escape(code) for code in sorted(allowed, key=len, reverse=True))
            else:
                self._member(self._reserved(element.number, captured), frozenset(allowed), threshold)
        for form in element.formats:
            pattern = self._form(form, use, element, threshold, captured, qualifiers, pattern)
        return pattern

    def _form(
        self,
        form: ValueFormat,
        use: ElementUse,
        element: ElementDefinition,
        threshold: int,
        captured: dict[int, int],
        qualifiers: dict[int, frozenset[str]],
        pattern: str,
    ) -> str:
        known = qualifiers.get(form.when, frozenset())
        if form.when and known and not known & form.values:
            return pattern
        always = not form.when or (bool(known) and known <= form.values)
        test = FORMS.get(form.name)
        values: frozenset[str] | None = None
        if test is None:
            found = self._lists.get(form.name)
            if found is None or not use.is_free:
                return pattern
            values = frozenset(found.codes)
        elif always and form.name in _FORMS:
            return _FORMS[form.name] if use.is_free else pattern
        if form.name in ("money", "quantity", "integer"):
            return pattern
        group = self._reserved(element.number, captured)
        if values is not None:
            check = _not_in(values)
        else:
            assert test is not None
            check = test
        if always:
            self.tests.append((threshold, _on(group, check)))
        elif form.when in captured:
            self.tests.append((threshold, _on_when(captured[form.when], form.values, group, check)))
        return pattern

    def _typed(self, element: ElementDefinition) -> str:
        least, most = element.least, element.most
        money = any(form.name == "money" for form in element.formats)
        if element.kind == "R":
            places = 2 if money else 4
            return (
                rf"-?\d{{1,{max(1, most - places)}}}(?:\.\d{{1,{places}}})?" if most > places else rf"-?\d{{1,{most}}}"
            )
        if element.kind in ("N0", "N2"):
            return rf"-?\d{{{max(1, least)},{most}}}"
        if element.kind == "DT" and (least, most) == (8, 8):
            return _DATE
        if element.kind == "TM":
            return _TIME
        if most == 1:
            return self._mark
        if least <= 1:
            return f"{self._mark}(?:{self._marks}{{0,{most - 2}}}{self._mark})?"
        return f"{self._mark}{self._marks}{{{least - 2},{most - 2}}}{self._mark}"

    def _qualifiers(
        self,
        formats: tuple[ValueFormat, ...],
        elements: tuple[ElementDefinition, ...],
        uses: dict[int, ElementUse],
    ) -> dict[int, frozenset[str]]:
        """For each element that decides about a form: the values it can have, when the guide closes them."""
        found: dict[int, frozenset[str]] = {}
        for form in formats:
            use = uses.get(form.when)
            if use is not None and use.codes and not use.lists:
                found[form.when] = use.codes
        return found

    def _new(self) -> int:
        self._groups += 1
        return self._groups

    def _reserved(self, number: int, captured: dict[int, int]) -> int:
        """The capture of a value, which a test will ask for."""
        if number not in captured:
            captured[number] = self._new()
        return captured[number]

    def _member(self, group: int, values: frozenset[str], threshold: int) -> None:
        self.tests.append((threshold, _on(group, _not_in(values))))

    def _condition(self, note: SyntaxNote, captured: dict[int, int], threshold: int = 0) -> None:
        captures = [captured.get(number) for number in note.numbers]
        least = 0 if note.kind == "R" else threshold or min(note.numbers)
        self.tests.append((least, _broken(note.kind, captures)))


def _captured(number: int, pattern: str, captured: dict[int, int]) -> str:
    return f"(?P<c{captured[number]}>{pattern})" if number in captured else pattern


def _deciding(definition: SegmentDefinition) -> set[int]:
    """The elements that a condition or the form of another element depends on."""
    noted = {number for note in definition.notes for number in note.numbers}
    return noted | {form.when for element in definition.elements for form in element.formats if form.when}


def _optional(values: list[tuple[str | None, bool]], separator: str) -> str:
    """Values one after the other, each with its separator before it; what is not required may be left out."""
    last = max((at for at, (_, required) in enumerate(values) if required), default=-1)
    tail = ""
    for pattern, _ in reversed(values[last + 1 :]):
        if pattern is not None or tail:
            tail = f"(?:{separator}{f'(?:{pattern})?' if pattern else ''}{tail})?"
    head = ""
    for pattern, required in values[: last + 1]:
        head += separator + ("" if pattern is None else pattern if required else f"(?:{pattern})?")
    return head + tail


@cache
def _not_in(values: frozenset[str]) -> Callable[[str], object]:
    return lambda value: value not in values


def _on(capture: int, check: Callable[[str], object]) -> Maker:
    def maker(where: dict[int, int]) -> Test:
        at = where[capture]

        def test(values: tuple[str, ...]) -> bool:
            value = values[at]
            return bool(value and check(value))

        return test

    return maker


def _on_when(qualifier: int, allowed: frozenset[str], capture: int, check: Callable[[str], object]) -> Maker:
    def maker(where: dict[int, int]) -> Test:
        by, at = where[qualifier], where[capture]

        def test(values: tuple[str, ...]) -> bool:
            value = values[at]
            return bool(value and values[by] in allowed and check(value))

        return test

    return maker


def _broken(kind: str, captures: list[int | None]) -> Maker:
    def maker(where: dict[int, int]) -> Test:
        places = [None if capture is None else where[capture] for capture in captures]
        first = places[0]
        known = [place for place in places if place is not None]
        others = [place for place in places[1:] if place is not None]

        def all_or_none(values: tuple[str, ...]) -> bool:
            there = [values[at] != "" for at in known]
            return any(there) and (len(known) < len(places) or not all(there))

        def none(values: tuple[str, ...]) -> bool:
            return not any(values[at] for at in known)

        def several(values: tuple[str, ...]) -> bool:
            return sum(values[at] != "" for at in known) > 1

        def all_others_missing(values: tuple[str, ...]) -> bool:
            if first is None or not values[first]:
                return False
            return len(others) < len(places) - 1 or not all(values[at] for at in others)

        def each_other_missing(values: tuple[str, ...]) -> bool:
            return first is not None and bool(values[first]) and not any(values[at] for at in others)

        def one_alone(values: tuple[str, ...]) -> bool:
            return (values[known[0]] == "") != (values[known[1]] == "")

        if kind == "P" and len(places) == len(known) == 2:
            return one_alone
        tests = {"P": all_or_none, "R": none, "E": several, "C": all_others_missing, "L": each_other_missing}
        return tests[kind]

    return maker
