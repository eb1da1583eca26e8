"""The product beside the oracle: the same world, the same search, all pages; and what is different, if anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.platform.records.oracle.asking import Asked
from tests.platform.records.oracle.evaluating import COMPARTMENT_KEY, VALUE_SETS, Name, Oracle
from tests.platform.records.oracle.meaning import NOW

from chartline.formats.fhir.search import Condition, Criterion, InCompartment, Query, read_query, with_codes
from chartline.kernel.sealed import Purpose
from chartline.platform.database.work import Work
from chartline.platform.records import Records
from chartline.platform.records.reach import EVERYTHING, Reach
from chartline.platform.records.stored import Stored

Json = Any


def fill(records: Records, work: Work, resources: Sequence[Json], earlier: Sequence[Json] = ()) -> list[Json]:
    """Store a world over an older one, delete some of it, bring some back, and read what is there."""
    for index, resource in enumerate([*earlier, *resources]):
        records.put(work, resource)
        if index % 7 == 0:
            records.delete(work, resource["resourceType"], resource["id"])
            records.put(work, resource)
    gone = [("Patient", "pat4"), ("Organization", "org2")]
    for rtype, identity in gone:
        records.delete(work, rtype, identity)
    kept = [(one["resourceType"], one["id"]) for one in resources if (one["resourceType"], one["id"]) not in gone]
    return [records.read(work, *name).reveal(Purpose.SHOW) for name in kept]


def difference(
    records: Records,
    work: Work,
    oracle: Oracle,
    types: Sequence[str],
    asked: Asked,
    page: int,
    reach: Reach = EVERYTHING,
) -> str | None:
    """What the pages of a search have that they should not, or the other way round; None when all is right."""
    expected = oracle.search(types, asked)
    matches: list[Name] = []
    pages: list[list[Name]] = []
    cursor: str | None = None
    while True:
        parameters = [*asked, ("_count", str(page)), ("_total", "accurate")]
        query = _query(types, [*parameters, ("_cursor", cursor)] if cursor else parameters)
        found = records.search_page(work, query, reach)
        shown = _names(found.matches)
        if found.total not in (None, len(expected)):
            return f"total {found.total}, should be {len(expected)}"
        if (wrong := _inclusions(oracle, shown, _names(found.included), asked)) is not None:
            return wrong
        if found.previous is not None or pages:
            back = [*parameters, ("_cursor", found.previous or "")]
            before = records.search_page(work, _query(types, back), reach) if found.previous else None
            if before is None or _names(before.matches) != pages[-1]:
                return f"the page before {shown} is not {pages[-1] if pages else 'there'}"
        pages.append(shown)
        matches += shown
        cursor = found.next
        if cursor is None:
            break
        if len(matches) > len(oracle.present):
            return "the pages have no end"
    if len(matches) != len(set(matches)):
        return f"twice: {sorted(name for name in set(matches) if matches.count(name) > 1)}"
    if set(matches) != expected:
        return f"missing {sorted(expected - set(matches))}, too much {sorted(set(matches) - expected)}"
    order = dict(asked).get("_sort")
    if order is not None and not oracle.sorts(matches, order):
        return f"wrong order: {[name[1] for name in matches]}"
    return None


def _query(types: Sequence[str], parameters: Asked) -> Query:
    asked = [one for one in parameters if one[0] != COMPARTMENT_KEY]
    within = [value for key, value in parameters if key == COMPARTMENT_KEY]
    query = read_query(types, asked, strict=True, now=NOW)
    more = [tuple(InCompartment(rtype, "Patient", one) for one in within) for rtype in query.types]
    criteria = [(*map(_resolved, mine), *others) for mine, others in zip(query.criteria, more, strict=True)]
    return replace(query, criteria=tuple(criteria))


def _resolved(criterion: Criterion) -> Criterion:
    """With the codes of a value set, as the surface puts them in."""
    if isinstance(criterion, Condition) and criterion.value_set is not None:
        return with_codes(criterion, VALUE_SETS[criterion.value_set])
    return criterion


def _inclusions(oracle: Oracle, shown: list[Name], included: list[Name], asked: Asked) -> str | None:
    expected, rounds = oracle.included(shown, asked)
    if rounds > 3 or set(included) == expected:
        return None if len(included) == len(set(included)) else "included twice"
    return f"not included {sorted(expected - set(included))}, included too much {sorted(set(included) - expected)}"


def _names(found: Sequence[Stored]) -> list[Name]:
    return [(one.type, one.id) for one in found]
