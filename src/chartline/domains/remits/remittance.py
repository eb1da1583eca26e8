"""A remittance and its claims as their rows say, and how their sealed details are opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from chartline.domains.remits.tables import remittance_claim_table, remittance_event_table, remittance_table
from chartline.formats.x12.finding import Finding
from chartline.formats.x12.remittance import Remittance, RemittanceClaim
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.vault import Vault

NO_REMITTANCE = ErrorKind(
    "remits.not_found",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such remittance.",
    "Look it up in the list; it may belong to another practice.",
    status=404,
)


# Made with the module: the library crashes when several threads decode a type for the first time together.
_header_decoder = msgspec.json.Decoder(Remittance)
_claim_decoder = msgspec.json.Decoder(RemittanceClaim)
_finding_decoder = msgspec.json.Decoder(Finding)


class RemittanceState(StrEnum):
    """Where a remittance stands."""

    RECEIVING = "receiving"
    """A large one, of which claims are still being stored."""
    RECEIVED = "received"
    HELD = "held"
    """Its sums disagree, or it looks like money we know; a person decides."""
    RELEASED = "released"
    """A person let it go although its sums disagree."""
    WAITING = "waiting"
    """Its payer is not trusted so far that it is posted by itself."""
    POSTING = "posting"
    """A large one, of which some claims are posted."""
    POSTED = "posted"
    UNDOING = "undoing"
    """Its posting is being taken back."""
    UNDONE = "undone"
    """Its posting was taken back; it may be posted again."""


class MatchState(StrEnum):
    """Where one claim of a remittance stands."""

    UNMATCHED = "unmatched"
    MATCHED = "matched"
    POSTED = "posted"
    UNAPPLIED = "unapplied"
    """Posted without a claim: its money waits."""
    ASIDE = "aside"
    """A person said that it is not ours; its money waits outside the desk."""
    CREDITED = "credited"
    """Its money was credited to a patient."""


class RemittanceEventKind(StrEnum):
    """What happened to a remittance."""

    RECEIVED = "received"
    HELD = "held"
    DUPLICATE = "duplicate"
    CHANGED = "changed"
    """The vendor delivered something else under the same id."""
    MATCHED = "matched"
    RELEASED = "released"
    WAITING = "waiting"
    """It waits for a person because of how far its payer is trusted."""
    POSTED = "posted"
    APPLIED = "applied"
    UNMATCHED = "unmatched"
    """A person took a match back."""
    ASIDE = "aside"
    CREDITED = "credited"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """One remittance. ``amount`` is negative when money goes from the practice to the payer."""

    id: str
    payer_id: str
    payer_name: str
    trace: str
    amount: Money
    method: str
    paid_on: date
    state: RemittanceState
    findings: tuple[Finding, ...]
    claims: int
    received: datetime
    posted: datetime | None
    charged_total: Money
    paid_total: Money
    """Sums over its claims."""
    stored_to: int
    """Places of claims: how far each piece of work has got."""
    posted_to: int
    published_to: int
    generation: int
    """Which posting it is: 2 after the first was undone."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> RemittanceRow:
        """A remittance from its row."""
        return cls(
            row["id"],
            row["payer_id"],
            row["payer_name"],
            row["trace"],
            Money(row["amount"]),
            row["method"],
            row["paid_on"],
            RemittanceState(row["state"]),
            tuple(msgspec.convert(row["findings"], list[Finding])),
            row["claims"],
            row["received"],
            row["posted"],
            Money(row["charged_total"]),
            Money(row["paid_total"]),
            row["stored_to"],
            row["posted_to"],
            row["published_to"],
            row["generation"],
        )


@dataclass(frozen=True, slots=True)
class RemittanceClaimRow:
    """One claim of a remittance, counted by ``place`` from 1. ``match_reason`` says how the claim was found."""

    remittance_id: str
    place: int
    control_number: str
    status: str
    charged: Money
    paid: Money
    patient_responsibility: Money
    denied: Money
    payer_number: str
    claim_id: str | None
    match_reason: str
    state: MatchState
    moves: int
    """How often people moved its money after it was posted."""
    patient_id: str | None
    """Whom its money was credited to."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> RemittanceClaimRow:
        """A remittance claim from its row."""
        return cls(
            row["remittance_id"],
            row["place"],
            row["control_number"],
            row["status"],
            Money(row["charged"]),
            Money(row["paid"]),
            Money(row["patient_responsibility"]),
            Money(row["denied"]),
            row["payer_number"],
            row["claim_id"],
            row["match_reason"],
            MatchState(row["state"]),
            row["moves"],
            row["patient_id"],
        )


_ROW = [column for column in remittance_claim_table.c if column.name not in ("organisation_id", "sealed")]


def find_remittance(work: Work, remittance: str, *, lock: bool = False) -> RemittanceRow:
    """The remittance; with ``lock`` nobody else changes it in this transaction. Raises ``remits.not_found``."""
    query = work.select(remittance_table).where(remittance_table.c.id == remittance)
    row = work.row(query.with_for_update() if lock else query)
    if row is None:
        raise NO_REMITTANCE.error(remittance=remittance)
    return RemittanceRow.of(row)


def claim_rows(
    work: Work, remittance: str, after: int = 0, limit: int | None = None, *, places: Collection[int] | None = None
) -> list[RemittanceClaimRow]:
    """The remittance's claims in file order, from behind place ``after``; or those at some places."""
    columns = remittance_claim_table.c
    query = work.select(remittance_claim_table, *_ROW).where(columns.remittance_id == remittance)
    query = query.where(columns.place.in_(list(places)) if places is not None else columns.place > after)
    return [RemittanceClaimRow.of(row) for row in work.rows(query.order_by(columns.place).limit(limit))]


def seal_details(work: Work, vault: Vault, remittance: str, place: int, detail: Remittance | RemittanceClaim) -> bytes:
    """Seal the header (place 0, without its claims) or one claim of a remittance."""
    return vault.seal(work.organisation, "remittance", f"{remittance}/{place}", msgspec.json.encode(detail))


def open_header(work: Work, vault: Vault, remittance: str) -> Remittance:
    """The remittance as read from the file, without its claims."""
    columns = remittance_table.c
    sealed = work.scalar(work.select(remittance_table, columns.sealed).where(columns.id == remittance))
    return _header_decoder.decode(_open(work, vault, remittance, 0, sealed))


def open_claims(
    work: Work, vault: Vault, remittance: str, places: Collection[int] | None = None
) -> dict[int, RemittanceClaim]:
    """The claims as read from the file, by place; all, or those at some places. One query."""
    columns = remittance_claim_table.c
    query = work.select(remittance_claim_table, columns.place, columns.sealed).where(
        columns.remittance_id == remittance
    )
    if places is not None:
        # Places of a portion follow one another, and a list of hundreds costs more than two bounds.
        query = query.where(columns.place.between(min(places, default=0), max(places, default=0)))
    return {
        row["place"]: _claim_decoder.decode(_open(work, vault, remittance, row["place"], row["sealed"]))
        for row in work.rows(query)
        if places is None or row["place"] in places
    }


def _open(work: Work, vault: Vault, remittance: str, place: int, sealed: bytes) -> bytes:
    return vault.open_sealed(work.organisation, "remittance", f"{remittance}/{place}", bytes(sealed))


def note(
    work: Work,
    remittance: str,
    kind: RemittanceEventKind,
    actor: str,
    codes: dict[str, object] | None = None,
    exchange: str | None = None,
) -> None:
    """Add an event to a remittance's history."""
    table = remittance_table
    grown = work.update(table).where(table.c.id == remittance).values(events=table.c.events + 1)
    seq = work.scalar(grown.returning(table.c.events))
    work.insert(
        remittance_event_table,
        remittance_id=remittance,
        seq=seq,
        at=work.now,
        actor=actor,
        kind=kind.value,
        codes=codes or {},
        exchange_id=exchange,
    )


def remittance_history(work: Work, remittance: str) -> list[sa.RowMapping]:
    """The events of a remittance, oldest first: seq, at, actor, kind, codes, exchange_id."""
    columns = remittance_event_table.c
    return work.rows(
        work.select(
            remittance_event_table,
            columns.seq,
            columns.at,
            columns.actor,
            columns.kind,
            columns.codes,
            columns.exchange_id,
        )
        .where(columns.remittance_id == remittance)
        .order_by(columns.seq)
    )
