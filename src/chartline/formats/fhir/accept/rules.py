"""Small functions that let a value pass or doubt it: one for each kind of primitive, and for lists of anything.

They are the quick check's leaves. What they doubt is judged by ``walk``; what they pass must be sound, so they may be
stricter than R4 and never laxer. Each takes the value and how deep it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from chartline.formats.fhir.accept.narrative import is_narrative
from chartline.formats.fhir.primitives import LEAST, MOST, MOST_CHARACTERS, PATTERNS, TEXTS, fits

Rule = Callable[[object, int], None]
"""Raises ``Doubt`` unless the value is surely sound."""


class Doubt(Exception):
    """The value may be wrong: the thorough check must look. Carries nothing, for values are patient values."""


def doubtful(_value: object, _depth: int) -> None:
    """Passes nothing: for members that the quick check leaves to the thorough one."""
    raise Doubt


def anything(_value: object, _depth: int) -> None:
    """Passes everything: for a member that was looked at before."""


def list_of(rule: Rule, most: int | None) -> Rule:
    """A list of at least one and at most ``most`` values that each pass."""

    def many(value: object, depth: int) -> None:
        if type(value) is not list or not value:
            raise Doubt
        for one in value:
            rule(one, depth)

    def limited(value: object, depth: int) -> None:
        many(value, depth)
        if type(value) is not list or most is None or len(value) > most:
            raise Doubt

    return many if most is None else limited


def one_of(codes: frozenset[str]) -> Rule:
    """A code of a list."""

    def listed(value: object, _depth: int) -> None:
        if type(value) is not str or value not in codes:
            raise Doubt

    return listed


@cache
def primitive(kind: str) -> Rule:
    """The rule of a primitive type."""
    if kind in ("uri", "url", "canonical", "code"):
        return _word(kind)
    if kind in LEAST:
        return _whole(LEAST[kind])
    if kind in _OWN:
        return _OWN[kind]
    return _text if kind in TEXTS else _matching(PATTERNS[kind])


def _text(value: object, _depth: int) -> None:
    # A text that begins after the blank in Unicode is neither empty nor blank; a printable one has no control.
    if type(value) is not str:
        raise Doubt
    if not (value >= "!" and value.isprintable() and len(value) <= MOST_CHARACTERS) and not fits("string", value):
        raise Doubt


def _word(kind: str) -> Rule:
    def word(value: object, _depth: int) -> None:
        if type(value) is not str:
            raise Doubt
        if not (value >= "!" and value.isprintable() and " " not in value) and not fits(kind, value):
            raise Doubt

    return word


def _matching(pattern: str) -> Rule:
    matches = re.compile(pattern, re.ASCII).fullmatch

    def matching(value: object, _depth: int) -> None:
        if type(value) is not str or matches(value) is None:
            raise Doubt

    return matching


def _whole(least: int) -> Rule:
    def whole(value: object, _depth: int) -> None:
        if type(value) is not int or not least <= value <= MOST:
            raise Doubt

    return whole


def _boolean(value: object, _depth: int) -> None:
    if value is not True and value is not False:
        raise Doubt


def _decimal(value: object, _depth: int) -> None:
    if type(value) is not int and (type(value) is not Decimal or not value.is_finite()):
        raise Doubt


def _base64(value: object, _depth: int) -> None:
    if not fits("base64Binary", value):
        raise Doubt


def _xhtml(value: object, _depth: int) -> None:
    if type(value) is not str or not (value.isprintable() or fits("xhtml", value)) or not is_narrative(value):
        raise Doubt


_OWN: dict[str, Rule] = {"boolean": _boolean, "decimal": _decimal, "base64Binary": _base64, "xhtml": _xhtml}
