"""How the conformance suite makes the CORE gateway misbehave, and what it reads from its counters."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.connectors.core.gateway import FAMILY, MEMBER, claim_file, credentials, question
from tests.support.simulators import Simulator
from tests.support.wire import LoopbackWire

from chartline.connect.conformance import Feed, Subject, WriteCase, WriteItem, rows_of
from chartline.connectors.core.connector import Connector
from chartline.connectors.core.options import ABOUT
from chartline.kernel.clock import Anchor, SharedClock, write_anchor
from chartline.kernel.outcome import Later, Looked, Outcome, Receipt


def gateway(connector: object) -> Connector:
    assert isinstance(connector, Connector)
    return connector


class Partner:
    """A trading partner that acknowledges at once, reports after an hour and pays after a day."""

    def __init__(self, simulator: Simulator, clock_file: Path) -> None:
        self._simulator, self._clock_file = simulator, clock_file
        self._numbers = count(1)
        self._clock = SharedClock(clock_file)
        simulator.tell("settings", acknowledge_minutes=0)

    def subject(self) -> Subject:
        return Subject(
            about=ABOUT,
            open=Connector,
            credentials=credentials(self._simulator.url),
            break_next=self.break_next,
            excess=lambda: self.counted("excess"),
            probe=lambda connector: gateway(connector).check_coverage(question()),
            probe_operation="270",
            probe_tier="account",
            private=(FAMILY, MEMBER),
            feeds=(
                Feed(
                    name="277ca",
                    read=lambda connector, cursor: rows_of(
                        gateway(connector).claim_reports(cursor), lambda row: row.reference
                    ),
                    fill=self.fill_reports,
                ),
                Feed(
                    name="835",
                    read=lambda connector, cursor: rows_of(
                        gateway(connector).remittances(cursor), lambda row: row.check_number
                    ),
                    fill=self.fill_remittances,
                ),
            ),
            writes=(
                WriteCase(
                    name="submit_claims",
                    operation="837",
                    look_operation="999",
                    fresh=self.new_file,
                    effects=lambda: self.counted("batches"),
                ),
            ),
        )

    def break_next(self, operation: str, kind: str, *, times: int = 1, status: int = 500) -> None:
        self._simulator.tell("faults", operation=operation, kind=kind, times=times, status=status)

    def counted(self, name: str) -> int:
        return int(self._simulator.ask("counters")[name])

    def be_at(self, moment: datetime) -> None:
        write_anchor(self._clock_file, Anchor(time.time(), moment.timestamp(), 240.0))

    def upload(self) -> tuple[str, ...]:
        """A file that came some other way, say by another office of the same partner; its references."""
        wire, file = LoopbackWire(self._clock), claim_file(next(self._numbers), MEMBER)
        try:
            outcome = Connector(wire, credentials(self._simulator.url)).submit_claims(file)
        finally:
            wire.close()
        assert isinstance(outcome, Receipt), outcome
        return file.references

    def fill_reports(self) -> set[str]:
        """Two files of one claim: two files of reports."""
        found = {reference for _ in range(2) for reference in self.upload()}
        self.be_at(self._clock.now() + timedelta(hours=2))
        return found

    def fill_remittances(self) -> set[str]:
        """Two files, two checks; their numbers go on from the ones before."""
        before = self.counted("checks")
        for _ in range(2):
            self.upload()
        self.be_at(self._clock.now() + timedelta(days=2))
        return {f"CK{30001 + number}" for number in range(before, self.counted("checks"))}

    def new_file(self, connector: object) -> WriteItem:
        file = claim_file(next(self._numbers), MEMBER, MEMBER)

        def named(outcome: Outcome[Any]) -> Outcome[str]:
            return Receipt(file.name, outcome.exchange) if isinstance(outcome, Receipt) else outcome

        def look() -> Looked[str]:
            """Absence is a proof only when an acknowledgement is overdue: a job comes back until then."""
            found = gateway(connector).find_submission(file)
            while isinstance(found, Later):
                self.be_at(found.at + timedelta(seconds=1))
                found = gateway(connector).find_submission(file)
            return Receipt(file.name, found.exchange) if isinstance(found, Receipt) else found

        return WriteItem(file.name, lambda: named(gateway(connector).submit_claims(file)), look)
