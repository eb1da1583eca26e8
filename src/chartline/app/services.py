"""Everything a process of Chartline works with, opened once and closed once."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from chartline.app.vendors import vendor, vendors
from chartline.connect.capabilities import Checks, Health
from chartline.connect.connections import Connection, Connections
from chartline.connect.intents import Intents
from chartline.connect.transport import Route, Transport
from chartline.connect.wire import Credentials
from chartline.flows.ground import Ground
from chartline.flows.reindexing import NewParameters
from chartline.kernel.clock import Clock, open_clock
from chartline.kernel.sealed import Masked
from chartline.kernel.settings import Settings
from chartline.platform.access import Access
from chartline.platform.audit import Audit
from chartline.platform.database import Database, open_database
from chartline.platform.exchange import ExchangeLog
from chartline.platform.jobs import Issues, Jobs, Schedules
from chartline.platform.limits import Limiter
from chartline.platform.records import Records
from chartline.platform.records.observing import Observers
from chartline.platform.subscriptions import Subscriptions
from chartline.platform.vault import Secrets, Vault


@dataclass(frozen=True, slots=True, repr=False)
class Opened(Masked):
    """A connector in use, and what it was opened with."""

    connection: Connection
    credentials: Credentials
    transport: Transport
    connector: object


@dataclass
class Services:
    """The opened rooms of one process."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    secrets: Secrets
    records: Records
    exchanges: ExchangeLog
    audit: Audit
    access: Access
    limiter: Limiter
    jobs: Jobs
    issues: Issues
    schedules: Schedules
    connections: Connections
    intents: Intents
    subscriptions: Subscriptions
    _opened: dict[tuple[str, str], Opened] = field(default_factory=dict)
    _retired: list[Transport] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ground(self) -> Ground:
        """What the stories stand on."""
        return Ground(
            database=self.database,
            vault=self.vault,
            records=self.records,
            audit=self.audit,
            intents=self.intents,
            jobs=self.jobs,
            connections=self.connections,
            exchanges=self.exchanges,
            secrets=self.secrets,
            subscriptions=self.subscriptions,
            local_hosts=self.settings.vendor_hosts,
            connector=self.connector,
            about=lambda name: vendor(name).about,
            limiter=self.limiter,
            schedules=self.schedules,
        )

    def connector(self, organisation: str, connection: Connection) -> object:
        """The connector of a connection; opened once in a process, and again when its options or secrets changed."""
        key = (organisation, connection.id)
        with self.database.read(organisation) as work:
            credentials = self.connections.credentials(work, connection)
        with self._lock:
            kept = self._opened.get(key)
            if kept is not None and (kept.connection, kept.credentials) == (connection, credentials):
                return kept.connector
        facts = vendor(connection.vendor)
        environment = facts.about.environments[connection.options.get("environment", "production")]
        route = Route(
            organisation=organisation,
            connection=connection.id,
            vendor=connection.vendor,
            budget_key=facts.about.budget_key(connection.id, connection.options),
            hosts=(*environment.hosts, *self.settings.vendor_hosts),
        )
        transport = Transport(
            route,
            database=self.database,
            limiter=self.limiter,
            log=self.exchanges,
            secrets=self.secrets,
            confidential=tuple(credentials.secrets.values()),
            timeout=self.settings.http_timeout_seconds,
        )
        opened = Opened(connection, credentials, transport, facts.open(transport, credentials))
        with self._lock:
            replaced = self._opened.get(key)
            if replaced is not None:
                # Other threads may be in the middle of a call: it is closed with the process.
                self._retired.append(replaced.transport)
            self._opened[key] = opened
        return opened.connector

    def test_connection(self, organisation: str, connection: Connection) -> Health:
        """Ask the connector whether it works, and if not, why and what to do."""
        connector = self.connector(organisation, connection)
        with self._lock:
            opened = self._opened[(organisation, connection.id)]
        opened.transport.try_now()
        if isinstance(connector, Checks):
            return connector.check()
        return Health(False, "This connector has no connection test.", "Tell its author: every connector needs one.")

    def close(self) -> None:
        """Close every connection of this process."""
        for transport in (*self._retired, *(each.transport for each in self._opened.values())):
            transport.close()
        self.jobs.close()
        self.database.close()


def open_services(settings: Settings) -> Services:
    """Open everything on a database that has been migrated. Cheap: engines and connectors open when first used."""
    clock = open_clock(settings.clock)
    database = open_database(settings.database_url, clock, pool=settings.worker_threads + 5)
    vault = Vault.open(settings.data_path)
    secrets = Secrets(vault)
    jobs = Jobs(database)
    subscriptions = Subscriptions(vault, jobs, settings.vendor_hosts)
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        vault=vault,
        secrets=secrets,
        records=Records(vault, Observers(subscriptions, NewParameters(jobs))),
        exchanges=ExchangeLog(database, vault),
        audit=Audit(database, vault),
        access=Access(database, vault),
        limiter=Limiter(
            database,
            {name: each.about.policy() for name, each in vendors().items()},
            hold_seconds=settings.http_timeout_seconds * 3,
        ),
        jobs=jobs,
        issues=Issues(),
        schedules=Schedules(),
        connections=Connections(secrets),
        intents=Intents(database, settings.http_timeout_seconds, vault),
        subscriptions=subscriptions,
    )
