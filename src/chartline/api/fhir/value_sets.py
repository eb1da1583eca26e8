"""Puts codes into conditions that ask by terminology: ``:in`` a value set, ``:below`` a code, and their opposites.

Refuses value sets and code systems that are not here: a condition without its codes would find the wrong things.
"""

from __future__ import annotations

from dataclasses import replace

from chartline.api.fhir.session import Session
from chartline.domains.codes.terminology import practice_terminology
from chartline.formats.fhir.search import AskedToken, Chained, Condition, Criterion, Query, Reverse, with_codes
from chartline.formats.fhir.terminology import Terminology
from chartline.platform.database import Work

_BY_TREE = frozenset({"below", "above"})


def with_value_sets(session: Session, work: Work, query: Query) -> Query:
    """The search with every condition's codes, from what the practice stored and loaded and what is shipped.

    Raises ``terminology.unknown_value_set``, ``terminology.unknown_system``, ``fhir.too_costly``.
    """
    if not any(_asks(one) for criteria in query.criteria for one in criteria):
        return query
    terminology = practice_terminology(work, session.records, session.rights.reach)
    return replace(
        query, criteria=tuple(tuple(_filled(one, terminology) for one in criteria) for criteria in query.criteria)
    )


def _asks(criterion: Criterion) -> bool:
    if isinstance(criterion, Condition):
        by_tree = criterion.parameter.type == "token" and criterion.modifier in _BY_TREE
        return criterion.value_set is not None or by_tree
    if isinstance(criterion, Chained):
        return any(_asks(inner) for _, inner in criterion.inner)
    return isinstance(criterion, Reverse) and _asks(criterion.inner)


def _filled(criterion: Criterion, terminology: Terminology) -> Criterion:
    if not _asks(criterion):
        return criterion
    if isinstance(criterion, Chained):
        return replace(criterion, inner=tuple((rtype, _filled(one, terminology)) for rtype, one in criterion.inner))
    if isinstance(criterion, Reverse):
        return replace(criterion, inner=_filled(criterion.inner, terminology))
    if not isinstance(criterion, Condition):
        return criterion
    if criterion.value_set is not None:
        return with_codes(criterion, terminology.codes_of(criterion.value_set))
    codes: set[tuple[str | None, str]] = set()
    for one in criterion.asked:
        if isinstance(one, AskedToken) and one.system and one.code:
            look = terminology.below if criterion.modifier == "below" else terminology.above
            codes |= {(one.system, code) for code in look(one.system, one.code)}
        elif isinstance(one, AskedToken) and one.code:
            codes.add((one.system, one.code))
    return with_codes(criterion, sorted(codes, key=str))
