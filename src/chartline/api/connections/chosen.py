"""Which connection a request is about, and what every handler of this folder does with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from litestar.di import NamedDependency

from chartline.api.caller import SYNC_MANAGE, SYNC_STATUS, Caller
from chartline.connect.connections import Connection
from chartline.flows.ground import Ground
from chartline.platform.access import Permission


@dataclass(frozen=True, slots=True)
class Chosen:
    """A caller and the connection they chose.

    Handlers ask ``allow`` before anything else: whether a connection exists is nobody's business without a role.
    """

    caller: Caller
    _find: Callable[[], Connection]

    def allow(self, permissions: tuple[Permission, ...]) -> Chosen:
        """This, for a caller with one of the permissions. Raises ``access.forbidden``."""
        self.caller.require(permissions)
        return self

    @property
    def connection(self) -> Connection:
        """The connection. Raises ``connect.not_connected``."""
        return self._find()

    @property
    def ground(self) -> Ground:
        """What the verbs stand on."""
        return self.caller.ground

    def to_change(self) -> tuple[Ground, str, str, str]:
        """Ground, organisation, connection id and actor of a verb that synchronises something."""
        self.allow(SYNC_MANAGE)
        return self.ground, self.caller.organisation, self.connection.id, self.caller.actor

    def to_look(self, permissions: tuple[Permission, ...] = SYNC_STATUS) -> tuple[Ground, str, str]:
        """Ground, organisation and connection id of a verb that only looks."""
        self.allow(permissions)
        return self.ground, self.caller.organisation, self.connection.id


Choosing = NamedDependency[Chosen]
"""How a handler asks for it."""


def by_id(caller: Caller, connection_id: UUID) -> Chosen:
    """The connection of the address."""

    def find() -> Connection:
        with caller.read() as work:
            return caller.services.connections.get(work, str(connection_id))

    return Chosen(caller, find)


def of_vendor(vendor: str) -> Callable[[Caller], Chosen]:
    """The practice's first enabled connection of a vendor."""

    def chosen(caller: Caller) -> Chosen:
        def find() -> Connection:
            with caller.read() as work:
                return caller.services.connections.of_vendor(work, vendor)

        return Chosen(caller, find)

    return chosen
