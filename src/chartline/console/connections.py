"""Connections: what each can do, whether it works, how much of its limits is used, and what runs by itself."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post

from chartline.app.budgets import budgets
from chartline.app.vendors import vendor
from chartline.connect.capabilities import Health
from chartline.connect.connections import Connection
from chartline.console.visitor import DESK, OPERATIONS, Visiting, Visitor
from chartline.platform.audit import Target


@get("/connections", sync_to_thread=True)
def connections_page(visitor: Visiting) -> Response:
    """Every connection."""
    visitor.require(DESK)
    return _page(visitor, None, None)


@post("/connections/{connection_id:uuid}/test", sync_to_thread=True, status_code=200)
def test_connection(visitor: Visiting, connection_id: UUID) -> Response:
    """Tests one connection and shows the answer beside it."""
    visitor.require(OPERATIONS)
    with visitor.read() as work:
        connection = visitor.services.connections.get(work, str(connection_id))
    health = visitor.services.test_connection(visitor.organisation, connection)
    with visitor.work() as work:
        result = {"ok": str(health.ok).lower(), "code": health.code}
        visitor.record(work, "connection.test", Target("connection", connection.id), **result)
    return _page(visitor, connection, health)


def _page(visitor: Visitor, tested: Connection | None, health: Health | None) -> Response:
    services = visitor.services
    with visitor.read() as work:
        connections = services.connections.all(work)
        schedules = services.schedules.list(work, visitor.organisation)
    return visitor.page(
        "connections.html",
        "connections",
        connections=[(one, vendor(one.vendor).about) for one in connections],
        budgets=budgets(services, connections),
        schedules=schedules,
        tested=tested.id if tested else None,
        health=health,
    )


PAGES = [connections_page, test_connection]
