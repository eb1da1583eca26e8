"""The ground that a connector stands on while it is checked: real database, limiter, exchange log and vault.

Time runs fast, so that a vendor's limits are met and waited for; several wires stand for several processes. Everything
that a connector says is looked at for patient values and secrets, at the end also what lies in files.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from chartline.connect.conformance.subject import Subject
from chartline.connect.intents import Intents
from chartline.connect.transport import Route, Transport
from chartline.connect.wire import Credentials
from chartline.kernel.clock import Anchor, SharedClock, write_anchor
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Refused
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import open_database
from chartline.platform.database.migrations import migrate
from chartline.platform.exchange import ExchangeLog
from chartline.platform.limits import Limiter
from chartline.platform.vault import Secrets, Vault

T = TypeVar("T")

SPEED = 240.0
TIMEOUT = 5.0
"""Real seconds of one call."""


class Stage:
    """One connector under test. ``clock_file`` is the clock of its simulator too, and must exist."""

    def __init__(self, folder: Path, clock_file: Path, subject: Subject) -> None:
        self.subject, self.folder = subject, folder
        self._clock_file = clock_file
        self.clock = SharedClock(clock_file)
        self.set_speed(SPEED)
        url = f"sqlite:///{folder / 'conformance.db'}"
        migrate(url)
        self.database = open_database(url, self.clock, pool=40)
        self.vault = Vault.open(folder)
        self.log = ExchangeLog(self.database, self.vault)
        self.secrets = Secrets(self.vault)
        self.organisation, self.connection = new_id(), new_id()
        self._transports: list[Transport] = []
        self.said: list[str] = []
        """Every repr of what the connector answered, and every problem in words."""

    # --- time -------------------------------------------------------------------------------------------------------

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on."""
        write_anchor(self._clock_file, Anchor(time.time(), self.clock.now().timestamp(), speed))

    def be_at(self, moment: datetime) -> None:
        """Jump, also back: a late commit is one that bears an earlier time."""
        write_anchor(self._clock_file, Anchor(time.time(), moment.timestamp(), SPEED))

    def pass_by(self, span: timedelta) -> None:
        """Let time pass at once."""
        self.be_at(self.clock.now() + span)

    # --- connectors -------------------------------------------------------------------------------------------------

    def connector(self, credentials: Credentials | None = None) -> object:
        """The connector as one more process would open it: with a wire and a limiter of its own."""
        given = credentials or self.subject.credentials
        about = self.subject.about
        environment = about.environments[given.options.get("environment", "production")]
        transport = Transport(
            Route(
                self.organisation,
                self.connection,
                about.name,
                about.budget_key(self.connection, given.options),
                environment.hosts,
            ),
            database=self.database,
            limiter=Limiter(self.database, {about.name: about.policy()}, hold_seconds=TIMEOUT * 3),
            log=self.log,
            secrets=self.secrets,
            confidential=tuple(given.secrets.values()),
            timeout=TIMEOUT,
        )
        self._transports.append(transport)
        return self.subject.open(transport, given)

    def intents(self) -> Intents:
        """The once-keys, as one more process would open them."""
        return Intents(self.database, TIMEOUT)

    def heard(self, outcome: T) -> T:
        """Remember how an answer shows itself; the answer itself."""
        self.said.append(repr(outcome))
        if isinstance(outcome, Refused):
            self.said.append(json.dumps(outcome.problem.as_json()))
        return outcome

    # --- what was kept ----------------------------------------------------------------------------------------------

    def exchanged(self) -> Iterable[bytes]:
        """Every message of the exchange log, opened."""
        cursor: str | None = None
        with self.database.read(self.organisation) as work:
            while True:
                page = self.log.entries(work, cursor=cursor, limit=200)
                for entry in page.entries:
                    message = self.log.read(work, entry.id)
                    yield message.request.reveal(Purpose.SHOW)
                    if message.response is not None:
                        yield message.response.reveal(Purpose.SHOW)
                cursor = page.next
                if cursor is None:
                    return

    def session_values(self) -> list[Sealed[str]]:
        """What connectors have kept of their sessions."""
        with self.database.read(self.organisation) as work:
            return [self.secrets.secret(work, name) for name in self.secrets.secret_names(work, "session/")]

    def files(self) -> list[bytes]:
        """What lies on disk: database and logs."""
        self.database.engine.dispose()
        return [file.read_bytes() for file in self.folder.rglob("*") if file.is_file() and file.suffix != ".key"]

    def close(self) -> None:
        """Close everything."""
        for transport in self._transports:
            transport.close()
        self.database.close()
