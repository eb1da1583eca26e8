"""Who looks at a page, and what a page works with: the visitor's own rows, and audited looks at patient values."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.response import Redirect

from chartline.app.services import Services
from chartline.console.navigation import open_rooms
from chartline.console.pages import draw
from chartline.domains.practice.settings import office_zone, read_practice
from chartline.kernel.errors import ChartlineError
from chartline.platform.access import Permission, Principal
from chartline.platform.access.principal import FORBIDDEN, UNAUTHENTICATED
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work

PEOPLE = (Permission.PROVIDER_READ, Permission.BILLING_VIEW)
"""Everybody who may see patient values."""
CARE = (Permission.PROVIDER_READ,)
BILLING = (Permission.BILLING_VIEW,)
BILLING_CHANGES = (Permission.BILLING_MANAGE,)
OPERATIONS = (Permission.ADMIN, Permission.SYNC)
SYNC_STARTS = (Permission.BILLING_MANAGE, Permission.SYNC, Permission.ADMIN)
"""Who may have something synchronised now."""
DESK = (Permission.ADMIN, Permission.SYNC, Permission.BILLING_MANAGE, Permission.PROVIDER_READ)
READERS = (*OPERATIONS, Permission.BILLING_MANAGE)
"""Who may open the contents of a message."""


class Visitor:
    """A signed-in person (or a token) of one organisation, looking at one page."""

    def __init__(self, services: Services, principal: Principal, form_token: str, said: str) -> None:
        self.services, self.principal, self.form_token = services, principal, form_token
        self._said = said
        self._zone: ZoneInfo | None = None

    @property
    def organisation(self) -> str:
        """The visitor's organisation."""
        return self.principal.organisation

    @property
    def actor(self) -> str:
        """``user:<id>``."""
        return self.principal.actor

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.services.clock.now()

    def may(self, permissions: tuple[Permission, ...]) -> bool:
        """Whether the visitor has one of these permissions."""
        return any(self.principal.may(one) for one in permissions)

    def require(self, permissions: tuple[Permission, ...]) -> None:
        """Raises ``access.forbidden`` unless the visitor has one of these permissions."""
        if not self.may(permissions):
            raise FORBIDDEN.error(permission=" or ".join(one.value for one in permissions))

    @contextmanager
    def read(self) -> Generator[Work, None, None]:
        """A reading transaction; the office's zone is known after it."""
        with self.services.database.read(self.organisation) as work:
            self._zone = self._zone or _zone(work)
            yield work

    def work(self) -> AbstractContextManager[Work]:
        """A writing transaction."""
        return self.services.database.work(self.organisation)

    @contextmanager
    def showing(
        self, action: str, target: Target | None = None, permissions: tuple[Permission, ...] = PEOPLE
    ) -> Generator[Work, None, None]:
        """A reading transaction in which patient values may be opened; how many were is in the audit trail."""
        self.require(permissions)
        with self.services.audit.tally_reveals(self.organisation, self.actor, action, target), self.read() as work:
            yield work

    def record(self, work: Work, action: str, target: Target | None = None, **detail: str) -> None:
        """Write what the visitor did into the audit trail, in the visitor's transaction."""
        self.services.audit.record(work, AuditEvent(self.actor, action, target, detail=detail))

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the office's wall clock, UTC before the practice is set up; known inside and after ``read``."""
        return self._zone or ZoneInfo("UTC")

    def today(self) -> date:
        """The office's calendar day."""
        return self.now.astimezone(self.zone).date()

    def page(self, template: str, active: str, /, **values: object) -> Response:
        """A page with navigation; ``active`` is the room that is open."""
        return draw(
            template,
            {
                "active": active,
                "rooms": open_rooms(self.principal),
                "form_token": self.form_token,
                "said": self._said,
                "may": {name: self.may(some) for name, some in _MAY.items()},
                "today": self.today(),
                **values,
            },
            now=self.now,
            zone=self._zone,
        )

    def go(self, address: str, said: str = "") -> Redirect:
        """To another page after something was done (303), saying so there."""
        join = "&" if "?" in address else "?"
        return Redirect(f"{address}{join}said={said}" if said else address, status_code=303)


_MAY = {
    "people": PEOPLE,
    "care": CARE,
    "billing": BILLING,
    "billing_changes": BILLING_CHANGES,
    "operations": OPERATIONS,
    "sync_starts": SYNC_STARTS,
    "read_messages": READERS,
    "desk": DESK,
}


def _zone(work: Work) -> ZoneInfo | None:
    try:
        return office_zone(read_practice(work))
    except ChartlineError:
        return None


Visiting = NamedDependency[Visitor]
"""How a page asks for its visitor."""


def find_visitor(request: Request, services: Services) -> Visitor:
    """The visitor of a request. Raises ``access.unauthenticated``."""
    principal: Principal | None = request.scope.get("user")
    form_token: str | None = request.scope.get("auth")
    if principal is None or form_token is None:
        raise UNAUTHENTICATED.error()
    return Visitor(services, principal, form_token, request.query_params.get("said", ""))
