"""Rules between segments, as the guides' tables write them: when this is so, that is needed or forbidden.

Each rule is turned once into functions over an open loop. What only asks whether a segment was seen is answered by the
bits of the loop; only questions about values look at segments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cache

import msgspec

from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import dictionary
from chartline.formats.x12.guide import LoopUse, SegmentUse, Situation, Term
from chartline.formats.x12.source import Block
from chartline.formats.x12.walker import ODD, Open

Placed = tuple[list[str], int, Block]
"""A segment of a walk: its elements (its id first), its number in the file, and the block it came in."""

Inner = Open[Placed]
Question = Callable[[Inner, Delimiters], Placed | None]
"""Asks a loop for a segment."""
Breach = tuple[Situation, Placed | None]
"""A rule that does not hold; where something is forbidden or has a wrong value, the segment that has it."""


class Rule(msgspec.Struct, frozen=True):
    """A rule made ready. ``all_of`` are masks of which each must have been seen in part, ``none_of`` bits that must not
    have been seen; ``when`` are further questions, with the answer they need; ``target`` asks for what is needed or
    forbidden, and ``target_bits`` answers it at once where it is not 0."""

    situation: Situation
    all_of: tuple[int, ...]
    none_of: int
    when: tuple[tuple[Question, bool], ...]
    target: Question
    target_bits: int
    pattern: re.Pattern[str] | None = None
    same: tuple[Term, ...] = ()
    """Conditions about the very segment that the target is an element of: they are asked of each segment by itself."""
    plain: tuple[tuple[Question, bool], ...] = ()
    """Those of ``when`` that what is remembered of a loop decides."""
    is_plain: bool = False
    """Whether what is remembered decides the whole rule."""

    def is_open(self, seen: int) -> bool:
        """Whether the bits of a loop leave the rule open."""
        if seen & self.none_of or not all(seen & mask for mask in self.all_of):
            return False
        return bool(self.pattern or self.same or not self.target_bits) or (
            bool(seen & self.target_bits) != self.situation.needs
        )

    def is_left(self, inner: Inner, delimiters: Delimiters) -> bool:
        """Whether the rule has to be asked of every loop that is like this one in what is remembered."""
        if not self.is_open(inner.seen):
            return False
        if inner.seen & ODD:
            return True
        if any((question(inner, delimiters) is not None) != wanted for question, wanted in self.plain):
            return False
        return not self.is_plain or bool(_broken(self, inner, delimiters))


class Rules:
    """The rules of one loop, ready to be asked.

    What decides most rules is remembered: the bits of the loop, and the elements that rules ask for of segments that
    come once in it. Loops that are alike in these break the same rules, so that most loops cost one look-up.
    """

    def __init__(self, node: LoopUse, situations: Sequence[Situation]) -> None:
        watched = Watched(node, situations)
        self._key = watched.key if watched else None
        self._rules = tuple(_rule(node, situation, watched) for situation in situations)
        self._left: dict[Hashable, tuple[Rule, ...]] = {}

    def broken(self, inner: Inner, delimiters: Delimiters) -> Sequence[Breach]:
        """The rules that do not hold in a loop; with a forbidden or wrong segment, that segment."""
        key = inner.seen if self._key is None else self._key(inner)
        left = self._left.get(key)
        if left is None:
            left = tuple(rule for rule in self._rules if rule.is_left(inner, delimiters))
            if key is not None and len(self._left) < _MOST_REMEMBERED:
                self._left[key] = left
        if not left:
            return ()
        return [breach for rule in left for breach in _broken(rule, inner, delimiters)]


_MOST_REMEMBERED = 1_000
_MOST_FURTHER = 1_000
_further: dict[tuple[int, tuple[Situation, ...]], Rules] = {}


def further_rules_of(node: LoopUse, situations: tuple[Situation, ...]) -> Rules:
    """Further rules of the same loop, such as a payer's."""
    rules = _further.get((id(node), situations))
    if rules is None:
        if len(_further) >= _MOST_FURTHER:
            _further.clear()
        rules = _further[id(node), situations] = Rules(node, situations)
    return rules


def _broken(rule: Rule, inner: Inner, delimiters: Delimiters) -> Sequence[Breach]:
    """How a rule is broken whose bits leave it open."""
    for question, wanted in rule.when:
        if (question(inner, delimiters) is not None) != wanted:
            return ()
    if rule.same:
        return [(rule.situation, placed) for placed in _each(rule, inner, delimiters)]
    if rule.pattern is not None:
        return [(rule.situation, placed) for placed in _unlike(rule, rule.pattern, inner, delimiters)]
    found = rule.target(inner, delimiters)
    return ((rule.situation, found),) if (found is None) == rule.situation.needs else ()


_WIDTH = ODD.bit_length()


class Watched:
    """What makes a difference to rules and is quickly seen: the bits of a loop, elements of segments that come once in
    it, and the bits of the loops in it."""

    def __init__(self, node: LoopUse, situations: Sequence[Situation]) -> None:
        self._node = node
        asked: dict[str, dict[int, bool]] = {}
        below: dict[LoopUse, int] = {}
        for situation in situations:
            # Values that must match a pattern are as many as there are segments; nothing would repeat.
            for term in (*situation.when, *(() if situation.value else (situation.target,))):
                for child, bits in self._children(term):
                    below[child] = below.get(child, 0) | bits
                if self._is_about_one_segment(term):
                    by_value = bool(term.values or term.component)
                    elements = asked.setdefault(term.segment, {})
                    elements[term.element] = by_value or elements.get(term.element, False)
        start = asked.pop(node.start.id, None)
        self._start = tuple(start.items()) if start else ()
        self._others = {name: tuple(elements.items()) for name, elements in asked.items()}
        # The bits of each child are moved to a place of their own in one number.
        self._below = {child: (bits, at * _WIDTH) for at, (child, bits) in enumerate(below.items())}

    def __bool__(self) -> bool:
        return bool(self._start or self._others or self._below)

    def has(self, term: Term) -> bool:
        """Whether what is watched answers a term."""
        return bool(_bits(self._node, term) or self._is_about_one_segment(term) or self._children(term))

    def _is_about_one_segment(self, term: Term) -> bool:
        if term.up or term.loops or term.key or not term.element:
            return False
        uses = [use for use in self._node.segments if use.id == term.segment]
        return len(uses) == 1 and uses[0].most == 1

    def _children(self, term: Term) -> list[tuple[LoopUse, int]]:
        """The loops whose bits answer a term about what is in a loop in this loop; none where bits cannot."""
        if term.up or not term.loops:
            return []
        inside = msgspec.structs.replace(term, loops=term.loops[1:])
        children = [child for child in self._node.loops if child.id == term.loops[0]]
        found = [(child, _bits(child, inside)) for child in children]
        return found if (inside.loops or inside.segment) and all(bits for _, bits in found) else []

    def key(self, inner: Inner) -> Hashable:
        """What makes a difference, as one value; None where a look at bits does not tell it."""
        items = inner.items
        key: list[Hashable] = [inner.seen]
        if self._start:
            _watch(items[0][0], self._start, key)
        others = self._others
        if others:
            for placed in items:
                elements = placed[0]
                watched = others.get(elements[0])
                if watched is not None:
                    key.append(elements[0])
                    _watch(elements, watched, key)
        below = self._below
        if below:
            seen = 0
            for loop in inner.loops:
                found = below.get(loop.node)
                if found is not None:
                    if loop.seen & ODD:
                        return None
                    bits, width = found
                    if loop.seen & bits:
                        seen |= (loop.seen & bits) << width
            key.append(seen)
        return tuple(key)


def _watch(elements: list[str], watched: tuple[tuple[int, bool], ...], key: list[Hashable]) -> None:
    count = len(elements)
    for number, by_value in watched:
        value = elements[number] if number < count else ""
        key.append(value if by_value else value != "")


def _rule(node: LoopUse, situation: Situation, watched: Watched) -> Rule:
    all_of: list[int] = []
    none_of = 0
    when: list[tuple[Question, bool]] = []
    plain: list[tuple[Question, bool]] = []
    same = tuple(term for term in situation.when if _of_one_segment(term, situation.target))
    for term in situation.when:
        if term in same:
            all_of += [bits for bits in (_seen(node, term),) if bits]
            continue
        bits = _bits(node, term)
        absent = term.negated and not term.values
        if bits and absent:
            none_of |= bits
        elif bits:
            all_of.append(bits)
        else:
            local = _seen(node, term)
            if local and not absent:
                all_of.append(local)
            when.append((_question(node, term), not absent))
            if watched.has(term):
                plain.append(when[-1])
    pattern = re.compile(situation.value, re.ASCII) if situation.value else None
    target = _question(node, situation.target)
    bits = _bits(node, situation.target)
    is_plain = pattern is None and all(watched.has(term) for term in (*situation.when, situation.target))
    return Rule(situation, tuple(all_of), none_of, tuple(when), target, bits, pattern, same, tuple(plain), is_plain)


def _of_one_segment(term: Term, target: Term) -> bool:
    """Whether a condition and the target are elements of one segment, which may come several times."""
    place = (term.segment, term.key, term.up, term.loops)
    asks = bool(term.element and target.element) and (bool(term.values) or not term.negated)
    return asks and place == (target.segment, target.key, target.up, target.loops)


def _each(rule: Rule, inner: Inner, delimiters: Delimiters) -> Iterator[Placed]:
    """The segments for which the conditions hold, but not what is needed, forbidden or asked of the value."""
    target = rule.situation.target
    for placed in _named(target, inner, delimiters):
        if not all(_answers(term, placed, delimiters) for term in rule.same):
            continue
        value = value_of(target, placed, delimiters)
        if rule.pattern is not None:
            wrong = bool(value) and rule.pattern.fullmatch(value) is None
        else:
            wrong = _answers(target, placed, delimiters) != rule.situation.needs
        if wrong:
            yield placed


def _named(term: Term, inner: Inner, delimiters: Delimiters) -> Iterator[Placed]:
    """The segments that a term speaks of, whatever their values."""
    key = dictionary()[term.segment].key if term.segment else (1, 0)
    for loop in _loops(term, inner, term.loops):
        for placed in loop.items:
            if placed[0][0] == term.segment and (not term.key or _key(key, placed, delimiters) == term.key):
                yield placed


def _unlike(rule: Rule, pattern: re.Pattern[str], inner: Inner, delimiters: Delimiters) -> Iterator[Placed]:
    """The segments whose value is given and does not match."""
    term = rule.situation.target
    for placed in _named(term, inner, delimiters):
        value = value_of(term, placed, delimiters)
        if value and pattern.fullmatch(value) is None:
            yield placed


def _bits(node: LoopUse, term: Term) -> int:
    """The bits that answer a term completely: whether a segment or loop of this loop is there; 0 when they cannot."""
    if term.up or term.element or len(term.loops) > 1 or (term.loops and term.segment):
        return 0
    if term.loops:
        return sum(child.bit for child in node.loops if child.id == term.loops[0])
    uses = [use for use in node.segments if use.id == term.segment]
    if term.key and any(not use.keys or (term.key in use.keys and len(use.keys) > 1) for use in uses):
        return 0
    return sum(use.bit for use in uses if not term.key or term.key in use.keys)


def _seen(node: LoopUse, term: Term) -> int:
    """The bits of which one must have been seen for a term about a value to be answered at all."""
    if term.up or not term.segment:
        return 0
    if term.loops:
        return sum(child.bit for child in node.loops if child.id == term.loops[0])
    return sum(use.bit for use in node.segments if use.id == term.segment and _may_be(use, term.key))


def _may_be(use: SegmentUse, key: str) -> bool:
    return not key or not use.keys or key in use.keys


def _question(node: LoopUse, term: Term) -> Question:
    if not term.segment:
        return lambda inner, _: _opened(term, inner)
    key = dictionary()[term.segment].key
    if not term.up and not term.loops and not term.key and node.start.id == term.segment and node.start.most == 1:
        return _about_start(term)

    def question(inner: Inner, marks: Delimiters) -> Placed | None:
        for loop in _loops(term, inner, term.loops) if term.up or term.loops else (inner,):
            for placed in loop.items:
                if placed[0][0] != term.segment or (term.key and _key(key, placed, marks) != term.key):
                    continue
                if _answers(term, placed, marks):
                    return placed
        return None

    return question


def _about_start(term: Term) -> Question:
    """A question about the segment that opens the loop, which is always the first."""
    element, values, negated = term.element, term.values, term.negated
    if term.component or not element:
        return lambda inner, marks: inner.items[0] if _answers(term, inner.items[0], marks) else None

    def question(inner: Inner, marks: Delimiters) -> Placed | None:
        placed = inner.items[0]
        elements = placed[0]
        value = elements[element] if element < len(elements) else ""
        return placed if value and (not values or (value in values) != negated) else None

    return question


def _answers(term: Term, placed: Placed, marks: Delimiters) -> bool:
    if not term.element:
        return True
    value = value_of(term, placed, marks)
    return bool(value) and (not term.values or (value in term.values) != term.negated)


def value_of(term: Term, placed: Placed, marks: Delimiters) -> str:
    """The value that a term speaks of; empty when it is not given."""
    elements = placed[0]
    value = elements[term.element] if term.element < len(elements) else ""
    if term.component:
        parts = value.split(marks.component, term.component)
        value = parts[term.component - 1] if term.component <= len(parts) else ""
    return value


def _opened(term: Term, inner: Inner) -> Placed | None:
    """The segment that opened the loop asked for, or its parent's where the loop itself is forgotten already."""
    name = term.loops[-1]
    for loop in _loops(term, inner, term.loops[:-1]):
        if loop.seen & _bits_of(loop.node, name):
            kept = next((each for each in loop.loops if each.node.id == name), loop)
            # A loop whose first segment is missing may have none of its own; then what it stands in has.
            return next((each.items[0] for each in (kept, loop, inner) if each.items), None)
    return None


@cache
def _bits_of(node: LoopUse, name: str) -> int:
    """The bits of the loops in a loop that have this id."""
    return sum(child.bit for child in node.loops if child.id == name)


def _loops(term: Term, inner: Inner, down: tuple[str, ...]) -> list[Inner]:
    found: Inner | None = inner
    for _ in range(term.up):
        found = found.parent if found is not None else None
    loops = [found] if found is not None else []
    for name in down:
        loops = [child for loop in loops for child in loop.loops if child.node.id == name]
    return loops


def _key(key: tuple[int, int], placed: Placed, marks: Delimiters) -> str:
    number, component = key
    elements = placed[0]
    value = elements[number] if number < len(elements) else ""
    if component:
        parts = value.split(marks.component, component)
        return parts[component - 1] if component <= len(parts) else ""
    return value
