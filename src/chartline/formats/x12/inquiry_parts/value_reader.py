"""Segments as the values that questions and answers share.

Strict about dates and quantities (``x12.bad_date``, ``x12.bad_quantity``); everything else may be missing and is then
empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from chartline.formats.x12.elements import BAD_DATE, BAD_QUANTITY, day, period, place, quantity
from chartline.formats.x12.inquiry_parts.values import (
    Contact,
    Delivery,
    Diagnosis,
    Procedure,
    QualifiedDate,
    Reference,
    Rejection,
    Specialty,
    Trace,
)
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop


def read_traces(loop: Loop) -> tuple[Trace, ...]:
    """Every TRN of a loop."""
    return tuple(Trace(trn.at(2), trn.at(3), trn.at(4), trn.at(1) or "1") for trn in loop.all("TRN"))


def read_references(segments: Iterable[Segment]) -> tuple[Reference, ...]:
    """REF segments as they are."""
    return tuple(Reference(ref.at(1), ref.at(2), ref.at(3)) for ref in segments)


def read_date(dtp: Segment) -> QualifiedDate | None:
    """A DTP; None when it has no date. Raises ``x12.bad_date``."""
    if dtp.at(2) == "DT":
        text = dtp.at(3)
        clock = text[8:]
        if len(text) != 12 or not (clock.isascii() and clock.isdigit() and clock[:2] < "24" and clock[2:] < "60"):
            raise BAD_DATE.error(**place(dtp, 3))
        return QualifiedDate(dtp.at(1), _day_of(text[:8], dtp), time=clock)
    found = period(dtp, 3)
    return QualifiedDate(dtp.at(1), found[0], found[1]) if found is not None else None


def read_dates(segments: Iterable[Segment]) -> tuple[QualifiedDate, ...]:
    """Every DTP that has a date. Raises ``x12.bad_date``."""
    return tuple(found for dtp in segments if (found := read_date(dtp)) is not None)


def read_period(loop: Loop, qualifier: str) -> tuple[date | None, date | None]:
    """First and last day of a DTP; both None when there is none. Raises ``x12.bad_date``."""
    dtp = loop.find("DTP", qualifier)
    found = period(dtp, 3) if dtp is not None else None
    return found or (None, None)


def read_contacts(loop: Loop) -> tuple[Contact, ...]:
    """Every PER of a loop."""
    return tuple(
        Contact(per.at(2), tuple((per.at(at), per.at(at + 1)) for at in (3, 5, 7) if per.at(at) and per.at(at + 1)))
        for per in loop.all("PER")
    )


def read_specialty(loop: Loop) -> Specialty | None:
    """The PRV of a loop, None when it has none."""
    prv = loop.find("PRV")
    return Specialty(prv.at(1), prv.at(3), prv.at(2) or "PXC") if prv is not None else None


def read_diagnoses(loop: Loop) -> tuple[Diagnosis, ...]:
    """Every code of every HI. Raises ``x12.bad_date``."""
    found: list[Diagnosis] = []
    for hi in loop.all("HI"):
        for number in range(1, len(hi.elements) + 1):
            kind, code, form, text = [*hi.components(number), *[""] * 4][:4]
            if code:
                found.append(Diagnosis(code, kind, _day_of(text, hi, number) if form == "D8" and text else None))
    return tuple(found)


def read_procedure(segment: Segment, number: int) -> Procedure | None:
    """A composite procedure; None when the element is empty."""
    parts = segment.components(number)
    if not parts:
        return None
    kind, code, *others = [*parts, *[""] * 8][:8]
    return Procedure(code, kind, tuple(one for one in others[:4] if one), others[4], others[5])


def read_pointers(segment: Segment, number: int) -> tuple[int, ...]:
    """Pointers to diagnoses, counted from 1. Raises ``x12.bad_quantity``."""
    parts = [part for part in segment.components(number) if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 3 for part in parts):
        raise BAD_QUANTITY.error(**place(segment, number))
    return tuple(int(part) for part in parts)


def read_deliveries(loop: Loop) -> tuple[Delivery, ...]:
    """Every HSD of a loop. Raises ``x12.bad_quantity``."""
    return tuple(
        Delivery(
            quantity_kind=hsd.at(1),
            quantity=quantity(hsd, 2),
            interval_kind=hsd.at(3),
            interval=quantity(hsd, 4),
            period=hsd.at(5),
            periods=read_count(hsd, 6),
            days=hsd.at(7),
            time=hsd.at(8),
        )
        for hsd in loop.all("HSD")
    )


def read_rejections(loop: Loop | None, level: str) -> tuple[Rejection, ...]:
    """Every AAA of a loop, none when there is no loop."""
    return tuple(
        Rejection(level=level, reason=aaa.at(3), follow_up=aaa.at(4), is_request_valid=aaa.at(1) == "Y")
        for aaa in (loop.all("AAA") if loop is not None else ())
    )


def read_count(segment: Segment, number: int) -> int | None:
    """A whole number; None when the element is empty. Raises ``x12.bad_quantity``."""
    text = segment.at(number)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BAD_QUANTITY.error(**place(segment, number))
    return int(text)


def _day_of(text: str, segment: Segment, number: int = 3) -> date:
    """The day of a text that is only part of an element."""
    part = Segment(segment.id, [""] * (number - 1) + [text], segment.offset, segment.ordinal, segment.delimiters)
    found = day(part, number)
    if found is None:
        raise BAD_DATE.error(**place(segment, number))
    return found
