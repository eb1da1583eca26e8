"""The values that questions and answers share, as segments.

Numbers and codes are written as they are; names of contacts pass through ``clean``. Refuses a value without its code or
number (``x12.missing``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from chartline.formats.x12.elements import day_text
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
from chartline.formats.x12.writer import MISSING, TOO_MANY, Draft, Element, clean, require

T = TypeVar("T")

MOST_MODIFIERS = 4
MOST_NUMBERS = 3
MOST_POINTERS = 4


def write_traces(traces: Sequence[Trace], most: int) -> Iterator[Draft]:
    """TRN segments, at most so many."""
    for trace in fitting_count(traces, most, "traces"):
        number = require(trace.number, "trace.number")
        yield ("TRN", trace.kind, number, require(trace.originator, "trace.originator"), trace.division)


def write_references(references: Sequence[Reference], most: int = 9) -> Iterator[Draft]:
    """REF segments, at most so many."""
    for one in fitting_count(references, most, "references"):
        yield ("REF", require(one.qualifier, "reference.qualifier"), require(one.value, "reference"), one.description)


def write_date(date: QualifiedDate) -> Draft:
    """A DTP: with a time, with a range, or with one day."""
    qualifier = require(date.qualifier, "date.qualifier")
    if date.time:
        return ("DTP", qualifier, "DT", f"{day_text(date.day)}{date.time}")
    if date.through is not None:
        return ("DTP", qualifier, "RD8", f"{day_text(date.day)}-{day_text(date.through)}")
    return ("DTP", qualifier, "D8", date.day)


def write_dates(dates: Sequence[QualifiedDate], most: int) -> Iterator[Draft]:
    """DTP segments, at most so many."""
    return map(write_date, fitting_count(dates, most, "dates"))


def write_contacts(contacts: Sequence[Contact], most: int) -> Iterator[Draft]:
    """PER segments, at most so many."""
    for contact in fitting_count(contacts, most, "contacts"):
        numbers = fitting_count(contact.numbers, MOST_NUMBERS, "contact.numbers")
        yield ("PER", "IC", clean(contact.name), *(part for number in numbers for part in number))


def write_specialty(specialty: Specialty | None) -> Iterator[Draft]:
    """A PRV, when there is one."""
    if specialty is not None:
        kind = specialty.kind if specialty.code else None
        yield ("PRV", require(specialty.role, "specialty.role"), kind, specialty.code)


def write_diagnoses(diagnoses: Sequence[Diagnosis], most: int) -> Iterator[Draft]:
    """One HI, when there are diagnoses."""
    if diagnoses:
        held = fitting_count(diagnoses, most, "diagnoses")
        yield (
            "HI",
            *(
                (
                    require(one.kind, "diagnosis.kind"),
                    require(one.code, "diagnosis"),
                    "D8" if one.day else None,
                    one.day,
                )
                for one in held
            ),
        )


def procedure_element(procedure: Procedure | None) -> Element:
    """A composite procedure, absent when there is none."""
    if procedure is None:
        return None
    modifiers = fitting_count(procedure.modifiers, MOST_MODIFIERS, "modifiers")
    gaps = [None] * (MOST_MODIFIERS - len(modifiers))
    kind = require(procedure.kind, "procedure.kind")
    return (kind, require(procedure.code, "procedure"), *modifiers, *gaps, procedure.description, procedure.through)


def pointers_element(pointers: Sequence[int]) -> Element:
    """A composite of pointers to diagnoses, absent when there are none."""
    return tuple(fitting_count(pointers, MOST_POINTERS, "diagnosis_pointers")) or None


def write_deliveries(deliveries: Sequence[Delivery], most: int) -> Iterator[Draft]:
    """HSD segments, at most so many."""
    for one in fitting_count(deliveries, most, "deliveries"):
        yield filled(
            "HSD",
            one.quantity_kind,
            one.quantity,
            one.interval_kind,
            one.interval,
            one.period,
            one.periods,
            one.days,
            one.time,
        )


def write_rejections(rejections: Iterable[Rejection], level: str) -> Iterator[Draft]:
    """AAA segments of the refusals of one level."""
    for one in fitting_count([each for each in rejections if each.level == level], 9, "rejections"):
        valid = "Y" if one.is_request_valid else "N"
        yield ("AAA", valid, None, require(one.reason, "rejection.reason"), one.follow_up)


def filled(name: str, *elements: Element) -> Draft:
    """A segment that says something. Raises ``x12.missing`` when all its elements are empty."""
    if not any(element not in (None, "", ()) for element in elements):
        raise MISSING.error(field=name)
    return (name, *elements)


def fitting_count(values: Sequence[T], most: int, name: str) -> Sequence[T]:
    """The values themselves. Raises ``x12.too_many`` when there are more than ``most``."""
    if len(values) > most:
        raise TOO_MANY.error(field=name, most=str(most))
    return values
