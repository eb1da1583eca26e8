"""Who calls, and what a handler works with: the caller's own rows, and audited looks at patient values."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import Dependency

from chartline.api.problems import FOREIGN_FORM
from chartline.app.services import Services
from chartline.flows.ground import Ground
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.access import Permission, Principal
from chartline.platform.access.principal import FORBIDDEN, UNAUTHENTICATED
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work

CARE = (Permission.PROVIDER_READ,)
"""Front desk and clinicians: patients, visits, charges."""
PEOPLE = (Permission.PROVIDER_READ, Permission.BILLING_VIEW)
"""Everybody who may see patient values."""
BILLING = (Permission.BILLING_VIEW,)
BILLING_CHANGES = (Permission.BILLING_MANAGE,)
OPERATIONS = (Permission.ADMIN, Permission.SYNC)
SYNC_STATUS = (Permission.BILLING_VIEW, Permission.PROVIDER_READ, Permission.SYNC, Permission.ADMIN)
"""How synchronisation stands: clinicians may see this and no more of it."""
SYNC_VIEW = (Permission.BILLING_VIEW, Permission.SYNC, Permission.ADMIN)
SYNC_MANAGE = (Permission.BILLING_MANAGE, Permission.SYNC, Permission.ADMIN)
SYNC_ADMIN = (Permission.ADMIN,)
DESK = (Permission.ADMIN, Permission.SYNC, Permission.BILLING_MANAGE, Permission.PROVIDER_READ)


ORGANISATION_HEADER = "x-org-id"
OTHER_ORGANISATION = ErrorKind(
    "access.other_organisation",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The request names an organisation that these credentials do not belong to.",
    "Leave the x-org-id header out, or use a token of that organisation.",
    status=403,
)

Opened = Annotated[Services, Dependency(skip_validation=True)]
"""How a handler that nobody needs to be known for asks for the opened services."""


class Caller:
    """A known caller of one organisation."""

    def __init__(self, services: Services, principal: Principal) -> None:
        self.services, self.principal = services, principal

    @property
    def organisation(self) -> str:
        """The caller's organisation."""
        return self.principal.organisation

    @property
    def actor(self) -> str:
        """``user:<id>`` or ``token:<id>``."""
        return self.principal.actor

    @property
    def ground(self) -> Ground:
        """What the stories stand on."""
        return self.services.ground

    def require(self, permissions: tuple[Permission, ...]) -> None:
        """Raises ``access.forbidden`` unless the caller has one of these permissions."""
        if not any(self.principal.may(one) for one in permissions):
            raise FORBIDDEN.error(permission=" or ".join(one.value for one in permissions))

    def read(self) -> AbstractContextManager[Work]:
        """A reading transaction of the caller's organisation."""
        return self.services.database.read(self.organisation)

    def work(self) -> AbstractContextManager[Work]:
        """A writing transaction of the caller's organisation."""
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
        """Write what the caller did into the audit trail, in the caller's transaction."""
        self.services.audit.record(work, AuditEvent(self.actor, action, target, detail=detail))


Calling = NamedDependency[Caller]
"""How a handler asks for its caller."""


def find_caller(request: Request, services: Services) -> Caller:
    """The caller of a request. Raises ``access.unauthenticated``, ``access.other_organisation``, ``api.foreign_form``.

    An ``x-org-id`` header chooses nothing: credentials belong to one organisation, and the header has to name it. A
    browser session needs the page's token for everything that changes something; a bearer token needs none,
    because no other site can make a browser send it.
    """
    principal: Principal | None = request.scope.get("user")
    if principal is None:
        raise UNAUTHENTICATED.error()
    named = request.headers.get(ORGANISATION_HEADER)
    if named is not None and named.strip().lower() != principal.organisation:
        raise OTHER_ORGANISATION.error()
    form_token: str | None = request.scope.get("auth")
    if form_token and request.method not in ("GET", "HEAD") and request.headers.get("x-csrf-token") != form_token:
        raise FOREIGN_FORM.error()
    return Caller(services, principal)
