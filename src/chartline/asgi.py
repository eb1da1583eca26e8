"""The web application: the API and the console behind one door, and the FHIR server beside them with its own.

The door recognises a bearer token or a browser session and hands on who it is; what they may do is decided further
in. FHIR requests do not pass through the web framework: they are many and small (``api.fhir.application``).
``create`` makes the application of opened services, ``application`` is for ``uvicorn --factory``.
"""

from __future__ import annotations

from collections.abc import Callable

from anyio.to_thread import run_sync
from litestar import Litestar, Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from chartline.api.application import api_router, openapi, watch_router
from chartline.api.fhir.application import ROOT, FhirApplication
from chartline.api.hooks import hook_router
from chartline.api.problems import HANDLERS as API_HANDLERS
from chartline.app.services import Services, open_services
from chartline.app.vendors import load_connectors
from chartline.console.application import console_routers
from chartline.console.failures import HANDLERS as PAGE_HANDLERS
from chartline.console.security import HEADERS, NOT_KEPT, Headers
from chartline.console.session import COOKIE, form_token
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed
from chartline.kernel.settings import load_settings
from chartline.platform.access import Principal
from chartline.platform.access.principal import UNAUTHENTICATED

BEARER = "bearer "
OPEN = ("/static/", "/health", "/metrics", "/api/openapi")
"""Addresses at which nobody is asked who they are."""


class Door(ASGIMiddleware):
    """Puts the principal into the scope as ``user``, and a session's form token as ``auth``; None where unknown.

    A token in the header wins over a session, and a wrong one is not helped by a session beside it.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Recognise the caller, then hand on."""
        request = Request(scope)
        header = request.headers.get("authorization", "")
        session = request.cookies.get(COOKIE, "")
        scope["user"], scope["auth"] = None, None
        if scope["path"].startswith(OPEN):
            session = header = ""
        if header.lower().startswith(BEARER):
            scope["user"] = await run_sync(self._by_token, Sealed(header[len(BEARER) :].strip()))
        elif session and not header:
            sealed = Sealed(session)
            scope["user"] = await run_sync(self._by_session, sealed)
            scope["auth"] = form_token(self._services.vault, sealed) if scope["user"] else None
        await next_app(scope, receive, send)

    def _by_token(self, token: Sealed[str]) -> Principal | None:
        try:
            principal = self._services.access.principal_of_token(token)
        except ChartlineError as error:
            return _nobody(error)
        # A token that is narrowed for FHIR is good for nothing else.
        return None if principal.scopes else principal

    def _by_session(self, session: Sealed[str]) -> Principal | None:
        try:
            return self._services.access.session(session)
        except ChartlineError as error:
            return _nobody(error)


def _nobody(error: ChartlineError) -> None:
    if error.problem.code != UNAUTHENTICATED.code:
        raise error


def _answered(kind: type[Exception]) -> Callable[[Request, Exception], Response]:
    """For failures before any route was found: JSON under ``/api``, a page elsewhere."""

    def answer(request: Request, error: Exception) -> Response:
        handlers = API_HANDLERS if request.url.path.startswith("/api") else PAGE_HANDLERS
        response = handlers[kind](request, error)
        # No middleware has seen this request.
        response.headers.update({**HEADERS, **NOT_KEPT})
        return response

    return answer


class Front:
    """Hands FHIR requests to the FHIR server and everything else, the start and end of the process too, to the pages
    and the API (``site``)."""

    def __init__(self, site: Litestar, fhir: FhirApplication) -> None:
        self.site, self._fhir = site, fhir

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the process."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.startswith(ROOT) and path[len(ROOT) :][:1] in ("", "/"):
            await self._fhir(scope, receive, send)
        else:
            await self.site(scope, receive, send)


def create(services: Services) -> Front:
    """The application on opened services, which stay the caller's to close."""
    load_connectors()
    fhir = FhirApplication(services, COOKIE, form_token)
    site = Litestar(
        route_handlers=[
            api_router(services),
            hook_router(services),
            watch_router(services),
            *console_routers(services),
        ],
        middleware=[Headers(), Door(services)],
        exception_handlers={kind: _answered(kind) for kind in (ChartlineError, HTTPException, Exception)},
        openapi_config=openapi(),
        on_shutdown=[fhir.close],
        logging_config=None,
        debug=False,
    )
    return Front(site, fhir)


def application() -> Front:
    """The application with settings from the environment, for ``uvicorn chartline.asgi:application --factory``."""
    services = open_services(load_settings())
    front = create(services)
    front.site.on_shutdown.append(services.close)
    return front
