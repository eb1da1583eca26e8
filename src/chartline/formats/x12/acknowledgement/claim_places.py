"""Which claims of an 837 file a segment concerns.

A problem in a claim concerns that claim; one at the patient, the subscriber or the billing provider concerns every
claim below; one in the heading or the trailer concerns all of the transaction. Reads only the segments that open levels
and date claims, in one pass, whatever the kind of claim.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from chartline.formats.x12.days import DAYS
from chartline.formats.x12.record import Record
from chartline.formats.x12.source import LENIENT, Block, Source, read_blocks

_LEVELS = {"20": 1, "22": 2, "23": 3}
"""HL03 of billing provider, subscriber and patient: their depth below the heading."""
_SERVICE_DATES = ("472", "434")
_INSTITUTIONAL = "A"
_READ = frozenset({"ST", "SE", "HL", "BHT", "CLM", "DTP"})


class ClaimPlace(Record, kw_only=True, frozen=True, gc=False):
    """One claim: CLM01, the days of service from first to last, and the bill type of an institutional claim."""

    number: str
    first_day: date | None = None
    last_day: date | None = None
    bill_type: str = ""


class SubmittedTransaction(Record, frozen=True, kw_only=True, gc=False):
    """One 837 of a file: its control number, BHT03, and which claims of the file are its own, counted from 0."""

    control: str
    reference: str
    claims: range


class ClaimPlaces(Record, frozen=True):
    """The claims of a file in order, its transactions, and where everything begins."""

    claims: list[ClaimPlace]
    transactions: list[SubmittedTransaction]
    _starts: list[int]
    _owners: list[list[int]]

    def concerned(self, segment: int) -> list[int]:
        """The claims, counted from 0, that a segment concerns; ``segment`` is its number in the file, from 1."""
        index = bisect_right(self._starts, segment) - 1
        return self._owners[index] if index >= 0 else []


def find_claims(source: Source) -> ClaimPlaces:
    """The places of the claims of every 837 in a file. Raises ``x12.unreadable`` and ``x12.segment_too_large``."""
    scan = _Scan()
    for block in read_blocks(source, LENIENT):
        scan.take(block)
    return ClaimPlaces(scan.claims, scan.transactions, scan.starts, scan.owners)


class _Scan:
    def __init__(self) -> None:
        self.claims: list[ClaimPlace] = []
        self.transactions: list[SubmittedTransaction] = []
        self.starts: list[int] = []
        self.owners: list[list[int]] = []
        self._levels: list[list[int]] = []
        """The owners of the open heading, billing provider, subscriber and patient; none outside an 837."""
        self._in_claim = False
        self._control = ""
        self._reference = ""
        self._first = 0

    def take(self, block: Block) -> None:
        mark, component = block.delimiters.element, block.delimiters.component
        for index, raw in enumerate(block.raws):
            if raw.partition(mark)[0] in _READ:
                elements = [element.strip() for element in raw.split(mark)] + [""] * 5
                self._segment(elements, component, block.ordinal + index)

    def _segment(self, elements: list[str], component: str, ordinal: int) -> None:
        match elements[0]:
            case "ST":
                self._in_claim = False
                self._levels = [self._open(ordinal)] if elements[1] == "837" else []
                self._control, self._reference, self._first = elements[2], "", len(self.claims)
            case "BHT":
                self._reference = elements[3]
            case "HL" if self._levels:
                self._in_claim = False
                depth = _LEVELS.get(elements[3], len(self._levels))
                self._levels = [*self._levels[:depth], self._open(ordinal)]
            case "CLM" if self._levels:
                self._claim(elements, component, ordinal)
            case "DTP" if self._in_claim and elements[1] in _SERVICE_DATES:
                self._date(elements[3])
            case "SE" if self._levels:
                self._end(ordinal)

    def _claim(self, elements: list[str], component: str, ordinal: int) -> None:
        for owners in (*self._levels, self._open(ordinal)):
            owners.append(len(self.claims))
        place = [*elements[5].split(component), "", "", ""]
        bill_type = place[0] + place[2] if place[1] == _INSTITUTIONAL else ""
        self.claims.append(ClaimPlace(number=elements[1], bill_type=bill_type))
        self._in_claim = True

    def _date(self, text: str) -> None:
        claim = self.claims[-1]
        try:
            days = [DAYS[day] for day in text.split("-")]
        except ValueError:
            # The check reports it; a claim without a day is still answered.
            return
        first, last = min(days), max(days)
        self.claims[-1] = ClaimPlace(
            number=claim.number,
            bill_type=claim.bill_type,
            first_day=min(claim.first_day or first, first),
            last_day=max(claim.last_day or last, last),
        )

    def _end(self, ordinal: int) -> None:
        self.transactions.append(
            SubmittedTransaction(
                control=self._control, reference=self._reference, claims=range(self._first, len(self.claims))
            )
        )
        # What is wrong with the trailer concerns the whole transaction.
        self.starts.append(ordinal)
        self.owners.append(self._levels[0])
        self._open(ordinal + 1)
        self._levels, self._in_claim = [], False

    def _open(self, ordinal: int) -> list[int]:
        owners: list[int] = []
        self.starts.append(ordinal)
        self.owners.append(owners)
        return owners
