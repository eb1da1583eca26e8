"""How much of each vendor limit is used now."""

from __future__ import annotations

from dataclasses import dataclass

from chartline.app.services import Services
from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.platform.limits import Usage


@dataclass(frozen=True, slots=True)
class Budget:
    """One tier of one connection."""

    connection: Connection
    tier: str
    usage: Usage

    @property
    def percent(self) -> int:
        """The used share, at most 100."""
        return min(100, 100 * self.usage.used // max(1, self.usage.allowed))


def budgets(services: Services, connections: list[Connection]) -> list[Budget]:
    """Every tier of every connection."""
    found: list[Budget] = []
    for connection in connections:
        limits = vendor(connection.vendor).about.limits
        key = f"{connection.vendor}/{connection.options.get(limits.scope) or connection.id}"
        found += [Budget(connection, tier, services.limiter.usage(key, tier)) for tier in limits.tiers]
    return found
