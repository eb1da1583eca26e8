"""Connections: what each can do, how much of its limits is used, and what runs by itself."""

from __future__ import annotations

from litestar import Response, get

from chartline.app.budgets import budgets
from chartline.app.vendors import vendor
from chartline.console.visitor import DESK, Visiting


@get("/connections", sync_to_thread=True)
def connections_page(visitor: Visiting) -> Response:
    """Every connection."""
    visitor.require(DESK)
    services = visitor.services
    with visitor.read() as work:
        connections = services.connections.all(work)
        schedules = services.schedules.list(work, visitor.organisation)
    return visitor.page(
        "connections.html",
        "connections",
        connections=[(one, vendor(one.vendor).about) for one in connections],
        names={one.id: one.name for one in connections},
        budgets=budgets(services, connections),
        schedules=schedules,
    )


PAGES = [connections_page]
