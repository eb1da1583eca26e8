"""A denial as its row says, its states, and how its history grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from chartline.domains.remits.denials.tables import denial_event_table, denial_table
from chartline.formats.x12.codes import Category
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work

NO_DENIAL = ErrorKind(
    "denials.not_found",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such denial.",
    "Look it up in the worklist; it may belong to another practice.",
    status=404,
)
NOT_OPEN = ErrorKind(
    "denials.not_open",
    Blame.PRACTICE,
    Again.NEVER,
    "This denial is settled, so nothing more can be done about it.",
    "Open it again first, if there is more to do.",
    status=409,
)


class DenialState(StrEnum):
    """Where the work on a denial stands."""

    OPEN = "open"
    WORKING = "working"
    """Somebody has it in hand."""
    APPEALED = "appealed"
    CORRECTED = "corrected"
    """A corrected claim is on its way; the payer decides again."""
    WON = "won"
    """The payer paid, or nothing stays refused."""
    WRITTEN_OFF = "written_off"
    MOVED = "moved"
    """To the patient, or to another payer."""
    DISMISSED = "dismissed"
    """Nothing is to be done, for a reason somebody gave."""


WAITING = frozenset({DenialState.OPEN, DenialState.WORKING, DenialState.APPEALED, DenialState.CORRECTED})
"""States in which the amount is still in dispute."""


class DenialEventKind(StrEnum):
    """What happened to a denial."""

    OPENED = "opened"
    DECIDED = "decided"
    """The payer decided again, and still refuses something."""
    ASSIGNED = "assigned"
    FOLLOW_UP = "follow_up"
    NOTED = "noted"
    APPEAL_WRITTEN = "appeal_written"
    APPEAL_SENT = "appeal_sent"
    APPEAL_DECIDED = "appeal_decided"
    CORRECTED = "corrected"
    WON = "won"
    WRITTEN_OFF = "written_off"
    MOVED = "moved"
    DISMISSED = "dismissed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Denial:
    """One denial. ``appeal_by`` is the last day for an appeal; ``minutes`` what the next step usually takes."""

    id: str
    claim_id: str
    claim_number: str
    payer_id: str
    payer_name: str
    remittance_id: str
    kind: Category
    reasons: tuple[str, ...]
    amount: Money
    state: DenialState
    decided_on: date
    appeal_by: date
    follow_up: date | None
    assignee: str
    minutes: int
    opened: datetime
    updated: datetime

    @property
    def waiting(self) -> bool:
        """Whether the amount is still in dispute."""
        return self.state in WAITING

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Denial:
        """A denial from its row."""
        plain = {name: row[name] for name in _PLAIN}
        return cls(
            **plain,
            kind=Category(row["kind"]),
            reasons=tuple(row["reasons"]),
            amount=Money(row["amount"]),
            state=DenialState(row["state"]),
        )


_PLAIN = (
    "id",
    "claim_id",
    "claim_number",
    "payer_id",
    "payer_name",
    "remittance_id",
    "decided_on",
    "appeal_by",
    "follow_up",
    "assignee",
    "minutes",
    "opened",
    "updated",
)


def read_denial(work: Work, denial: str, *, lock: bool = False) -> Denial:
    """One denial. Raises ``denials.not_found``."""
    query = work.select(denial_table).where(denial_table.c.id == denial)
    row = work.row(query.with_for_update() if lock else query)
    if row is None:
        raise NO_DENIAL.error(denial=denial)
    return Denial.of(row)


def change_denial(
    work: Work,
    denial: str,
    kind: DenialEventKind,
    actor: str,
    *,
    codes: dict[str, object] | None = None,
    source: str | None = None,
    sealed: bytes | None = None,
    values: Mapping[str, object] | None = None,
) -> int:
    """Change a denial and note why; nothing of it changes without an event. Answers the event's number."""
    columns = denial_table.c
    grown = work.update(denial_table).where(columns.id == denial)
    values = {**(values or {}), "events": columns.events + 1, "updated": work.now}
    seq = work.scalar(grown.values(values).returning(columns.events))
    if seq is None:
        raise NO_DENIAL.error(denial=denial)
    work.insert(
        denial_event_table,
        denial_id=denial,
        seq=seq,
        at=work.now,
        actor=actor,
        kind=kind.value,
        codes=codes or {},
        source=source,
        sealed=sealed,
    )
    return int(seq)
