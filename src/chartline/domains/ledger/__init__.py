"""What is owed and what was paid: a double-entry journal that is only ever added to.

Balances are derived, never stored. Refuses an entry whose lines do not sum to zero, an account it does not know, and a
second entry from the same source.
"""

from chartline.domains.ledger.accounts import ACCOUNTS, Account, AccountKind, account, provider_level
from chartline.domains.ledger.balances import (
    Share,
    StatementLine,
    balance,
    balances,
    claim_balances,
    patient_balances,
    patient_shares,
    statement,
    trial_balance,
)
from chartline.domains.ledger.entries import (
    Entry,
    EntryKind,
    Line,
    Owing,
    charge_change_entry,
    charge_entry,
    counter_entry,
    transfer_entry,
)
from chartline.domains.ledger.journal import UNBALANCED, post, post_many
from chartline.domains.ledger.tables import entry_line_table, entry_table, protect

__all__ = [
    "ACCOUNTS",
    "UNBALANCED",
    "Account",
    "AccountKind",
    "Entry",
    "EntryKind",
    "Line",
    "Owing",
    "Share",
    "StatementLine",
    "account",
    "balance",
    "balances",
    "charge_change_entry",
    "charge_entry",
    "claim_balances",
    "counter_entry",
    "entry_line_table",
    "entry_table",
    "patient_balances",
    "patient_shares",
    "post",
    "post_many",
    "protect",
    "provider_level",
    "statement",
    "transfer_entry",
    "trial_balance",
]
