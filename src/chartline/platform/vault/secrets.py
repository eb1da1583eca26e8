"""Passwords, account keys and certificates of a practice, sealed in the database.

Refuses to list values: names can be listed, a value is asked for one at a time and arrives ``Sealed``.
"""

from __future__ import annotations

import sqlalchemy as sa

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Id, Instant, Work, metadata
from chartline.platform.vault.vault import Vault

NO_SECRET = ErrorKind(
    "vault.no_secret",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A password or key that this step needs has not been entered.",
    "Enter it on the connection's page or with `chartline connect`.",
    status=404,
)

secret_table = sa.Table(
    "secret",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("updated", Instant, nullable=False),
)


class Secrets:
    """The secrets store. Names are ours, for example ``connection/<id>/password``."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def put_secret(self, work: Work, name: str, value: Sealed[str]) -> None:
        """Keep a secret under a name, in place of an older one."""
        plain = value.reveal(Purpose.STORE).encode()
        sealed = self._vault.seal(work.organisation, "secret", name, plain)
        work.upsert(secret_table, {"name": name}, sealed=sealed, updated=work.now)

    def secret(self, work: Work, name: str) -> Sealed[str]:
        """The secret of a name. Raises ``vault.no_secret``."""
        found = self.find_secret(work, name)
        if found is None:
            raise NO_SECRET.error(name=name)
        return found

    def find_secret(self, work: Work, name: str) -> Sealed[str] | None:
        """The secret of a name, None when there is none; one query."""
        sealed = work.scalar(work.select(secret_table, secret_table.c.sealed).where(secret_table.c.name == name))
        return None if sealed is None else self._open(work, name, bytes(sealed))

    def secrets_under(self, work: Work, prefix: str) -> dict[str, Sealed[str]]:
        """The secrets whose names start with a prefix, by the rest of their names; one query."""
        wanted = work.select(secret_table, secret_table.c.name, secret_table.c.sealed).where(
            secret_table.c.name.startswith(prefix, autoescape=True)
        )
        rows = work.rows(wanted.order_by(secret_table.c.name))
        return {row["name"].removeprefix(prefix): self._open(work, row["name"], bytes(row["sealed"])) for row in rows}

    def secret_names(self, work: Work, prefix: str = "") -> list[str]:
        """The names that start with a prefix, sorted."""
        names = work.select(secret_table, secret_table.c.name).where(
            secret_table.c.name.startswith(prefix, autoescape=True)
        )
        return sorted(row["name"] for row in work.rows(names))

    def _open(self, work: Work, name: str, sealed: bytes) -> Sealed[str]:
        return Sealed(self._vault.open_sealed(work.organisation, "secret", name, sealed).decode())

    def remove_secret(self, work: Work, name: str) -> bool:
        """Forget a secret; says whether there was one."""
        return work.execute(work.delete(secret_table).where(secret_table.c.name == name)).rowcount == 1
