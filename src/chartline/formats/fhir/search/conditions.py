"""One search parameter with its modifier and values, read into a ``Condition``.

Refuses modifiers that the parameter's type does not have, always: a modifier that is passed over would answer
another question. Values that are not of the parameter's form are refused too, never by repeating them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chartline.formats.fhir.definitions import RESOURCE_TYPES, SearchParameter
from chartline.formats.fhir.search import asked_values as asked
from chartline.formats.fhir.search.asked_values import Context, Unreadable
from chartline.formats.fhir.search.nature import Nature, nature, parts
from chartline.formats.fhir.search.problems import EMPTY, MODIFIER, TARGET, TOO_MANY, VALUE, bad
from chartline.formats.fhir.search.query import (
    Asked,
    AskedComposite,
    AskedReference,
    AskedSimple,
    AskedToken,
    Condition,
)
from chartline.formats.fhir.search.splitting import plain, split

MOST_ALTERNATIVES = 2000
LONGEST_VALUE = 4096
"""Letters in one alternative."""

_MODIFIERS: dict[str, frozenset[str]] = {
    "string": frozenset({"exact", "contains"}),
    "token": frozenset({"not", "text", "in", "not-in", "above", "below", "of-type"}),
    "reference": frozenset({"identifier"}),
    "uri": frozenset({"above", "below"}),
}
"""By parameter type, besides ``missing`` and, on references, types and on canonicals ``above`` and ``below``."""


class NotUnderstood(Exception):
    """The parameter has no effect: ``why`` is one of the constants of ``problems``. Lenient searches go on without."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def condition(
    rtype: str, parameter: SearchParameter, modifier: str, value: str, name: str, context: Context
) -> Condition:
    """The condition that ``name=value`` puts on resources of a type.

    Raises ``fhir.bad_search``, and ``NotUnderstood`` when there is no value at all.
    """
    kind = nature(rtype, parameter)
    if modifier == "missing":
        if value not in {"true", "false"}:
            raise bad(name, VALUE)
        return Condition(rtype, parameter, modifier, (), missing=value == "true")
    target = _check_modifier(parameter, kind, modifier, name)
    if modifier in {"in", "not-in"}:
        return Condition(rtype, parameter, modifier, (), value_set=_value_set(value, name))
    read = _reader(rtype, parameter, "" if target else modifier, target, kind, context)
    values = alternatives(value, name)
    try:
        found = tuple([read(one) for one in values])
    except Unreadable:
        raise bad(name, VALUE) from None
    if target is not None:
        modifier = ""
    if kind.systems and _ANY in found:
        # A code system that every value has by definition: the question is whether there is a value.
        return Condition(rtype, parameter, "missing", (), missing=modifier == "not")
    return Condition(rtype, parameter, modifier, found)


_ANY = AskedToken(None, None)


def alternatives(value: str, name: str) -> list[str]:
    """The values between commas. Raises ``NotUnderstood`` when there is none, ``fhir.bad_search`` when too many."""
    values = [value] if "," not in value else split(value, ",")
    values = [one for one in values if one and not one.isspace()]
    if not values:
        raise NotUnderstood(EMPTY)
    if len(values) > MOST_ALTERNATIVES or any(len(one) > LONGEST_VALUE for one in values):
        raise bad(name, TOO_MANY)
    return values


def with_codes(found: Condition, codes: Iterable[tuple[str | None, str]]) -> Condition:
    """The condition with the codes (system, code) that its value set, or the tree below or above a code, stands for.

    ``:in``, ``:not-in``, ``:below`` and ``:above`` mean nothing until this was done. Codes that are implied or whose
    case does not count are written as they are stored.
    """
    kind = nature(found.type, found.parameter)
    tokens = tuple(
        AskedToken(None if system in kind.systems else system, asked.token_code(code, kind)) for system, code in codes
    )
    return Condition(found.type, found.parameter, found.modifier, tokens, value_set=found.value_set)


def _check_modifier(parameter: SearchParameter, kind: Nature, modifier: str, name: str) -> str | None:
    """The target type when the modifier is one."""
    if not modifier or modifier in _MODIFIERS.get(parameter.type, ()):
        return None
    if parameter.type == "reference":
        if modifier in RESOURCE_TYPES:
            if parameter.targets and modifier not in parameter.targets:
                raise bad(name, TARGET)
            return modifier
        if modifier in {"above", "below"} and (kind.canonical or not kind.native):
            return None
    raise bad(name, MODIFIER)


def _value_set(value: str, name: str) -> str:
    found = plain(value)
    if not found:
        raise NotUnderstood(EMPTY)
    if len(split(value, ",")) > 1 or len(found) > LONGEST_VALUE:
        raise bad(name, VALUE)
    return found


def _reader(
    rtype: str, parameter: SearchParameter, modifier: str, target: str | None, kind: Nature, context: Context
) -> Callable[[str], Asked]:
    if parameter.type == "composite":
        components = parts(rtype, parameter)
        return lambda text: _composite(text, [(part.type, part.nature) for part in components], context)
    if modifier == "text":
        return asked.words
    if modifier == "of-type":
        return asked.typed_token
    if modifier == "identifier":
        return asked.identifier_token
    if parameter.type == "token" and modifier in {"above", "below"}:
        # A tree of codes is walked with the code as it was written; ``with_codes`` folds what it comes to.
        return asked.identifier_token
    if parameter.type == "reference":
        possible, below = parameter.targets, modifier == "below"

        def read(text: str) -> AskedReference:
            found = asked.reference(text, kind, target, possible, context.base)
            return AskedReference(found.reference, True) if below else found

        return read
    return lambda text: _simple(text, parameter.type, kind, context)


def _composite(text: str, components: list[tuple[str, Nature]], context: Context) -> AskedComposite:
    pieces = split(text, "$")
    if len(pieces) != len(components) or not pieces:
        raise Unreadable
    return AskedComposite(
        tuple(_simple(piece, type_, kind, context) for piece, (type_, kind) in zip(pieces, components, strict=True))
    )


def _simple(text: str, type_: str, kind: Nature, context: Context) -> AskedSimple:
    if type_ == "token":
        return asked.token(text, kind)
    if type_ == "string":
        return asked.words(text)
    if type_ == "date":
        return asked.date(text, context)
    if type_ == "number":
        return asked.number(text)
    if type_ == "quantity":
        return asked.quantity(text)
    if type_ == "reference":
        return asked.reference(text, kind, None, (), context.base)
    return asked.address(text) if type_ == "uri" else asked.place(text)
