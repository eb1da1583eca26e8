"""Finding one's way in the flat list of segments of a transaction.

X12 loops have no end marker: a loop begins at a known segment and lasts until another may begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.tokenizer import Segment
from chartline.kernel.errors import Again, Blame, ErrorKind

T = TypeVar("T")

INCOMPLETE = ErrorKind(
    "x12.incomplete",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The X12 file leaves out something that it must carry.",
    "Ask the sender for a corrected file; the fields name what is missing and near which segment.",
    status=422,
)


def split(segments: Iterable[Segment], *starts: str) -> tuple[list[Segment], list[list[Segment]]]:
    """The segments before the first loop, and the loops: each begins with a segment whose id is in ``starts``."""
    before: list[Segment] = []
    loops: list[list[Segment]] = []
    current = before
    for segment in segments:
        if segment.id in starts:
            current = [segment]
            loops.append(current)
        else:
            current.append(segment)
    return before, loops


def until(segments: Iterable[Segment], *stops: str) -> list[Segment]:
    """The segments before the first whose id is in ``stops``."""
    kept: list[Segment] = []
    for segment in segments:
        if segment.id in stops:
            break
        kept.append(segment)
    return kept


def find(segments: Iterable[Segment], name: str, *qualifiers: str) -> Segment | None:
    """The first segment with this id and, where given, one of these qualifiers in element 01."""
    for segment in segments:
        if segment.id == name and (not qualifiers or segment.at(1) in qualifiers):
            return segment
    return None


def value(segments: Iterable[Segment], name: str, qualifier: str, number: int = 2) -> str:
    """Element ``number`` of the first such segment, empty when there is none: ``value(loop, "REF", "D9")``."""
    segment = find(segments, name, qualifier)
    return segment.at(number) if segment is not None else ""


def named(loops: Sequence[list[Segment]], role: str) -> list[Segment]:
    """The first loop whose NM1 or N1 has this role in element 01; empty when there is none."""
    for loop in loops:
        if loop[0].at(1) == role:
            return loop
    return []


def person_name(segment: Segment) -> PersonName:
    """NM103 to NM105 and NM107."""
    return PersonName(last=segment.at(3), first=segment.at(4), middle=segment.at(5), suffix=segment.at(7))


def address(loop: Iterable[Segment]) -> Address | None:
    """N3 and N4 of a loop; None when it has neither."""
    segments = list(loop)
    street, town = find(segments, "N3"), find(segments, "N4")
    if street is None and town is None:
        return None
    return Address(
        line1=street.at(1) if street else "",
        line2=street.at(2) if street else "",
        city=town.at(1) if town else "",
        state=town.at(2) if town else "",
        zip=town.at(3) if town else "",
        country=town.at(4) if town else "",
    )


def present(found: T | None, name: str, near: Segment | None) -> T:
    """The segment or value itself. Raises ``x12.incomplete`` naming it when it is None."""
    if found is None:
        raise INCOMPLETE.error(missing=name, near=f"{near.id} {near.ordinal}" if near else "")
    return found
