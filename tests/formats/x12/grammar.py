"""Transactions made at random from a guide's tables: every loop, segment, element and code the guide allows may come.

Amounts are zero, so that sums agree; levels and lines are numbered; conditions between elements are kept. Rules between
segments are not, as the tables say them in conditions: those of a check's levels 3 and 4 may be broken.
"""

from __future__ import annotations

import random
import string
from itertools import groupby

from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import ElementDefinition, SyntaxNote, dictionary
from chartline.formats.x12.guide import ElementUse, Guide, LoopUse, SegmentUse

ENOUGH = 100
"""Segments, after which only what is required is added."""

_VALUES = {
    "date": ("20260112", "20240229", "19991231"),
    "yymmdd": ("260112",),
    "dates": ("20260103-20260106", "20260112-20260112"),
    "time": ("0931", "235959", "00000000"),
    "datetime": ("202601120931",),
    "money": ("0", "0.00", "0.0"),
    "quantity": ("1", "2.5", "0"),
    "integer": ("1", "12"),
    "npi": ("1999999984", "1999999992"),
    "ssn": ("999999999",),
    "taxid": ("999999999",),
    "zip": ("62701", "627010001"),
    "phone": ("5550100100",),
    "email": ("DESK@EXAMPLE.INVALID",),
    "icd10": ("K0262", "Z0000", "I10"),
    "icd10pcs": ("0DTJ4ZZ",),
    "icd9": ("25000",),
    "hcpcs": ("99213", "D0120", "J3490"),
    "revenue": ("0450",),
    "ndc": ("00000000001",),
    "taxonomy": ("207Q00000X",),
    "tooth": ("1", "32", "A"),
    "currency": ("USD",),
}
_AROUND = frozenset({"LS", "LE"})
_LETTERS = string.ascii_uppercase + string.digits


class Grammar:
    """Makes transactions of one guide."""

    def __init__(self, guide: Guide, chance: random.Random, delimiters: Delimiters) -> None:
        self._guide = guide
        self._chance = chance
        self._delimiters = delimiters
        self._segments: list[list[str]] = []
        self._levels = 0
        self._eager = chance.choice((0.05, 0.2, 0.5))

    def transaction(self, control: str) -> list[list[str]]:
        """One transaction from ST to SE, each segment with its id first."""
        self._segments, self._levels = [], 0
        self._loop(self._guide.root, "", 0)
        start, end = self._segments[0], self._segments[-1]
        start[2] = control
        if len(start) > 3:
            start[3] = self._guide.id
        end[1:] = [str(len(self._segments)), control]
        return self._segments

    def _loop(self, loop: LoopUse, above: str, number: int, before: frozenset[str] = frozenset()) -> None:
        heading = len(self._segments)
        level = above
        for _, group in groupby(loop.children, key=lambda child: child.place):
            taken: set[str] = set()
            chosen: list[tuple[SegmentUse | LoopUse, frozenset[str], frozenset[str]]] = []
            for child in group:
                start = child if isinstance(child, SegmentUse) else child.start
                free = start.keys - taken - (before if child is loop.children[0] else frozenset())
                # What an earlier use at this place takes with the same qualifier never comes to this one.
                if start.keys and not free:
                    continue
                others = frozenset(taken)
                taken |= start.keys
                times = self._times(child)
                # A loop begins with its first segment, also where the table calls that situational; without the marks
                # around inner loops these could belong to the loop before.
                least = int(child is loop.children[0] or child.id in _AROUND)
                chosen += [(child, free, others)] * max(times, least)
            if len(self._segments) > heading:
                self._chance.shuffle(chosen)
                # A level could belong to a deeper one that came before it.
                chosen.sort(key=lambda entry: _height(entry[0]))
            for nth, (child, free, others) in enumerate(chosen, 1):
                if isinstance(child, LoopUse):
                    self._loop(child, level, nth, others)
                    continue
                elements = self._segment(child, free, others or before if child is loop.children[0] else others)
                self._segments.append(elements)
                if child.id == "HL":
                    self._levels += 1
                    level = str(self._levels)
                    self._set(elements, child, 1, level)
                    self._set(elements, child, 2, above)
                elif child.id == "LX":
                    elements[1] = str(number)
        if loop.start.id == "HL" and 4 in loop.start.elements:
            below = any(
                elements[0] == "HL" and len(elements) > 2 and elements[2] == level
                for elements in self._segments[heading + 1 :]
            )
            codes = loop.start.elements[4].codes
            if not codes or str(int(below)) in codes:
                self._set(self._segments[heading], loop.start, 4, str(int(below)))

    def _set(self, elements: list[str], use: SegmentUse, number: int, value: str) -> None:
        if number in use.elements:
            elements += [""] * (number + 1 - len(elements))
            elements[number] = value
            while not elements[-1]:
                elements.pop()

    def _times(self, child: SegmentUse | LoopUse) -> int:
        least = int(child.required)
        # A level that holds others is wanted where only the tables' conditions ask for it.
        if len(self._segments) > ENOUGH or self._chance.random() > self._eager:
            return least
        most = child.most or 3
        return min(most, self._chance.choice((1, 1, 2, 3)))

    def _segment(self, use: SegmentUse, free: frozenset[str], taken: frozenset[str]) -> list[str]:
        definition = use.definition
        while True:
            values = self._values(definition.elements, use.elements, self._eager)
            number, component = definition.key
            if free and not component and number in values:
                values[number] = self._chance.choice(sorted(free))
            self._keep(definition.notes, definition.elements, use.elements, values)
            self._again(definition.elements, use.elements, values)
            if not values:
                continue
            elements = [use.id] + [values.get(at, "") for at in range(1, max(values) + 1)]
            if free and component and elements[number].split(self._delimiters.component)[component - 1] not in free:
                continue
            if not use.keys and not component and number < len(elements) and elements[number] in taken:
                continue
            return elements

    def _values(
        self, definitions: tuple[ElementDefinition, ...], uses: dict[int, ElementUse], eager: float
    ) -> dict[int, str]:
        values: dict[int, str] = {}
        for definition in definitions:
            use = uses.get(definition.number)
            if use is not None and (use.required or self._chance.random() < eager):
                values[definition.number] = self._element(use, definition, values)
        return values

    def _again(
        self, definitions: tuple[ElementDefinition, ...], uses: dict[int, ElementUse], values: dict[int, str]
    ) -> None:
        """Values whose form depends on others, now that the others are settled."""
        for definition in definitions:
            if definition.number in values and any(form.when for form in definition.formats):
                values[definition.number] = self._element(uses[definition.number], definition, values)

    def _element(self, use: ElementUse, definition: ElementDefinition, before: dict[int, str]) -> str:
        times = self._chance.randint(1, min(3, use.repeats)) if self._delimiters.repetition else 1
        return self._delimiters.repetition.join(self._one(use, definition, before) for _ in range(times))

    def _one(self, use: ElementUse, definition: ElementDefinition, before: dict[int, str]) -> str:
        if not definition.is_composite:
            return self._simple(use, definition, before)
        composite = dictionary()[definition.kind]
        uses = {part.number: part for part in use.parts} or {
            part.number: ElementUse(part.number, False) for part in composite.elements
        }
        while True:
            values = self._values(composite.elements, uses, max(self._eager, 0.3))
            self._keep(composite.notes, composite.elements, uses, values)
            self._again(composite.elements, uses, values)
            if values:
                break
        return self._delimiters.component.join(values.get(at, "") for at in range(1, max(values) + 1))

    def _simple(self, use: ElementUse, definition: ElementDefinition, before: dict[int, str]) -> str:
        allowed = set(use.codes)
        for name in use.lists:
            found = STANDARD.get(name)
            allowed |= set(found.codes) if found is not None else set()
        if allowed:
            return self._chance.choice(sorted(code for code in allowed if len(code) <= definition.most))
        for form in definition.formats:
            if form.when and before.get(form.when, "") not in form.values:
                continue
            known = STANDARD.get(form.name)
            values = _VALUES.get(form.name) or (sorted(known.codes) if known is not None else ())
            fitting = [value for value in values if _fits(value, definition)]
            if fitting:
                return self._chance.choice(fitting)
        return self._typed(definition)

    def _typed(self, definition: ElementDefinition) -> str:
        chance, kind = self._chance, definition.kind
        if kind == "DT":
            return chance.choice(_VALUES["yymmdd" if definition.most == 6 else "date"])
        if kind == "TM":
            return "0931"
        length = chance.randint(max(1, definition.least), max(definition.least, min(definition.most, 12)))
        if kind in ("R", "N0", "N2"):
            return "1" * length if definition.least > 1 else str(chance.randint(1, 9))
        inner = "".join(chance.choice(_LETTERS + " '-.") for _ in range(length - 2))
        return f"{chance.choice(_LETTERS)}{inner}{chance.choice(_LETTERS)}"[:length] if length > 1 else "A"

    def _keep(
        self,
        notes: tuple[SyntaxNote, ...],
        definitions: tuple[ElementDefinition, ...],
        uses: dict[int, ElementUse],
        values: dict[int, str],
    ) -> None:
        """Give or take away values until every condition between elements holds."""
        for _ in range(4):
            for note in notes:
                first, *others = note.numbers
                given = [number for number in note.numbers if number in values]
                if note.kind == "E":
                    for number in given[1:]:
                        self._take(uses, values, number)
                elif note.kind == "R":
                    if not given:
                        self._give(definitions, uses, values, [self._any(uses, note.numbers)])
                elif note.kind == "P":
                    if given and not self._give(definitions, uses, values, note.numbers):
                        for number in given:
                            self._take(uses, values, number)
                elif first in values:
                    wanted = others if note.kind == "C" else [self._any(uses, tuple(others))]
                    if note.kind == "L" and any(number in values for number in others):
                        continue
                    if not self._give(definitions, uses, values, wanted):
                        self._take(uses, values, first)

    def _any(self, uses: dict[int, ElementUse], numbers: tuple[int, ...]) -> int:
        used = [number for number in numbers if number in uses]
        return self._chance.choice(used or list(numbers))

    def _give(
        self,
        definitions: tuple[ElementDefinition, ...],
        uses: dict[int, ElementUse],
        values: dict[int, str],
        numbers: list[int] | tuple[int, ...],
    ) -> bool:
        if any(number not in uses for number in numbers):
            return False
        for number in sorted(numbers):
            if number not in values:
                values[number] = self._element(uses[number], definitions[number - 1], values)
        return True

    def _take(self, uses: dict[int, ElementUse], values: dict[int, str], number: int) -> None:
        if not uses[number].required:
            values.pop(number, None)


def _height(child: SegmentUse | LoopUse) -> int:
    """How many levels of a hierarchy a loop can have below it."""
    if isinstance(child, SegmentUse):
        return 0
    return max((1 + _height(loop) for loop in child.loops if loop.start.id == "HL"), default=0)


def _fits(value: str, definition: ElementDefinition) -> bool:
    length = sum(c.isdigit() for c in value) if definition.kind in ("R", "N0", "N2") else len(value)
    return definition.least <= length <= definition.most


def interchange(guide: Guide, chance: random.Random, delimiters: Delimiters, line_end: str) -> bytes:
    """A whole file with one or more transactions of a guide."""
    marks = delimiters
    grammar = Grammar(guide, chance, marks)
    transactions = [grammar.transaction(f"{number:04d}") for number in range(1, chance.choice((1, 1, 2)) + 1)]
    isa = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{'SENDER':15}", "ZZ", f"{'RECEIVER':15}", "260112", "0931"]
    isa += [marks.repetition, "00501", "000000001", "0", "T", marks.component]
    group = ["GS", guide.group, "SENDER", "RECEIVER", "20260112", "0931", "1", "X", guide.id]
    segments = [isa, group, *(each for transaction in transactions for each in transaction)]
    segments += [["GE", str(len(transactions)), "1"], ["IEA", "1", "000000001"]]
    return "".join(marks.element.join(each) + marks.segment + line_end for each in segments).encode()
