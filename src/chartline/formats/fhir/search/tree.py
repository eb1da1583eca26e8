"""The tree of JSON members that a type's search parameters read, before it becomes closures.

Refuses nothing; ``plan`` decides which branches it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chartline.formats.fhir.search.branches import Move
from chartline.formats.fhir.search.conversions import Convert
from chartline.formats.fhir.search.paths import Index, Where
from chartline.formats.fhir.search.visits import (
    Visit,
    leaf,
    members,
    person_names,
    placed,
    sorted_leaf,
    tested,
    together,
)
from chartline.formats.fhir.search.words import family as family_part
from chartline.formats.fhir.search.words import human_name


@dataclass(slots=True)
class _Codes:
    """The parameters that want one conversion of an element: all of them, or on a condition."""

    always: dict[str, None] = field(default_factory=dict)
    by_type: dict[str, dict[str, None]] = field(default_factory=dict)
    by_field: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)


class Tree:
    """A node: what hangs on an element, and what is below it."""

    def __init__(self) -> None:
        self._members: dict[str, Tree] = {}
        self._tests: dict[Where, Tree] = {}
        self._places: dict[int, Tree] = {}
        self._wanted: dict[Convert, _Codes] = {}

    def add(self, moves: tuple[Move, ...], convert: Convert, code: str, only: str | None) -> None:
        """Lets a parameter read the element at the end of ``moves``."""
        if len(moves) == 1 and isinstance(moves[0], Where) and only is None:
            # A test at the very end needs no second conversion of the same object.
            test = moves[0]
            wanted = self._wanted.setdefault(convert, _Codes())
            wanted.by_field.setdefault(test.field, {}).setdefault(test.literal, {})[code] = None
        elif moves:
            self._below(moves[0]).add(moves[1:], convert, code, only)
        else:
            wanted = self._wanted.setdefault(convert, _Codes())
            (wanted.always if only is None else wanted.by_type.setdefault(only, {}))[code] = None

    def _below(self, move: Move) -> Tree:
        if isinstance(move, str):
            return self._members.setdefault(move, Tree())
        if isinstance(move, Where):
            return self._tests.setdefault(move, Tree())
        return self._places.setdefault(move.at, Tree()) if isinstance(move, Index) else self

    def by_member(self) -> dict[str, Visit]:
        """The visits of the root's members."""
        return {name: inner.visit() for name, inner in self._members.items()}

    def visit(self) -> Visit:
        """This node and all below it as one closure."""
        names = self._person_names()
        if names is not None:
            return names
        found = [_leaf(convert, codes) for convert, codes in self._wanted.items()]
        if self._members:
            found.append(members(self.by_member()))
        by_field: dict[str, dict[str, Visit]] = {}
        for test, inner in self._tests.items():
            by_field.setdefault(test.field, {})[test.literal] = inner.visit()
        found.extend(tested(name, visits) for name, visits in by_field.items())
        found.extend(placed(at, inner.visit()) for at, inner in self._places.items())
        return together(tuple(found))

    def _person_names(self) -> Visit | None:
        """The visit of a HumanName, when what hangs on it is what R4's parameters read of people."""
        if list(self._wanted) != [human_name] or self._tests or self._places or not self._members.keys() <= _PARTS:
            return None
        codes: list[tuple[str, ...]] = [tuple(self._wanted[human_name].always)]
        for part in ("family", "given"):
            below = self._members.get(part)
            if below is not None and (list(below._wanted) != [family_part] or below._members):
                return None
            codes.append(tuple(below._wanted[family_part].always) if below is not None else ())
        return person_names(codes[0], codes[1], codes[2])


_PARTS = frozenset({"family", "given"})


def _leaf(convert: Convert, codes: _Codes) -> Visit:
    if not codes.by_type and not codes.by_field:
        return leaf(convert, tuple(codes.always))
    by_type = {kind: tuple(some) for kind, some in codes.by_type.items()}
    by_field = {name: {one: tuple(some) for one, some in table.items()} for name, table in codes.by_field.items()}
    return sorted_leaf(convert, tuple(codes.always), by_type, by_field)
