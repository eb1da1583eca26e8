"""All routes under ``/api/billing``."""

from __future__ import annotations

from litestar import Router

from chartline.api.billing import (
    claim_acts,
    claims,
    clearinghouses,
    dashboard,
    denials,
    eligibility,
    fees,
    jobs,
    ledger,
    masters,
    payers,
    payments,
    prior_auth,
    remittances,
    rules,
    statements,
    underpayments,
    write_offs,
)
from chartline.api.billing.shapes import BillingResponse

ROUTERS: list[Router] = [
    eligibility.router,
    prior_auth.router,
    payers.router,
    claims.router,
    claim_acts.router,
    jobs.router,
    masters.router,
    rules.router,
    clearinghouses.router,
    denials.router,
    denials.appeals_router,
    remittances.router,
    ledger.router,
    payments.router,
    write_offs.router,
    fees.router,
    statements.router,
    underpayments.router,
    dashboard.router,
    dashboard.reports_router,
]
"""One for each part of billing, by its own module."""


def billing_router() -> Router:
    """The routes of billing, with their way of writing answers."""
    return Router(path="/billing", route_handlers=ROUTERS, tags=["billing"], response_class=BillingResponse)
