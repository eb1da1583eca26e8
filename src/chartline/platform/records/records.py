"""Storing and finding resources: the door of this room.

Each call works in the transaction of one organisation that it is given. A write takes the row's lock, compares
versions, keeps the superseded one and changes only the index rows that differ. Refuses wrong versions and bad
structure; shows nothing outside the reach it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from chartline.formats.fhir import JsonObject, require_shape
from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.search.query import Criterion as SearchCriterion
from chartline.formats.fhir.search.query import Query
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.records import desk, reading, reindexing, resource_rows
from chartline.platform.records.desk import Criterion, Page
from chartline.platform.records.finding import Finder, Found
from chartline.platform.records.histories import Histories, HistoryPage
from chartline.platform.records.keys import Keys
from chartline.platform.records.observing import Observer
from chartline.platform.records.parameters import Parameters
from chartline.platform.records.reach import EVERYTHING, Reach
from chartline.platform.records.reindexing import Progress
from chartline.platform.records.statements import postgresql, run
from chartline.platform.records.stored import GONE, NOT_FOUND, Stored
from chartline.platform.records.writing import Change, Writer
from chartline.platform.vault import Vault

_ORGANISATIONS = 256
"""Hashes are remembered for so many organisations at once."""


class Records:
    """The records of every organisation; each call works in the transaction it is given."""

    def __init__(self, vault: Vault, observer: Observer | None = None) -> None:
        self._vault = vault
        self._parameters = Parameters()
        self._keys: Callable[[str], Keys] = lru_cache(maxsize=_ORGANISATIONS)(lambda one: Keys(vault, one))
        self._writer = Writer(vault, self._parameters, observer)
        self._finder = Finder(vault, self._parameters)
        self._histories = Histories(vault)

    def create(self, work: Work, resource: JsonObject, *, owner: str = "", checked: bool = False) -> Stored:
        """Store a new resource under a new id, whatever id it carries. Raises ``fhir.bad_shape``.

        ``checked`` says that its structure was found right already.
        """
        made: JsonObject = {**resource, "id": new_id()}
        if not checked:
            require_shape(made)
        change = Change.put(made, None, "POST", owner, fresh=True)
        return self._writer.write(work, self._of(work), [change])[0]

    def put(
        self,
        work: Work,
        resource: JsonObject,
        if_version: int | None = None,
        *,
        owner: str | None = None,
        method: str = "PUT",
        checked: bool = False,
    ) -> Stored:
        """Store a resource under the id it carries: a new one, a new version, or nothing when it is unchanged.

        ``if_version`` is the version that must be present, 0 for none. ``owner`` None keeps the present one. Raises
        ``fhir.bad_shape``, ``records.version_conflict``.
        """
        if not checked:
            require_shape(resource)
        return self._writer.write(work, self._of(work), [Change.put(resource, if_version, method, owner)])[0]

    def delete(self, work: Work, rtype: str, identity: str, if_version: int | None = None) -> Stored:
        """Mark a resource deleted; its versions stay. Deleting it again changes nothing.

        Raises ``records.not_found``, ``records.version_conflict``.
        """
        return self._writer.write(work, self._of(work), [Change.delete(rtype, identity, if_version)])[0]

    def write_many(self, work: Work, changes: Sequence[Change]) -> list[Stored]:
        """Many creates, updates and deletes in few statements; the versions in the order of the changes.

        The structure of the resources must have been checked. Either all are made or, as the transaction fails, none.
        Raises ``records.twice``, ``records.not_found``, ``records.version_conflict``.
        """
        return self._writer.write(work, self._of(work), changes)

    def lock_criteria(self, work: Work, text: str) -> None:
        """Let one conditional write at a time go on with these criteria, until the transaction ends.

        On SQLite a writing transaction is alone anyway.
        """
        if postgresql(work):
            run(work, "SELECT pg_advisory_xact_lock(?)", (self._of(work).of("lock", text),))

    def lock(self, work: Work, rtype: str, identity: str) -> None:
        """Keep other writers of a resource away until the transaction ends; nothing when it is not there.

        For whoever locks rows of their own as well: first the resource, as every write does, so that nobody waits
        for each other.
        """
        resource_rows.locked(work, [self._of(work).resource(rtype, identity)])

    def read(self, work: Work, rtype: str, identity: str, reach: Reach = EVERYTHING) -> Stored:
        """The present version. Raises ``records.not_found``, ``records.deleted``."""
        found = reading.one(work, self._vault, self._of(work), rtype, identity, reach)
        if found is None:
            raise NOT_FOUND.error(type=rtype, id=identity)
        if found.deleted:
            raise GONE.error(type=rtype, id=identity)
        return found

    def find(self, work: Work, rtype: str, identity: str, reach: Reach = EVERYTHING) -> Stored | None:
        """The present version, or None when there is none or it was deleted."""
        found = reading.one(work, self._vault, self._of(work), rtype, identity, reach)
        return None if found is None or found.deleted else found

    def read_many(
        self, work: Work, wanted: Sequence[tuple[str, str]], reach: Reach = EVERYTHING
    ) -> dict[tuple[str, str], Stored]:
        """The present versions of many resources (type, id) in one query; what is not there is left out."""
        return reading.many(work, self._vault, self._of(work), wanted, reach)

    def versions(self, work: Work, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """The present version numbers of many resources (type, id) in one query; nothing is opened for it."""
        return reading.versions(work, self._of(work), wanted)

    def version(self, work: Work, rtype: str, identity: str, version: int, reach: Reach = EVERYTHING) -> Stored:
        """One version. Raises ``records.not_found``, and ``records.deleted`` for a version that is a deletion."""
        return self._histories.version(work, self._of(work), rtype, identity, version, reach)

    def history(self, work: Work, rtype: str, identity: str, reach: Reach = EVERYTHING) -> list[Stored]:
        """Every version, newest first, deletions among them. Raises ``records.not_found``."""
        return self._histories.all(work, self._of(work), rtype, identity, reach)

    def history_page(
        self,
        work: Work,
        rtype: str | None = None,
        identity: str | None = None,
        since: datetime | None = None,
        at: tuple[datetime, datetime] | None = None,
        count: int = 50,
        cursor: str | None = None,
        reach: Reach = EVERYTHING,
    ) -> HistoryPage:
        """A page of versions of one resource, of a type, or of everything, newest first.

        ``since`` is inclusive; ``at`` is the span ``[from, until)`` in which a version was the present one. Raises
        ``records.not_found`` for an unknown resource, ``records.bad_search`` for a foreign cursor.
        """
        return self._histories.page(work, self._of(work), rtype, identity, since, at, count, cursor, reach)

    def search_page(self, work: Work, query: Query, reach: Reach = EVERYTHING, *, page: int = 50) -> Found:
        """One page of a search. ``page`` is the size when the query does not say one.

        Raises ``records.bad_search`` for a cursor of another search.
        """
        return self._finder.page(work, self._of(work), query, reach, page)

    def matching(
        self,
        work: Work,
        rtype: str,
        criteria: Sequence[SearchCriterion],
        reach: Reach = EVERYTHING,
        limit: int = 2,
    ) -> list[Stored]:
        """The first present resources of a type that meet all criteria, for conditional writes."""
        return self._finder.some(work, self._of(work), rtype, criteria, reach, limit)

    def search(
        self,
        work: Work,
        rtype: str,
        criteria: Sequence[Criterion] = (),
        sort: str = "_id",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """One page of the present resources that meet all criteria, for our own desk; names are found by their words.

        ``sort`` is ``_id``, ``_lastUpdated`` or a parameter of the type, with ``-`` in front for descending. Raises
        ``records.bad_search``.
        """
        query = desk.read(rtype, criteria, sort, cursor, limit, work.now)
        found = self._finder.page(work, self._of(work), query.query, EVERYTHING, limit, query.words, most=limit)
        return Page(found.matches, found.next)

    def count(self, work: Work, rtype: str, criteria: Sequence[Criterion] = ()) -> int:
        """How many present resources meet all criteria. Raises ``records.bad_search``."""
        query = desk.read(rtype, criteria, "_id", None, 1, work.now)
        return self._finder.count(work, self._of(work), query.query, EVERYTHING, query.words)

    def custom_parameters(self, work: Work) -> Mapping[str, Mapping[str, SearchParameter]]:
        """The organisation's own search parameters that can be searched by, by type and code."""
        return self._parameters.all(work).ready()

    def rebuild_index(self, work: Work, batch: int = 200) -> int:
        """Make the organisation's index anew from its bodies; returns the number of resources."""
        return reindexing.rebuild(work, self._vault, self._of(work), self._parameters, batch)

    def reindex_step(self, work: Work, batch: int = 200) -> Progress:
        """Index one batch of older resources by custom parameters that wait for it. Call it, each time in its own
        transaction, until nothing waits; a cut-off step is simply made again."""
        return reindexing.step(work, self._vault, self._of(work), self._parameters, batch)

    def waits_for_upgrade(self, work: Work) -> bool:
        """Whether the organisation has resources of an earlier release that are not indexed yet."""
        return reindexing.waits(work)

    def upgrade_step(self, work: Work, batch: int = 200) -> int:
        """Index one batch of the resources that an earlier release stored; returns how many there were."""
        return reindexing.upgrade(work, self._vault, self._of(work), self._parameters, batch)

    def _of(self, work: Work) -> Keys:
        return self._keys(work.organisation)
