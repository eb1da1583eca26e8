"""The accounts, one table, each with a plain sentence.

Debits are positive and credits negative, so an asset the practice has stands positive and revenue stands negative.
Refuses accounts that are not in the table, apart from the family ``provider_level.<PLB reason>``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from chartline.kernel.errors import Again, Blame, ErrorKind

UNKNOWN_ACCOUNT = ErrorKind(
    "ledger.unknown_account",
    Blame.US,
    Again.NEVER,
    "An entry names an account that the ledger does not have.",
    "Report it; nothing was posted.",
    status=500,
)

INSURANCE = "receivable.insurance"
PATIENT = "receivable.patient"
REVENUE = "revenue.services"
INTEREST = "revenue.interest"
CONTRACTUAL = "adjustment.contractual"
WRITE_OFF = "adjustment.write_off"
OTHER_ADJUSTMENT = "adjustment.other"
PAYER_CASH = "cash.payer"
PATIENT_CASH = "cash.patient"
UNAPPLIED = "unapplied.payer"
PROVIDER_LEVEL = "provider_level."

_reason = re.compile(r"[0-9A-Z]{1,3}", re.ASCII)


class AccountKind(StrEnum):
    """What the practice has, earns, gives up, or holds for others."""

    ASSET = "asset"
    REVENUE = "revenue"
    REDUCTION = "reduction"
    LIABILITY = "liability"


@dataclass(frozen=True, slots=True)
class Account:
    """An account and what its balance means."""

    name: str
    kind: AccountKind
    sentence: str


ACCOUNTS = {
    entry.name: entry
    for entry in (
        Account(INSURANCE, AccountKind.ASSET, "What payers still owe for services."),
        Account(PATIENT, AccountKind.ASSET, "What patients still owe for services."),
        Account(REVENUE, AccountKind.REVENUE, "Services charged at the practice's own fees."),
        Account(INTEREST, AccountKind.REVENUE, "Interest that payers paid for paying late."),
        Account(CONTRACTUAL, AccountKind.REDUCTION, "Given up because the contract with the payer says so."),
        Account(WRITE_OFF, AccountKind.REDUCTION, "Given up by the practice's own decision."),
        Account(OTHER_ADJUSTMENT, AccountKind.REDUCTION, "Taken off by a payer for another reason than the contract."),
        Account(PAYER_CASH, AccountKind.ASSET, "Money received from payers."),
        Account(PATIENT_CASH, AccountKind.ASSET, "Money received from patients."),
        Account(UNAPPLIED, AccountKind.LIABILITY, "Payers' money that belongs to no claim we know yet."),
    )
}
"""Every fixed account by its name."""


def provider_level(reason: str) -> str:
    """The account of one kind of money between payer and practice outside any claim, by its PLB reason code.

    A reason that is no code of one to three letters or digits goes to ``provider_level.ZZ``.
    """
    return PROVIDER_LEVEL + (reason if _reason.fullmatch(reason) else "ZZ")


def account(name: str) -> Account:
    """The account of a name. Raises ``ledger.unknown_account``."""
    known = ACCOUNTS.get(name)
    if known is not None:
        return known
    if name.startswith(PROVIDER_LEVEL) and _reason.fullmatch(name.removeprefix(PROVIDER_LEVEL)):
        return Account(name, AccountKind.ASSET, "Kept back or given by a payer outside any claim, by its reason code.")
    raise UNKNOWN_ACCOUNT.error(account=name[:40])
