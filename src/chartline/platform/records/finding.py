"""Searching: pages of candidates from the index, tested by their bodies where the index cannot decide.

Pages walk by the last sort value and number, so resources stored meanwhile neither repeat nor push others out. Work
goes in bounded batches, whatever the number of candidates. Refuses pages of more than a thousand.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chartline.formats.fhir.definitions import SearchParameter, search_parameters
from chartline.formats.fhir.search import sort_key
from chartline.formats.fhir.search.query import Criterion, Order, Query
from chartline.platform.database import Work
from chartline.platform.records import ordering
from chartline.platform.records.desk_words import Words
from chartline.platform.records.including import included
from chartline.platform.records.keys import Keys
from chartline.platform.records.ordering import SqlKey, SqlPlace
from chartline.platform.records.paging import Position, SortValue, fingerprint, read_cursor, write_cursor
from chartline.platform.records.parameters import Parameters
from chartline.platform.records.planning import typeless
from chartline.platform.records.reach import Reach
from chartline.platform.records.rows import COLUMNS, WIDTH, kept, stored
from chartline.platform.records.statements import Part, joined, part, postgresql, rows_of
from chartline.platform.records.stored import Stored
from chartline.platform.records.verifying import Opened, Verifier, needed
from chartline.platform.vault import Vault

MOST = 1000
"""Resources on one page."""
_BATCH = 500
_SAMPLED = 300
"""So many rows of a list are looked at to see whether it is short."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page: what matched, what was included, whether ``cut`` by the cap on includes, cursors, and the total.

    ``total`` is given when it was asked for or is known anyway.
    """

    matches: list[Stored]
    included: list[Stored] = field(default_factory=list)
    cut: bool = False
    next: str | None = None
    previous: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A match and the place it has in the order."""

    opened: Opened
    position: Position


class Finder:
    """Searches in the transactions it is given."""

    def __init__(self, vault: Vault, parameters: Parameters) -> None:
        self._vault, self._parameters = vault, parameters

    def page(
        self,
        work: Work,
        keys: Keys,
        query: Query,
        reach: Reach,
        size: int,
        words: Sequence[Words] = (),
        *,
        most: int = MOST,
    ) -> Found:
        """One page. Raises ``records.bad_search`` for a cursor of another search."""
        search = self._search(work, keys, query, reach, words)
        count = min(query.count if query.count is not None else size, most)
        if query.summary == "count" or count == 0:
            return Found([], total=search.count())
        mark = _fingerprint(query, reach)
        position = read_cursor(self._vault, work.organisation, mark, query.cursor) if query.cursor is not None else None
        found = search.ordered(position, count + 1)
        back = position is not None and position.back
        shown, more = found[:count], len(found) > count
        if back:
            shown.reverse()
        matches = [stored(one.opened.row, one.opened.body) for one in shown]
        total = len(matches) if position is None and not more else None
        if total is None and query.total != "none":
            total = search.count(estimate=query.total == "estimate")
        around, cut = included(search.verifier, [one.opened for one in shown], query.includes)
        cursors = _cursors(shown, position, more=more)
        sealed = [None if one is None else write_cursor(self._vault, work.organisation, mark, one) for one in cursors]
        return Found(matches, around, cut, sealed[0], sealed[1], total)

    def some(
        self, work: Work, keys: Keys, rtype: str, criteria: Sequence[Criterion], reach: Reach, limit: int
    ) -> list[Stored]:
        """The first matches of one type."""
        search = self._search(work, keys, Query((rtype,), (tuple(criteria),)), reach, ())
        return [stored(one.opened.row, one.opened.body) for one in search.ordered(None, limit)]

    def count(self, work: Work, keys: Keys, query: Query, reach: Reach, words: Sequence[Words] = ()) -> int:
        """How many match."""
        return self._search(work, keys, query, reach, words).count()

    def _search(self, work: Work, keys: Keys, query: Query, reach: Reach, words: Sequence[Words]) -> Search:
        verifier = Verifier(work, self._vault, keys, reach, self._parameters.all(work))
        return Search(verifier, query, words)


class Search:
    """One search in one transaction."""

    def __init__(self, verifier: Verifier, query: Query, words: Sequence[Words]) -> None:
        self.verifier = verifier
        self._words = words
        self._order = query.order
        self._criteria = {
            rtype: criteria
            for rtype, criteria in zip(query.types, query.criteria, strict=True)
            if verifier.reach.covers(rtype)
        }
        self._open = {rtype: verifier.undecided(rtype, some) for rtype, some in self._criteria.items()}
        self._needed = {
            rtype: [*needed(some), *_named(rtype, [one.code for one in words])] for rtype, some in self._open.items()
        }
        self._postgresql = postgresql(verifier.work)
        self._drivers: dict[str, int | None] = {}

    def ordered(self, position: Position | None, wanted: int) -> list[Placed]:
        """The next matches after a position (before it, nearest first, when it goes back)."""
        if not self._criteria:
            return []
        types = tuple(self._criteria)
        labels = self.verifier.custom.labels(types[0]) if len(types) == 1 else {}
        keys = ordering.sql_keys(self.verifier.keys, types, self._order, labels, on_postgresql=self._postgresql)
        if keys is None:
            return self._by_bodies(position, wanted)
        found: list[Placed] = []
        for one in self._walk(keys, position, wanted):
            found.append(one)
            if len(found) == wanted:
                break
        return found

    def count(self, *, estimate: bool = False) -> int:
        """How many match; an estimate takes the index's word."""
        if not self._criteria:
            return 0
        if estimate or not (self._words or any(self._open.values())):
            query = self._union("r.pk", ())
            ((number,),) = rows_of(self.verifier.work, part("SELECT count(*) FROM ({0}) found", query))
            return int(str(number))
        return sum(1 for _ in self._walk((), None, MOST))

    def _by_bodies(self, position: Position | None, wanted: int) -> list[Placed]:
        """In an order that only bodies know: every match is looked at, the nearest few are kept."""
        back = position is not None and position.back
        edge = ordering.rank(self._order, position.values, position.pk) if position is not None else None

        def placed() -> Iterator[tuple[ordering.Rank, Placed]]:
            for one in self._walk((), None, MOST, sorted_by=self._order):
                values = tuple(sort_key(one.opened.found, each.code, each.descending) for each in self._order)
                rank = ordering.rank(self._order, values, one.opened.row.pk)
                if edge is None or (rank < edge if back else rank > edge):
                    yield rank, Placed(one.opened, Position(values, one.opened.row.pk))

        choose = heapq.nlargest if back else heapq.nsmallest
        return [one for _, one in choose(wanted, placed(), key=lambda pair: pair[0])]

    def _walk(
        self, keys: Sequence[SqlKey], position: Position | None, wanted: int, *, sorted_by: Sequence[Order] = ()
    ) -> Iterator[Placed]:
        """Matches in SQL order from a position on, batch by batch; with the values they are ``sorted_by``."""
        parameters = {
            rtype: [*some, *_named(rtype, [one.code for one in sorted_by], self.verifier.custom.of(rtype))]
            for rtype, some in self._needed.items()
        }
        decided = not self._words and not any(self._open.values())
        batch = min(wanted, MOST + 1)
        back = position is not None and position.back
        while True:
            rows = rows_of(self.verifier.work, self._batch(keys, position, batch))
            candidates = [
                Placed(
                    self.verifier.opened(one, parameters[one.rtype]),
                    Position(tuple(_value(value) for value in row[WIDTH:]), int(str(row[0]))),
                )
                for row, one in ((row, kept(row)) for row in rows)
            ]
            yield from candidates if decided else self._tested(candidates)
            if len(rows) < batch:
                return
            last = candidates[-1].position
            position = Position(last.values, last.pk, back)
            batch = min(2 * batch, _BATCH)

    def _tested(self, candidates: Sequence[Placed]) -> list[Placed]:
        passed: set[int] = set()
        for rtype, undecided in self._open.items():
            mine = [one.opened for one in candidates if one.opened.row.rtype == rtype]
            mine = [one for one in mine if all(words.hold(one.found) for words in self._words)]
            passed.update(one.row.pk for one in self.verifier.kept(mine, undecided))
        return [one for one in candidates if one.opened.row.pk in passed]

    def _batch(self, keys: Sequence[SqlKey], position: Position | None, limit: int) -> Part:
        back = position is not None and position.back
        plan = self.verifier.plan()
        size = Part("?", (limit,))
        if not keys and len(self._criteria) == 1:
            # In the order of the numbers: the condition goes to the list itself, which needs no sorting.
            place = SqlPlace(plan.place)
            edge = [ordering.beyond((), (), place, position)] if position is not None else []
            query = self._union(COLUMNS, edge)
            words = ordering.sorting((), (), place, back=back)
            return part(f"{{0}} ORDER BY {words} LIMIT {{1}}", query, size)
        names = [f"s{number}" for number in range(len(keys))]
        query = self._union(
            "r.pk",
            (),
            joined("", [part(f", {{0}} AS {name}", key.expression) for name, key in zip(names, keys, strict=True)]),
        )
        place = SqlPlace("pk", bool(keys) and ordering.newest_first(self._order))
        edge_part = ordering.beyond(keys, names, place, position) if position is not None else Part("1=1")
        words = ordering.sorting(keys, names, place, back=back)
        # Sorted without the bodies, which are fetched for the few that are left.
        chosen = part(f"SELECT * FROM ({{0}}) every WHERE {{1}} ORDER BY {words} LIMIT {{2}}", query, edge_part, size)
        values = "".join(f", {name}" for name in names)
        place = SqlPlace("r.pk", place.falls)
        words = ordering.sorting(keys, names, place, back=back)
        return part(
            f"SELECT {COLUMNS}{values} FROM ({{0}}) s {plan.tools.row('r', 'pk', 's.pk')} ORDER BY {words}", chosen
        )

    def _union(self, columns: str, more: Sequence[Part], keys: Part | None = None) -> Part:
        """The candidates of all types."""
        plan = self.verifier.plan()
        first, *others = self._criteria.values()
        if others and all(one == first for one in others) and all(typeless(one) for one in first):
            made = [plan.mixed("{keys}", tuple(self._criteria), first, more)]
        else:
            made = [
                plan.candidates("{keys}", rtype, criteria, more, self._words, self._driver(rtype))
                for rtype, criteria in self._criteria.items()
            ]
        extra = keys or Part("")
        filled = [
            Part(one.text.replace("{keys}", f"{columns}{extra.text}", 1), (*extra.values, *one.values)) for one in made
        ]
        return joined(" UNION ALL ", filled)

    def _driver(self, rtype: str) -> int | None:
        """The list to begin with where it is not clear which is the shortest: they are looked at, a little way."""
        if rtype not in self._drivers:
            rivals = self.verifier.plan().rivals(rtype, self._criteria[rtype], self._words)
            self._drivers[rtype] = self._shortest(rivals) if rivals and len(self._criteria) == 1 else None
        return self._drivers[rtype]

    def _shortest(self, rivals: Mapping[int, Part]) -> int:
        limited = [
            part("(SELECT count(*) FROM ({0} LIMIT {1}) few)", one, Part("?", (_SAMPLED,))) for one in rivals.values()
        ]
        ((*counts,),) = rows_of(self.verifier.work, part("SELECT {0}", joined(", ", limited)))
        return min(zip((int(str(count)) for count in counts), rivals, strict=True))[1]


def _named(
    rtype: str, codes: Sequence[str], custom: Mapping[str, SearchParameter] | None = None
) -> list[SearchParameter]:
    """The parameters of a type by their codes."""
    known = {**search_parameters(rtype), **(custom or {})}
    return [known[code] for code in codes if code in known]


def _value(value: object) -> SortValue:
    return value if isinstance(value, int | float | str) else None


def _cursors(
    shown: Sequence[Placed], position: Position | None, *, more: bool
) -> tuple[Position | None, Position | None]:
    """The positions of the next and the previous page."""
    if not shown:
        if position is None:
            return None, None
        turned = Position(position.values, position.pk, not position.back)
        return (turned, None) if position.back else (None, turned)
    first, last = shown[0].position, shown[-1].position
    ahead, behind = Position(last.values, last.pk), Position(first.values, first.pk, True)
    if position is None:
        return ahead if more else None, None
    if position.back:
        return ahead, behind if more else None
    return ahead if more else None, behind


def _fingerprint(query: Query, reach: Reach) -> str:
    order = ",".join(f"{'-' if one.descending else ''}{one.code}" for one in query.order)
    asked = [word for pair in query.applied if pair[0] != "_count" for word in pair]
    return fingerprint([",".join(query.types), order, reach.mark(), *asked])
