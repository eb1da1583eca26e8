"""Regular expressions matched in time that grows only with the text, for patterns that could make Python's own run on.

The pattern becomes a set of states (Thompson), and the sets met while reading become states of their own, kept for the
next text. Answers only whether there is a match. Refuses look-around, back references, word boundaries and possessive
repetition (``NotRegular``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

_MOST_STATES = 4_000
_MOST_SETS = 2_000
_DEEPEST = 40
_CHEAP = 20
"""Characters known, or states looked at, that count as one item of work."""
_SHORT = 4
"""Repetitions of a character that count as choices, not as a loop."""
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_TIMES = re.compile(r"\{(\d{1,4})(?:(,)(\d{0,4}))?\}", re.ASCII)
_GROUP = re.compile(r"\((?!\?)|\(\?:|\(\?P?<[A-Za-z]\w*>")
_SIMPLE = frozenset("dDsSwWnrtfv")


Spend: TypeAlias = Callable[[int], None]
"""Told of work as it is done; raises to stop it."""


class NotRegular(Exception):
    """The pattern uses what an automaton cannot do, or is larger than is allowed."""


@dataclass(frozen=True, slots=True)
class One:
    """One character, as a pattern that matches it."""

    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Edge:
    """The start (``^``) or the end (``$``) of the text."""

    end: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """A part repeated; ``most`` None is without end."""

    part: Part
    least: int
    most: int | None


Part = One | Edge | Row | Either | Times


def read(pattern: str) -> Part:
    """The parts of a pattern. Raises ``NotRegular``."""
    reader = _Reader(pattern)
    part = reader.either(0)
    if reader.at != len(pattern):
        raise NotRegular
    return part


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def either(self, depth: int) -> Part:
        if depth > _DEEPEST:
            raise NotRegular
        rows = [self._row(depth)]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            rows.append(self._row(depth))
        return rows[0] if len(rows) == 1 else Either(tuple(rows))

    def _row(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._times(self._one(depth)))
        return Row(tuple(parts))

    def _times(self, part: Part) -> Part:
        found = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self.pattern[self.at : self.at + 1])
        if found is not None:
            self.at += 1
        elif match := _TIMES.match(self.pattern, self.at):
            least, comma, most = match.groups()
            found = (int(least), int(least) if not comma else int(most) if most else None)
            self.at = match.end()
        if found is None:
            return part
        if self.pattern.startswith("?", self.at):
            self.at += 1
        if self.pattern[self.at : self.at + 1] in ("+", "*") or isinstance(part, Edge):
            raise NotRegular
        return Times(part, *found)

    def _one(self, depth: int) -> Part:
        group = _GROUP.match(self.pattern, self.at)
        if group:
            self.at = group.end()
            part = self.either(depth + 1)
            if not self.pattern.startswith(")", self.at):
                raise NotRegular
            self.at += 1
            return part
        character = self.pattern[self.at]
        if character in "^$":
            self.at += 1
            return Edge(character == "$")
        if character == "[":
            match = _CLASS.match(self.pattern, self.at)
            if match is None:
                raise NotRegular
            text = match.group()
        elif character == "\\":
            text = self.pattern[self.at : self.at + 2]
            if len(text) < 2 or (text[1].isalnum() and text[1] not in _SIMPLE):
                raise NotRegular
        elif character in "*+?({":
            raise NotRegular
        else:
            text = character
        self.at += len(text)
        try:
            return One(re.compile(text, re.DOTALL))
        except re.error:
            raise NotRegular from None


def effort(part: Part) -> tuple[int, int] | None:
    """How many long repetitions and how many choices follow one another; None when a whole group repeats.

    Backtracking tries every choice with every length: the text's length to the power of the first, two to the power
    of the second. Where a group repeats there is no such bound.
    """
    match part:
        case Times(inner, least, most):
            if isinstance(_alone(inner), One):
                return (1, 0) if most is None or most > _SHORT else (0, most - least)
            inside = effort(inner) if most is not None and most <= 1 else None
            return None if inside is None else (inside[0], inside[1] + 1)
        case Row(parts):
            return _sum([effort(one) for one in parts], 0)
        case Either(parts):
            return _sum([effort(one) for one in parts], 1)
        case _:
            return 0, 0


def _sum(found: list[tuple[int, int] | None], more: int) -> tuple[int, int] | None:
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    return sum(one[0] for one in known), sum(one[1] for one in known) + more


def _alone(part: Part) -> Part:
    """A part out of rows of one."""
    while isinstance(part, Row) and len(part.parts) == 1:
        part = part.parts[0]
    return part


class Automaton:
    """A pattern as states. ``anywhere`` looks for a match inside the text, otherwise the whole text must match."""

    def __init__(self, part: Part, *, anywhere: bool) -> None:
        self._characters: list[re.Pattern[str] | None] = []
        self._edges: list[list[tuple[bool | None, int]]] = []
        self._after: list[int] = []
        self._anywhere = anywhere
        self._goal = self._state()
        self._start = self._built(part, self._goal)
        self._sets: dict[frozenset[int], dict[str, frozenset[int]]] = {}

    def _state(self) -> int:
        if len(self._characters) >= _MOST_STATES:
            raise NotRegular
        self._characters.append(None)
        self._edges.append([])
        self._after.append(-1)
        return len(self._characters) - 1

    def _built(self, part: Part, then: int) -> int:
        """The state from which ``part`` leads to ``then``."""
        match part:
            case One(pattern):
                state = self._state()
                self._characters[state], self._after[state] = pattern, then
                return state
            case Edge(end):
                state = self._state()
                self._edges[state].append((end, then))
                return state
            case Row(parts):
                for one in reversed(parts):
                    then = self._built(one, then)
                return then
            case Either(parts):
                state = self._state()
                self._edges[state].extend((None, self._built(one, then)) for one in parts)
                return state
            case Times(inner, least, most):
                return self._repeated(inner, least, most, then)

    def _repeated(self, inner: Part, least: int, most: int | None, then: int) -> int:
        if most is None:
            again = self._state()
            self._edges[again] += [(None, self._built(inner, again)), (None, then)]
            then = again
        else:
            for _ in range(most - least):
                optional = self._state()
                self._edges[optional] += [(None, self._built(inner, then)), (None, then)]
                then = optional
        for _ in range(least):
            then = self._built(inner, then)
        return then

    def _closed(self, states: set[int], *, start: bool, end: bool) -> frozenset[int]:
        """The states reachable without a character."""
        waiting, found = list(states), set(states)
        while waiting:
            for edge, state in self._edges[waiting.pop()]:
                if (edge is None or (end if edge else start)) and state not in found:
                    found.add(state)
                    waiting.append(state)
        return frozenset(found)

    def matches(self, text: str, spend: Spend) -> bool:
        """Whether the text, or with ``anywhere`` a part of it, matches. ``spend`` counts the work, and may raise."""
        spend(len(text) // _CHEAP)
        now = self._closed({self._start}, start=True, end=False)
        for character in text:
            if self._anywhere and self._goal in now:
                return True
            now = self._next(now, character, spend)
            if not now:
                return False
        return self._goal in self._closed(set(now), start=not text, end=True)

    def _next(self, now: frozenset[int], character: str, spend: Spend) -> frozenset[int]:
        known = self._sets.get(now)
        if known is None:
            if len(self._sets) >= _MOST_SETS:
                self._sets.clear()
            known = self._sets[now] = {}
        found = known.get(character)
        if found is None:
            spend(1 + len(now) // _CHEAP)
            reached = {
                self._after[state]
                for state in now
                if (pattern := self._characters[state]) is not None and pattern.match(character)
            }
            if self._anywhere:
                reached.add(self._start)
            found = self._closed(reached, start=False, end=False)
            if len(known) < 500:
                known[character] = found
        return found
