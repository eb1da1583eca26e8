"""What differs between two files, by meaning: transactions and claims are paired by their numbers, not by their lines.

Order, delimiters, line ends and the envelope with its dates, counts and control numbers do not count as differences.
Works on loops: those of one kind are paired by what identifies them (the claim number, the line number, the role of a
name), the rest by order. Holds both files in memory: for files of a few megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chartline.formats.x12.envelope import Transaction, read_interchanges
from chartline.formats.x12.explain.meaning import MASK, Meaning, meanings
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop, read_tree

_NUMBERS = {"CLP": 1, "CLM": 1, "LX": 1, "TRN": 2, "SVC": 1, "EB": 1, "INS": 1, "N1": 1, "NM1": 1, "STC": 1, "ENT": 1}
"""The element that tells loops of one kind apart, by the segment that opens them."""


class Change(msgspec.Struct, frozen=True):
    """One difference: where (``835 2000/2100 CLP*A1``), the segment and element, our label, and both values.

    A whole segment or loop that only one file has carries an empty ``label`` and its text on one side.
    """

    where: str
    place: str
    label: str
    before: str
    after: str
    identifying: bool = False

    def shown(self, *, values: bool) -> tuple[str, str]:
        """Both values for a reader; masked where they name somebody, unless ``values``."""
        if values or not self.identifying:
            return self.before, self.after
        return (MASK if self.before else ""), (MASK if self.after else "")


def changes(before: bytes, after: bytes) -> list[Change]:
    """Every difference between two files. Raises as ``read_interchanges`` does."""
    one, other = _transactions(before), _transactions(after)
    found: list[Change] = []
    for key in dict.fromkeys([*one, *other]):
        if key not in one or key not in other:
            absent = "transaction"
            found.append(Change(key, "ST", "", absent if key in one else "", absent if key in other else ""))
        else:
            found += _loops(key, one[key], other[key])
    return found


def _transactions(data: bytes) -> dict[str, Loop]:
    found: dict[str, Loop] = {}
    for interchange in read_interchanges(data):
        for group in interchange.groups:
            for transaction in group.transactions:
                key = _unique(f"{transaction.set_id} {_reference(transaction)}".strip(), found)
                found[key] = read_tree(transaction, group.guide)
    return found


def _reference(transaction: Transaction) -> str:
    """What identifies a transaction beyond its control number: its trace or its own reference."""
    for segment in transaction.segments[:8]:
        if segment.id in ("BHT", "TRN"):
            return segment.at(3 if segment.id == "BHT" else 2)
    return transaction.control


def _loops(where: str, before: Loop, after: Loop) -> Iterator[Change]:
    yield from _segments(where, before.segments, after.segments)
    one = _by_key(before.loops)
    other = _by_key(after.loops)
    for key in dict.fromkeys([*one, *other]):
        inner = f"{where}/{key}"
        if key in one and key in other:
            yield from _loops(inner, one[key], other[key])
        else:
            texts = (_text(one[key]) if key in one else "", _text(other[key]) if key in other else "")
            yield Change(inner, (one.get(key) or other[key]).id, "", *texts, identifying=True)


def _by_key(loops: list[Loop]) -> dict[str, Loop]:
    found: dict[str, Loop] = {}
    for loop in loops:
        first = loop.segments[0] if loop.segments else None
        number = first.at(_NUMBERS[first.id]) if first is not None and first.id in _NUMBERS else ""
        found[_unique(f"{loop.id}[{number}]" if number else loop.id, found)] = loop
    return found


def _segments(where: str, before: list[Segment], after: list[Segment]) -> Iterator[Change]:
    one, other = _by_qualifier(before), _by_qualifier(after)
    for key in dict.fromkeys([*one, *other]):
        if key not in one or key not in other:
            texts = (_raw(one[key]) if key in one else "", _raw(other[key]) if key in other else "")
            yield Change(where, key, "", *texts, identifying=True)
        elif one[key].elements != other[key].elements:
            yield from _values(where, one[key], other[key])


def _by_qualifier(segments: list[Segment]) -> dict[str, Segment]:
    found: dict[str, Segment] = {}
    for segment in segments:
        found[_unique(f"{segment.id}*{segment.at(1)}" if segment.id not in _NUMBERS else segment.id, found)] = segment
    return found


def _values(where: str, before: Segment, after: Segment) -> Iterator[Change]:
    one, other = _by_place(before), _by_place(after)
    for place in dict.fromkeys([*one, *other]):
        old, new = one.get(place), other.get(place)
        known = old or new
        if known is not None and (old.value if old else "") != (new.value if new else ""):
            number, component, _ = place
            name = f"{before.id}{number:02d}" + (f"-{component}" if component else "")
            values = (old.value if old else "", new.value if new else "")
            yield Change(where, name, known.label, *values, identifying=bool(known.identifies))


def _by_place(segment: Segment) -> dict[tuple[int, int, int], Meaning]:
    found: dict[tuple[int, int, int], Meaning] = {}
    for each in meanings(segment.id, segment.elements, segment.delimiters):
        repetition = 0
        while (each.element, each.component, repetition) in found:
            repetition += 1
        found[each.element, each.component, repetition] = each
    return found


def _unique(key: str, taken: dict[str, Loop] | dict[str, Segment]) -> str:
    number, name = 1, key
    while name in taken:
        number += 1
        name = f"{key}#{number}"
    return name


def _raw(segment: Segment) -> str:
    return segment.delimiters.element.join([segment.id, *segment.elements])


def _text(loop: Loop) -> str:
    return " ".join(_raw(segment) for segment in loop.segments[:1])
