"""Takes in an 835 file from disk by the way of a fetched one: kept as it came, checked, stored once, matched, posted.

The file is known by the hash of its bytes, the remittance by what it says, so the same money is not posted twice
whoever brings it. Refuses what is not a whole X12 file, and then uses nothing of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chartline.cli.office import Office
from chartline.domains.remits import (
    Delivery,
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    count_loose,
    read_head,
    remittance_history,
    take_in,
)
from chartline.domains.remits.survey import survey
from chartline.flows.remittances import settle
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind, Problem
from chartline.platform.audit import Target
from chartline.platform.exchange import Direction, Exchange, Word

UNREADABLE_FILE = ErrorKind(
    "cli.unreadable_file",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The file cannot be opened.",
    "Check its name, and that this account may read it.",
    status=404,
)
SOURCE = "file"
"""Stands where the connection of a fetched remittance does."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one remittance of a file. ``entries`` are new entries of the ledger."""

    file: str
    row: RemittanceRow
    known: bool
    entries: int = 0
    unmatched: int = 0
    problem: Problem | None = None

    @property
    def sentence(self) -> str:
        """In words, with the next step."""
        row = self.row
        what = f"{row.amount.shown()} of {row.payer_name or row.payer_id} on {row.paid_on}"
        if self.problem:
            return f"{what} is kept, not posted. {self.problem.code}: {self.problem.say} {self.problem.do}"
        if row.state is RemittanceState.HELD:
            codes = ", ".join(finding.code for finding in row.findings)
            return f"{what} is held, its sums disagree ({codes}). Next step: chartline era show {row.id}"
        if row.state is RemittanceState.WAITING:
            return (
                f"{what} waits for a click, its payer is not posted by itself. Next step: chartline era post {row.id}"
            )
        if self.known and not self.entries:
            return f"{what} was taken in before; nothing is posted twice ({row.id})"
        waits = f"; {self.unmatched} parts match no claim of ours" if self.unmatched else ""
        return f"{what} is posted, {row.claims} claims, {self.entries} ledger entries{waits} ({row.id})"

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return {
            "file": self.file,
            "id": self.row.id,
            "state": self.row.state,
            "known": self.known,
            "payer": self.row.payer_name,
            "amount": self.row.amount,
            "paid_on": self.row.paid_on,
            "claims": self.row.claims,
            "entries": self.entries,
            "unmatched": self.unmatched,
            "findings": [finding.code for finding in self.row.findings],
            "problem": self.problem.as_json() if self.problem else None,
        }


def load_file(office: Office, file: Path) -> list[Loaded]:
    """Take in the remittances of a file, in file order.

    Raises ``cli.unreadable_file`` and the errors of reading X12.
    """
    try:
        content = file.read_bytes()
    except OSError:
        raise UNREADABLE_FILE.error(file=str(file)) from None
    mark = f"sha256:{hashlib.sha256(content).hexdigest()}"
    services = office.services
    survey(lambda: content)
    with office.work() as work:
        exchange = services.exchanges.record(work, _exchange(content, services.clock.now()))
    delivery = Delivery(SOURCE, mark, exchange, office.actor)
    kept = take_in(office.work, services.vault, lambda: content, delivery)
    with office.work() as work:
        known = {one for one in kept if _known([event["kind"] for event in remittance_history(work, one)])}
        office.record(work, "remittance.load", Target("exchange", exchange), remittances=str(len(kept)))
    return [_post(office, str(file), identity, identity in known) for identity in kept]


def _exchange(content: bytes, now: datetime) -> Exchange:
    """The file as it came, for the exchange log: the evidence of what is posted from it."""
    return Exchange(
        connection=SOURCE,
        vendor=SOURCE,
        operation="load_835",
        direction=Direction.IN,
        started=now,
        duration_ms=0,
        outcome=Word.RECEIPT,
        request=content,
    )


def _known(kinds: list[str]) -> bool:
    """Whether it had come before: the first delivery of one that was broken off counts as none."""
    return RemittanceEventKind.DUPLICATE.value in kinds or RemittanceEventKind.CHANGED.value in kinds


def _post(office: Office, file: str, identity: str, known: bool) -> Loaded:
    """Match and post one remittance, also one that was left unposted before; a held one waits."""
    entries, problem = 0, None
    try:
        entries = settle(office.services.ground, office.organisation, identity, office.actor)
    except ChartlineError as error:
        problem = error.problem
    with office.read() as work:
        row = read_head(work, identity)
        unmatched = count_loose(work, identity)
    return Loaded(file, row, known, entries, unmatched, problem)
