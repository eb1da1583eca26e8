"""``_include`` and ``_revinclude``: one query for each path over the whole page, in a few rounds.

Nothing comes twice, nothing that matched comes again, nothing out of reach comes at all. Refuses more than a thousand
included resources: the answer is then cut, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.fhir.search.query import Include
from chartline.platform.records.planning import Plan
from chartline.platform.records.rows import COLUMNS, kept, stored
from chartline.platform.records.statements import Part, among, both, own, part, postgresql, rows_of
from chartline.platform.records.stored import Stored
from chartline.platform.records.verifying import Opened, Verifier

MOST = 1000
_ROUNDS = 3


def included(verifier: Verifier, matches: Sequence[Opened], includes: Sequence[Include]) -> tuple[list[Stored], bool]:
    """What the paths lead to, in the order in which it was found, and whether the cap cut it."""
    seen = {one.row.pk for one in matches}
    found: list[Opened] = []
    front, cut = list(matches), False
    for turn in range(_ROUNDS):
        if not front:
            break
        paths = includes if not turn else [one for one in includes if one.iterate]
        fresh: list[Opened] = []
        for path in paths:
            # What another path of this round found is a beginning for an iterating one in the next round.
            for one in _along(verifier, front, path, MOST - len(found) - len(fresh) + len(seen) + 1):
                if one.row.pk in seen:
                    continue
                if len(found) + len(fresh) >= MOST:
                    cut = True
                    break
                seen.add(one.row.pk)
                fresh.append(one)
        found += fresh
        front = fresh
    return [stored(one.row, one.body) for one in found], cut


def _along(verifier: Verifier, front: Sequence[Opened], path: Include, limit: int) -> list[Opened]:
    plan = verifier.plan()
    which = _backward(verifier, plan, front, path) if path.reverse else _forward(verifier, plan, front, path)
    if which is None:
        return []
    listing, joining, kind = which
    column, value = joining
    query = part(
        f"SELECT {COLUMNS} FROM ({{0}}) f {plan.tools.row('r', column, value)} "
        "WHERE {1} AND NOT r.deleted AND {2} AND {3} ORDER BY r.pk LIMIT {4}",
        listing,
        Part("r.organisation_id = ?", (own(verifier.work),)),
        kind,
        plan.visible("r"),
        Part("?", (limit,)),
    )
    return [verifier.opened(kept(row)) for row in rows_of(verifier.work, query)]


_Path = tuple[Part, tuple[str, str], Part]
"""The ends of references, how they are joined to resources, and the type these must have."""


def _forward(verifier: Verifier, plan: Plan, front: Sequence[Opened], path: Include) -> _Path | None:
    """What resources of the source type refer to."""
    sources = [one.row.pk for one in front if path.source in {"*", one.row.rtype}]
    if not sources:
        return None
    tests = [among("pk", sources, on_postgresql=postgresql(verifier.work)), *_pointed(plan, path)]
    kind = Part("r.rtype = ?", (path.target,)) if path.target else Part("1=1")
    return part("SELECT DISTINCT target FROM resource_ref WHERE {0}", both(tests)), ("key", "f.target"), kind


def _backward(verifier: Verifier, plan: Plan, front: Sequence[Opened], path: Include) -> _Path | None:
    """What resources of the source type refer to the front."""
    targets = [one.row.key for one in front if path.target in {None, one.row.rtype}]
    if not targets:
        return None
    tests = [among("target", targets, on_postgresql=postgresql(verifier.work)), *_pointed(plan, path)]
    kind = Part("r.rtype = ?", (path.source,)) if path.source != "*" else Part("1=1")
    return part("SELECT DISTINCT pk FROM resource_ref WHERE {0}", both(tests)), ("pk", "f.pk"), kind


def _pointed(plan: Plan, path: Include) -> list[Part]:
    return [] if path.code == "*" else [Part("p = ?", (plan.pointer(path.source, path.code),))]
