"""Dates and numbers compared in SQL, exactly as ``formats/fhir/search`` compares them on a body.

Stored times are half open, ``[lo, hi)``; stored numbers reach from ``lo`` to ``hi``, both inside.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir.search.query import AskedDate, AskedNumber
from chartline.platform.records.forms import SHORT
from chartline.platform.records.statements import Part, both, either


def dates(asked: Sequence[AskedDate], lo: str = "lo", hi: str = "hi", *, short: bool = False) -> Part:
    """Any of the comparisons. ``short`` says that spans are at most a month, which bounds ``lo`` from both sides."""
    return either([_date(one, lo, hi, short=short) for one in asked])


def _date(asked: AskedDate, lo: str, hi: str, *, short: bool) -> Part:
    a, b = asked.lo, asked.hi
    if asked.prefix == "eq":
        bound = [Part(f"{lo} < ?", (b,))] if short else []
        return both([Part(f"{lo} >= ?", (a,)), *bound, Part(f"{hi} <= ?", (b,))])
    if asked.prefix == "ne":
        return Part(f"({lo} < ? OR {hi} > ?)", (a, b))
    if asked.prefix == "lt":
        return Part(f"{lo} < ?", (a,))
    if asked.prefix == "sa":
        return Part(f"{lo} >= ?", (b,))
    if asked.prefix == "eb":
        bound = [Part(f"{lo} < ?", (a,))] if short else []
        return both([*bound, Part(f"{hi} <= ?", (a,))])
    if asked.prefix == "le":
        return Part(f"({lo} < ? OR ({lo} >= ? AND {hi} <= ?))", (a, a, b))
    # What reaches past a moment begins at most a month before it, when it is short.
    bound = [Part(f"{lo} > ?", (a - SHORT,))] if short else []
    if asked.prefix == "ap":
        return both([*bound, Part(f"{lo} < ?", (b,)), Part(f"{hi} > ?", (a,))])
    if asked.prefix == "gt":
        return both([*bound, Part(f"{hi} > ?", (b,))])
    return both([*bound, Part(f"({hi} > ? OR ({lo} >= ? AND {hi} <= ?))", (b, a, b))])


def instants(asked: Sequence[AskedDate], column: str) -> Part:
    """Any of the comparisons with a column of microseconds that stands for its millisecond."""
    return dates(asked, column, f"({column} + 1000)")


def numbers(asked: AskedNumber, *, canonical: bool) -> Part:
    """A comparison with a span of numbers; ``canonical`` compares in base units."""
    value, lo, hi = asked.value, asked.lo, asked.hi
    if canonical and asked.canonical is not None:
        value, lo, hi, _ = asked.canonical
    if asked.prefix == "eq":
        return Part("(lo >= ? AND lo < ? AND hi < ?)", (lo, hi, hi))
    if asked.prefix == "ne":
        return Part("(lo < ? OR hi >= ?)", (lo, hi))
    if asked.prefix == "ap":
        return Part("(lo <= ? AND hi >= ?)", (hi, lo))
    words = {"gt": "hi > ?", "ge": "hi >= ?", "lt": "lo < ?", "le": "lo <= ?", "sa": "lo > ?", "eb": "hi < ?"}
    return Part(words[asked.prefix], (value,))
