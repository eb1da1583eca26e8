"""The desk's plain way to search: named criteria and one sort, read into the same query as FHIR's.

Values are taken as they are, nothing in them needs escaping but the bar of ``system|code``. Refuses unknown parameters
and unreadable values: a misspelt search must never find everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chartline.formats.fhir import name_words
from chartline.formats.fhir.definitions import RESOURCE_TYPES, search_parameters
from chartline.formats.fhir.search import read_query
from chartline.formats.fhir.search.query import Query
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Masked
from chartline.platform.records.desk_words import Words
from chartline.platform.records.problems import BAD_SEARCH
from chartline.platform.records.rows import micros
from chartline.platform.records.stored import Stored

_BY_WORDS = frozenset({"name", "family", "given"})


class Criterion(Masked):
    """One condition, ``Criterion("identifier", "system|value")``: several values mean any of them."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, *values: str) -> None:
        self.name, self.values = name, values


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search and the cursor of the next (None on the last)."""

    found: list[Stored]
    next: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Asked(Masked):
    """A search of the desk: the query, and the words that names must have."""

    query: Query
    words: tuple[Words, ...]


def read(rtype: str, criteria: Sequence[Criterion], sort: str, cursor: str | None, limit: int, now: datetime) -> Asked:
    """Criteria as a query. Raises ``records.bad_search``."""
    if rtype not in RESOURCE_TYPES:
        raise BAD_SEARCH.error(type="?", parameter="")
    parameters: list[tuple[str, str]] = []
    words: list[Words] = []
    for one in criteria:
        if not one.values or not all(one.values):
            raise BAD_SEARCH.error(type=rtype, parameter=one.name)
        if one.name in _BY_WORDS and _is_string(rtype, one.name):
            words.append(_words(rtype, one))
        else:
            parameters.append((one.name, ",".join(map(_escaped, one.values))))
    if sort != "_id":
        # Ids of ours grow with time, so the order in which resources were stored is the order of ids.
        parameters.append(("_sort", sort))
    if cursor is not None:
        parameters.append(("_cursor", cursor))
    try:
        query = read_query((rtype,), [("_count", str(limit)), *parameters], strict=True, now=micros(now))
    except ChartlineError as error:
        raise BAD_SEARCH.error(type=rtype, parameter=error.problem.fields.get("parameter", "")) from None
    return Asked(_marked(query, words), tuple(words))


def _marked(query: Query, words: Sequence[Words]) -> Query:
    """The query with the words among what it applies, so that cursors belong to them, too."""
    named = tuple((one.code, "|".join(",".join(some) for some in one.alternatives)) for one in words)
    return replace(query, applied=(*query.applied, *named))


def _is_string(rtype: str, code: str) -> bool:
    parameter = search_parameters(rtype).get(code)
    return parameter is not None and parameter.type == "string"


def _words(rtype: str, criterion: Criterion) -> Words:
    alternatives = tuple(tuple(name_words(value)) for value in criterion.values)
    if not all(alternatives):
        raise BAD_SEARCH.error(type=rtype, parameter=criterion.name)
    return Words(criterion.name, alternatives)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("$", "\\$")
