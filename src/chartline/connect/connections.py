"""Which vendors a practice is connected with: options in the open, secrets in the vault.

Refuses to show a secret again once it was entered; it can be replaced, tested and removed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.connect.wire import Credentials
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Id, Instant, Work, metadata
from chartline.platform.vault import Secrets

connection_table = sa.Table(
    "connection",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("options", sa.Text, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.UniqueConstraint("organisation_id", "name"),
)

NOT_CONNECTED = ErrorKind(
    "connect.not_connected",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such connection, or it is switched off.",
    "See `chartline connect list`; add it with `chartline connect add`.",
    status=404,
)
NAME_TAKEN = ErrorKind(
    "connect.name_taken",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is a connection of this name already.",
    "Choose another name, or change the existing connection.",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection: the vendor's connector name, our name for it, and its options (no secrets)."""

    id: str
    vendor: str
    name: str
    options: dict[str, str]
    enabled: bool
    created: datetime


class Connections:
    """The connections of a practice."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def add(
        self, work: Work, *, vendor: str, name: str, options: dict[str, str], secrets: dict[str, Sealed[str]]
    ) -> Connection:
        """Add a connection. Raises ``connect.name_taken``."""
        identity, created = new_id(), work.now
        inserted = work.insert_new(
            connection_table,
            id=identity,
            vendor=vendor,
            name=name,
            options=json.dumps(options, sort_keys=True),
            enabled=True,
            created=created,
        )
        if not inserted:
            raise NAME_TAKEN.error(name=name)
        self.put_secrets(work, identity, secrets)
        return Connection(identity, vendor, name, options, True, created)

    def put_secrets(self, work: Work, identity: str, secrets: dict[str, Sealed[str]]) -> None:
        """Enter or replace secrets."""
        for key, value in secrets.items():
            self._secrets.put_secret(work, f"connection/{identity}/{key}", value)

    def set_options(self, work: Work, identity: str, options: dict[str, str]) -> None:
        """Replace the options. Raises ``connect.not_connected``."""
        change = work.update(connection_table).where(connection_table.c.id == identity)
        if work.execute(change.values(options=json.dumps(options, sort_keys=True))).rowcount == 0:
            raise NOT_CONNECTED.error(connection=identity)

    def set_enabled(self, work: Work, identity: str, enabled: bool) -> None:
        """Switch a connection on or off: nothing is sent through one that is off."""
        change = work.update(connection_table).where(connection_table.c.id == identity).values(enabled=enabled)
        if work.execute(change).rowcount == 0:
            raise NOT_CONNECTED.error(connection=identity)

    def all(self, work: Work) -> list[Connection]:
        """Every connection, oldest first."""
        columns = connection_table.c
        return [
            _connection(row) for row in work.rows(work.select(connection_table).order_by(columns.created, columns.id))
        ]

    def get(self, work: Work, identity: str) -> Connection:
        """One connection by id. Raises ``connect.not_connected``."""
        row = work.row(work.select(connection_table).where(connection_table.c.id == identity))
        if row is None:
            raise NOT_CONNECTED.error(connection=identity)
        return _connection(row)

    def of_vendor(self, work: Work, vendor: str) -> Connection:
        """The practice's first enabled connection of a vendor. Raises ``connect.not_connected``."""
        for connection in self.all(work):
            if connection.vendor == vendor and connection.enabled:
                return connection
        raise NOT_CONNECTED.error(vendor=vendor)

    def credentials(self, work: Work, connection: Connection) -> Credentials:
        """What the connector needs to sign in."""
        return Credentials(self._secrets.secrets_under(work, f"connection/{connection.id}/"), connection.options)


def _connection(row: sa.RowMapping) -> Connection:
    return Connection(row["id"], row["vendor"], row["name"], json.loads(row["options"]), row["enabled"], row["created"])
