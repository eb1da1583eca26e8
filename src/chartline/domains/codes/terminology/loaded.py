"""Loaded code systems as a ``Source`` of terminology, for one practice, in the transaction it is given.

Concepts stay in the database: a question costs a few queries, whatever the size of the system. What another practice
holds the licence for is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import sqlalchemy as sa

from chartline.domains.codes.terminology import selection
from chartline.domains.codes.terminology.tables import (
    ACTIVE,
    ancestor_table,
    concept_table,
    parent_table,
    version_table,
)
from chartline.formats.fhir.terminology import Concept, ConceptMap, Designation, Filter, System, ValueSet, fits
from chartline.formats.fhir.terminology.filters import compiled, values_of
from chartline.platform.database import Work

_IN_ONE_QUERY = 500
_STREAMED = 2_000
_concept = concept_table.c


class LoadedSystem:
    """One version of a loaded code system."""

    def __init__(self, work: Work, row: sa.RowMapping) -> None:
        self._work, self._id = work, row["id"]
        self.url: str = row["system"]
        self.version: str = row["version"]
        self.name: str = row["name"]
        self.content: str = row["content"]
        self.any_case: bool = row["any_case"]

    def find(self, code: str) -> Concept | None:
        """The concept of a code with all that is known of it."""
        return self.find_many([code]).get(code)

    def find_many(self, codes: Sequence[str]) -> Mapping[str, Concept]:
        """The concepts of many codes with all that is known of them: four queries for each five hundred."""
        found: dict[str, Concept] = {}
        for start in range(0, len(codes), _IN_ONE_QUERY):
            found.update(self._find_some(codes[start : start + _IN_ONE_QUERY]))
        return found

    def _find_some(self, codes: Sequence[str]) -> Mapping[str, Concept]:
        query = self._concepts().where(_concept.code.in_(codes))
        # Sorted here: asked to sort, SQLite walks the whole system in order instead of looking the codes up.
        found = sorted(self._work.rows(query), key=lambda row: row["number"])
        rows = {row["number"]: row for row in found}
        numbers = list(rows)
        if not numbers:
            return {}
        names: dict[int, list[Designation]] = {}
        for number, language, use, value in self._work.execute(selection.names_of(self._id, numbers)):
            names.setdefault(number, []).append(Designation(language, use, value))
        properties: dict[int, dict[str, str | bool | int]] = {}
        for number, name, value in self._work.execute(selection.properties_of(self._id, numbers)):
            properties.setdefault(number, {})[name] = value
        parents: dict[int, list[str]] = {}
        edges = parent_table.c
        above = (
            sa.select(edges.child, _concept.code)
            .where(edges.version_id == self._id, edges.child.in_(numbers))
            .where(_concept.version_id == self._id, _concept.number == edges.parent)
            .order_by(edges.child, edges.parent)
        )
        for number, code in self._work.execute(above):
            parents.setdefault(number, []).append(code)
        return {
            row["code"]: _made(row, parents.get(number, ()), properties.get(number, {}), names.get(number, ()))
            for number, row in rows.items()
        }

    def children(self, code: str) -> Sequence[str]:
        """The codes directly below a code."""
        number = self._number(code)
        if number is None:
            return ()
        edges = parent_table.c
        query = (
            sa.select(_concept.code)
            .where(edges.version_id == self._id, edges.parent == number)
            .where(_concept.version_id == self._id, _concept.number == edges.child)
            .order_by(edges.child)
        )
        return list(self._work.execute(query).scalars())

    def is_a(self, code: str, ancestor: str) -> bool:
        """Whether a code is another one or below it."""
        if code == ancestor:
            return True
        above, below = self._number(ancestor), self._number(code)
        if above is None or below is None:
            return False
        pairs = ancestor_table.c
        query = sa.select(pairs.ancestor).where(
            pairs.version_id == self._id, pairs.ancestor == above, pairs.descendant == below
        )
        return self._work.scalar(query) is not None

    def passes(self, code: str, filters: Sequence[Filter]) -> bool | None:
        """Whether a code is here and passes all filters."""
        query = self._concepts().where(_concept.code == code)
        for condition in selection.conditions(self._id, filters, self._number):
            query = query.where(condition)
        if self._work.row(query) is not None:
            patterns = [one for one in filters if one.op == "regex"]
            concept = self.find(code) if patterns else None
            return concept is None or self._fits(concept, patterns)
        if self.content == "complete" or (filters and self._number(code) is not None):
            return False
        return None

    def select(self, filters: Sequence[Filter], words: Sequence[str], limit: int | None) -> Iterator[Concept]:
        """The concepts that pass, in the order of the file; other names and properties are left out."""
        query = self._selection(filters, words).order_by(_concept.number)
        if limit is None or any(one.op == "regex" for one in filters):
            query = query.execution_options(yield_per=_STREAMED)
        else:
            query = query.limit(limit)
        patterns = [one for one in filters if one.op == "regex"]
        found = self._work.execute(query).mappings()
        if not patterns:
            yield from (_made(row, (), {}, ()) for row in found)
            return
        while rows := found.fetchmany(_IN_ONE_QUERY):
            known = self._find_some([row["code"] for row in rows])
            yield from (concept for concept in known.values() if self._fits(concept, patterns))

    def count(self, filters: Sequence[Filter], words: Sequence[str], most: int) -> int:
        """How many concepts pass, counted up to ``most`` by the database."""
        if any(one.op == "regex" for one in filters):
            return sum(1 for _ in islice(self.select(filters, words, None), most))
        some = self._selection(filters, words).limit(most).subquery()
        return self._work.scalar(sa.select(sa.func.count()).select_from(some))

    def _selection(self, filters: Sequence[Filter], words: Sequence[str]) -> sa.Select[int, str, str, bool]:
        query = self._concepts()
        for condition in selection.conditions(self._id, filters, self._number):
            query = query.where(condition)
        for condition in selection.has_words(self._id, words):
            query = query.where(condition)
        return query

    def _fits(self, concept: Concept, patterns: Sequence[Filter]) -> bool:
        """Whether a concept fits all patterns."""
        return all(
            any(compiled(one.value).fullmatch(value) for value in values_of(self, concept, one.property))
            for one in patterns
        )

    def _concepts(self) -> sa.Select[int, str, str, bool]:
        return sa.select(_concept.number, _concept.code, _concept.display, _concept.inactive).where(
            _concept.version_id == self._id
        )

    def _number(self, code: str) -> int | None:
        query = sa.select(_concept.number).where(_concept.version_id == self._id, _concept.code == code)
        return self._work.scalar(query)


def _made(
    row: sa.RowMapping,
    parents: Sequence[str],
    properties: Mapping[str, str | bool | int],
    names: Sequence[Designation],
) -> Concept:
    told = {**properties, "inactive": True} if row["inactive"] else properties
    definition = str(told.get("definition", ""))
    told = {name: value for name, value in told.items() if name != "definition"}
    return Concept(row["code"], row["display"], definition, tuple(parents), told, tuple(names))


class Loaded:
    """The loaded code systems that a practice may use."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._rows: list[sa.RowMapping] | None = None

    def system(self, url: str, version: str) -> System | None:
        """The newest version that fits; the practice's own before everybody's."""
        fitting = [row for row in self._versions() if row["system"] == url and fits(version, row["version"])]
        if not fitting:
            return None
        newest = max(fitting, key=lambda row: (row["licensee_id"] is not None, row["version"], row["id"]))
        return LoadedSystem(self._work, newest)

    def _versions(self) -> list[sa.RowMapping]:
        if self._rows is None:
            columns = version_table.c
            mine = sa.or_(columns.licensee_id.is_(None), columns.licensee_id == self._work.organisation)
            self._rows = self._work.rows(sa.select(version_table).where(columns.state == ACTIVE, mine))
        return self._rows

    def value_set(self, url: str, version: str) -> ValueSet | None:
        """None: files bring code systems only."""
        return None

    def concept_map(self, url: str, version: str) -> ConceptMap | None:
        """None."""
        return None

    def concept_maps(self) -> Sequence[ConceptMap]:
        """None."""
        return ()
