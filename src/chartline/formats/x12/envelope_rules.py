"""The envelope of a file while it is checked: headers and trailers, counts, control numbers, versions.

Keeps the open interchange, group and transaction, and writes problems where an acknowledgement will look for them.
"""

from __future__ import annotations

from functools import cache

from chartline.formats.x12.check_result import (
    CheckResult,
    GroupResult,
    InterchangeResult,
    TransactionResult,
)
from chartline.formats.x12.code_lists import STANDARD
from chartline.formats.x12.dictionary import dictionary
from chartline.formats.x12.guide import ElementUse, SegmentUse
from chartline.formats.x12.problem import Kind, Place, Problem, kinds
from chartline.formats.x12.segment_check import flaws
from chartline.formats.x12.source import Block
from chartline.formats.x12.value_formats import a_date, a_time, short_date

VERSION = "00501"
GROUPS = {
    "270": "HS",
    "271": "HB",
    "276": "HR",
    "277": "HN",
    "278": "HI",
    "820": "RA",
    "834": "BE",
    "835": "HP",
    "837": "HC",
    "997": "FA",
    "999": "FA",
}
"""GS01 by transaction set."""
_AT_THE_END = frozenset({"truncated", "iea_missing"})
_QUALIFIERS = frozenset("01 14 20 27 28 29 30 33 ZZ".split())


class EnvelopeCheck:
    """The open envelope, and the place where all problems are written."""

    def __init__(self, result: CheckResult, most: int) -> None:
        self.result = result
        self._most = most
        self._count = 0
        self.interchange: InterchangeResult | None = None
        self.group: GroupResult | None = None
        self.transaction: TransactionResult | None = None
        self._groups: set[str] = set()
        self._noticed = False
        self._transactions: set[str] = set()
        self._began = 0

    def report(
        self,
        key: str,
        block: Block,
        ordinal: int,
        name: str,
        element: int = 0,
        found: str = "",
        expected: str = "",
    ) -> None:
        """A problem with the envelope at one of its segments."""
        self.write(kinds()[key], self.place(block, ordinal, name, element=element), found, expected)

    def place(
        self,
        block: Block,
        ordinal: int,
        name: str,
        path: str = "",
        element: int = 0,
        component: int = 0,
        repetition: int = 0,
    ) -> Place:
        """A place in the open transaction, group and interchange."""
        index = ordinal - block.ordinal
        return Place(
            block.byte(index) if 0 <= index < len(block.raws) else block.offset,
            ordinal,
            name,
            ordinal - self._began + 1 if self.transaction is not None else 0,
            path,
            element,
            component,
            repetition,
            self.interchange.control if self.interchange is not None else "",
            self.group.control if self.group is not None else "",
            self.transaction.control if self.transaction is not None else "",
        )

    def write(
        self, kind: Kind, place: Place, found: str = "", expected: str = "", label: str = "", identifying: bool = False
    ) -> None:
        """Keep a problem with the innermost part of the envelope that is open; beyond the limit, only say so once."""
        self._count += 1
        if self._count > self._most + 1:
            return
        if self._count == self._most + 1:
            kind, found, expected, label = kinds()["enough"], "", str(self._most), ""
        problem = Problem(kind, place, found, expected, label, identifying)
        owner = self.transaction or self.group or self.interchange
        if owner is None or kind.ta1:
            owner = self.interchange
        (self.result.loose if owner is None else owner.problems).append(problem)

    def notes(self, block: Block) -> None:
        """What the reading of the file let pass before the segments of this block."""
        for note in block.notes:
            key = note.code.removeprefix("x12.")
            if key not in _AT_THE_END:
                self._count += 1
                self.result.loose.append(Problem(kinds()[key], Place(note.byte, block.ordinal, "ISA")))

    def cut(self, block: Block, name: str) -> None:
        """The interchange stops without its IEA: said of the last segment that was read, ``name``."""
        for note in block.notes:
            key = note.code.removeprefix("x12.")
            if key in _AT_THE_END:
                control = self.interchange.control if self.interchange is not None else ""
                last = block.ordinal + len(block.raws) - 1
                self.write(kinds()[key], Place(note.byte, last, name, interchange=control))

    def take(self, elements: list[str], block: Block, ordinal: int) -> None:
        """A segment outside every transaction."""
        name = elements[0]
        if name == "ISA":
            self._isa(elements, block, ordinal)
        elif name == "GS" and self.interchange is not None:
            self._gs(elements, block, ordinal)
        elif name == "GE" and self.group is not None:
            self._ge(elements, block, ordinal)
        elif name == "IEA" and self.interchange is not None:
            self._iea(elements, block, ordinal)
        elif name == "TA1" and self.group is None and self.interchange is not None:
            self._ta1(elements, block, ordinal)
        elif not name:
            self.report("segment_empty", block, ordinal, name)
        else:
            self.report("misplaced", block, ordinal, name)

    def _ta1(self, elements: list[str], block: Block, ordinal: int) -> None:
        self._noticed = True
        for flaw in flaws(_interchange_note(), elements, block.delimiters, STANDARD):
            place = self.place(block, ordinal, "TA1", "", flaw.element)
            self.write(kinds()[flaw.key], place, flaw.found, flaw.expected, flaw.label, flaw.identifying)

    def open_transaction(self, elements: list[str], block: Block, ordinal: int) -> TransactionResult | None:
        """The ST: a new transaction in the open group; None where there is no group."""
        if self.group is None or self.interchange is None:
            self.report("misplaced", block, ordinal, "ST")
            return None
        set_id, control, guide = (_at(elements, number) for number in (1, 2, 3))
        self._began = ordinal
        self.transaction = TransactionResult(set_id=set_id, control=control, guide=guide or self.group.guide)
        self.group.transactions.append(self.transaction)
        if control in self._transactions:
            self.report("st02", block, ordinal, "ST", 2, control)
        self._transactions.add(control)
        if guide and guide != self.group.guide:
            self.report("st03", block, ordinal, "ST", 3, guide, self.group.guide)
        functional = GROUPS.get(set_id)
        if functional is not None and functional != self.group.functional:
            self.report("functional_group", block, ordinal, "ST", 1, self.group.functional, functional)
        return self.transaction

    def close_transaction(self, elements: list[str], block: Block, ordinal: int) -> bool:
        """The SE; False where no transaction is open."""
        if self.transaction is None:
            return False
        self.transaction.segments = ordinal - self._began + 1
        declared = _at(elements, 1)
        if _number(declared) != self.transaction.segments:
            self.report("se01", block, ordinal, "SE", 1, declared, str(self.transaction.segments))
        if _at(elements, 2) != self.transaction.control:
            self.report("se02", block, ordinal, "SE", 2, _at(elements, 2), self.transaction.control)
        self.transaction = None
        return True

    def lose_transaction(self, block: Block, ordinal: int) -> None:
        """A transaction that ends without SE, noticed at this segment."""
        if self.transaction is not None:
            self.transaction.segments = ordinal - self._began
            self.report("se_missing", block, ordinal, "SE")
            self.transaction = None

    def end(self, block: Block) -> None:
        """The interchange ends, with its IEA or without."""
        if self.interchange is None:
            return
        last = block.ordinal + len(block.raws) - 1
        self.lose_transaction(block, last)
        if self.group is not None:
            self.report("ge_missing", block, last, "GE")
            self.group = None
        self.interchange = None

    def _isa(self, elements: list[str], block: Block, ordinal: int) -> None:
        if self.interchange is not None:
            self.report("misplaced", block, ordinal, "ISA")
            return
        self._groups = set()
        self._noticed = False
        fields = [value.strip() for value in elements]
        fields += [""] * (17 - len(fields))
        self.interchange = InterchangeResult(
            sender_qualifier=fields[5],
            sender=fields[6],
            receiver_qualifier=fields[7],
            receiver=fields[8],
            date=fields[9],
            time=fields[10],
            version=fields[12],
            control=fields[13],
            acknowledge=fields[14] == "1",
            usage=fields[15],
        )
        self.result.interchanges.append(self.interchange)
        # What was noted about the reading of this ISA belongs to its interchange.
        self.interchange.problems += [p for p in self.result.loose if p.kind.code == "x12.isa_width"]
        self.result.loose[:] = [p for p in self.result.loose if p.kind.code != "x12.isa_width"]
        wrong = {
            1: fields[1] not in ("00", "03"),
            3: fields[3] not in ("00", "01"),
            5: fields[5] not in _QUALIFIERS,
            6: not fields[6],
            7: fields[7] not in _QUALIFIERS,
            8: not fields[8],
            9: bool(short_date(fields[9])),
            10: bool(a_time(fields[10])),
            14: fields[14] not in ("0", "1"),
            15: fields[15] not in ("T", "P"),
        }
        for number, is_wrong in wrong.items():
            if is_wrong:
                self.report("isa_value", block, ordinal, "ISA", number, fields[number])
        if fields[12] != VERSION:
            self.report("version", block, ordinal, "ISA", 12, fields[12], VERSION)
        if not (len(fields[13]) == 9 and fields[13].isascii() and fields[13].isdigit()):
            self.report("isa_control", block, ordinal, "ISA", 13, fields[13])

    def _gs(self, elements: list[str], block: Block, ordinal: int) -> None:
        if self.group is not None:
            self.report("ge_missing", block, ordinal, "GE")
        fields = [value.strip() for value in elements] + [""] * 9
        self._transactions = set()
        self.group = GroupResult(
            functional=fields[1],
            sender=fields[2],
            receiver=fields[3],
            date=fields[4],
            time=fields[5],
            control=fields[6],
            guide=fields[8],
        )
        if self.interchange is not None:
            self.interchange.groups.append(self.group)
        if fields[6] in self._groups:
            self.report("gs06", block, ordinal, "GS", 6, fields[6])
        self._groups.add(fields[6])
        wrong = {
            1: not fields[1],
            2: not 2 <= len(fields[2]) <= 15,
            3: not 2 <= len(fields[3]) <= 15,
            4: bool(a_date(fields[4])),
            5: bool(a_time(fields[5])),
            6: _number(fields[6]) < 0 or len(fields[6]) > 9,
            7: fields[7] != "X",
        }
        for number, is_wrong in wrong.items():
            if is_wrong:
                self.report("gs_value", block, ordinal, "GS", number, fields[number])
        if not fields[8].startswith("005010"):
            self.report("version", block, ordinal, "GS", 8, fields[8], "005010")
        self._extra("gs_value", elements, block, ordinal)

    def _ge(self, elements: list[str], block: Block, ordinal: int) -> None:
        group = self.group
        if group is None:
            return
        group.declared = _at(elements, 1)
        if _number(group.declared) != len(group.transactions):
            self.report("ge01", block, ordinal, "GE", 1, group.declared, str(len(group.transactions)))
        if _at(elements, 2) != group.control:
            self.report("ge02", block, ordinal, "GE", 2, _at(elements, 2), group.control)
        if not group.transactions:
            self.report("empty_group", block, ordinal, "GE")
        self._extra("gs_value", elements, block, ordinal)
        self.group = None

    def _iea(self, elements: list[str], block: Block, ordinal: int) -> None:
        interchange = self.interchange
        if interchange is None:
            return
        if self.group is not None:
            self.report("ge_missing", block, ordinal, "GE")
            self.group = None
        if not interchange.groups and not self._noticed:
            self.report("empty_interchange", block, ordinal, "IEA")
        if _number(_at(elements, 1)) != len(interchange.groups):
            self.report("iea01", block, ordinal, "IEA", 1, _at(elements, 1), str(len(interchange.groups)))
        if _at(elements, 2) != interchange.control:
            self.report("iea02", block, ordinal, "IEA", 2, _at(elements, 2), interchange.control)
        self._extra("isa_value", elements, block, ordinal)

    def _extra(self, key: str, elements: list[str], block: Block, ordinal: int) -> None:
        """Elements that the segment does not have."""
        most = len(dictionary()[elements[0]].elements)
        if len(elements) - 1 > most:
            self.report(key, block, ordinal, elements[0], most + 1, elements[most + 1], f"{most} elements")


@cache
def _interchange_note() -> SegmentUse:
    """How a TA1 is used: it belongs to no guide, and all of its elements are required."""
    definition = dictionary()["TA1"]
    elements = {element.number: ElementUse(element.number, True) for element in definition.elements}
    return SegmentUse("TA1", definition.name, False, 0, 0, 1, elements, definition, frozenset())


def _at(elements: list[str], number: int) -> str:
    return elements[number].strip() if number < len(elements) else ""


def _number(text: str) -> int:
    """A count as sent; -1 when it is not one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
