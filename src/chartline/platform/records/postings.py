"""The index rows of a resource: hashing what extraction found.

The rows follow from the body and the parameters alone, so that an index made anew is the same. Refuses to hold a
readable patient value: rows are keyed hashes, times of service and amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chartline.formats.fhir.search import (
    CompositeValue,
    DateValue,
    Extracted,
    NumberValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)
from chartline.platform.records.forms import BORN, GROUPS, SHORT, beginnings, day_marks, desk_words, slashes
from chartline.platform.records.keys import Keys

_COLUMNS = frozenset({"_id", "_lastUpdated"})
"""Found by columns of ``resource``."""
DESK = {"name": "~name"}
"""Names are found by their words, too: the desk's search."""


@dataclass(slots=True)
class Postings:
    """Rows of the four index tables, without the number of the resource."""

    eq: set[int] = field(default_factory=set)
    range: set[tuple[int, int, int]] = field(default_factory=set)
    number: set[tuple[int, float, float]] = field(default_factory=set)
    ref: set[tuple[int, int]] = field(default_factory=set)


NOTHING = Postings()
"""What is not (any more) there has no rows."""


def postings(keys: Keys, found: Extracted, labels: Mapping[str, str]) -> Postings:
    """The rows of one resource. ``labels`` are the hash names of the custom parameters of its type, by code."""
    rows, rtype = Postings(), found.type
    rows.eq.add(keys.all(rtype))
    rows.eq.update(keys.compartment(one) for one in found.compartments)
    for code, values in found.values.items():
        if code not in _COLUMNS:
            _index(keys, rows, rtype, labels.get(code, code), values)
    return rows


def _index(keys: Keys, rows: Postings, rtype: str, label: str, values: list[Value]) -> None:
    marked = True
    dates = [value for value in values if isinstance(value, DateValue)]
    if dates and rtype not in BORN:
        rows.range.update(_times(keys, rtype, label, dates))
        marked = False
    for value in values:
        if isinstance(value, TokenValue):
            rows.eq.update(token_rows(keys, rtype, label, value))
        elif isinstance(value, StringValue):
            _string(keys, rows, rtype, label, value)
        elif isinstance(value, ReferenceValue):
            marked = _reference(keys, rows, rtype, label, value) and marked
        elif isinstance(value, NumberValue):
            rows.number.update(_numbers(keys, rtype, label, value))
            marked = False
        elif isinstance(value, UriValue):
            rows.eq.add(keys.of("u", rtype, label, value.text))
            rows.eq.update(keys.of("b", rtype, label, one) for one in slashes(value.text))
        elif isinstance(value, CompositeValue):
            _composite(keys, rows, rtype, label, value)
        elif isinstance(value, DateValue) and rtype in BORN:
            rows.eq.update(keys.of("d", rtype, label, mark) for mark in day_marks(value.lo, value.hi))
    if marked:
        rows.eq.add(keys.present(rtype, label))
    if label in DESK:
        texts = [value.folded for value in values if isinstance(value, StringValue)]
        rows.eq.update(
            keys.of("x", rtype, DESK[label], start) for word in desk_words(texts) for start in beginnings(word)
        )


def token_rows(keys: Keys, rtype: str, label: str, value: TokenValue, form: str = "") -> Iterable[int]:
    """The forms of a token: code, system and code, code without a system, system; and its ``:of-type`` forms.

    Where case does not count, extraction and the reading of queries write codes in lower case alike.
    """
    system, code = value.system, value.code
    if code is not None:
        yield keys.of(f"{form}c", rtype, label, code)
        if system is None:
            yield keys.of(f"{form}n", rtype, label, code)
        else:
            yield keys.of(f"{form}s", rtype, label, system, code)
        for kind_system, kind in value.kinds:
            if kind_system is not None and kind is not None:
                yield keys.of(f"{form}o", rtype, label, kind_system, kind, code)
    if system is not None:
        yield keys.of(f"{form}y", rtype, label, system)


def _string(keys: Keys, rows: Postings, rtype: str, label: str, value: StringValue) -> None:
    group = GROUPS.get(label, label)
    rows.eq.update(keys.of("x", rtype, group, start) for start in beginnings(value.folded))


def _reference(keys: Keys, rows: Postings, rtype: str, label: str, value: ReferenceValue) -> bool:
    """Index a reference; says whether it does not point into this server and so needs the mark of being there."""
    if value.identifier is not None:
        rows.eq.update(token_rows(keys, rtype, label, value.identifier, "i"))
    if value.type is not None and value.id is not None:
        rows.ref.add((keys.resource(value.type, value.id), keys.pointer(rtype, label)))
        return False
    if value.url is not None:
        rows.eq.add(keys.of("u", rtype, label, value.url))
        rows.eq.update(keys.of("b", rtype, label, one) for one in slashes(value.url))
    return True


def _times(keys: Keys, rtype: str, label: str, dates: list[DateValue]) -> Iterable[tuple[int, int, int]]:
    spans = {(date.lo, date.hi) for date in dates}
    short = len(spans) == 1 and all(0 < hi - lo <= SHORT for lo, hi in spans)
    h = keys.times(rtype, label, short=short)
    return ((h, lo, hi) for lo, hi in spans)


def _numbers(keys: Keys, rtype: str, label: str, value: NumberValue) -> Iterable[tuple[int, float, float]]:
    """The number whatever its unit; and in base units, under the base unit."""
    yield keys.of("v", rtype, label), value.lo, value.hi
    if value.canonical is not None:
        lo, hi, base = value.canonical
        yield keys.of("k", rtype, label, base), lo, hi


def composite_forms(value: TokenValue) -> list[str]:
    """How a token stands inside the hash of a composite, case aside: its code alone, and with its system."""
    if value.code is None:
        return []
    code = value.code.casefold()
    return [f"c\x1f{code}", f"s\x1f{value.system}\x1f{code}"] if value.system is not None else [f"c\x1f{code}"]


def _composite(keys: Keys, rows: Postings, rtype: str, label: str, value: CompositeValue) -> None:
    """Rows by the first component; with numbers and dates as spans under its code, with a second token as pairs.

    Other combinations are found by their first component, and the body decides.
    """
    first, second = value.parts[0], value.parts[1] if len(value.parts) > 1 else ()
    for head in first:
        forms = composite_forms(head) if isinstance(head, TokenValue) else ["*"]
        rows.eq.update(keys.of("z", rtype, label, form) for form in forms)
        for tail in second if forms else ():
            if isinstance(tail, NumberValue):
                rows.number.add((keys.of("zv", rtype, label, forms[0]), tail.lo, tail.hi))
                if tail.canonical is not None:
                    lo, hi, base = tail.canonical
                    rows.number.add((keys.of("zk", rtype, label, forms[0], base), lo, hi))
            elif isinstance(tail, DateValue) and rtype not in BORN:
                rows.range.add((keys.of("zt", rtype, label, forms[0]), tail.lo, tail.hi))
            elif isinstance(tail, TokenValue):
                for form in forms:
                    rows.eq.update(keys.of("zz", rtype, label, form, other) for other in composite_forms(tail))
