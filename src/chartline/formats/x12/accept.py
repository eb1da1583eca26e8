"""Patterns that accept what is surely right: one for each use of a segment and number of elements.

The quick half of checking a segment. A pattern never accepts what ``segment_check`` would report (a property test holds
that); it may fail to accept a few unusual but right values, which then take the slow way and come out clean. That the
number of elements is known makes a pattern a straight line: what lies beyond the last element is not there, the last
element is, and most conditions between elements are settled before. Patterns are made when first needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from chartline.formats.x12.accept_notes import question, settle
from chartline.formats.x12.accept_values import NEVER, ValuePatterns
from chartline.formats.x12.code_lists import CodeLists
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SyntaxNote, ValueFormat, dictionary
from chartline.formats.x12.guide import ElementUse, SegmentUse

Accepts = Callable[[str], object]
"""Takes the text of a segment; what it returns is true when the segment is surely right."""


class Acceptance(dict[int, Accepts]):
    """How to accept segments of one use, by the number of their elements, the id counted: ``right[3]("REF*EI*1")``."""

    __slots__ = ("_delimiters", "_lists", "_use")

    def __init__(self, use: SegmentUse, delimiters: Delimiters, lists: CodeLists) -> None:
        super().__init__()
        self._use = use
        self._delimiters = delimiters
        self._lists = lists

    def __missing__(self, count: int) -> Accepts:
        if count > len(self._use.definition.elements) + 1:
            # Not remembered: a file must not fill the memory with all the wrong counts there are.
            return _nothing
        values = ValuePatterns(self._delimiters, self._lists)
        pattern = _Patterns(values, self._delimiters).segment(self._use, count - 1)
        accepts = self[count] = _nothing if pattern is None else _accepting(pattern, values)
        return accepts


class _Patterns:
    def __init__(self, values: ValuePatterns, delimiters: Delimiters) -> None:
        self._values = values
        self._delimiters = delimiters
        self._component = re.escape(delimiters.component)
        self._repetition = re.escape(delimiters.repetition)

    def segment(self, use: SegmentUse, last: int) -> str | None:
        """The pattern of a segment whose last element is this; None where no such segment is surely right."""
        uses = use.elements
        if not last:
            # A segment that says nothing is never right.
            return None
        always = {number for number, each in uses.items() if each.required} | {last}
        if any(number > last or number not in uses for number in always):
            return None
        maybe = {number for number in uses if number < last} - always
        notes = settle(use.definition.notes, always, maybe)
        if notes is None:
            return None
        named = _named(notes, maybe, self._values)
        forms = _Forms(use.definition.elements, uses, always, maybe, self._values)
        parts = [re.escape(use.id)]
        for element in use.definition.elements[:last]:
            number = element.number
            pattern = ""
            if number in always or number in maybe:
                pattern = f"(?:{self._element(uses[number], element, forms)})"
                if number in named:
                    pattern = f"(?P<{named[number]}>{pattern})"
                if number in maybe:
                    pattern = f"(?:{pattern}|)"
            parts.append(re.escape(self._delimiters.element) + pattern)
        return "".join(parts) + "".join(question(note, maybe, named.__getitem__) for note in notes)

    def _element(self, use: ElementUse, element: ElementDefinition, forms: _Forms) -> str:
        pattern = self._composite(use, element) if element.is_composite else forms.value(element)
        if use.repeats > 1 and self._repetition and not _groups.search(pattern):
            pattern = f"(?:{pattern})(?:{self._repetition}(?:{pattern})){{0,{use.repeats - 1}}}"
        return pattern

    def _composite(self, use: ElementUse, element: ElementDefinition) -> str:
        """The pattern of a composite, the number of whose components is not known."""
        definition = dictionary()[element.kind]
        uses = {part.number: part for part in use.parts} or {
            part.number: ElementUse(part.number, False) for part in definition.elements
        }
        always = {number for number, part in uses.items() if part.required}
        maybe = set(uses) - always
        notes = settle(definition.notes, always, maybe)
        if notes is None:
            return NEVER
        named = _named(notes, maybe, self._values)
        forms = _Forms(definition.elements, uses, always, maybe, self._values)
        parts: list[str] = []
        for part in definition.elements:
            pattern = ""
            if part.number in always or part.number in maybe:
                pattern = f"(?:{forms.value(part)})"
                if part.number in named:
                    pattern = f"(?P<{named[part.number]}>{pattern})"
                if part.number in maybe:
                    pattern = f"(?:{pattern}|)"
            parts.append(pattern)
        # Components after the last that must be there are left out together with their separators.
        sure = max(always, default=1)
        tail = ""
        for number in range(max(always | maybe, default=1), sure, -1):
            tail = f"(?:{self._component}{parts[number - 1]}{tail}|)"
        head = self._component.join(parts[:sure])
        # A composite has at least one value, and does not end with a separator.
        first = "" if 1 in always else f"(?=[{self._component}]*{self._values.mark})"
        return (
            f"{first}{head}{tail}(?<!{self._component}){''.join(question(n, maybe, named.__getitem__) for n in notes)}"
        )


_groups = re.compile(r"\(\?P<|\(\?\(")


class _Forms:
    """The values of one segment or composite, some of whose forms depend on other values: the qualifiers."""

    def __init__(
        self,
        elements: Sequence[ElementDefinition],
        uses: Mapping[int, ElementUse],
        always: set[int],
        maybe: set[int],
        values: ValuePatterns,
    ) -> None:
        self._elements = elements
        self._uses = uses
        self._always = always
        self._there = always | maybe
        self._values = values
        self._marks: dict[int, dict[frozenset[str], str]] = {}
        self._choices = {element.number: self._chosen(element) for element in elements if element.number in self._there}

    def value(self, element: ElementDefinition) -> str:
        """The pattern of one value, by the qualifier that came before it."""
        use = self._uses[element.number]
        fixed, choices = self._choices[element.number]
        if fixed is None and choices is None:
            return NEVER
        pattern = self._values.value(use, element, fixed)
        for group, form in choices or ():
            pattern = f"(?({group}){self._values.value(use, element, form)}|{pattern})"
        marks = self._marks.get(element.number)
        if marks:
            groups = [(group, self._values.fitting(codes, use, element, fixed)) for codes, group in marks.items()]
            pattern = self._values.marked(pattern, groups)
        return pattern

    def _chosen(self, element: ElementDefinition) -> tuple[ValueFormat | None, list[tuple[str, ValueFormat]] | None]:
        """The form that a value always has, and those it has by the group of a qualifier; two times None where this
        cannot be said in a pattern."""
        fixed: list[ValueFormat] = []
        by_group: list[tuple[str, ValueFormat]] = []
        for form in element.formats:
            if not form.when:
                fixed.append(form)
                continue
            if form.when not in self._there:
                continue
            qualifier = self._elements[form.when - 1]
            known = self._values.allowed(self._uses[form.when], qualifier, None)
            if known is not None and not known & form.values:
                continue
            # Asking for the form more often than the rule does is allowed: the full check will say what is right.
            if form.when > element.number or (known is not None and known <= form.values):
                fixed.append(form)
                continue
            group = self._mark(form.when, form.values)
            if group is None or any(form.when != other.when for _, other in by_group):
                return None, None
            by_group.append((group, form))
        if len(fixed) > 1 or (fixed and by_group):
            return None, None
        return (fixed[0] if fixed else None), by_group

    def _mark(self, number: int, codes: frozenset[str]) -> str | None:
        """The group that says whether a qualifier is one of these codes; None where others are marked already that
        overlap with them, since only one group can match."""
        marks = self._marks.setdefault(number, {})
        if codes not in marks:
            if any(codes & others for others in marks):
                return None
            marks[codes] = self._values.new_group("q")
        return marks[codes]


def _named(notes: Sequence[SyntaxNote], maybe: set[int], values: ValuePatterns) -> dict[int, str]:
    """Groups for the values that open conditions ask about."""
    asked = {number for note in notes for number in note.numbers}
    return {number: values.new_group("c") for number in sorted(asked & maybe)}


def _nothing(raw: str) -> bool:
    return False


def _accepting(pattern: str, values: ValuePatterns) -> Accepts:
    """The pattern alone where nothing else has to be asked, otherwise a function that asks it."""
    compiled = re.compile(pattern, re.ASCII)
    match = compiled.fullmatch
    where = compiled.groupindex
    # A group that did not match has the value None, which is right.
    codes: list[tuple[int, frozenset[str | None]]] = [
        (where[group], frozenset({None, *found})) for group, found in values.codes.items()
    ]
    checks = [(where[group], check) for group, check in values.checks.items()]
    if not checks and not codes:
        return match
    if len(codes) == 1 and not checks:
        [(at, listed)] = codes

        def is_listed(raw: str) -> bool:
            found = match(raw)
            return found is not None and found[at] in listed

        return is_listed

    def passes(raw: str) -> bool:
        found = match(raw)
        if found is None:
            return False
        for at, listed in codes:
            if found[at] not in listed:
                return False
        for at, check in checks:
            value = found[at]
            if value is not None and check(value):
                return False
        return True

    return passes
