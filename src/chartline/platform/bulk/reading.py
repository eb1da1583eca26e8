"""Pages of resources for an export, as they were when it was asked for, in the order of their numbers.

Bodies are opened and handed on as bytes; they are read as JSON only where a filter, a list of elements or the patients
of the export need it. What was changed since the request is taken from the history. Refuses what is out of reach.
A resource that was deleted since the request is left out: the next export with ``_since`` tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chartline.formats.fhir import parse
from chartline.formats.fhir.search import extract, read_query
from chartline.formats.fhir.search.query import Criterion
from chartline.formats.fhir.shaping import Shaper, shaper
from chartline.kernel.sealed import Masked
from chartline.platform.bulk.membership import Members, targets
from chartline.platform.bulk.plan import ExportPlan
from chartline.platform.database import Work
from chartline.platform.records.keys import Keys
from chartline.platform.records.parameters import Parameters
from chartline.platform.records.reach import patient_types
from chartline.platform.records.rows import COLUMNS, Kept, kept, plain
from chartline.platform.records.statements import (
    Part,
    among,
    among_texts,
    both,
    ours,
    own,
    part,
    postgresql,
    rows_of,
    run,
)
from chartline.platform.records.verifying import Opened, Verifier
from chartline.platform.vault import Vault

FEW = 200
"""So many patients are looked up by the index; more are found by looking at every resource."""
_HISTORY = "0 AS pk, 0 AS key, h.rtype, h.id, h.version, h.updated, h.deleted, h.method, h.owner, h.body"


@dataclass(frozen=True, slots=True, repr=False)
class Page(Masked):
    """Lines of one type; the next page begins behind the number ``after``. ``last`` when there is none.

    ``seen`` counts the resources that were looked at.
    """

    lines: list[bytes]
    after: int
    last: bool
    seen: int


class Reader:
    """Reads for exports, in the transactions it is given."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self._parameters = vault, Parameters()
        self._keys: Callable[[str], Keys] = lru_cache(maxsize=64)(lambda one: Keys(vault, one))

    def census(self, work: Work) -> dict[str, int]:
        """How many present resources there are of each type that has any."""
        rows = run(
            work,
            "SELECT rtype, count(*) FROM resource WHERE organisation_id = ? AND NOT deleted GROUP BY rtype",
            (own(work),),
        )
        return {str(rtype): int(str(count)) for rtype, count in rows}

    def page(self, work: Work, plan: ExportPlan, moment: int, rtype: str, after: int, size: int) -> Page:
        """The next resources of a type, as they were at ``moment`` (microseconds since 1970)."""
        if not plan.reach.covers(rtype):
            return Page([], after, True, 0)
        verifier = Verifier(work, self._vault, self._keys(work.organisation), plan.reach, self._parameters.all(work))
        rows, chosen, last = self._rows(verifier, plan, rtype, after, size)
        bodies = self._bodies(verifier, plan, moment, rows)
        passed = chosen(bodies) if chosen is not None else bodies
        passed = self._belonging(verifier, plan, rtype, passed)
        shape = _shape(plan, rtype)
        lines = [body if shape is None else shape(body) for _, body in passed]
        return Page(lines, rows[-1].pk if rows else after, last, len(rows))

    def deletions(self, work: Work, plan: ExportPlan, moment: int, rtype: str, after: int, size: int) -> Page:
        """The ids of a type's resources that were deleted since ``plan.since``, as lines ``Type/id``."""
        if plan.since is None or not plan.reach.covers(rtype) or plan.reach.narrows(rtype):
            return Page([], after, True, 0)
        query = part(
            f"SELECT {COLUMNS} FROM resource r WHERE {{0}} ORDER BY r.pk LIMIT {{1}}",
            Part(
                "r.organisation_id = ? AND r.rtype = ? AND r.deleted AND r.updated > ? AND r.updated <= ? AND r.pk > ?",
                (own(work), rtype, plan.since, moment, after),
            ),
            Part("?", (size,)),
        )
        rows = [kept(row) for row in rows_of(work, query)]
        gone = [row.id for row in rows]
        if plan.confined and rtype in patient_types():
            members = Members(plan.patients)
            before = self._versions(work, rtype, gone, moment, deleted=False)
            gone = [one for one in gone if one in before and members.hold(rtype, before[one][1])]
        lines = [f"{rtype}/{one}".encode() for one in gone]
        return Page(lines, rows[-1].pk if rows else after, len(rows) < size, len(rows))

    def _rows(
        self, verifier: Verifier, plan: ExportPlan, rtype: str, after: int, size: int
    ) -> tuple[list[Kept], _Choice | None, bool]:
        """Candidates in order, what decides about them, and whether there are no more.

        With several filters each is asked for itself; the page ends where the first of them that is full ends.
        """
        custom = self._parameters.all(verifier.work).ready()
        filters = [
            read_query((rtype,), pairs, strict=True, custom=custom).criteria[0] for pairs in plan.filters.get(rtype, ())
        ]
        found: dict[int, Kept] = {}
        ends: list[int] = []
        alternatives: list[tuple[frozenset[int], list[Criterion]]] = []
        for criteria in filters or [()]:
            query = self._query(verifier, plan, rtype, criteria, after, size)
            some = {row.pk: row for row in map(kept, rows_of(verifier.work, query))}
            found.update(some)
            alternatives.append((frozenset(some), verifier.undecided(rtype, criteria)))
            if len(some) == size:
                ends.append(max(some))
        end = min(ends, default=None)
        rows = [found[pk] for pk in sorted(found) if end is None or pk <= end]
        decided = not any(undecided for _, undecided in alternatives)
        return rows, None if decided else _Choice(verifier, alternatives), end is None

    def _query(
        self,
        verifier: Verifier,
        plan: ExportPlan,
        rtype: str,
        criteria: Sequence[Criterion],
        after: int,
        size: int,
    ) -> Part:
        statement = verifier.plan()
        more = [Part(f"{statement.place} > ?", (after,))]
        if plan.since is not None:
            more.append(Part("r.updated > ?", (plan.since,)))
        patients = plan.patients
        confined = plan.confined and rtype in patient_types() and rtype != "Provenance"
        if confined and patients is not None and len(patients) <= FEW:
            lists = [verifier.keys.compartment(f"Patient/{one}") for one in patients]
            listed = among("h", lists, on_postgresql=postgresql(verifier.work)) if lists else Part("1=0")
            more.append(part("r.pk IN (SELECT pk FROM resource_eq WHERE {0})", listed))
        query = statement.candidates(COLUMNS, rtype, criteria, more)
        return part(f"{{0}} ORDER BY {statement.place} LIMIT {{1}}", query, Part("?", (size,)))

    def _bodies(
        self, verifier: Verifier, plan: ExportPlan, moment: int, rows: Sequence[Kept]
    ) -> list[tuple[Kept, bytes]]:
        """The rows with their content at the moment; those that were not there then are left out."""
        late = [row for row in rows if row.updated > moment]
        older = self._versions(verifier.work, late[0].rtype, [row.id for row in late], moment) if late else {}
        found: list[tuple[Kept, bytes]] = []
        for row in rows:
            if row.updated <= moment:
                found.append((row, plain(self._vault, verifier.work, row)))
            elif row.id in older:
                before, body = older[row.id]
                if not before.deleted and (plan.since is None or before.updated > plan.since):
                    found.append((before._replace(pk=row.pk, key=row.key), body))
        return found

    def _versions(
        self, work: Work, rtype: str, ids: Sequence[str], moment: int, *, deleted: bool = True
    ) -> dict[str, tuple[Kept, bytes]]:
        """The newest superseded versions that are not younger than a moment, by id; without deletions on demand."""
        if not ids:
            return {}
        tests = [
            Part("h.organisation_id = ? AND h.rtype = ? AND h.updated <= ?", (own(work), rtype, moment)),
            among_texts("h.id", ids, on_postgresql=postgresql(work)),
        ]
        if not deleted:
            tests.append(Part("NOT h.deleted"))
        query = part(f"SELECT {_HISTORY} FROM resource_history h WHERE {{0}} ORDER BY h.version", both(tests))
        newest = {row.id: row for row in map(kept, rows_of(work, query))}
        return {one: (row, plain(self._vault, work, row)) for one, row in newest.items()}

    def _belonging(
        self, verifier: Verifier, plan: ExportPlan, rtype: str, found: list[tuple[Kept, bytes]]
    ) -> list[tuple[Kept, bytes]]:
        """Those of the patients that are exported; for a Provenance, those of what is exported."""
        if rtype == "Provenance" and (plan.confined or plan.related):
            return self._provenances(verifier, plan, found)
        if not plan.confined or rtype not in patient_types():
            return found
        members = Members(plan.patients)
        return [(row, body) for row, body in found if members.hold(rtype, body)]

    def _provenances(
        self, verifier: Verifier, plan: ExportPlan, found: list[tuple[Kept, bytes]]
    ) -> list[tuple[Kept, bytes]]:
        types = frozenset(plan.types) - {"Provenance"}
        aims = [[one for one in targets(parse(body)) if one[0] in types] for _, body in found]
        if not plan.confined:
            return [one for one, aim in zip(found, aims, strict=True) if aim]
        asked = sorted({verifier.keys.resource(*one) for aim in aims for one in aim})
        if not asked:
            return []
        query = part(
            f"SELECT {COLUMNS} FROM resource r WHERE {{0}} AND {{1}} AND NOT r.deleted",
            ours(verifier.work, "r"),
            among("r.key", asked, on_postgresql=postgresql(verifier.work)),
        )
        members = Members(plan.patients)
        held = set()
        for row in map(kept, rows_of(verifier.work, query)):
            body = plain(self._vault, verifier.work, row)
            if row.rtype not in patient_types() or members.hold(row.rtype, body):
                held.add((row.rtype, row.id))
        return [one for one, aim in zip(found, aims, strict=True) if not held.isdisjoint(aim)]


class _Choice:
    """Decides by bodies which candidates meet any of the filters; each has its own candidates, and what is open."""

    def __init__(self, verifier: Verifier, alternatives: Sequence[tuple[frozenset[int], Sequence[Criterion]]]) -> None:
        self._verifier, self._alternatives = verifier, alternatives

    def __call__(self, found: list[tuple[Kept, bytes]]) -> list[tuple[Kept, bytes]]:
        """Those that pass."""
        custom = self._verifier.custom
        opened = [Opened(row, body, extract(parse(body), custom.of(row.rtype))) for row, body in found]
        passed: set[int] = set()
        for candidates, undecided in self._alternatives:
            mine = [one for one in opened if one.row.pk in candidates]
            passed.update(one.row.pk for one in self._verifier.kept(mine, undecided))
        return [(row, body) for row, body in found if row.pk in passed]


def _shape(plan: ExportPlan, rtype: str) -> Shaper | None:
    """What is done to each body: elements are cut, addresses of files made absolute."""
    cut = shaper(None, plan.elements)
    if rtype != "DocumentReference":
        return cut
    here = f'"url":"{plan.base}/Binary/'.encode()

    def absolute(body: bytes) -> bytes:
        whole = body if cut is None else cut(body)
        return whole.replace(b'"url":"Binary/', here)

    return absolute


def total_of(census: Mapping[str, int], types: Iterable[str]) -> int:
    """How many resources of some types there are."""
    return sum(census.get(one, 0) for one in types)
