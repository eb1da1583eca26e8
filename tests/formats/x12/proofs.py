"""Whether a mutant that no check reports is a valid file with another meaning, and by which freedom of the tables.

Everything is derived again from the tables (``derivation``), rules between segments are asked again here in the
plainest way, and the envelope is looked at by itself. What cannot be proven is a defect of the checks or the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.formats.x12.derivation import Elements, Node, derive, misfit
from tests.formats.x12.mutation import Mutant, Segments

from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.dictionary import dictionary
from chartline.formats.x12.envelope_rules import GROUPS
from chartline.formats.x12.guide import LoopUse, SegmentUse, Situation, Term, guide_of
from chartline.formats.x12.value_formats import a_date, a_time, short_date

_ENVELOPE = frozenset({"ISA", "GS", "GE", "IEA", "TA1"})
_ORDER = re.compile(r"(ISA (TA1 )*(GS (ST SE )+GE )*IEA )+")
_QUALIFIERS = frozenset("01 14 20 27 28 29 30 33 ZZ".split())

Placed = dict[int, tuple[LoopUse, SegmentUse]]
"""The loop and use of each segment of a transaction, by its index in the file."""


class Unproven(Exception):
    """Why a file is not valid by the tables, or not known to be."""


def proof(mutant: Mutant, segments: Segments) -> str:
    """The freedom of the tables that makes the changed file valid. Raises ``Unproven``."""
    delimiters = mutant.original.delimiters
    before, after = _placed(mutant.original.segments, delimiters), _placed(segments, delimiters)
    old = mutant.original.segments[mutant.segment]
    if old[0] in _ENVELOPE:
        return "the envelope lets the sender choose the value"
    if (
        mutant.operator.endswith("element")
        or mutant.operator.endswith("elements")
        or mutant.operator == "truncate segment"
    ):
        return _freedom(old, segments[mutant.segment], after[mutant.segment][1])
    loop, use = before[mutant.segment]
    if mutant.operator == "drop segment":
        if use is loop.start:
            return "the loop repeats or is situational" if loop.most != 1 or not loop.required else _moved()
        if not use.required:
            return "the segment is situational"
        return "the segment repeats" if use.most != 1 else _moved()
    if mutant.operator == "duplicate segment":
        again = after[mutant.segment + 1][1]
        if again.most != 1:
            return "the segment repeats"
        return "the loop repeats, and needs no more" if loop.start is use and loop.most != 1 else _moved()
    one, other = after[mutant.segment], after[mutant.segment + 1]
    if one[0] is other[0] and one[1].place == other[1].place:
        return "both stand at one place, in any order"
    return "each is right in the other's loop too"


def _moved() -> str:
    raise Unproven("it is needed where it stands")


def _freedom(old: Elements, new: Elements, use: SegmentUse) -> str:
    reasons: set[str] = set()
    for number in range(1, max(len(old), len(new))):
        was = old[number] if number < len(old) else ""
        now = new[number] if number < len(new) else ""
        if was == now:
            continue
        element = use.definition.element(number)
        chosen = use.elements.get(number)
        if not now:
            reasons.add("situational")
        elif element is None or chosen is None:
            reasons.add("not used")
        elif element.is_composite:
            reasons.add("a composite with other allowed components")
        elif element.kind in ("R", "N0", "N2"):
            reasons.add("another number that nothing adds up")
        elif not chosen.is_free:
            reasons.add("another allowed code")
        elif element.formats:
            reasons.add("another value of the right form")
        else:
            reasons.add("any text")
    return "element: " + ", ".join(sorted(reasons))


def transactions(segments: Segments) -> Iterator[tuple[str, list[Elements]]]:
    """The transactions of a file, each with the guide its group names."""
    for version, start, end in _spans(segments):
        yield version, list(segments[start:end])


def _spans(segments: Segments) -> Iterator[tuple[str, int, int]]:
    version, start = "", -1
    for index, elements in enumerate(segments):
        if elements[0] == "GS":
            version = elements[8]
        elif elements[0] == "ST":
            start = index
        elif elements[0] == "SE" and start >= 0:
            yield version, start, index + 1
            start = -1


def _placed(segments: Segments, delimiters: Delimiters) -> Placed:
    """Every segment of the transactions with its place. Raises ``Unproven`` where the tables do not allow it."""
    _envelope(segments)
    placed: Placed = {}
    for version, start, end in _spans(segments):
        for at, found in _transaction(list(segments[start:end]), delimiters, version).items():
            placed[start + at] = found
    return placed


def _transaction(segments: list[Elements], delimiters: Delimiters, version: str) -> Placed:
    root = derive(segments, delimiters, version)
    if root is None:
        raise Unproven("the guide's structure does not allow it")
    if segments[0][2] != segments[-1][2] or int(segments[-1][1]) != len(segments):
        raise Unproven("the trailer of the transaction does not fit")
    placed: Placed = {}
    for loop, use, index in root.segments():
        wrong = misfit(use, segments[index], delimiters)
        if wrong:
            raise Unproven(wrong)
        placed[index] = (loop, use)
    for situation in _broken(root, (), segments, delimiters):
        raise Unproven(f"the rule {situation.code} does not hold")
    levels = [elements for elements in segments if elements[0] == "HL"]
    if [elements[1] for elements in levels] != [str(number) for number in range(1, len(levels) + 1)]:
        raise Unproven("the levels are not numbered")
    return placed


def _broken(node: Node, above: tuple[Node, ...], segments: list[Elements], marks: Delimiters) -> Iterator[Situation]:
    chain = (*above, node)
    for situation in node.loop.situations:
        if not _holds(situation, chain, segments, marks):
            yield situation
    for child in node.children:
        if isinstance(child, Node):
            yield from _broken(child, chain, segments, marks)


def _holds(situation: Situation, chain: tuple[Node, ...], segments: list[Elements], marks: Delimiters) -> bool:
    target = situation.target
    same = [term for term in situation.when if _one_segment(term, target)]
    for term in situation.when:
        if term in same:
            continue
        plain = term.negated and not term.values
        if any(_answers(term, each, marks) for each in _meant(term, chain, segments, marks)) == plain:
            return True
    meant = _meant(target, chain, segments, marks)
    if situation.value:
        pattern = re.compile(situation.value)
        return all(pattern.fullmatch(value) for value in (_value(target, each, marks) for each in meant) if value)
    if same:
        concerned = [each for each in meant if all(_answers(term, each, marks) for term in same)]
        return all(_answers(target, each, marks) == situation.needs for each in concerned)
    return any(_answers(target, each, marks) for each in meant) == situation.needs


def _one_segment(term: Term, target: Term) -> bool:
    place = (term.segment, term.key, term.up, term.loops)
    asks = bool(term.element and target.element) and (bool(term.values) or not term.negated)
    return asks and place == (target.segment, target.key, target.up, target.loops)


def _meant(term: Term, chain: tuple[Node, ...], segments: list[Elements], marks: Delimiters) -> list[Elements]:
    """The segments that a term speaks of; for a loop, those that open it."""
    if len(chain) <= term.up:
        return []
    nodes = [chain[len(chain) - 1 - term.up]]
    for name in term.loops:
        nodes = [c for node in nodes for c in node.children if isinstance(c, Node) and c.loop.id == name]
    if not term.segment:
        return [("",) for _ in nodes]
    found = [segments[c[1]] for node in nodes for c in node.children if not isinstance(c, Node)]
    number, component = dictionary()[term.segment].key
    key = Term("", 0, (), term.segment, "", number, component)
    return [e for e in found if e[0] == term.segment and (not term.key or _value(key, e, marks) == term.key)]


def _value(term: Term, elements: Elements, marks: Delimiters) -> str:
    value = elements[term.element] if term.element < len(elements) else ""
    if term.component:
        parts = value.split(marks.component)
        value = parts[term.component - 1] if term.component <= len(parts) else ""
    return value


def _answers(term: Term, elements: Elements, marks: Delimiters) -> bool:
    if not term.element:
        return True
    value = _value(term, elements, marks)
    return bool(value) and (not term.values or (value in term.values) != term.negated)


def _envelope(segments: Segments) -> None:
    names = [e[0] for e in segments if e[0] in (*_ENVELOPE, "ST", "SE")]
    if not _ORDER.fullmatch("".join(f"{name} " for name in names)):
        raise Unproven("the envelope is out of order")
    interchange = group = ""
    functional = version = ""
    groups = transactions = 0
    for elements in segments:
        name = elements[0]
        definition = dictionary()[name] if name in _ENVELOPE else None
        if definition is not None:
            if len(elements) - 1 != len(definition.elements):
                raise Unproven(f"{name} has too many or too few elements")
            for element in definition.elements:
                value = elements[element.number]
                if not element.least <= len(value) <= element.most or (name != "ISA" and value != value.strip()):
                    raise Unproven(f"{name}{element.number:02d} is too short or too long")
        if name == "ISA":
            right = (
                (elements[1] in ("00", "03") and elements[3] in ("00", "01") and elements[6].strip())
                and ({elements[5], elements[7]} <= _QUALIFIERS and elements[8].strip())
                and not (short_date(elements[9]) or a_time(elements[10]))
                and (elements[12] == "00501" and elements[13].isdigit() and elements[14] in ("0", "1"))
                and elements[15] in ("T", "P")
            )
            interchange, groups = elements[13], 0
        elif name == "GS":
            right = not (a_date(elements[4]) or a_time(elements[5])) and elements[7] == "X" and elements[6].isdigit()
            functional, version, group, transactions = elements[1], elements[8], elements[6], 0
            groups += 1
        elif name == "ST":
            right = GROUPS.get(elements[1]) == functional and (len(elements) < 4 or elements[3] == version)
            right = right and guide_of(elements[1], version) is not None
            transactions += 1
        elif name == "GE":
            right = elements[1:] == (str(transactions), group)
        elif name == "IEA":
            right = elements[1:] == (str(groups), interchange)
        elif name == "TA1":
            right = not (short_date(elements[2]) or a_time(elements[3])) and elements[1].isdigit()
        else:
            right = True
        if not right:
            raise Unproven(f"{name} is not right")
