"""Looks over an expression for a type without running it: elements that cannot exist, types that cannot be.

For expressions that come from outside (search parameters, patches, profiles): a misspelt path is told at once, not by
finding nothing for ever. What it cannot know (references, children, variables) it lets pass.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.formats.fhir.fhirpath.kinds import OPEN, Kind, holds_resources, kind
from chartline.formats.fhir.fhirpath.tree import Binary, Call, Index, Member, Sign, Tree, TypeName, TypeTest
from chartline.formats.fhir.fhirpath.types import SYSTEM_TYPES, type_argument

_SAME = frozenset({"where", "first", "last", "tail", "skip", "take", "single", "distinct", "trace", "exclude", "sort"})
_PER_ITEM = frozenset({"where", "exists", "all", "select", "repeat", "sort", "iif", "trace"})
_BY_ORDER = frozenset({"first", "last", "tail", "skip", "take"})
_WITHOUT_ORDER = frozenset({"children", "descendants", "repeat"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is wrong, and about which name: ``unknown_element``, ``unknown_type``, ``other_type`` or ``not_ordered``."""

    reason: str
    name: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The types an expression can answer with (None: anything), and whether their order means something."""

    kinds: tuple[Kind, ...] | None
    ordered: bool = True


_ANYTHING = _Found(None)


def doubts(tree: Tree, type_name: str) -> list[Doubt]:
    """What cannot be right about an expression that starts from a type; empty when nothing is seen."""
    start = kind(type_name)
    looker = _Looker()
    looker.look(tree, _Found((start,)) if start is not None else _ANYTHING)
    return looker.doubts


class _Looker:
    def __init__(self) -> None:
        self.doubts: list[Doubt] = []

    def look(self, tree: Tree, this: _Found) -> _Found:
        match tree:
            case Member(None, name):
                return self._first(name, this)
            case Member(source, name) if source is not None:
                return self._member(name, self.look(source, this))
            case Index(source, index):
                found = self.look(source, this)
                self.look(index, this)
                self._order(found, "[]")
                return found
            case Sign(_, operand):
                self.look(operand, this)
            case Binary("|", left, right):
                return _either(self.look(left, this), self.look(right, this))
            case Binary(_, left, right):
                self.look(left, this)
                self.look(right, this)
            case TypeTest(operator, operand, named):
                return self._typed(operator, self.look(operand, this), named)
            case Call():
                return self._call(tree, this)
            case _:
                return this if getattr(tree, "name", "") == "this" else _ANYTHING
        return _ANYTHING

    def _doubt(self, reason: str, name: str) -> None:
        self.doubts.append(Doubt(reason, name))

    def _order(self, found: _Found, name: str) -> None:
        if not found.ordered:
            self._doubt("not_ordered", name)

    def _first(self, name: str, this: _Found) -> _Found:
        if this.kinds is not None and name[:1].isupper():
            if any(name in one.lineage for one in this.kinds):
                return this
            if kind(name) is not None:
                self._doubt("other_type", name)
                return _ANYTHING
        return self._member(name, this)

    def _member(self, name: str, found: _Found) -> _Found:
        if found.kinds is None or any(one is OPEN or holds_resources(one) for one in found.kinds):
            return _ANYTHING
        below: dict[str, Kind] = {}
        for one in found.kinds:
            element = one.elements.get(name)
            if element is not None and one.places[name] is not None:
                below |= {other.name: other for other in one.json_kinds(element).values()}
        if not below:
            self._doubt("unknown_element", name)
            return _ANYTHING
        return _Found(tuple(below.values()), found.ordered)

    def _typed(self, operator: str, found: _Found, named: TypeName) -> _Found:
        target = kind(named.name) if named.namespace != "System" else None
        if target is None and named.name not in SYSTEM_TYPES:
            self._doubt("unknown_type", named.name)
        if operator == "is" or target is None:
            return _ANYTHING
        return _Found((target,), found.ordered)

    def _call(self, call: Call, this: _Found) -> _Found:
        source = this if call.source is None else self.look(call.source, this)
        if call.name in ("is", "as", "ofType"):
            named = type_argument(call.arguments[0]) if call.arguments else None
            return _ANYTHING if named is None else self._typed(call.name, source, named)
        if call.name in _BY_ORDER:
            self._order(source, call.name)
        inside = source if call.name in _PER_ITEM else this
        answers = [self.look(argument, inside) for argument in call.arguments]
        if call.name in _SAME:
            return source
        if call.name == "select":
            return answers[0] if answers else _ANYTHING
        if call.name in ("union", "combine", "intersect") and answers:
            return _either(source, answers[0])
        if call.name == "extension":
            extension = kind("Extension")
            return _Found((extension,)) if extension else _ANYTHING
        return _Found(None, ordered=call.name not in _WITHOUT_ORDER)


def _either(one: _Found, other: _Found) -> _Found:
    if one.kinds is None or other.kinds is None:
        return _ANYTHING
    kinds = {found.name: found for found in (*one.kinds, *other.kinds)}
    return _Found(tuple(kinds.values()), one.ordered and other.ordered)
