"""The closures a resource is walked with: one for each element that some search parameter reads.

A visit takes a JSON value (one or a list) and puts what it finds under the codes of its parameters. Refuses nothing:
values of an unexpected kind are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from chartline.formats.fhir.search.conversions import Convert
from chartline.formats.fhir.search.values import ReferenceValue, SimpleValue, Value
from chartline.formats.fhir.search.words import name_parts

Sink: TypeAlias = dict[str, list[Value]]
"""What was found so far, by the code of the parameter."""
Visit: TypeAlias = Callable[[object, Sink], None]


def leaf(convert: Convert, codes: tuple[str, ...]) -> Visit:
    """Converts each value once and puts the result under every code."""
    if len(codes) == 1:
        return _single_leaf(convert, codes[0])

    def visit(value: object, sink: Sink) -> None:
        if type(value) is not list:
            made = convert(value)
        elif len(value) == 1:
            made = convert(value[0])
        else:
            made = tuple([each for one in value for each in convert(one)])
        if made:
            for code in codes:
                put(sink, code, made)

    return visit


def _single_leaf(convert: Convert, code: str) -> Visit:
    def visit(value: object, sink: Sink) -> None:
        if type(value) is not list:
            made = convert(value)
        elif len(value) == 1:
            made = convert(value[0])
        else:
            made = tuple([each for one in value for each in convert(one)])
        if made:
            bucket = sink.get(code)
            if bucket is None:
                sink[code] = [*made]
            else:
                bucket.extend(made)

    return visit


def sorted_leaf(
    convert: Convert,
    codes: tuple[str, ...],
    by_type: Mapping[str, tuple[str, ...]],
    by_field: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> Visit:
    """As ``leaf``, with codes for references to one type only, and for objects whose field has one text only."""
    fields = tuple(by_field.items())

    def visit(value: object, sink: Sink) -> None:
        if type(value) is list:
            for one in value:
                visit(one, sink)
            return
        made = convert(value)
        if not made:
            return
        for code in codes:
            put(sink, code, made)
        if by_type:
            for one in made:
                if type(one) is ReferenceValue and one.type is not None:
                    for code in by_type.get(one.type, ()):
                        put(sink, code, (one,))
        if fields and type(value) is dict:
            for field, table in fields:
                literal = value.get(field)
                if type(literal) is str:
                    for code in table.get(literal, ()):
                        put(sink, code, made)

    return visit


def members(visits: Mapping[str, Visit]) -> Visit:
    """Goes into the members of an object."""
    pairs = tuple(visits.items())

    def visit(value: object, sink: Sink) -> None:
        if type(value) is dict:
            for name, inner in pairs:
                found = value.get(name)
                if found is not None:
                    inner(found, sink)
        elif type(value) is list:
            for one in value:
                visit(one, sink)

    return visit


def tested(field: str, visits: Mapping[str, Visit]) -> Visit:
    """Goes on with an object by the text of one of its fields (the ``url`` of an extension)."""

    def visit(value: object, sink: Sink) -> None:
        if type(value) is dict:
            literal = value.get(field)
            inner = visits.get(literal) if type(literal) is str else None
            if inner is not None:
                inner(value, sink)
        elif type(value) is list:
            for one in value:
                visit(one, sink)

    return visit


def placed(at: int, inner: Visit) -> Visit:
    """Goes on with one item of a list."""

    def visit(value: object, sink: Sink) -> None:
        if type(value) is list and len(value) > at:
            inner(value[at], sink)
        elif type(value) is not list and at == 0:
            inner(value, sink)

    return visit


def together(visits: tuple[Visit, ...]) -> Visit:
    """Several visits of one value."""
    if len(visits) == 1:
        return visits[0]

    def visit(value: object, sink: Sink) -> None:
        for one in visits:
            one(value, sink)

    return visit


def person_names(codes: tuple[str, ...], families: tuple[str, ...], givens: tuple[str, ...]) -> Visit:
    """People's names for parameters on all of a name, on the family name and on given names, each part folded once."""

    def visit(value: object, sink: Sink) -> None:
        if type(value) is list:
            for one in value:
                visit(one, sink)
        elif isinstance(value, dict):
            whole, family, given = name_parts(value)
            if whole:
                for code in codes:
                    put(sink, code, whole)
            if family:
                for code in families:
                    put(sink, code, family)
            if given:
                for code in givens:
                    put(sink, code, given)

    return visit


def put(sink: Sink, code: str, made: Sequence[SimpleValue]) -> None:
    """Adds values to a code; each code has a list of its own."""
    bucket = sink.get(code)
    if bucket is None:
        sink[code] = [*made]
    else:
        bucket.extend(made)
