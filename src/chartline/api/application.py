"""Puts the API together: its routes, who may call them, and how errors leave it."""

from __future__ import annotations

from litestar import MediaType, Request, Response, Router, get
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from chartline import __version__
from chartline.api import (
    appointments,
    claims,
    conflicts,
    exchanges,
    health,
    ledger,
    operations,
    patients,
    remittances,
    reports,
    sync,
)
from chartline.api.billing.routers import billing_router
from chartline.api.bodies import check_body
from chartline.api.caller import Caller, find_caller
from chartline.api.connections.routers import connection_routers
from chartline.api.problems import HANDLERS
from chartline.app.services import Services

MOST_BYTES = 1_000_000
"""The largest body that is read."""


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def description(request: Request) -> Response[dict[str, object]]:
    """The API's own description."""
    return Response(request.app.openapi_schema.to_schema(), media_type=MediaType.JSON)


def api_router(services: Services) -> Router:
    """Everything under ``/api``, for callers that the door has recognised."""

    def caller(request: Request) -> Caller:
        return find_caller(request, services)

    return Router(
        path="/api",
        route_handlers=[
            description,
            patients.router,
            appointments.router,
            appointments.eligibility_router,
            claims.router,
            remittances.router,
            ledger.router,
            reports.router,
            billing_router(),
            sync.router,
            conflicts.router,
            operations.router,
            *connection_routers(),
            exchanges.router,
        ],
        dependencies={"caller": Provide(caller, sync_to_thread=False)},
        before_request=check_body,
        exception_handlers=HANDLERS,
        request_max_body_size=MOST_BYTES,
        security=[{"token": []}, {"session": []}],
    )


def watch_router(services: Services) -> Router:
    """``/health`` and ``/metrics``, for machines that watch."""
    return Router(
        path="/",
        route_handlers=[health.health, health.metrics],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers=HANDLERS,
    )


def openapi() -> OpenAPIConfig:
    """The description of the API at ``/api/openapi.json``, made from the handlers' own types."""
    return OpenAPIConfig(
        title="Chartline",
        version=__version__,
        description="Keeps a practice's systems, payers and money in agreement. Money is in minor units; "
        "lists are paged by `cursor`; errors carry a code, whose move it is, and the next step.",
        path="/api/description",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer", description="A token made in the settings."),
                "session": SecurityScheme(
                    type="apiKey",
                    security_scheme_in="cookie",
                    name="chartline_session",
                    description="The console's own session; changes need the page's X-CSRF-Token.",
                ),
            }
        ),
    )
