"""What an installation believes at the end of a scenario: its links, its open conflicts, what it put aside."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.app.demonstration.setup import Office
from chartline.app.services import Services
from chartline.domains.sync.conflicts import ConflictState
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.tables import sync_change_table, sync_conflict_table, vendor_link_table
from chartline.sandbox.week.sides import Belief

_KINDS = {Kind.PATIENT: "patient", Kind.COVERAGE: "plan", Kind.VISIT: "visit"}
_FIELDS = {"group_number": "group", "member_id": "member", "payer_id": "payer"}
"""Names of a coverage's fields, as synchronisation and as the comparison calls them; the others are the same."""


def read_belief(services: Services, office: Office) -> Belief:
    """Which record of ours is which of the vendor's, and which fields of ours wait for a person."""
    links: dict[str, dict[str, str]] = {name: {} for name in _KINDS.values()}
    disputed: dict[str, set[tuple[str, str]]] = {name: set() for name in _KINDS.values()}
    with services.database.read(office.organisation) as work:
        here = vendor_link_table.c.connection == office.connection
        for row in work.rows(work.select(vendor_link_table).where(here)):
            if Kind(row["kind"]) in _KINDS:
                links[_KINDS[Kind(row["kind"])]][row["local_id"]] = row["vendor_id"]
        table = sync_conflict_table
        for row in work.rows(work.select(table).where(table.c.state == ConflictState.OPEN.value)):
            field = row["field"]
            disputed[_KINDS[Kind(row["kind"])]].add((row["local_id"], _FIELDS.get(field, field)))
    return Belief(links, {name: frozenset(found) for name, found in disputed.items()})


def count_conflicts(services: Services, office: Office) -> dict[str, int]:
    """How many conflicts there were, and how each of them stands."""
    state, number = sync_conflict_table.c.state, sa.func.count().label("number")
    with services.database.read(office.organisation) as work:
        rows = work.rows(work.select(sync_conflict_table, state, number).group_by(state))
    found = {row["state"]: int(row["number"]) for row in rows}
    return {"opened": sum(found.values()), **{each.value: found.get(each.value, 0) for each in ConflictState}}


def count_unsent(services: Services, office: Office) -> tuple[int, int]:
    """How many changes still wait to be sent, and how many were put aside and wait for a person."""
    dead, number = sync_change_table.c.dead, sa.func.count().label("number")
    with services.database.read(office.organisation) as work:
        rows = work.rows(work.select(sync_change_table, dead, number).group_by(dead))
    found = {bool(row["dead"]): int(row["number"]) for row in rows}
    return found.get(False, 0), found.get(True, 0)
