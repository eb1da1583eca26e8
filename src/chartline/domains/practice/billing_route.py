"""The guard that bills one visit one way.

A route is claimed for an encounter before anything is sent; the row that says so is unique. Refuses the other route
for ever after, also when two workers ask at the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.domains.practice.problems import BILLED_ANOTHER_WAY
from chartline.domains.practice.settings import BillingRoute, payer_route_table, read_practice
from chartline.platform.database import Id, Instant, Work, metadata

visit_billing_table = sa.Table(
    "visit_billing",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("encounter_id", Id, primary_key=True),
    sa.Column("route", sa.String(20), nullable=False),
    sa.Column("decided", Instant, nullable=False),
    sa.Column("reference", sa.String(120), nullable=False),
)

_columns = visit_billing_table.c


@dataclass(frozen=True, slots=True)
class VisitBilling:
    """How a visit is billed. ``reference`` is our claim, or what the practice system answered; empty until known."""

    encounter_id: str
    route: BillingRoute
    decided: datetime
    reference: str


def route_for(work: Work, payer_id: str) -> BillingRoute:
    """The route by which a payer's visits are billed. Raises ``practice.not_set_up``."""
    own = work.scalar(
        work.select(payer_route_table, payer_route_table.c.route).where(payer_route_table.c.payer_id == payer_id)
    )
    return BillingRoute(own) if own else read_practice(work).default_route


def claim_route(work: Work, encounter_id: str, route: BillingRoute) -> bool:
    """Take a route for an encounter; False when it was taken before by the same route.

    Raises ``practice.billed_another_way``.
    """
    values = {"encounter_id": encounter_id, "route": route.value, "decided": work.now, "reference": ""}
    if work.insert_new(visit_billing_table, **values):
        return True
    taken = work.scalar(work.select(visit_billing_table, _columns.route).where(_columns.encounter_id == encounter_id))
    if taken != route.value:
        raise BILLED_ANOTHER_WAY.error(encounter=encounter_id, taken=str(taken), asked=route.value)
    return False


def note_reference(work: Work, encounter_id: str, reference: str) -> None:
    """Keep what the billed visit is known by on its route."""
    work.execute(
        work.update(visit_billing_table).where(_columns.encounter_id == encounter_id).values(reference=reference)
    )


def billings(work: Work, encounter_ids: Sequence[str]) -> dict[str, VisitBilling]:
    """How encounters are billed, those that are, in one query."""
    if not encounter_ids:
        return {}
    rows = work.rows(work.select(visit_billing_table).where(_columns.encounter_id.in_(list(encounter_ids))))
    return {
        row["encounter_id"]: VisitBilling(
            row["encounter_id"], BillingRoute(row["route"]), row["decided"], row["reference"]
        )
        for row in rows
    }


def billed_by_route(work: Work) -> dict[BillingRoute, int]:
    """How many visits are billed each way."""
    statement = work.select(visit_billing_table, _columns.route, sa.func.count().label("number"))
    return {BillingRoute(row["route"]): row["number"] for row in work.rows(statement.group_by(_columns.route))}
