"""Checks a request's body as a whole, so that the answer names every field that is wrong and not only the first.

Runs before the handler. Refuses unknown fields, and says of each fault its place and its kind, never its value.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator

import msgspec
from litestar import Request
from litestar.exceptions import SerializationException

from chartline.api.problems import INVALID

MISSING, UNKNOWN, UNREADABLE = "missing", "unknown", "unreadable"
_MOST = 50


async def check_body(request: Request) -> None:
    """Raises ``api.invalid`` for query parameters that the route does not know, and naming every fault of a body."""
    parameters = request.route_handler.parsed_fn_signature.parameters
    known = {getattr(each.kwarg_definition, "query", None) or name for name, each in parameters.items()}
    stray = [name for name in request.query_params if name not in known]
    if stray and request.scope.get("user") is not None:
        # A misspelt filter that is ignored would answer with everything.
        raise INVALID.error(**{name[:60]: UNKNOWN for name in stray[:_MOST]})
    expected = parameters.get("data")
    if expected is None:
        return
    try:
        value = await request.json()
    except SerializationException:
        raise INVALID.error(body=UNREADABLE) from None
    found = dict(faults(value, expected.annotation))
    if found:
        raise INVALID.error(**dict(list(found.items())[:_MOST]))


def faults(value: object, expected: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Each fault of a decoded JSON value as (place, kind); places are like ``lines[0].units``."""
    expected = _without_none(expected) if value is not None else expected
    if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
        yield from _struct_faults(value, expected, place)
        return
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin in (list, tuple) and isinstance(value, list) and arguments:
        inside = [fault for n, item in enumerate(value) for fault in faults(item, arguments[0], f"{place}[{n}]")]
        if inside:
            yield from inside
            return
    try:
        msgspec.convert(value, expected)
    except (msgspec.ValidationError, OverflowError):
        yield place or "body", UNREADABLE


def _struct_faults(value: object, expected: type[msgspec.Struct], place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield place or "body", UNREADABLE
        return
    before = f"{place}." if place else ""
    fields = {field.encode_name: field for field in msgspec.structs.fields(expected)}
    for name in value:
        if name not in fields:
            yield f"{before}{str(name)[:60]}", UNKNOWN
    for name, field in fields.items():
        if name in value:
            yield from faults(value[name], field.type, f"{before}{name}")
        elif field.required:
            yield f"{before}{name}", MISSING


def _without_none(expected: object) -> object:
    """``T`` of ``T | None``; other types as they are."""
    if typing.get_origin(expected) in (typing.Union, types.UnionType):
        kinds = [one for one in typing.get_args(expected) if one is not type(None)]
        return kinds[0] if len(kinds) == 1 else expected
    return expected
