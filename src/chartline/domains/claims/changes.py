"""Changing claims: load them under lock, move axes, note events, save everything in two statements.

Every change of a claim goes through here, so that no axis moves without an event. Refuses claims of others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.claim import NO_CLAIM, Claim
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.platform.database import Work
from chartline.platform.vault import Vault

_AXES = {
    WorkAxis: ("work", "work_axis"),
    SubmissionAxis: ("submission", "submission_axis"),
    AdjudicationAxis: ("adjudication", "adjudication_axis"),
}


class ClaimChanges:
    """Some claims of one transaction and what is about to change in them; nothing is written before ``save``."""

    def __init__(self, work: Work, condition: sa.ColumnElement[bool], actor: str) -> None:
        rows = work.rows(work.select(claim_table).where(condition).order_by(claim_table.c.id).with_for_update())
        self._work, self._actor = work, actor
        self._rows: dict[str, dict[str, Any]] = {row["id"]: dict(row) for row in rows}
        self._changed: set[str] = set()
        self._columns: set[str] = set()
        self._events: list[dict[str, object]] = []

    @classmethod
    def of(cls, work: Work, claims: Collection[str], actor: str) -> ClaimChanges:
        """The claims of these ids. Raises ``claims.not_found`` when one is missing."""
        changes = cls(work, claim_table.c.id.in_(list(claims)), actor)
        missing = sorted(set(claims) - set(changes._rows))
        if missing:
            raise NO_CLAIM.error(claim=missing[0])
        return changes

    @property
    def claims(self) -> dict[str, Claim]:
        """The claims as they are now, changes included."""
        return {identity: Claim.of(row) for identity, row in self._rows.items()}

    @property
    def changed(self) -> dict[str, Claim]:
        """The claims that have a change or an event."""
        return {identity: Claim.of(self._rows[identity]) for identity in sorted(self._changed)}

    def claim(self, identity: str) -> Claim:
        """One claim as it is now."""
        return Claim.of(self._rows[identity])

    def row(self, identity: str) -> Mapping[str, Any]:
        """One claim as it is now, by the names of its columns: for work on very many."""
        return self._rows[identity]

    @property
    def touched(self) -> list[str]:
        """The ids of claims that have a change or an event."""
        return sorted(self._changed)

    def change(self, identity: str, **values: object) -> None:
        """Change columns other than the axes."""
        self._rows[identity].update(values)
        self._columns.update(values)
        self._touch(identity)

    def event(
        self,
        identity: str,
        kind: EventKind,
        to: WorkAxis | SubmissionAxis | AdjudicationAxis | None = None,
        *,
        codes: dict[str, object] | None = None,
        source: str | None = None,
        exchange: str | None = None,
        sealed: bytes | None = None,
    ) -> None:
        """Note an event; with ``to`` it moves that axis. ``source`` can stand once on a claim."""
        row = self._rows[identity]
        axis, before = "", ""
        if to is not None:
            axis, column = _AXES[type(to)]
            before = row[column]
            row[column] = to.value
            self._columns.add(column)
        row["events"] = row["events"] + 1
        self._touch(identity)
        self._events.append(
            {
                "claim_id": identity,
                "seq": row["events"],
                "at": self._work.now,
                "actor": self._actor,
                "kind": kind.value,
                "axis": axis,
                "before": before,
                "after": to.value if to is not None else "",
                "codes": codes or {},
                "source": source,
                "exchange_id": exchange,
                "sealed": sealed,
            }
        )

    def known_sources(self, sources: Collection[str]) -> set[tuple[str, str]]:
        """Which of these sources stand on which of the claims already; one query."""
        columns = claim_event_table.c
        query = sa.select(columns.claim_id, columns.source).where(
            self._work.mine(claim_event_table),
            columns.claim_id.in_(list(self._rows)),
            columns.source.in_(list(sources)),
        )
        return {(row["claim_id"], row["source"]) for row in (self._work.rows(query) if self._rows else [])}

    def save(self) -> None:
        """Write all changes and events."""
        # Only what changed in any of them: a claim has many columns, and a remittance many claims.
        names = sorted({*self._columns, "events", "updated"})
        rows = [
            {"key": identity} | {f"new_{name}": self._rows[identity][name] for name in names}
            for identity in sorted(self._changed)
        ]
        if rows:
            values = {name: sa.bindparam(f"new_{name}") for name in names}
            mine = self._work.update(claim_table).where(claim_table.c.id == sa.bindparam("key"))
            self._work.update_many(mine.values(values), rows)
        self._work.insert_many(claim_event_table, self._events)
        self._changed, self._columns, self._events = set(), set(), []

    def _touch(self, identity: str) -> None:
        """A change is seen with its time at once: what is published from it must be what is read back later."""
        self._changed.add(identity)
        self._rows[identity]["updated"] = self._work.now


def seal_messages(work: Work, vault: Vault, claim: str, messages: list[dict[str, str]]) -> bytes:
    """Vendor texts sealed for one claim's events."""
    return vault.seal(work.organisation, "claim_event", claim, msgspec.json.encode(messages))


def open_messages(work: Work, vault: Vault, claim: str, sealed: bytes) -> list[dict[str, str]]:
    """What ``seal_messages`` sealed."""
    plain = vault.open_sealed(work.organisation, "claim_event", claim, sealed)
    return msgspec.json.decode(plain, type=list[dict[str, str]])
