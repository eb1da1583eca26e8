"""What a profile asks of values, compiled: a tree of checkers that holds only what the base definition does not say
already.

Runs; does not read definitions (``compiling`` makes it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chartline.formats.fhir.definitions import Element
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.bindings import Bound, check_binding
from chartline.formats.fhir.validation.invariants import Rule
from chartline.formats.fhir.validation.issue import CARDINALITY, FIXED, SLICE, UNUSABLE_PROFILE, WRONG_TYPE, Severity
from chartline.formats.fhir.validation.items import items_of
from chartline.formats.fhir.validation.matching import has_pattern, is_fixed
from chartline.formats.fhir.validation.visit import Item, Visit

TOO_FEW = "must be there at least {least} times"
MISSING = "is required by the profile"
TOO_MANY = "may be there at most {most} times"
NOT_ALLOWED = "may not be there"
NOT_FIXED = "must be the value that the profile fixes"
NOT_PATTERN = "must have what the profile's pattern has"
TYPE_NOT_ALLOWED = "is of a type that the profile does not allow"
SLICE_TOO_FEW = "has too few repetitions of a slice"
SLICE_TOO_MANY = "has too many repetitions of a slice"
NO_SLICE = "is in none of the slices, and the profile allows no others"
NOT_AT_END = "stands after repetitions that are in no slice, which must be at the end"
WRONG_ORDER = "stands before the slice it must follow"
UNUSABLE_SLICE = "has a slice that cannot be told from the others, so it was not checked"

Test = Callable[[Item, Visit], bool]
"""Whether a value belongs to a slice."""


@dataclass(frozen=True, slots=True)
class Checker:
    """What is asked of one value."""

    profile: str
    path: str | None = None
    """The path of a backbone element; None for a value whose type says what it is."""

    rules: tuple[Rule, ...] = ()
    fixed: tuple[object, ...] = ()
    patterns: tuple[object, ...] = ()
    types: frozenset[str] | None = None
    bound: Bound | None = None
    also: tuple[Callable[[Item, Visit], None], ...] = ()
    """Limits, and what needs other profiles: those on a type, those on the target of a reference."""

    parts: tuple[Part, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is asked."""
        return not (
            self.rules or self.fixed or self.patterns or self.types is not None or self.bound or self.also or self.parts
        )

    def check(self, item: Item, visit: Visit) -> None:
        """Report everything the value does not fulfil."""
        value = item.value
        if self.types is not None and item.type not in self.types:
            visit.report.say(WRONG_TYPE, "structure", item.at, TYPE_NOT_ALLOWED, profile=self.profile)
            return
        for fixed in self.fixed:
            if not is_fixed(value, fixed):
                visit.report.say(FIXED, "value", item.at, NOT_FIXED, profile=self.profile)
        for pattern in self.patterns:
            if not has_pattern(value, pattern):
                visit.report.say(FIXED, "value", item.at, NOT_PATTERN, profile=self.profile)
        if self.bound is not None:
            check_binding(self.bound, item, visit)
        for rule in self.rules:
            rule.check(value, visit, item.at, self.path or item.type)
        for check in self.also:
            check(item, visit)
        if isinstance(value, dict):
            for part in self.parts:
                part.check(value, visit, item.at)


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked of one element under a value: how often it is there, each repetition, the slices."""

    element: Element
    profile: str
    least: int
    most: int | None
    every: Checker | None
    slicing: Slicing | None

    def check(self, holder: JsonObject, visit: Visit, at: str) -> None:
        """Report what is wrong with the element's repetitions."""
        found = items_of(self.element, holder, at)
        place = f"{at}.{self.element.name}"
        if len(found) < self.least:
            rule = TOO_FEW.format(least=self.least) if self.least > 1 else MISSING
            visit.report.say(CARDINALITY, "required", place, rule, profile=self.profile)
        if self.most is not None and len(found) > self.most:
            rule = TOO_MANY.format(most=self.most) if self.most else NOT_ALLOWED
            visit.report.say(CARDINALITY, "structure", place, rule, profile=self.profile)
        if self.every is not None:
            for item in found:
                self.every.check(item, visit)
        if self.slicing is not None:
            self.slicing.check(found, visit, place)


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice. ``test`` is None when its discriminator fixes nothing, so that it cannot be recognised."""

    name: str
    test: Test | None
    least: int
    most: int | None
    checker: Checker | None
    inner: Slicing | None


@dataclass(frozen=True, slots=True)
class Slicing:
    """The slices of an element; ``rules`` is open, closed or openAtEnd."""

    profile: str
    rules: str
    ordered: bool
    slices: tuple[Slice, ...]

    def check(self, found: list[Item], visit: Visit, place: str) -> None:
        """Sort the repetitions into the slices and report what is wrong with each."""
        taken: list[list[Item]] = [[] for _ in self.slices]
        last = -1
        loose = False
        for item in found:
            index = self._index(item, visit)
            if index is None:
                loose = True
                if self.rules == "closed":
                    self._say(visit, item.at, NO_SLICE)
                continue
            if loose and self.rules == "openAtEnd":
                self._say(visit, item.at, NOT_AT_END, self.slices[index].name)
            if self.ordered and index < last:
                self._say(visit, item.at, WRONG_ORDER, self.slices[index].name)
            last = max(last, index)
            taken[index].append(item)
        for one, items in zip(self.slices, taken, strict=True):
            self._check(one, items, visit, place)

    def _check(self, one: Slice, items: list[Item], visit: Visit, place: str) -> None:
        if one.test is None:
            visit.report.say(
                UNUSABLE_PROFILE,
                "not-supported",
                place,
                UNUSABLE_SLICE,
                key=one.name,
                profile=self.profile,
                severity=Severity.WARNING,
            )
            return
        if len(items) < one.least:
            self._say(visit, place, SLICE_TOO_FEW, one.name, "required")
        if one.most is not None and len(items) > one.most:
            self._say(visit, place, SLICE_TOO_MANY, one.name)
        if one.checker is not None:
            for item in items:
                one.checker.check(item, visit)
        if one.inner is not None:
            one.inner.check(items, visit, place)

    def _index(self, item: Item, visit: Visit) -> int | None:
        for index, one in enumerate(self.slices):
            if one.test is not None and one.test(item, visit):
                return index
        return None

    def _say(self, visit: Visit, at: str, rule: str, name: str | None = None, code: str = "structure") -> None:
        visit.report.say(SLICE, code, at, rule, key=name, profile=self.profile)
