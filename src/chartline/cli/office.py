"""A practice as one command sees it: its services, its rows, and who asks.

Whoever may start the command on this machine may read the key file, so there is no sign-in here; what is done and what
is looked at goes into the audit trail under the name of the account.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from chartline.app.services import Services
from chartline.cli.options import opened, practice_of
from chartline.connect.connections import NOT_CONNECTED, Connection
from chartline.kernel.settings import Settings
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work


@dataclass(frozen=True, slots=True)
class Office:
    """One practice of an opened installation. ``actor`` is ``cli:<account of this machine>``."""

    services: Services
    organisation: str
    actor: str

    def read(self) -> AbstractContextManager[Work]:
        """A reading transaction of the practice."""
        return self.services.database.read(self.organisation)

    def work(self) -> AbstractContextManager[Work]:
        """A writing transaction of the practice."""
        return self.services.database.work(self.organisation)

    @contextmanager
    def showing(self, action: str, target: Target | None = None) -> Generator[Work, None, None]:
        """A reading transaction in which patient values may be opened; how many were is in the audit trail."""
        looked = self.services.audit.tally_reveals(self.organisation, self.actor, action, target)
        with looked, self.read() as work:
            yield work

    def record(self, work: Work, action: str, target: Target | None = None, **detail: str) -> None:
        """Write what was done into the audit trail, in the transaction that does it. Details are codes and ids."""
        self.services.audit.record(work, AuditEvent(self.actor, action, target, detail=detail))

    def note(self, action: str, target: Target | None = None, **detail: str) -> None:
        """The same for what was done in a transaction of its own."""
        with self.work() as work:
            self.record(work, action, target, **detail)

    def connections(self) -> list[Connection]:
        """The practice's connections, oldest first."""
        with self.read() as work:
            return self.services.connections.all(work)

    def connection(self, name: str) -> Connection:
        """One connection by name or id. Raises ``connect.not_connected``."""
        for one in self.connections():
            if name in (one.name, one.id):
                return one
        raise NOT_CONNECTED.error(connection=name)


@dataclass(frozen=True, slots=True)
class Place:
    """Which installation and which practice a command is for."""

    settings: Settings
    practice: str | None

    @contextmanager
    def open(self, *, jobs: bool = False) -> Generator[Office, None, None]:
        """The practice; ``jobs``: the command puts some in line, so the engine's tables have to be there too.

        Raises ``cli.no_practice``, ``cli.unknown_practice``, ``cli.which_practice``.
        """
        with opened(self.settings, jobs=jobs) as services:
            yield Office(services, practice_of(services, self.practice), account())


def account() -> str:
    """``cli:<name>`` of the account that runs the command."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = ""
    # No more than audit rows and histories hold.
    return f"cli:{re.sub('[^A-Za-z0-9_.-]', '_', name)[:40] or 'unknown'}"
