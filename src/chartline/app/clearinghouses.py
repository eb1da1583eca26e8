"""The connections that billing goes through: how each is doing, their order, and which payers go where."""

from __future__ import annotations

from dataclasses import dataclass

from chartline.app.services import Services
from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.connect.health import NEVER_CALLED, Health, healths, reset
from chartline.connect.routing import PRICE, PRIORITY, Service, number, read_routes, save_route
from chartline.platform.database import Work

KIND = "clearinghouse"


@dataclass(frozen=True, slots=True)
class Clearinghouse:
    """One connection to a clearinghouse. ``priority`` 1 comes first; ``price_cents`` is what a transaction costs."""

    connection: Connection
    title: str
    capabilities: tuple[str, ...]
    priority: int
    price_cents: int
    health: Health


def clearinghouses(services: Services, work: Work) -> list[Clearinghouse]:
    """Every connection to a clearinghouse, in the order in which they are used; three queries."""
    health = healths(work)
    found = [
        Clearinghouse(
            connection=each,
            title=vendor(each.vendor).about.title,
            capabilities=vendor(each.vendor).about.capabilities,
            priority=number(each, PRIORITY, 100),
            price_cents=number(each, PRICE, 0),
            health=health.get(each.id, NEVER_CALLED),
        )
        for each in services.connections.all(work)
        if vendor(each.vendor).about.kind == KIND
    ]
    order = read_routes(work, health).ordered([(each.connection, each) for each in found], Service.CLAIMS, "")
    return [each for _, each in order]


def set_order(
    services: Services, work: Work, connection_id: str, priority: int | None, price_cents: int | None
) -> None:
    """Change where a connection stands in the order. Raises ``connect.not_connected``."""
    connection = services.connections.get(work, connection_id)
    given = {PRIORITY: priority, PRICE: price_cents}
    options = connection.options | {name: str(value) for name, value in given.items() if value is not None}
    services.connections.set_options(work, connection_id, options)


def set_route(services: Services, work: Work, payer_id: str, service: Service, connection_id: str | None) -> None:
    """Send what concerns a payer through one connection. Raises ``connect.not_connected``."""
    if connection_id is not None:
        services.connections.get(work, connection_id)
    save_route(work, payer_id, service, connection_id)


def try_again(services: Services, work: Work, connection_id: str) -> None:
    """Forget that a vendor was down. Raises ``connect.not_connected``."""
    services.connections.get(work, connection_id)
    reset(work, connection_id)
