"""What the index cannot decide is decided by bodies: the exact test of candidates, one batch at a time.

Resources behind chains and ``_has`` are read in one query a hop for the whole batch, never one by one. Refuses what
is out of reach, like the index does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartline.formats.fhir import parse
from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.search import Extracted, ReferenceValue, extract_some, holds
from chartline.formats.fhir.search.query import Chained, Condition, Criterion, Reverse
from chartline.kernel.sealed import Masked
from chartline.platform.database import Work
from chartline.platform.records.keys import Keys
from chartline.platform.records.parameters import CustomParameters
from chartline.platform.records.planning import Plan
from chartline.platform.records.reach import Reach
from chartline.platform.records.rows import COLUMNS, Kept, kept, plain
from chartline.platform.records.statements import Part, among, own, part, postgresql, rows_of
from chartline.platform.vault import Vault


@dataclass(frozen=True, slots=True, repr=False)
class Opened(Masked):
    """A candidate with its JSON and what it is found by."""

    row: Kept
    body: bytes
    found: Extracted


_UNREAD = Extracted("", "")


@dataclass(frozen=True, slots=True)
class Verifier:
    """Tests candidates in one transaction."""

    work: Work
    vault: Vault
    keys: Keys
    reach: Reach
    custom: CustomParameters

    def plan(self) -> Plan:
        """A new statement."""
        return Plan(self.keys, own(self.work), self.reach, self.custom.labels, on_postgresql=postgresql(self.work))

    def undecided(self, rtype: str, criteria: Sequence[Criterion]) -> list[Criterion]:
        """The criteria that the index alone does not decide."""
        plan = self.plan()
        return [one for one in criteria if not plan.exact(rtype, one)]

    def opened(self, row: Kept, parameters: Sequence[SearchParameter] = ()) -> Opened:
        """A row with its content, and what it is found by in some parameters. Raises ``vault.unreadable``."""
        body = plain(self.vault, self.work, row)
        return Opened(row, body, extract_some(parse(body), tuple(parameters)) if parameters else _UNREAD)

    def kept(self, candidates: Sequence[Opened], criteria: Sequence[Criterion]) -> list[Opened]:
        """The candidates that meet all criteria, in their order."""
        left = list(candidates)
        for one in criteria:
            passed = self._passing(one, left)
            left = [each for each in left if each.row.pk in passed]
        return left

    def _passing(self, criterion: Criterion, candidates: Sequence[Opened]) -> set[int]:
        if not candidates:
            return set()
        if isinstance(criterion, Condition):
            return {one.row.pk for one in candidates if holds(criterion, one.found)}
        if isinstance(criterion, Chained):
            return self._chained(criterion, candidates)
        if isinstance(criterion, Reverse):
            return self._reversed(criterion, candidates)
        return {one.row.pk for one in candidates}

    def _chained(self, chain: Chained, candidates: Sequence[Opened]) -> set[int]:
        code = chain.parameter.code
        aims = {one.row.pk: _targets(self.keys, one.found, code) for one in candidates}
        wanted = sorted({key for keys in aims.values() for key in keys})
        if not wanted:
            return set()
        met: set[int] = set()
        for rtype, inner in chain.inner:
            asked = among("key", wanted, on_postgresql=postgresql(self.work))
            listed = part("SELECT pk FROM resource WHERE {0}", asked)
            if self.reach.covers(rtype):
                met |= {one.row.key for one in self._some(rtype, inner, listed)}
        return {pk for pk, keys in aims.items() if keys & met}

    def _reversed(self, criterion: Reverse, candidates: Sequence[Opened]) -> set[int]:
        by_key = {one.row.key: one.row.pk for one in candidates}
        if not self.reach.covers(criterion.source):
            return set()
        pointer = self.plan().pointer(criterion.source, criterion.parameter.code)
        aimed = part(
            "SELECT DISTINCT pk FROM resource_ref WHERE {0} AND {1}",
            Part("p = ?", (pointer,)),
            among("target", sorted(by_key), on_postgresql=postgresql(self.work)),
        )
        met: set[int] = set()
        for source in self._some(criterion.source, criterion.inner, aimed, (criterion.parameter,)):
            met |= _targets(self.keys, source.found, criterion.parameter.code)
        return {pk for key, pk in by_key.items() if key in met}

    def _some(self, rtype: str, inner: Criterion, listed: Part, also: Sequence[SearchParameter] = ()) -> list[Opened]:
        """The resources of a type, among those that are listed, that meet the inner criterion."""
        query = self.plan().these(COLUMNS, rtype, (inner,), listed)
        parameters = [*needed((inner,)), *also]
        found = [self.opened(kept(row), parameters) for row in rows_of(self.work, query)]
        return self.kept(found, (inner,))


def needed(criteria: Sequence[Criterion]) -> list[SearchParameter]:
    """The parameters of a resource's own that its test looks at."""
    found = {one.parameter: None for one in criteria if isinstance(one, Condition | Chained)}
    return list(found)


def _targets(keys: Keys, found: Extracted, code: str) -> set[int]:
    """The keys that a resource refers to by one parameter."""
    return {
        keys.resource(value.type, value.id)
        for value in found.values.get(code, ())
        if isinstance(value, ReferenceValue) and value.type is not None and value.id is not None
    }
