"""Rules between segments, as the guides' tables write them: when this is so, that is needed or forbidden.

Each rule is turned once into a function over an open loop. A rule whose first condition names a segment of its own loop
costs nothing where that segment was not seen. Works on loops whose items are lists of elements, the id first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.guide import LoopUse, SegmentUse, Situation, Term
from chartline.formats.x12.source import Block
from chartline.formats.x12.walker import Open


class Placed(msgspec.Struct, gc=False):
    """A segment of a walk: its elements (its id first), its number in the file, and the block it came in."""

    elements: list[str]
    ordinal: int
    block: Block


Inner = Open[Placed]


class Rule(msgspec.Struct, frozen=True):
    """A rule made ready: ``trigger`` are the bits of which one must have been seen, 0 when it always counts."""

    situation: Situation
    trigger: int
    holds: Callable[[Inner, Delimiters], bool]
    met: Callable[[Inner, Delimiters], Placed | None]


@cache
def rules_of(node: LoopUse) -> tuple[Rule, ...]:
    """The rules of a loop, ready to be asked when it closes."""
    return tuple(_rule(node, situation) for situation in node.situations)


def broken(inner: Inner, delimiters: Delimiters) -> Iterator[tuple[Situation, Placed | None]]:
    """The rules that do not hold in a loop; with a forbidden segment, that segment."""
    for rule in rules_of(inner.node):
        if rule.trigger and not inner.seen & rule.trigger:
            continue
        if not rule.holds(inner, delimiters):
            continue
        found = rule.met(inner, delimiters)
        if rule.situation.needs and found is None:
            yield rule.situation, None
        elif not rule.situation.needs and found is not None:
            yield rule.situation, found


def _rule(node: LoopUse, situation: Situation) -> Rule:
    asked = [*situation.when] if situation.needs else [*situation.when, situation.target]
    local = [term for term in asked if not term.up and not term.loops and not term.negated and term.segment]
    trigger = _bits(node, local[0]) if local else 0

    def holds(inner: Inner, delimiters: Delimiters) -> bool:
        return all((_first(term, inner, delimiters) is not None) != _absent(term) for term in situation.when)

    def met(inner: Inner, delimiters: Delimiters) -> Placed | None:
        return _first(situation.target, inner, delimiters)

    return Rule(situation, trigger, holds, met)


def _absent(term: Term) -> bool:
    """``not PATH`` asks that it is absent; ``PATH!=A`` asks for another value, which ``_first`` looks for itself."""
    return term.negated and not term.values


def _bits(node: LoopUse, term: Term) -> int:
    return sum(
        child.bit
        for child in node.children
        if isinstance(child, SegmentUse) and child.id == term.segment and (not term.key or _may_be(child, term.key))
    )


def _may_be(use: SegmentUse, key: str) -> bool:
    return not use.keys or key in use.keys


def _first(term: Term, inner: Inner, delimiters: Delimiters) -> Placed | None:
    """The first segment that the term asks for; for a loop, the segment that opened it."""
    if not term.segment:
        return _opened(term, inner)
    for loop in _loops(term, inner, term.loops):
        for use, placed in zip(loop.uses, loop.items, strict=True):
            if placed.elements[0] != term.segment:
                continue
            if term.key and _key(use, placed, delimiters) != term.key:
                continue
            if not term.element:
                return placed
            value = _value(term, placed, delimiters)
            if value and (not term.values or (value in term.values) != term.negated):
                return placed
    return None


def _opened(term: Term, inner: Inner) -> Placed | None:
    """The segment that opened the loop asked for, or its parent's where the loop itself is forgotten already."""
    for loop in _loops(term, inner, term.loops[:-1]):
        for child in loop.node.loops:
            if child.id == term.loops[-1] and loop.seen & child.bit:
                kept = next((each for each in loop.loops if each.node is child), loop)
                return kept.items[0]
    return None


def _loops(term: Term, inner: Inner, down: tuple[str, ...]) -> list[Inner]:
    found: Inner | None = inner
    for _ in range(term.up):
        found = found.parent if found is not None else None
    loops = [found] if found is not None else []
    for name in down:
        loops = [child for loop in loops for child in loop.loops if child.node.id == name]
    return loops


def _key(use: SegmentUse | None, placed: Placed, delimiters: Delimiters) -> str:
    number, component = use.definition.key if use is not None else (1, 0)
    value = placed.elements[number] if number < len(placed.elements) else ""
    return value.split(delimiters.component)[component - 1] if component else value


def _value(term: Term, placed: Placed, delimiters: Delimiters) -> str:
    value = placed.elements[term.element] if term.element < len(placed.elements) else ""
    if term.component:
        parts = value.split(delimiters.component)
        value = parts[term.component - 1] if term.component <= len(parts) else ""
    return value.strip()
