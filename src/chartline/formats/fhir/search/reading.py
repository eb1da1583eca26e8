"""A request's parameters read into a ``Query``.

Unknown parameters are passed over and named in ``Query.ignored``, or refused when the search is strict. Malformed ones
are always refused: a search that answers another question is worse than none. Names of parameters are repeated in
errors, values never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.search import results
from chartline.formats.fhir.search.asked_values import Context
from chartline.formats.fhir.search.conditions import NotUnderstood
from chartline.formats.fhir.search.criteria import Custom, Rules, criterion
from chartline.formats.fhir.search.problems import MODIFIER, TOO_MANY, TYPE, bad, shown
from chartline.formats.fhir.search.query import Criterion, Ignored, Include, Order, Query
from chartline.kernel.sealed import Masked

MOST_CONDITIONS = 50
MOST_PARAMETERS = 200
LONGEST = 200_000
"""Letters in all names and values together."""

_SURFACE = frozenset({"_format", "_pretty"})
"""The surface's own: they have no effect on what is found."""
_RESULTS = frozenset(
    {"_sort", "_count", "_total", "_summary", "_elements", "_include", "_revinclude", "_type", "_cursor"}
)


@dataclass(slots=True, repr=False)
class _Draft(Masked):
    """What was read so far."""

    criteria: list[tuple[Criterion, ...]] = field(default_factory=list)
    order: tuple[Order, ...] = ()
    includes: tuple[Include, ...] = ()
    count: int | None = None
    total: str = "none"
    summary: str | None = None
    elements: tuple[str, ...] = ()
    cursor: str | None = None
    applied: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)


def read_query(
    types: Sequence[str],
    parameters: Sequence[tuple[str, str]],
    *,
    strict: bool = False,
    custom: Custom | None = None,
    now: int | None = None,
    base: str | None = None,
) -> Query:
    """A search over some types (none means all) as it was understood.

    ``custom`` are search parameters of one's own by type and code; ``now`` is microseconds since 1970 and widens ``ap``
    dates; ``base`` is this server's address, so that its absolute references are known as its own.
    Raises ``fhir.bad_search`` with the parameter's name and one of the words of ``problems``.
    """
    if len(parameters) > MOST_PARAMETERS or sum([len(name) + len(value) for name, value in parameters]) > LONGEST:
        raise bad("", TOO_MANY)
    rules = Rules(custom or {}, Context(now, base))
    wanted = _types(types, parameters)
    draft = _Draft()
    for name, value in parameters:
        if name in _SURFACE or name == "_type":
            continue
        try:
            _take(rules, wanted, name, value, draft)
        except NotUnderstood as problem:
            if strict:
                raise bad(name, problem.why) from None
            draft.ignored.append(Ignored(shown(name), problem.why))
            continue
        if name != "_cursor":
            draft.applied.append((name, value))
    if len(draft.criteria) > MOST_CONDITIONS:
        raise bad("", TOO_MANY)
    by_type = zip(*draft.criteria, strict=True) if draft.criteria else (() for _ in wanted)
    return Query(
        types=wanted,
        criteria=tuple(tuple(some) for some in by_type),
        order=draft.order,
        includes=draft.includes,
        count=draft.count,
        total=draft.total,
        summary=draft.summary,
        elements=draft.elements,
        cursor=draft.cursor,
        applied=(*(pair for pair in parameters if pair[0] == "_type"), *draft.applied),
        ignored=tuple(draft.ignored),
    )


def _types(types: Sequence[str], parameters: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    wanted = tuple(types) or tuple(sorted(RESOURCE_TYPES))
    for name, value in parameters:
        if name == "_type":
            try:
                named = results.types(value, name)
            except NotUnderstood as problem:
                raise bad(name, problem.why) from None
            wanted = tuple(one for one in named if one in wanted)
            if not wanted:
                raise bad(name, TYPE)
        elif name.startswith("_type:"):
            raise bad(name, MODIFIER)
    return wanted


def _take(rules: Rules, types: tuple[str, ...], name: str, value: str, draft: _Draft) -> None:
    head, colon, _ = name.partition(":")
    if head not in _RESULTS:
        # One criterion for each type; a parameter that one of them does not have is not understood for any.
        if name == "_contained" and value == "false":
            return
        draft.criteria.append(tuple([criterion(rules, rtype, name, value) for rtype in types]))
        return
    if colon and head not in {"_include", "_revinclude"}:
        raise bad(name, MODIFIER)
    if head in {"_include", "_revinclude"}:
        found = results.includes(rules, name, value)
        draft.includes += tuple(one for one in found if one not in draft.includes)
        if len(draft.includes) > results.MOST_INCLUDES:
            raise bad(name, TOO_MANY)
    elif head == "_sort":
        draft.order = results.orders(rules, types, value, name)
    elif head == "_count":
        draft.count = results.count(value, name)
    elif head == "_total":
        draft.total = results.total(value, name)
    elif head == "_summary":
        draft.summary = results.summary(value, name)
    elif head == "_elements":
        draft.elements += results.elements(value, name)
    else:
        draft.cursor = value
