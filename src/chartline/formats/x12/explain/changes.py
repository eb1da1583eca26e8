"""What differs between two files, by meaning: transactions and claims are paired by their numbers, not by their lines.

Order, delimiters, line ends and the envelope with its dates, counts and control numbers do not count as differences.
Works on loops: those of one kind are paired by what identifies them (the claim number, the line number, the role of a
name), the rest by order. Holds both files in memory: for files of a few megabytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from decimal import Decimal, InvalidOperation

from chartline.formats.x12.dictionary import dictionary
from chartline.formats.x12.envelope import Transaction, read_interchanges
from chartline.formats.x12.explain.meaning import Meaning, masked, meanings
from chartline.formats.x12.record import Record
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop, read_tree

_NUMBERS = {"CLP": 1, "CLM": 1, "LX": 1, "TRN": 2, "SVC": 1, "EB": 1, "INS": 1, "N1": 1, "NM1": 1, "STC": 1, "ENT": 1}
"""The element that tells loops of one kind apart, by the segment that opens them."""
_ACCOUNTS = frozenset({"CLP", "CLM", "HL"})
"""Where that element names an account or a person."""


class Step(Record, frozen=True, gc=False):
    """One loop on the way to a difference: its id, and what tells it from others of its kind."""

    id: str
    number: str = ""
    identifies: str = ""

    def shown(self, *, values: bool) -> str:
        """``2100[A1]``; masked where the number names an account or a person, unless ``values``."""
        number = self.number if values else masked(self.number, self.identifies)
        return f"{self.id}[{number}]" if number else self.id


class Change(Record, frozen=True):
    """One difference: the loops that lead to it, the segment and element (``CLP04``), our label, and both values.

    A whole segment, loop or transaction that only one file has carries an empty ``label`` and its text on one side.
    """

    steps: tuple[Step, ...]
    place: str
    label: str
    before: str
    after: str
    identifies: str = ""

    def where(self, *, values: bool) -> str:
        """``835 EFT1/2000[1]/2100[A1]``."""
        return "/".join(step.shown(values=values) for step in self.steps)

    def shown(self, *, values: bool) -> tuple[str, str]:
        """Both values for a reader; masked where they name somebody, unless ``values``."""
        if values:
            return self.before, self.after
        return masked(self.before, self.identifies), masked(self.after, self.identifies)


def changes(before: bytes, after: bytes) -> list[Change]:
    """Every difference between two files. Raises as ``read_interchanges`` does."""
    one, other = _transactions(before), _transactions(after)
    found: list[Change] = []
    for step in dict.fromkeys([*one, *other]):
        if step not in one or step not in other:
            absent = "transaction"
            sides = (absent if step in one else "", absent if step in other else "")
            found.append(Change((step,), "ST", "", *sides))
        else:
            found += _loops((step,), one[step], other[step])
    return found


def _transactions(data: bytes) -> dict[Step, Loop]:
    found: dict[Step, Loop] = {}
    repeats: Counter[Step] = Counter()
    for interchange in read_interchanges(data):
        for group in interchange.groups:
            for transaction in group.transactions:
                step = _unique(Step(f"{transaction.set_id} {_reference(transaction)}".strip()), found, repeats)
                found[step] = read_tree(transaction, group.guide)
    return found


def _reference(transaction: Transaction) -> str:
    """What identifies a transaction beyond its control number: its trace or its own reference."""
    for segment in transaction.segments[:8]:
        if segment.id in ("BHT", "TRN"):
            return segment.at(3 if segment.id == "BHT" else 2)
    return transaction.control


def _loops(steps: tuple[Step, ...], before: Loop, after: Loop) -> Iterator[Change]:
    yield from _segments(steps, before.segments, after.segments)
    one = _by_step(before.loops)
    other = _by_step(after.loops)
    for step in dict.fromkeys([*one, *other]):
        inner = (*steps, step)
        if step in one and step in other:
            yield from _loops(inner, one[step], other[step])
        else:
            texts = (_text(one[step]) if step in one else "", _text(other[step]) if step in other else "")
            yield Change(inner, step.id, "", *texts, identifies="text")


def _by_step(loops: list[Loop]) -> dict[Step, Loop]:
    found: dict[Step, Loop] = {}
    repeats: Counter[Step] = Counter()
    for loop in loops:
        first = loop.segments[0] if loop.segments else None
        if first is None:
            number = ""
        elif first.id == "HL":
            number = _person(loop)
        else:
            number = first.at(_NUMBERS[first.id]) if first.id in _NUMBERS else ""
        kind = "account" if first is not None and first.id in _ACCOUNTS else ""
        found[_unique(Step(loop.id, number, kind), found, repeats)] = loop
    return found


def _person(loop: Loop) -> str:
    """Who a level is about: the id, else the name, of the first name below it."""
    for each in (loop, *loop.loops):
        name = each.find("NM1")
        if name is not None:
            return name.at(9) or " ".join(part for part in (name.at(3), name.at(4)) if part)
    return ""


def _segments(steps: tuple[Step, ...], before: list[Segment], after: list[Segment]) -> Iterator[Change]:
    one, other = _by_qualifier(before), _by_qualifier(after)
    for step in dict.fromkeys([*one, *other]):
        if step not in one or step not in other:
            texts = (_raw(one[step]) if step in one else "", _raw(other[step]) if step in other else "")
            yield Change(steps, step.id, "", *texts, identifies="text")
        elif one[step].elements != other[step].elements and one[step].id != "HL":
            yield from _values(steps, one[step], other[step])


def _by_qualifier(segments: list[Segment]) -> dict[Step, Segment]:
    found: dict[Step, Segment] = {}
    repeats: Counter[Step] = Counter()
    for segment in segments:
        name = segment.id
        definition = dictionary().get(name)
        if name not in _NUMBERS and definition is not None and definition.elements:
            first = definition.elements[0]
            # Only where the first element is a qualifier does it tell segments of one kind apart.
            name = f"{name}*{segment.at(1)}" if first.kind == "ID" and not first.identifies else name
        found[_unique(Step(name), found, repeats)] = segment
    return found


def _values(steps: tuple[Step, ...], before: Segment, after: Segment) -> Iterator[Change]:
    one, other = _by_place(before), _by_place(after)
    for place in dict.fromkeys([*one, *other]):
        old, new = one.get(place), other.get(place)
        known = old or new
        if known is not None and not _same(old.value if old else "", new.value if new else "", before, place[0]):
            number, component, _ = place
            name = f"{before.id}{number:02d}" + (f"-{component}" if component else "")
            values = (old.value if old else "", new.value if new else "")
            yield Change(steps, name, known.label, *values, identifies=known.identifies)


def _same(before: str, after: str, segment: Segment, number: int) -> bool:
    """Whether two values mean the same: ``100`` and ``100.00`` are one amount."""
    if before == after:
        return True
    definition = dictionary().get(segment.id)
    element = definition.element(number) if definition is not None else None
    if element is None or element.kind not in ("R", "N0") or not before or not after:
        return before.strip() == after.strip()
    try:
        return Decimal(before) == Decimal(after)
    except InvalidOperation:
        return False


def _by_place(segment: Segment) -> dict[tuple[int, int, int], Meaning]:
    found: dict[tuple[int, int, int], Meaning] = {}
    for each in meanings(segment.id, segment.elements, segment.delimiters):
        repetition = 0
        while (each.element, each.component, repetition) in found:
            repetition += 1
        found[each.element, each.component, repetition] = each
    return found


def _unique(step: Step, taken: Container[Step], repeats: Counter[Step]) -> Step:
    """The step itself, or ``2100#2`` for the second with the same id and number; ``repeats`` counts them."""
    found = step
    while found in taken:
        repeats[step] += 1
        found = Step(f"{step.id}#{repeats[step] + 1}", step.number, step.identifies)
    return found


def _raw(segment: Segment) -> str:
    return segment.delimiters.element.join([segment.id, *segment.elements])


def _text(loop: Loop) -> str:
    return " ".join(_raw(segment) for segment in loop.segments[:1])
