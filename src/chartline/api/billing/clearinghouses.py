"""The clearinghouses: health, order, connection test, and which payers go where."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router

from chartline.api.billing.shapes import Answered, Asked, DoneShape, Listed, Shape
from chartline.api.caller import BILLING, SYNC_ADMIN, Calling
from chartline.api.routes import act, read, replace
from chartline.app.clearinghouses import clearinghouses, set_order, set_route, try_again
from chartline.connect.health import healths
from chartline.connect.routing import Service, read_routes
from chartline.platform.audit import Target


class ClearinghouseShape(Shape):
    """One connection. ``standing`` is unknown, well, troubled or down; it is tried again at ``until``."""

    id: str
    vendor: str
    title: str
    name: str
    active: bool
    capabilities: list[str]
    priority: int
    price_cents: int
    standing: str
    failures: int
    until: datetime | None
    answered: datetime | None
    failed: datetime | None
    problem: str


class OrderAsked(Asked):
    """Where a connection stands in the order; what is left out stays."""

    priority: Annotated[int, msgspec.Meta(ge=1, le=999)] | None = None
    price_cents: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None


class RouteShape(Shape):
    """What concerns a payer and goes through a connection of its own."""

    payer_id: str
    service: str
    connection: str


class RouteAsked(Asked):
    """Which connection; null goes back to the order of the others."""

    payer_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
    service: Service
    connection: UUID | None = None


class TestShape(Shape):
    """What a connection test found."""

    ok: bool
    say: str
    do: str
    code: str


@read("/clearinghouses", summary="List clearinghouses")
def list_clearinghouses(caller: Calling) -> Listed[ClearinghouseShape]:
    """Every connection to a clearinghouse, in the order in which they are used."""
    caller.require(BILLING)
    with caller.read() as work:
        found = clearinghouses(caller.services, work)
    return Listed(
        data=[
            ClearinghouseShape(
                id=one.connection.id,
                vendor=one.connection.vendor,
                title=one.title,
                name=one.connection.name,
                active=one.connection.enabled,
                capabilities=list(one.capabilities),
                priority=one.priority,
                price_cents=one.price_cents,
                standing=one.health.standing.value,
                failures=one.health.failures,
                until=one.health.until,
                answered=one.health.answered,
                failed=one.health.failed,
                problem=one.health.problem,
            )
            for one in found
        ]
    )


@replace("/clearinghouses/{connection_id:uuid}/order", summary="Change the order of a clearinghouse")
def change_order(caller: Calling, connection_id: UUID, data: OrderAsked) -> Answered[DoneShape]:
    """The first in order that is not down takes every payer that has no connection of its own."""
    caller.require(SYNC_ADMIN)
    with caller.work() as work:
        set_order(caller.services, work, str(connection_id), data.priority, data.price_cents)
        caller.record(work, "connection.order", Target("connection", str(connection_id)))
    return Answered(data=DoneShape())


@act("/clearinghouses/{connection_id:uuid}/test", summary="Test a clearinghouse")
def test(caller: Calling, connection_id: UUID) -> Answered[TestShape]:
    """Asks the vendor, and says in plain words what is wrong."""
    caller.require(SYNC_ADMIN)
    with caller.work() as work:
        try_again(caller.services, work, str(connection_id))
        connection = caller.services.connections.get(work, str(connection_id))
    health = caller.services.test_connection(caller.organisation, connection)
    return Answered(data=TestShape(ok=health.ok, say=health.say, do=health.do, code=health.code))


@read("/routes", summary="List payers with a connection of their own")
def list_routes(caller: Calling) -> Listed[RouteShape]:
    """By payer and service."""
    caller.require(BILLING)
    with caller.read() as work:
        routes = read_routes(work, healths(work))
    rows = sorted((payer, service, connection) for (payer, service), connection in routes.by_payer.items())
    return Listed(data=[RouteShape(payer_id=one, service=two, connection=three) for one, two, three in rows])


@replace("/routes", summary="Send a payer through a connection")
def change_route(caller: Calling, data: RouteAsked) -> Answered[DoneShape]:
    """Claim files that were built stay with the connection they were built for."""
    caller.require(SYNC_ADMIN)
    with caller.work() as work:
        chosen = str(data.connection) if data.connection else None
        set_route(caller.services, work, data.payer_id, data.service, chosen)
        caller.record(work, "payer.route", None, payer=data.payer_id, service=data.service.value)
    return Answered(data=DoneShape())


router = Router(path="/", route_handlers=[list_clearinghouses, change_order, test, list_routes, change_route])
