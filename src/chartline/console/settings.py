"""Settings: the practice as claims name it, its people, and their tokens. Changes go through the command line."""

from __future__ import annotations

from litestar import Response, get

from chartline.console.visitor import Visiting
from chartline.domains.practice.providers import list_providers
from chartline.domains.practice.settings import payer_routes, read_practice
from chartline.kernel.errors import ChartlineError
from chartline.platform.access import Permission


@get("/settings", sync_to_thread=True)
def settings_page(visitor: Visiting) -> Response:
    """The practice, and for administrators its users and tokens."""
    services, organisation = visitor.services, visitor.organisation
    with visitor.read() as work:
        try:
            practice = read_practice(work)
        except ChartlineError:
            practice = None
        providers, routes = list_providers(work, active_only=False), payer_routes(work)
    users = services.access.users(organisation)
    administers = visitor.principal.may(Permission.ADMIN)
    return visitor.page(
        "settings.html",
        "settings",
        practice=practice,
        providers=providers,
        routes=routes,
        me=next((one for one in users if f"user:{one.id}" == visitor.actor), None),
        users=users if administers else [],
        tokens=services.access.tokens(organisation) if administers else [],
        administers=administers,
    )


PAGES = [settings_page]
