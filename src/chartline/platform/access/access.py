"""Organisations and users, and the one door to sessions and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.access.doors import Doors
from chartline.platform.access.passwords import hash_password
from chartline.platform.access.principal import Role, read_roles
from chartline.platform.access.rows import insert_new, is_id, reading
from chartline.platform.access.tables import organisation_table, session_table, user_table
from chartline.platform.access.tokens import Tokens
from chartline.platform.database import Database
from chartline.platform.vault import Vault

BAD_EMAIL = ErrorKind(
    "access.bad_email",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This is not an e-mail address.",
    "Enter the address the person signs in with, such as name@practice.example.",
)
EMAIL_TAKEN = ErrorKind(
    "access.email_taken",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is a user with this e-mail address already.",
    "Use another address, or set a new password for the existing user.",
    status=409,
)
NO_USER = ErrorKind(
    "access.no_user",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "There is no such user in this organisation.",
    "List the users with `chartline user list`.",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A practice (or group) with its own rows."""

    id: str
    name: str
    created: datetime


@dataclass(frozen=True, slots=True)
class User:
    """A person who can sign in."""

    id: str
    organisation: str
    email: str
    name: str
    roles: tuple[Role, ...]
    disabled: bool


class Access(Doors, Tokens):
    """Everything about who may come in. Each call is a transaction of its own."""

    def __init__(self, database: Database, vault: Vault) -> None:
        super().__init__(database, vault)

    def create_organisation(self, name: str) -> str:
        """A new organisation; returns its id."""
        identity = new_id()
        with self._database.system() as system:
            system.execute(sa.insert(organisation_table).values(id=identity, name=name, created=system.now))
        return identity

    def organisations(self) -> list[Organisation]:
        """Every organisation, oldest first."""
        with reading(self._database) as system:
            rows = system.rows(sa.select(organisation_table).order_by(organisation_table.c.created))
        return [Organisation(row["id"], row["name"], row["created"]) for row in rows]

    def create_user(
        self, organisation: str, email: str, password: Sealed[str], roles: Sequence[str], name: str = ""
    ) -> str:
        """A new user; returns its id. Addresses are unique in the installation.

        Raises ``access.bad_email``, ``access.email_taken``, ``access.weak_password``, ``access.unknown_role``.
        """
        address, checked = _address(email), read_roles(roles)
        identity, hashed = new_id(), hash_password(password)
        with self._database.system() as system:
            made = insert_new(
                system,
                user_table,
                id=identity,
                organisation_id=organisation,
                email=address,
                name=name or address,
                roles=[role.value for role in checked],
                password=hashed,
                created=system.now,
                disabled=False,
            )
        if not made:
            raise EMAIL_TAKEN.error()
        return identity

    def users(self, organisation: str) -> list[User]:
        """The users of an organisation by address."""
        query = sa.select(user_table).where(user_table.c.organisation_id == organisation)
        with reading(self._database) as system:
            return [_user(row) for row in system.rows(query.order_by(user_table.c.email))]

    def set_password(self, organisation: str, user: str, password: Sealed[str]) -> None:
        """Give a user a new password and end the user's sessions.

        Raises ``access.no_user``, ``access.weak_password``.
        """
        self._change_user(organisation, user, {"password": hash_password(password)})

    def disable_user(self, organisation: str, user: str) -> None:
        """Keep a user from signing in and end the user's sessions. Raises ``access.no_user``."""
        self._change_user(organisation, user, {"disabled": True})

    def _change_user(self, organisation: str, user: str, values: dict[str, object]) -> None:
        if not is_id(user):
            raise NO_USER.error()
        with self._database.system() as system:
            mine = sa.and_(user_table.c.organisation_id == organisation, user_table.c.id == user)
            if system.execute(sa.update(user_table).where(mine).values(**values)).rowcount == 0:
                raise NO_USER.error()
            system.execute(sa.delete(session_table).where(session_table.c.user_id == user))


def _address(email: str) -> str:
    address = email.strip().lower()
    local, at, host = address.partition("@")
    if not (local and at and host) or len(address) > 254 or any(letter.isspace() for letter in address):
        raise BAD_EMAIL.error()
    return address


def _user(row: sa.RowMapping) -> User:
    return User(row["id"], row["organisation_id"], row["email"], row["name"], read_roles(row["roles"]), row["disabled"])
