"""Functions on strings. Nothing of nothing; refuses what is no string, and strings that grow without end."""

from __future__ import annotations

import base64
import binascii
import html
import json
from collections.abc import Callable

from chartline.formats.fhir.fhirpath.context import Context, Run, short
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.functions.registry import Builder, function
from chartline.formats.fhir.fhirpath.patterns import found_in, fully_matches, replaced
from chartline.formats.fhir.fhirpath.values import NONE, Items, answer, integer, text


def _with_text(work: Callable[[str, str], object]) -> Builder:
    """A function of the string and one string argument."""

    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value, argument = text(source(context)), text(arguments[0](context))
            if value is None or argument is None:
                return NONE
            result = work(value, argument)
            return NONE if result is None else [result]

        return run

    return build


def _alone(work: Callable[[str], object]) -> Builder:
    """A function of the string."""

    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value = text(source(context))
            return NONE if value is None else [work(value)]

        return run

    return build


function("startsWith", 1)(_with_text(lambda value, other: value.startswith(other)))
function("endsWith", 1)(_with_text(lambda value, other: value.endswith(other)))
function("contains", 1)(_with_text(lambda value, other: other in value))
function("indexOf", 1)(_with_text(lambda value, other: value.find(other)))
function("lastIndexOf", 1)(_with_text(lambda value, other: value.rfind(other)))
function("upper")(_alone(str.upper))
function("lower")(_alone(str.lower))
function("length")(_alone(len))
function("trim")(_alone(str.strip))


def _matching(work: Callable[[str, str, Callable[[int], None]], bool]) -> Builder:
    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value, pattern = text(source(context)), text(arguments[0](context))
            return NONE if value is None or pattern is None else answer(work(value, pattern, context.spend))

        return run

    return build


function("matches", 1)(_matching(found_in))
function("matchesFull", 1)(_matching(fully_matches))


@function("toChars")
def _to_chars(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        value = text(source(context)) or ""
        context.spend(len(value))
        return list(value)

    return run


@function("substring", 1, 2)
def _substring(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        value, start = text(source(context)), integer(arguments[0](context))
        if value is None or start is None or not 0 <= start < len(value):
            return NONE
        length = integer(arguments[1](context)) if len(arguments) > 1 else None
        return [value[start:] if length is None else value[start : start + max(0, length)]]

    return run


def _two_texts(context: Context, arguments: tuple[Run, ...]) -> tuple[str, str] | None:
    one, other = text(arguments[0](context)), text(arguments[1](context))
    return None if one is None or other is None else (one, other)


def _replacing(work: Callable[[str, str, str], str]) -> Builder:
    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value, pair = text(source(context)), _two_texts(context, arguments)
            return NONE if value is None or pair is None else [short(work(value, *pair))]

        return run

    return build


def _replace(value: str, old: str, new: str) -> str:
    times = value.count(old)
    if len(value) + times * len(new) > 2_000_000:
        raise EVALUATION.error(reason="string_too_long")
    return value.replace(old, new)


function("replace", 2)(_replacing(_replace))
function("replaceMatches", 2)(_replacing(replaced))


@function("split", 1)
def _split(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        value, separator = text(source(context)), text(arguments[0](context))
        if value is None or separator is None:
            return NONE
        parts: Items = list(value.split(separator)) if separator else list(value)
        context.spend(len(parts))
        return parts

    return run


@function("join", 0, 1)
def _join(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        items = source(context)
        separator = (text(arguments[0](context)) if arguments else "") or ""
        parts = [part for item in items if (part := text([item])) is not None]
        if sum(map(len, parts)) + len(separator) * len(parts) > 1_000_000:
            raise EVALUATION.error(reason="string_too_long")
        return [separator.join(parts)] if items else NONE

    return run


def _encode(value: str, form: str) -> str | None:
    data = value.encode()
    if form == "base64":
        return base64.b64encode(data).decode()
    if form == "urlbase64":
        return base64.urlsafe_b64encode(data).decode()
    return data.hex() if form == "hex" else None


def _decode(value: str, form: str) -> str | None:
    try:
        if form in ("base64", "urlbase64"):
            return base64.b64decode(value, altchars=b"-_" if form == "urlbase64" else None, validate=True).decode()
        return bytes.fromhex(value).decode() if form == "hex" else None
    except (ValueError, binascii.Error):
        return None


def _escape(value: str, form: str) -> str | None:
    if form == "html":
        return html.escape(value, quote=True)
    return json.dumps(value, ensure_ascii=False)[1:-1] if form == "json" else None


def _unescape(value: str, form: str) -> str | None:
    if form == "html":
        return html.unescape(value)
    if form != "json":
        return None
    try:
        found = json.loads(f'"{value}"', strict=False)
    except ValueError:
        return value
    return found if isinstance(found, str) else None


function("encode", 1)(_with_text(_encode))
function("decode", 1)(_with_text(_decode))
function("escape", 1)(_with_text(_escape))
function("unescape", 1)(_with_text(_unescape))
