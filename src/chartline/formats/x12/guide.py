"""One implementation guide as values: loops, the segments used in them, their elements and allowed codes.

Tables under ``data/guides`` (one for each guide and transaction set) are read by ``guide_text``; this module says what
comes out, and finds the guide of a transaction. Contains structure and codes only, never the text of a guide.
"""

from __future__ import annotations

from functools import cache

import msgspec

from chartline.formats.x12.dictionary import SegmentDefinition


class ElementUse(msgspec.Struct, frozen=True):
    """How a guide uses an element or component: ``codes`` and ``lists`` (names of code lists) are what is allowed,
    both empty for anything; ``parts`` are the components of a composite."""

    number: int
    required: bool
    repeats: int = 1
    codes: frozenset[str] = frozenset()
    lists: tuple[str, ...] = ()
    parts: tuple[ElementUse, ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether any value is allowed."""
        return not self.codes and not self.lists


class Term(msgspec.Struct, frozen=True):
    """A place relative to a loop, and what is asked of it: ``values`` empty asks whether it is present.

    ``up`` counts parent loops; ``loops`` are child loops to go down; ``key`` chooses among uses of the segment;
    ``element`` 0 is the whole segment (or, with no segment, the whole loop).
    """

    text: str
    up: int
    loops: tuple[str, ...]
    segment: str
    key: str
    element: int
    component: int
    values: frozenset[str] = frozenset()
    negated: bool = False


class Situation(msgspec.Struct, frozen=True):
    """A rule between segments: when all of ``when`` hold, ``target`` is needed, or forbidden.

    ``advice`` makes a breach a warning. With ``value``, the values of ``target`` must match that pattern instead.
    """

    code: str
    needs: bool
    target: Term
    when: tuple[Term, ...]
    say: str
    do: str
    advice: bool = False
    value: str = ""
    level: int = 4


class SegmentUse(msgspec.Struct, eq=False):
    """One use of a segment in a loop. ``most`` 0 is no limit; uses with one ``place`` may come in any order; ``bit``
    marks it among the children of its loop."""

    id: str
    name: str
    required: bool
    most: int
    place: int
    bit: int
    elements: dict[int, ElementUse]
    definition: SegmentDefinition
    keys: frozenset[str]
    """Values of the key element that mean this use; empty when any does."""


class LoopUse(msgspec.Struct, eq=False):
    """One loop of a guide, with its children in order. The root has the id ``ST`` and no parent."""

    id: str
    name: str
    required: bool
    most: int
    place: int
    bit: int
    parent: LoopUse | None
    children: list[SegmentUse | LoopUse]
    situations: list[Situation]
    checks: list[str]
    required_bits: int = 0
    """The bits of the children that must be there."""
    level_bits: int = 0
    """The bits of the loops that are lower levels of a hierarchy."""

    @property
    def path(self) -> str:
        """The ids of the loops down to this one, ``2000A/2010AA``; empty for the root."""
        if self.parent is None:
            return ""
        above = self.parent.path
        return f"{above}/{self.id}" if above else self.id

    @property
    def start(self) -> SegmentUse:
        """The segment that opens the loop."""
        first = self.children[0]
        return first if isinstance(first, SegmentUse) else first.start

    @property
    def segments(self) -> list[SegmentUse]:
        """The segments used directly in this loop."""
        return [child for child in self.children if isinstance(child, SegmentUse)]

    @property
    def loops(self) -> list[LoopUse]:
        """The loops directly in this loop."""
        return [child for child in self.children if isinstance(child, LoopUse)]


class Guide(msgspec.Struct, eq=False):
    """A guide for one transaction set. ``also`` are further GS08 values that mean it; ``when`` tells two guides with
    the same id and set apart by an element of BHT, as in ``BHT02=13``; ``group`` is GS01."""

    id: str
    set_id: str
    group: str
    title: str
    root: LoopUse
    also: tuple[str, ...] = ()
    when: tuple[int, str] | None = None
    name: str = ""
    """The short name by which it is spoken of: ``835``, ``837P``, ``277CA``."""


@cache
def guides() -> tuple[Guide, ...]:
    """Every guide that comes with the package."""
    from chartline.formats.x12.guide_text import read_guide
    from chartline.formats.x12.tables import packaged, read_lines

    return tuple(read_guide(read_lines(text, f"{name}.guide")) for name, text in packaged("guides", ".guide"))


def guide_of(set_id: str, version: str, beginning: list[str] | None = None) -> Guide | None:
    """The guide of a transaction: by ST01, by ST03 or GS08, and by the elements of its BHT; None when it is not known.

    ``version`` empty or without guide (``005010``) finds the only guide of the set, if there is only one.
    """
    of_set = [guide for guide in guides() if guide.set_id == set_id]
    named = [guide for guide in of_set if version == guide.id or version in guide.also]
    if not named and version in ("", "005010"):
        named = of_set if len({guide.id for guide in of_set}) == 1 else []
    for guide in named:
        if guide.when is None:
            return guide
        number, value = guide.when
        if beginning is not None and len(beginning) > number and beginning[number] == value:
            return guide
    return named[0] if named else None
