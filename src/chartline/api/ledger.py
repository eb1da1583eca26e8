"""What is owed and what was paid: balances and entries, as the journal has them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from litestar import Router

from chartline.api.caller import BILLING, Calling
from chartline.api.routes import Amount, Limit, read
from chartline.domains.ledger import account, balances, entry_line_table, entry_table, trial_balance


class AccountBalance(msgspec.Struct, kw_only=True):
    """The balance of an account: debit positive, credit negative; ``meaning`` says what it stands for."""

    account: str
    meaning: str
    balance: Amount


class Balances(msgspec.Struct):
    """Every account with entries. ``proof`` is the sum of all of them: zero, or the ledger is broken."""

    accounts: list[AccountBalance]
    proof: list[Amount]


class EntryLine(msgspec.Struct, kw_only=True):
    """One side of an entry: debit positive, credit negative."""

    account: str
    amount: Amount
    code: str


class LedgerEntry(msgspec.Struct, kw_only=True):
    """One entry; its lines sum to zero."""

    id: str
    kind: str
    effective: date
    posted: datetime
    source: str
    claim_id: str | None
    remittance_id: str | None
    memo: str
    lines: list[EntryLine]


class Entries(msgspec.Struct):
    """Entries in the order in which they were posted."""

    entries: list[LedgerEntry]


@read("/balances", summary="Balances of all accounts")
def read_balances(caller: Calling, as_of: date | None = None) -> Balances:
    """Derived from the journal, counting entries effective up to ``as_of``."""
    caller.require(BILLING)
    with caller.read() as work:
        found, proof = balances(work, as_of=as_of), trial_balance(work)
    return Balances(
        [
            AccountBalance(account=name, meaning=account(name).sentence, balance=Amount(one.minor, one.currency))
            for name, one in found.items()
        ],
        [Amount(one.minor, one.currency) for one in proof.values()],
    )


@read("/entries", summary="Entries of a claim")
def read_entries(caller: Calling, claim: UUID, limit: Limit = 200) -> Entries:
    """Every entry that names a claim, oldest first."""
    caller.require(BILLING)
    entries, lines = entry_table.c, entry_line_table.c
    with caller.read() as work:
        rows = work.rows(
            work.select(entry_table)
            .where(entries.claim_id == str(claim))
            .order_by(entries.posted, entries.id)
            .limit(limit)
        )
        found = {row["id"]: (row, list[EntryLine]()) for row in rows}
        of_entries = work.select(entry_line_table).where(lines.entry_id.in_(list(found)))
        for row in work.rows(of_entries.order_by(lines.entry_id, lines.ordinal)) if found else []:
            line = EntryLine(account=row["account"], amount=Amount(row["amount"], row["currency"]), code=row["code"])
            found[row["entry_id"]][1].append(line)
    return Entries(
        [
            LedgerEntry(
                id=row["id"],
                kind=row["kind"],
                effective=row["effective"],
                posted=row["posted"],
                source=row["source_key"],
                claim_id=row["claim_id"],
                remittance_id=row["remittance_id"],
                memo=row["memo"],
                lines=own,
            )
            for row, own in found.values()
        ]
    )


router = Router(path="/ledger", tags=["money"], route_handlers=[read_balances, read_entries])
