"""Token values of the types a token parameter may point at (R4 search, "token": the table of types).

Each converter takes one JSON value and answers tuples of values; what is not as R4 has it answers none. Refuses to
interpret codes: no terminology here.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from chartline.formats.fhir.search.folding import contact_key
from chartline.formats.fhir.search.values import TokenValue

Convert = Callable[[object], tuple[TokenValue, ...]]
"""From one JSON value to the tokens that find it."""

SPECIAL_VALUES = "http://terminology.hl7.org/CodeSystem/special-values"
"""The system that R4 gives to ``true`` and ``false``."""

LOOSE = frozenset({"code", "Coding", "CodeableConcept", "ContactPoint", "boolean"})
"""Types whose case does not count: "when in doubt, servers SHOULD treat tokens in a case-insensitive manner"."""


def converter(kind: str, loose: bool) -> Convert | None:
    """The converter for a FHIR type, or None when tokens cannot be made of it. ``loose`` ignores case.

    The same question has the same function as its answer: parameters that share it share its work.
    """
    return (_LOOSE if loose else _EXACT).get(kind) or _OTHERS.get(kind)


def _text(value: object) -> tuple[TokenValue, ...]:
    return (TokenValue(None, value),) if isinstance(value, str) else ()


def _code(value: object) -> tuple[TokenValue, ...]:
    return (TokenValue(None, value.casefold(), (), (), False),) if isinstance(value, str) else ()


def _boolean(value: object) -> tuple[TokenValue, ...]:
    if value is True:
        return _TRUE
    return _FALSE if value is False else ()


_TRUE, _FALSE = (TokenValue(None, "true", exact=False),), (TokenValue(None, "false", exact=False),)


def _number(value: object) -> tuple[TokenValue, ...]:
    return (TokenValue(None, str(value)),) if type(value) is int or type(value) is Decimal else ()


def _exact_coding(value: object, text: object = None) -> tuple[TokenValue, ...]:
    return _coding(value, text, False)


def _loose_coding(value: object, text: object = None) -> tuple[TokenValue, ...]:
    return _coding(value, text, True)


def _coding(value: object, text: object, loose: bool) -> tuple[TokenValue, ...]:
    if not isinstance(value, dict):
        return ()
    system, code, display = value.get("system"), value.get("code"), value.get("display")
    if not isinstance(system, str):
        system = None
    if not isinstance(code, str):
        code = None
    elif loose:
        code = code.casefold()
    if isinstance(text, str):
        texts = (display, text) if isinstance(display, str) and display != text else (text,)
    else:
        texts = (display,) if isinstance(display, str) else ()
    if system is None and code is None and not texts:
        return ()
    return (TokenValue(system, code, texts, (), not loose),)


def _concept(coding: Callable[[object, object], tuple[TokenValue, ...]]) -> Convert:
    def convert(value: object) -> tuple[TokenValue, ...]:
        if not isinstance(value, dict):
            return ()
        text, codings = value.get("text"), value.get("coding")
        if not isinstance(codings, list) or not codings:
            return (TokenValue(None, None, (text,)),) if isinstance(text, str) else ()
        if len(codings) == 1:
            return coding(codings[0], text)
        # The concept's own text hangs on its first coding: one value is enough to find it by.
        made = coding(codings[0], text)
        for one in codings[1:]:
            made += coding(one, None)
        return made

    return convert


def identifier(value: object) -> tuple[TokenValue, ...]:
    """An Identifier: its value within its system; case counts (R4 datatypes, "Identifier")."""
    if not isinstance(value, dict):
        return ()
    system, number, kind = value.get("system"), value.get("value"), value.get("type")
    if not isinstance(system, str):
        system = None
    if not isinstance(number, str):
        number = None
    if not isinstance(kind, dict):
        return (TokenValue(system, number),) if system is not None or number is not None else ()
    text, codings = kind.get("text"), kind.get("coding")
    kinds = tuple((_string(one.get("system")), _string(one.get("code"))) for one in _objects(codings))
    return (TokenValue(system, number, (text,) if isinstance(text, str) else (), kinds),)


def _contact(value: object) -> tuple[TokenValue, ...]:
    if not isinstance(value, dict):
        return ()
    system, number = value.get("system"), value.get("value")
    if not isinstance(number, str):
        return ()
    return (TokenValue(_string(system), contact_key(number), (), (), False),)


def plain_contact(value: object) -> tuple[TokenValue, ...]:
    """A ContactPoint with its value as it stands."""
    if not isinstance(value, dict):
        return ()
    number = _string(value.get("value"))
    return (TokenValue(_string(value.get("system")), number),) if number is not None else ()


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


_LOOSE: dict[str, Convert] = {"code": _code, "Coding": _loose_coding, "CodeableConcept": _concept(_loose_coding)}
_EXACT: dict[str, Convert] = {"code": _text, "Coding": _exact_coding, "CodeableConcept": _concept(_exact_coding)}
_OTHERS: dict[str, Convert] = {
    "Identifier": identifier,
    "ContactPoint": _contact,
    "boolean": _boolean,
    **dict.fromkeys(("integer", "positiveInt", "unsignedInt", "decimal"), _number),
    **dict.fromkeys(
        ("string", "id", "uri", "url", "canonical", "oid", "uuid", "markdown", "http://hl7.org/fhirpath/System.String"),
        _text,
    ),
}
