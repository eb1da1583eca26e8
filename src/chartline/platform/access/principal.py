"""Permissions, roles and the party a request comes from. The table of roles is the whole policy of this version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chartline.kernel.errors import Again, Blame, ErrorKind

UNAUTHENTICATED = ErrorKind(
    "access.unauthenticated",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "You are not signed in, or the session or token has ended.",
    "Sign in again, or make a new token with `chartline token create`.",
    status=401,
)
FORBIDDEN = ErrorKind(
    "access.forbidden",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Your role does not allow this.",
    "Ask an administrator of your practice for a role with the permission named in the fields.",
    status=403,
)
UNKNOWN_ROLE = ErrorKind(
    "access.unknown_role",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such role.",
    "Use one of owner, administrator, biller, front_desk, clinician, integration, auditor.",
)


class Permission(StrEnum):
    """What a part of the product asks for."""

    BILLING_VIEW = "billing_view"
    BILLING_MANAGE = "billing_manage"
    ADMIN = "admin"
    SYNC = "sync"
    PROVIDER_READ = "provider_read"


class Role(StrEnum):
    """What a user or token is."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    BILLER = "biller"
    FRONT_DESK = "front_desk"
    CLINICIAN = "clinician"
    INTEGRATION = "integration"
    AUDITOR = "auditor"


ROLES: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMINISTRATOR: frozenset({Permission.ADMIN, Permission.SYNC, Permission.PROVIDER_READ}),
    Role.BILLER: frozenset({Permission.BILLING_VIEW, Permission.BILLING_MANAGE, Permission.PROVIDER_READ}),
    Role.FRONT_DESK: frozenset({Permission.BILLING_VIEW, Permission.PROVIDER_READ}),
    Role.CLINICIAN: frozenset({Permission.PROVIDER_READ}),
    Role.INTEGRATION: frozenset({Permission.SYNC, Permission.PROVIDER_READ}),
    Role.AUDITOR: frozenset({Permission.BILLING_VIEW}),
}
"""Permissions of each role."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A known party: ``actor`` is ``user:<id>`` or ``token:<id>``.

    A token may be narrowed for FHIR: ``scopes`` are SMART scopes with blanks between them (empty: the role decides
    alone), ``patient`` the id of the one patient it is for.
    """

    organisation: str
    actor: str
    roles: tuple[Role, ...]
    scopes: str = ""
    patient: str | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything the roles allow together."""
        return frozenset[Permission]().union(*(ROLES[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether this party has a permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises ``access.forbidden`` naming the permission that is missing."""
        if not self.may(permission):
            raise FORBIDDEN.error(permission=permission.value)


def read_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """Roles by name. Raises ``access.unknown_role``, also when there is none."""
    try:
        roles = tuple(sorted({Role(name) for name in names}))
    except ValueError:
        raise UNKNOWN_ROLE.error() from None
    if not roles:
        raise UNKNOWN_ROLE.error()
    return roles
