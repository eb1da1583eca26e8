"""Connections: what each can do, how much of its limits is used, and what runs by itself."""

from __future__ import annotations

import re
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from chartline.app.budgets import budgets
from chartline.app.clearinghouses import KIND, set_order, set_route
from chartline.app.vendors import vendor
from chartline.connect.health import NEVER_CALLED, healths
from chartline.connect.routing import Service, read_routes
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_number
from chartline.console.visitor import DESK, OPERATIONS, Visiting
from chartline.platform.audit import Target

PAYER_ID = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)


@get("/connections", sync_to_thread=True)
def connections_page(visitor: Visiting) -> Response:
    """Every connection."""
    visitor.require(DESK)
    services = visitor.services
    with visitor.read() as work:
        connections = services.connections.all(work)
        schedules = services.schedules.list(work, visitor.organisation)
        health = healths(work)
        routes = read_routes(work, health)
    return visitor.page(
        "connections.html",
        "connections",
        connections=[(one, vendor(one.vendor).about) for one in connections],
        names={one.id: one.name for one in connections},
        budgets=budgets(services, connections),
        schedules=schedules,
        health=health,
        never=NEVER_CALLED,
        clearinghouses=[one for one in connections if vendor(one.vendor).about.kind == KIND],
        routes=sorted(routes.by_payer.items()),
        services=list(Service),
        may_order=visitor.may(OPERATIONS),
    )


@post("/connections/{connection_id:uuid}/order", sync_to_thread=True)
def change_order(visitor: Visiting, connection_id: UUID, data: Form) -> Redirect:
    """Says where a clearinghouse stands in the order, and what a transaction costs there."""
    visitor.require(OPERATIONS)
    identity = str(connection_id)
    with visitor.work() as work:
        set_order(visitor.services, work, identity, typed_number(data, "priority", 100), None)
        visitor.record(work, "connection.order", Target("connection", identity))
    return visitor.go("/connections", "settings_saved")


@post("/connections/routes", sync_to_thread=True)
def change_route(visitor: Visiting, data: Form) -> Redirect:
    """Sends what concerns a payer through one connection, or takes that back."""
    visitor.require(OPERATIONS)
    payer, kind = typed(data, "payer", needed=True, longest=40), typed(data, "service", needed=True)
    if kind not in {one.value for one in Service}:
        raise BAD_FORM.error(field="service")
    if not PAYER_ID.fullmatch(payer):
        raise BAD_FORM.error(field="payer")
    with visitor.work() as work:
        set_route(visitor.services, work, payer, Service(kind), typed(data, "connection") or None)
        visitor.record(work, "payer.route", None, payer=payer, service=kind)
    return visitor.go("/connections", "settings_saved")


PAGES = [connections_page, change_order, change_route]
