"""The same handlers under two addresses: a connection's id, and a practice system's own name."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from chartline.api.connections import administration, cases, config, lookups, patients, running, visits
from chartline.api.connections.chosen import by_id, of_vendor
from chartline.app.vendors import vendors

_HANDLERS = [
    *config.HANDLERS,
    *patients.HANDLERS,
    *visits.HANDLERS,
    *lookups.HANDLERS,
    *running.HANDLERS,
    *cases.HANDLERS,
    *administration.HANDLERS,
]
SYNCHRONISES = "ReadsChanges"
"""What a vendor must offer to be reached under its own name."""


def connection_routers() -> list[Router]:
    """``/connections/{connection_id}`` for every vendor, and ``/<vendor>`` for those that synchronise."""
    routers = [
        config.new_connection,
        Router(
            path="/connections/{connection_id:uuid}",
            tags=["connections"],
            route_handlers=_HANDLERS,
            dependencies={"chosen": Provide(by_id, sync_to_thread=False)},
        ),
    ]
    for name, each in sorted(vendors().items()):
        if SYNCHRONISES in each.about.capabilities:
            routers.append(
                Router(
                    path=f"/{name}",
                    tags=[name],
                    route_handlers=_HANDLERS,
                    dependencies={"chosen": Provide(of_vendor(name), sync_to_thread=False)},
                )
            )
    return routers
