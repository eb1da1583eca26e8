"""Taking a posting back: a counter-entry for every entry, and every decision off its claim.

Nothing is deleted: entries and counter-entries stand beside each other, each with its own key. The remittance can be
posted again then, as the next generation with keys of its own. Refuses when something was built on one of its decisions
since. A large one goes portion by portion from its end, as it was posted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.domains.claims.undoing import TakenBack, built_on, take_back
from chartline.domains.ledger import Entry, EntryKind, Line, counter_entry, entry_line_table, entry_table, post_many
from chartline.domains.practice.due import Due, owe
from chartline.domains.remits.intake import Transactions
from chartline.domains.remits.plan_entries import source_of
from chartline.domains.remits.portions import PORTION
from chartline.domains.remits.remittance import (
    MatchState,
    RemittanceClaimRow,
    RemittanceEventKind,
    RemittanceRow,
    RemittanceState,
    claim_rows,
    find_remittance,
    note,
    open_header,
)
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NOT_POSTED = ErrorKind(
    "remits.not_posted",
    Blame.PRACTICE,
    Again.NEVER,
    "Only a posted remittance can be undone.",
    "Look at its history: it was not posted, or its posting was undone already.",
    status=409,
)
BUILT_ON = ErrorKind(
    "remits.built_on",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Something was built on it since: a later decision, a correction, an appeal or the next payer's claim.",
    "Open the claim named in the fields and take that step back first, or correct the single claim instead.",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: counter-entries and decisions. ``through`` is False as long as portions are left."""

    entries: int
    decisions: int
    through: bool = True


def undo(work: Work, vault: Vault, records: Records, remittance: str, actor: str) -> Undone:
    """Take a posting back in this transaction. Raises ``remits.not_found``, ``remits.not_posted``,
    ``remits.built_on``."""
    entries = decisions = 0
    while True:
        done = undo_portion(work, vault, records, remittance, actor)
        entries, decisions = entries + done.entries, decisions + done.decisions
        if done.through:
            return Undone(entries, decisions)


def undo_in_portions(transactions: Transactions, vault: Vault, records: Records, remittance: str, actor: str) -> Undone:
    """``undo`` in as many transactions as it has portions. After a crash, call it again: it goes on."""
    entries = decisions = 0
    while True:
        with transactions() as work:
            done = undo_portion(work, vault, records, remittance, actor)
        entries, decisions = entries + done.entries, decisions + done.decisions
        if done.through:
            return Undone(entries, decisions)


def undo_portion(
    work: Work, vault: Vault, records: Records, remittance: str, actor: str, size: int = PORTION
) -> Undone:
    """Take the last claims back that are still posted. Raises as ``undo``."""
    row = find_remittance(work, remittance, lock=True)
    entries = 0
    if row.state is not RemittanceState.UNDOING:
        if row.state not in (RemittanceState.POSTED, RemittanceState.POSTING):
            raise NOT_POSTED.error(remittance=remittance, state=row.state.value)
        _free(work, row)
        entries = _counter(work, row, _outside(work, vault, row), actor)
    begin = max(0, row.posted_to - size)
    rows = [one for one in claim_rows(work, remittance, begin, size) if one.place <= row.posted_to]
    keys = [key for one in rows for key in keys_of(row, one)]
    entries += _counter(work, row, keys, actor)
    ours = [one for one in reversed(rows) if one.claim_id]
    decisions = take_back(work, vault, records, [_decision(row, one) for one in ours], actor)
    table = remittance_table
    _stand(work, row, rows)
    if begin > 0:
        moved: dict[str, object] = {"state": RemittanceState.UNDOING.value, "posted_to": begin}
        work.execute(work.update(table).where(table.c.id == remittance).values(**moved))
        return Undone(entries, decisions, through=False)
    fresh: dict[str, object] = {
        "state": RemittanceState.UNDONE.value,
        "posted": None,
        "posted_to": 0,
        "published_to": 0,
        "generation": row.generation + 1,
    }
    work.execute(work.update(table).where(table.c.id == remittance).values(**fresh))
    note(work, remittance, RemittanceEventKind.UNDONE, actor, {"generation": row.generation, "claims": row.claims})
    owe(work, Due.REMITTANCE, [remittance])
    return Undone(entries, decisions)


def keys_of(row: RemittanceRow, one: RemittanceClaimRow) -> list[str]:
    """The source keys that entries of one claim of a remittance can have."""
    base = source_of(row.id, one.place, row.generation)
    if not one.moves:
        return [base]
    moved = [f"{base}/{word}/{number}" for number in range(one.moves + 1) for word in ("applied", "loose", "credit")]
    return [base, f"{base}/applied", *moved]


def decision_sources(row: RemittanceRow, one: RemittanceClaimRow) -> list[str]:
    """The sources that the decision on a claim can have, the newest first."""
    base = source_of(row.id, one.place, row.generation)
    return [*(f"{base}/{number}" for number in range(one.moves, 0, -1)), base]


def decided_by(row: RemittanceRow, one: RemittanceClaimRow) -> str:
    """The source of the decision that stands on the claim: a part that was matched by hand counts its moves."""
    base = source_of(row.id, one.place, row.generation)
    return f"{base}/{one.moves - 1}" if one.moves > 1 else base


def _decision(row: RemittanceRow, one: RemittanceClaimRow) -> TakenBack:
    source = decided_by(row, one)
    return TakenBack(one.claim_id or "", source, f"undo/{source}")


def _free(work: Work, row: RemittanceRow) -> None:
    """Refuse when something was built on it."""
    after = 0
    while rows := claim_rows(work, row.id, after, PORTION):
        after = rows[-1].place
        decisions: dict[str, set[str]] = {}
        for one in rows:
            if one.claim_id:
                decisions.setdefault(one.claim_id, set()).update(decision_sources(row, one))
        # A claim may stand in the remittance twice, far apart: what the remittance itself decided is not built on it.
        everywhere = _everywhere(work, row, decisions)
        blocked = built_on(work, everywhere)
        for claim, kind in sorted(blocked.items()):
            raise BUILT_ON.error(remittance=row.id, claim=claim, step=kind)


def _everywhere(work: Work, row: RemittanceRow, decisions: dict[str, set[str]]) -> dict[str, set[str]]:
    columns = remittance_claim_table.c
    query = work.select(remittance_claim_table, columns.claim_id, columns.place, columns.moves).where(
        columns.remittance_id == row.id, columns.claim_id.in_(sorted(decisions))
    )
    found = {claim: set(sources) for claim, sources in decisions.items()}
    for other in work.rows(query) if decisions else []:
        base = source_of(row.id, other["place"], row.generation)
        found[other["claim_id"]] |= {base, *(f"{base}/{number}" for number in range(1, other["moves"] + 1))}
    return found


def _outside(work: Work, vault: Vault, row: RemittanceRow) -> list[str]:
    count = len(open_header(work, vault, row.id).provider_adjustments)
    parts = [f"plb/{number}" for number in range(1, count + 1)]
    return [source_of(row.id, part, row.generation) for part in (*parts, "difference")]


def _counter(work: Work, row: RemittanceRow, keys: Sequence[str], actor: str) -> int:
    """Counter the entries with these keys that are there."""
    today = work.now.date()
    return post_many(
        work,
        [
            counter_entry(entry, effective=today, cause=f"undo/{entry.source_key}", actor=actor)
            for entry in entries_of(work, keys)
        ],
    )


def entries_of(work: Work, keys: Collection[str]) -> list[Entry]:
    """The entries with these source keys; two queries."""
    entry, line = entry_table.c, entry_line_table.c
    query = work.select(entry_table).where(entry.source_key.in_(sorted(keys))).order_by(entry.source_key)
    rows = work.rows(query) if keys else []
    lines: dict[str, list[Line]] = {}
    ids = [row["id"] for row in rows]
    of_these = work.select(entry_line_table).where(line.entry_id.in_(ids)).order_by(line.entry_id, line.ordinal)
    for row in work.rows(of_these) if ids else []:
        amount = Money(row["amount"], row["currency"])
        lines.setdefault(row["entry_id"], []).append(Line(row["account"], amount, row["code"]))
    return [
        Entry(
            kind=EntryKind(row["kind"]),
            effective=row["effective"],
            source_key=row["source_key"],
            lines=tuple(lines.get(row["id"], [])),
            claim_id=row["claim_id"],
            encounter_id=row["encounter_id"],
            patient_id=row["patient_id"],
            remittance_id=row["remittance_id"],
            memo=row["memo"],
        )
        for row in rows
    ]


def _stand(work: Work, row: RemittanceRow, rows: Sequence[RemittanceClaimRow]) -> None:
    """The claims stand as before the posting."""
    if not rows:
        return
    columns = remittance_claim_table.c
    stands = sa.case((columns.claim_id.is_(None), MatchState.UNMATCHED.value), else_=MatchState.MATCHED.value)
    values: dict[str, object] = {
        "state": stands,
        "moves": 0,
        "patient_id": None,
        "patient_responsibility": 0,
        "denied": 0,
    }
    here = columns.place.between(rows[0].place, rows[-1].place)
    work.execute(work.update(remittance_claim_table).where(columns.remittance_id == row.id, here).values(**values))
