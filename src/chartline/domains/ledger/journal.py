"""Posting: the only way into the journal.

Refuses entries that do not sum to zero in every currency. An entry whose source is posted already is left alone, by a
unique key in the database and not by looking first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chartline.domains.ledger.accounts import account
from chartline.domains.ledger.closing import booked_days
from chartline.domains.ledger.entries import Entry
from chartline.domains.ledger.tables import entry_line_table, entry_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

UNBALANCED = ErrorKind(
    "ledger.unbalanced",
    Blame.US,
    Again.NEVER,
    "The two sides of an entry are not equal; nothing was posted.",
    "Report it with the entry's source named in the fields.",
    status=500,
)

_BATCH = 2_000
"""Entries of one round; the database driver cuts a statement where it has too many values."""


def post(work: Work, entry: Entry) -> bool:
    """Post one entry; False when its source is posted already.

    Raises ``ledger.unbalanced``, ``ledger.unknown_account``.
    """
    return post_many(work, [entry]) == 1


def post_many(work: Work, entries: Sequence[Entry]) -> int:
    """Post entries, few statements for very many; returns how many were new. One that is wrong: nothing is posted.

    An entry of a closed day is booked on the first open one (``closing``).

    Raises ``ledger.unbalanced``, ``ledger.unknown_account``.
    """
    for entry in entries:
        _check(entry)
    return sum(_insert(work, entries[start : start + _BATCH]) for start in range(0, len(entries), _BATCH))


def _check(entry: Entry) -> None:
    sums: dict[str, int] = {}
    for line in entry.lines:
        account(line.account)
        sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.minor
    if not entry.lines or any(sums.values()):
        raise UNBALANCED.error(source=entry.source_key)


def _insert(work: Work, entries: Sequence[Entry]) -> int:
    identified = [(new_id(), entry) for entry in entries]
    booked = booked_days(work, entries)
    rows: list[dict[str, object]] = [
        {
            "id": entry_id,
            "kind": entry.kind.value,
            "effective": entry.effective,
            "posted": work.now,
            "source_key": entry.source_key,
            "claim_id": entry.claim_id,
            "encounter_id": entry.encounter_id,
            "patient_id": entry.patient_id,
            "remittance_id": entry.remittance_id,
            "memo": entry.memo,
            "actor": entry.actor,
            "booked": day,
        }
        for (entry_id, entry), day in zip(identified, booked, strict=True)
    ]
    new = {entry_id for entry_id, _ in identified}
    if work.insert_new_rows(entry_table, rows) < len(rows):
        new = _kept(work, new)
    work.insert_many(
        entry_line_table,
        [
            {
                "entry_id": entry_id,
                "ordinal": ordinal,
                "account": line.account,
                "amount": line.amount.minor,
                "currency": line.amount.currency,
                "code": line.code,
            }
            for entry_id, entry in identified
            if entry_id in new
            for ordinal, line in enumerate(entry.lines, 1)
        ],
    )
    return len(new)


def _kept(work: Work, ids: Collection[str]) -> set[str]:
    """Those that are in the journal: the others had a source that was posted already."""
    column = entry_table.c.id
    return {row["id"] for row in work.rows(work.select(entry_table, column).where(column.in_(list(ids))))}
