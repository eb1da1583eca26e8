"""Signing in and browser sessions.

A try is counted before the password is looked at, so that tries at the same time cannot outrun the lock: five
failures lock an address for 15 minutes, known or not. A session ends after 12 hours without use and after 7 days.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.access.passwords import password_fits
from chartline.platform.access.principal import UNAUTHENTICATED, Principal, read_roles
from chartline.platform.access.rows import insert_new, reading
from chartline.platform.access.tables import attempt_table, session_table, user_table
from chartline.platform.database import Database
from chartline.platform.vault import Vault

WRONG = ErrorKind(
    "access.sign_in_refused",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The e-mail address or the password is not right.",
    "Try again; after five failures the address is locked for 15 minutes. An administrator can set a new password.",
    status=401,
)
LOCKED = ErrorKind(
    "access.locked",
    Blame.PRACTICE,
    Again.AFTER,
    "This address is locked after five failed sign-ins.",
    "Wait 15 minutes and try again, or ask an administrator to unlock it.",
    status=429,
)

FAILURES = 5
LOCK = timedelta(minutes=15)
IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
_NOTE_USE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the cookie's value, until when at most, and who it is."""

    session: Sealed[str]
    expires: datetime
    principal: Principal


class Doors:
    """Sign-in and sessions of an installation."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def sign_in(self, email: str, password: Sealed[str]) -> SignedIn:
        """Open a session. Raises ``access.sign_in_refused``, ``access.locked``."""
        address = email.strip().lower()
        self._count_attempt(address)
        with reading(self._database) as system:
            user = system.row(sa.select(user_table).where(user_table.c.email == address))
        usable = user if user is not None and not user["disabled"] else None
        if not password_fits(usable["password"] if usable is not None else None, password) or usable is None:
            raise WRONG.error()
        value = secrets.token_urlsafe(32)
        with self._database.system() as system:
            now = system.now
            system.execute(sa.delete(attempt_table).where(attempt_table.c.email_hash == self._email_hash(address)))
            system.execute(sa.delete(session_table).where(_ended(now)))
            system.execute(
                sa.insert(session_table).values(
                    hash=self._session_hash(Sealed(value)), user_id=usable["id"], created=now, used=now
                )
            )
        return SignedIn(Sealed(value), now + ABSOLUTE, _principal(usable))

    def session(self, value: Sealed[str]) -> Principal:
        """Who a session belongs to; using it keeps it alive. Raises ``access.unauthenticated``."""
        digest = self._session_hash(value)
        with reading(self._database) as system:
            now = system.now
            row = system.row(
                sa.select(user_table, session_table.c.used.label("session_used"))
                .join(session_table, session_table.c.user_id == user_table.c.id)
                .where(session_table.c.hash == digest, sa.not_(_ended(now)), user_table.c.disabled.is_(False))
            )
        if row is None:
            raise UNAUTHENTICATED.error()
        if now - row["session_used"] >= _NOTE_USE_AFTER:
            with self._database.system() as system:
                system.execute(sa.update(session_table).where(session_table.c.hash == digest).values(used=now))
        return _principal(row)

    def sign_out(self, value: Sealed[str]) -> None:
        """End a session; harmless when it has ended."""
        with self._database.system() as system:
            system.execute(sa.delete(session_table).where(session_table.c.hash == self._session_hash(value)))

    def unlock(self, email: str) -> None:
        """Forget the failed sign-ins of an address."""
        digest = self._email_hash(email.strip().lower())
        with self._database.system() as system:
            system.execute(sa.delete(attempt_table).where(attempt_table.c.email_hash == digest))

    def _count_attempt(self, address: str) -> None:
        digest = self._email_hash(address)
        with self._database.system() as system:
            now = system.now
            system.execute(sa.delete(attempt_table).where(attempt_table.c.last <= now - LOCK))
            insert_new(system, attempt_table, email_hash=digest, failures=0, last=now)
            free = sa.and_(attempt_table.c.email_hash == digest, attempt_table.c.failures < FAILURES)
            count = sa.update(attempt_table).where(free).values(failures=attempt_table.c.failures + 1, last=now)
            locked = system.execute(count).rowcount == 0
        if locked:
            raise LOCKED.error()

    def _email_hash(self, address: str) -> bytes:
        return self._vault.digest("", b"email", address.encode())

    def _session_hash(self, value: Sealed[str]) -> bytes:
        return self._vault.digest("", b"session", value.reveal(Purpose.AUTHENTICATE).encode())


def _ended(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(session_table.c.used <= now - IDLE, session_table.c.created <= now - ABSOLUTE)


def _principal(user: sa.RowMapping) -> Principal:
    return Principal(user["organisation_id"], f"user:{user['id']}", read_roles(user["roles"]))
