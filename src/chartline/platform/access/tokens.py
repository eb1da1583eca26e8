"""Bearer tokens for scripts: shown once, kept as a keyed hash, with a role, an end and a revocation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.access.principal import UNAUTHENTICATED, Principal, Role, read_roles
from chartline.platform.access.rows import is_id, reading
from chartline.platform.access.scopes import check_scopes
from chartline.platform.access.tables import token_table
from chartline.platform.database import Database
from chartline.platform.vault import Vault

PREFIX = "clt_"
_NOTE_USE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made: the only time its value exists outside the caller's hands."""

    id: str
    value: Sealed[str]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as listed; ``used`` is exact to a minute."""

    id: str
    name: str
    role: Role
    created: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None
    scopes: str = ""
    patient: str | None = None


class Tokens:
    """The bearer tokens of an installation."""

    revocations = 0
    """How often a token was revoked through this object: whoever remembers tokens forgets them when it grows."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def create_token(
        self,
        organisation: str,
        name: str,
        role: str,
        lifetime: timedelta | None = None,
        *,
        scopes: str = "",
        patient: str | None = None,
    ) -> NewToken:
        """Make a token, without an end when ``lifetime`` is None; narrowed to SMART scopes and a patient if given.

        Raises ``access.unknown_role``, ``access.bad_scope``.
        """
        checked = read_roles([role])[0]
        check_scopes(scopes, patient)
        identity, value = new_id(), Sealed(PREFIX + secrets.token_urlsafe(32))
        with self._database.system() as system:
            system.execute(
                sa.insert(token_table).values(
                    id=identity,
                    organisation_id=organisation,
                    name=name,
                    role=checked.value,
                    hash=self._hash(value),
                    created=system.now,
                    expires=None if lifetime is None else system.now + lifetime,
                    scopes=" ".join(scopes.split()),
                    patient=patient,
                )
            )
        return NewToken(identity, value)

    def principal_of_token(self, value: Sealed[str]) -> Principal:
        """Who a token belongs to. Raises ``access.unauthenticated`` for unknown, ended and revoked ones alike."""
        with reading(self._database) as system:
            now = system.now
            row = system.row(sa.select(token_table).where(token_table.c.hash == self._hash(value)))
        if row is None or row["revoked"] is not None or (row["expires"] is not None and row["expires"] <= now):
            raise UNAUTHENTICATED.error()
        if row["used"] is None or now - row["used"] >= _NOTE_USE_AFTER:
            with self._database.system() as system:
                system.execute(sa.update(token_table).where(token_table.c.id == row["id"]).values(used=now))
        return Principal(
            row["organisation_id"],
            f"token:{row['id']}",
            read_roles([row["role"]]),
            scopes=row["scopes"],
            patient=row["patient"],
        )

    def revoke_token(self, organisation: str, identity: str) -> bool:
        """End a token now; False when this organisation has no such living token."""
        if not is_id(identity):
            return False
        with self._database.system() as system:
            mine = sa.and_(token_table.c.organisation_id == organisation, token_table.c.id == identity)
            ended = sa.update(token_table).where(mine, token_table.c.revoked.is_(None)).values(revoked=system.now)
            gone = system.execute(ended).rowcount == 1
        self.revocations += 1
        return gone

    def tokens(self, organisation: str) -> list[TokenRow]:
        """Every token of an organisation, newest first."""
        query = sa.select(token_table).where(token_table.c.organisation_id == organisation)
        with reading(self._database) as system:
            rows = system.rows(query.order_by(token_table.c.created.desc(), token_table.c.id.desc()))
        return [
            TokenRow(
                id=row["id"],
                name=row["name"],
                role=Role(row["role"]),
                created=row["created"],
                expires=row["expires"],
                used=row["used"],
                revoked=row["revoked"],
                scopes=row["scopes"],
                patient=row["patient"],
            )
            for row in rows
        ]

    def _hash(self, value: Sealed[str]) -> bytes:
        return self._vault.digest("", b"token", value.reveal(Purpose.AUTHENTICATE).encode())
