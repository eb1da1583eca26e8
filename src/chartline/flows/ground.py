"""What a story stands on: the database, the stores, the connections, and the way to put more work in line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from chartline.connect.about import About
from chartline.connect.connections import NOT_CONNECTED, Connection, Connections
from chartline.connect.intents import Intents
from chartline.domains.sync.settings import SWITCHED_OFF, all_settings, read_settings
from chartline.kernel.clock import Clock
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.audit import Audit
from chartline.platform.database import Database
from chartline.platform.exchange import ExchangeLog
from chartline.platform.jobs import Jobs, Queue, Schedules
from chartline.platform.limits import Limiter
from chartline.platform.records import Records
from chartline.platform.subscriptions import Subscriptions
from chartline.platform.vault import Secrets, Vault

C = TypeVar("C")

CANNOT = ErrorKind(
    "connect.cannot",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This connection cannot do that.",
    "Choose a connection whose capabilities include it; see `chartline connect list`.",
)

FAST = Queue("practice", concurrency=4)
"""Short work inside the house."""
VENDOR = Queue("vendor", concurrency=8)
"""Work that waits for a vendor's answer."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a story may use. ``connector`` opens the connector of an organisation's connection, ``about`` reads
    what is known of a vendor by its name; ``local_hosts`` need not be public (simulators)."""

    database: Database
    vault: Vault
    records: Records
    audit: Audit
    intents: Intents
    jobs: Jobs
    connections: Connections
    exchanges: ExchangeLog
    secrets: Secrets
    subscriptions: Subscriptions
    local_hosts: tuple[str, ...]
    connector: Callable[[str, Connection], object]
    about: Callable[[str], About]
    limiter: Limiter
    schedules: Schedules

    @property
    def clock(self) -> Clock:
        """The installation's clock."""
        return self.database.clock

    def open(self, organisation: str, connection_id: str, capability: type[C]) -> C:
        """The connector of a connection, as one of its capabilities.

        Raises ``connect.not_connected`` when it is gone or switched off, ``sync.switched_off`` when its kill switch is,
        ``connect.cannot`` when it lacks the capability.
        """
        with self.database.read(organisation) as work:
            connection = self.connections.get(work, connection_id)
            on = read_settings(work, connection_id).enabled
        if not connection.enabled:
            raise NOT_CONNECTED.stop(connection=connection.name)
        if not on:
            raise SWITCHED_OFF.stop(connection=connection.name)
        connector = self.connector(organisation, connection)
        if not isinstance(connector, capability):
            raise CANNOT.stop(connection=connection.name, capability=capability.__name__)
        return connector

    def first(self, organisation: str, capability: type[C]) -> tuple[Connection, C]:
        """The practice's oldest enabled connection with a capability, and its connector.

        Raises ``connect.not_connected``.
        """
        found = self.every(organisation, capability)
        if not found:
            raise NOT_CONNECTED.stop(capability=capability.__name__)
        return found[0]

    def every(self, organisation: str, capability: type[C]) -> list[tuple[Connection, C]]:
        """Every enabled connection with a capability whose kill switch is not off, oldest first."""
        with self.database.read(organisation) as work:
            off = {name for name, settings in all_settings(work).items() if not settings.enabled}
            connections = [each for each in self.connections.all(work) if each.enabled and each.id not in off]
        opened = [(connection, self.connector(organisation, connection)) for connection in connections]
        return [(connection, connector) for connection, connector in opened if isinstance(connector, capability)]
