"""Criteria of a search: conditions on the resource itself, chains through references, ``_has``, ``_list``.

Refuses chains through what is no reference, and more hops than a search may make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chartline.formats.fhir.definitions import RESOURCE_TYPES, SearchParameter, search_parameters
from chartline.formats.fhir.search.asked_values import Context
from chartline.formats.fhir.search.conditions import NotUnderstood, alternatives, condition
from chartline.formats.fhir.search.problems import (
    CHAIN,
    MODIFIER,
    TARGET,
    TOO_MANY,
    TYPE,
    UNKNOWN,
    UNSUPPORTED,
    VALUE,
    bad,
)
from chartline.formats.fhir.search.query import Chained, Criterion, InList, Reverse
from chartline.formats.fhir.search.references import reading
from chartline.formats.fhir.search.splitting import plain
from chartline.kernel.errors import ChartlineError

MOST_HOPS = 4
"""Chains and ``_has`` in one criterion."""
MOST_ENDS = 500
"""Ways that the chains of one query may take together, one for each possible target type at each hop."""

_UNSUPPORTED = frozenset({"_text", "_content", "_filter", "_query", "_contained", "_containedType"})

Custom = Mapping[str, Mapping[str, SearchParameter]]
"""Search parameters of one's own, by resource type and code."""


@dataclass(slots=True)
class Rules:
    """What names mean in one query: R4's parameters and the custom ones, and the context for reading values.

    ``ends`` counts the ways that chains have taken so far: without types in between they multiply.
    """

    custom: Custom = field(default_factory=dict)
    context: Context = field(default_factory=Context)
    ends: int = 0

    def parameter(self, rtype: str, code: str) -> SearchParameter | None:
        """A parameter of a type; a custom one goes before R4's."""
        own = self.custom.get(rtype)
        if own is not None and code in own:
            return own[code]
        return search_parameters(rtype).get(code)


def criterion(rules: Rules, rtype: str, name: str, value: str, *, whole: str | None = None, hops: int = 0) -> Criterion:
    """What ``name=value`` asks of a resource of a type; ``whole`` is the name as the client wrote it.

    Raises ``NotUnderstood`` when the type has no such parameter, ``fhir.bad_search`` when the form is wrong.
    """
    whole = whole or name
    if hops > MOST_HOPS:
        raise bad(whole, TOO_MANY)
    if name.startswith("_has:"):
        return _reverse(rules, rtype, name, value, whole, hops)
    head, dot, rest = name.partition(".")
    code, colon, modifier = head.partition(":")
    if colon and not modifier:
        raise bad(whole, MODIFIER)
    if code == "_list":
        return _listed(rtype, head, rest, value, whole)
    if code in _UNSUPPORTED:
        raise NotUnderstood(UNSUPPORTED)
    parameter = rules.parameter(rtype, code)
    if parameter is None:
        raise NotUnderstood(UNKNOWN)
    if dot:
        return _chained(rules, rtype, parameter, modifier, (rest, value), whole, hops)
    return condition(rtype, parameter, modifier, value, whole, rules.context)


def _chained(
    rules: Rules, rtype: str, parameter: SearchParameter, target: str, inner: tuple[str, str], whole: str, hops: int
) -> Chained:
    rest, value = inner
    if parameter.type != "reference" or not rest:
        raise bad(whole, CHAIN)
    if target:
        if target not in RESOURCE_TYPES:
            raise bad(whole, TYPE)
        if parameter.targets and target not in parameter.targets:
            raise bad(whole, TARGET)
    candidates = (target,) if target else parameter.targets or tuple(sorted(RESOURCE_TYPES))
    found: list[tuple[str, Criterion]] = []
    refused: ChartlineError | None = None
    passed: NotUnderstood | None = None
    for candidate in candidates:
        if rules.ends >= MOST_ENDS:
            raise bad(whole, TOO_MANY)
        # A target type without the inner parameter is no mistake of an untyped chain; one that has it is enough.
        try:
            found.append((candidate, criterion(rules, candidate, rest, value, whole=whole, hops=hops + 1)))
        except NotUnderstood as problem:
            passed = problem
        except ChartlineError as problem:
            if problem.problem.fields.get("why") == TOO_MANY:
                raise
            refused = problem
        else:
            rules.ends += 1
    if not found:
        raise refused or passed or NotUnderstood(UNKNOWN)
    return Chained(rtype, parameter, tuple(found))


def _reverse(rules: Rules, rtype: str, name: str, value: str, whole: str, hops: int) -> Reverse:
    pieces = name.split(":", 3)
    if len(pieces) != 4 or not pieces[3]:
        raise bad(whole, CHAIN)
    _, source, code, rest = pieces
    if source not in RESOURCE_TYPES:
        raise bad(whole, TYPE)
    parameter = rules.parameter(source, code)
    if parameter is None or parameter.type != "reference":
        raise bad(whole, CHAIN)
    if parameter.targets and rtype not in parameter.targets:
        raise bad(whole, TARGET)
    inner = criterion(rules, source, rest, value, whole=whole, hops=hops + 1)
    return Reverse(rtype, source, parameter, inner)


def _listed(rtype: str, head: str, rest: str, value: str, whole: str) -> InList:
    if head != "_list":
        raise bad(whole, MODIFIER)
    if rest:
        raise bad(whole, CHAIN)
    lists: list[str] = []
    for one in alternatives(value, whole):
        text = plain(one)
        if text.startswith("$"):
            # Functional lists ($current-problems) are made by the server; none are made here.
            raise NotUnderstood(UNSUPPORTED)
        found = reading(text if "/" in text else f"List/{text}")
        if found.type != "List" or found.id is None:
            raise bad(whole, VALUE)
        lists.append(found.id)
    return InList(rtype, tuple(lists))
