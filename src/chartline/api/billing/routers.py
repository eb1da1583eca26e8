"""All routes under ``/api/billing``."""

from __future__ import annotations

from litestar import Router

from chartline.api.billing import clearinghouses, denials, jobs, masters
from chartline.api.billing.shapes import BillingResponse

ROUTERS: list[Router] = [jobs.router, masters.router, clearinghouses.router, denials.router, denials.appeals_router]
"""One for each part of billing, by its own module."""


def billing_router() -> Router:
    """The routes of billing, with their way of writing answers."""
    return Router(path="/billing", route_handlers=ROUTERS, tags=["billing"], response_class=BillingResponse)
