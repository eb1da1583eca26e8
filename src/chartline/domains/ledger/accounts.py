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

NO_ACCOUNT = ErrorKind(
    "ledger.no_account",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The ledger has no such account.",
    "Choose one from the ledger's list of accounts.",
    status=404,
)

INSURANCE = "receivable.insurance"
PATIENT = "receivable.patient"
REVENUE = "revenue.services"
INTEREST = "revenue.interest"
CONTRACTUAL = "adjustment.contractual"
WRITE_OFF = "adjustment.write_off"
SMALL_BALANCE = "adjustment.small_balance"
BAD_DEBT = "adjustment.bad_debt"
CHARITY = "adjustment.charity"
TIMELY_FILING = "adjustment.timely_filing"
ADMINISTRATIVE = "adjustment.administrative"
OTHER_ADJUSTMENT = "adjustment.other"
PAYER_CASH = "cash.payer"
PATIENT_CASH = "cash.patient"
UNAPPLIED = "unapplied.payer"
PATIENT_CREDIT = "unapplied.patient"
REFUNDS = "payable.refunds"
COLLECTIONS = "receivable.collections"
CAPITATION = "revenue.capitation"
TRANSFER = "transfer.between_claims"
PROVIDER_LEVEL = "provider_level."

_reason = re.compile(r"[0-9A-Z]{1,3}", re.ASCII)


class AccountKind(StrEnum):
    """What the practice has, earns, gives up, or holds for others."""

    ASSET = "asset"
    REVENUE = "revenue"
    REDUCTION = "reduction"
    LIABILITY = "liability"
    PASSING = "passing"
    """Money only passes through; the balance is zero when both halves are posted."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account and what its balance means."""

    name: str
    kind: AccountKind
    sentence: str
    title: str = ""
    """What a practice calls it."""

    @property
    def called(self) -> str:
        """Its title, or its name where it has none."""
        return self.title or self.name


ACCOUNTS = {
    entry.name: entry
    for entry in (
        Account(INSURANCE, AccountKind.ASSET, "What payers still owe for services.", "Insurance receivable"),
        Account(PATIENT, AccountKind.ASSET, "What patients still owe for services.", "Patient receivable"),
        Account(
            COLLECTIONS,
            AccountKind.ASSET,
            "What patients owe and a collection agency was asked to collect.",
            "In collections",
        ),
        Account(REVENUE, AccountKind.REVENUE, "Services charged at the practice's own fees.", "Charges"),
        Account(INTEREST, AccountKind.REVENUE, "Interest that payers paid for paying late.", "Interest from payers"),
        Account(
            CAPITATION,
            AccountKind.REVENUE,
            "Paid by payers for each member and month, whatever was done.",
            "Capitation",
        ),
        Account(
            CONTRACTUAL,
            AccountKind.REDUCTION,
            "Given up because the contract with the payer says so.",
            "Contractual adjustments",
        ),
        Account(WRITE_OFF, AccountKind.REDUCTION, "Given up by the practice's own decision.", "Other write-offs"),
        Account(
            SMALL_BALANCE,
            AccountKind.REDUCTION,
            "Given up because asking for it costs more than it brings.",
            "Small balances",
        ),
        Account(BAD_DEBT, AccountKind.REDUCTION, "Given up because the patient did not pay.", "Bad debt"),
        Account(
            CHARITY,
            AccountKind.REDUCTION,
            "Given up because the patient cannot pay, by the practice's policy.",
            "Charity care",
        ),
        Account(
            TIMELY_FILING,
            AccountKind.REDUCTION,
            "Given up because the claim came too late and the patient may not be asked.",
            "Timely filing",
        ),
        Account(
            ADMINISTRATIVE,
            AccountKind.REDUCTION,
            "Given up because of a mistake of our own, such as a missing authorization.",
            "Administrative write-offs",
        ),
        Account(
            OTHER_ADJUSTMENT,
            AccountKind.REDUCTION,
            "Taken off by a payer for another reason than the contract.",
            "Other adjustments of payers",
        ),
        Account(PAYER_CASH, AccountKind.ASSET, "Money received from payers.", "Cash from payers"),
        Account(PATIENT_CASH, AccountKind.ASSET, "Money received from patients.", "Cash from patients"),
        Account(
            UNAPPLIED,
            AccountKind.LIABILITY,
            "Payers' money that belongs to no claim we know yet.",
            "Unapplied money of payers",
        ),
        Account(
            PATIENT_CREDIT,
            AccountKind.LIABILITY,
            "Patients' money that is not applied to a claim yet.",
            "Patient credit",
        ),
        Account(
            REFUNDS,
            AccountKind.LIABILITY,
            "Refunds that were decided and not paid out yet.",
            "Refunds to be paid",
        ),
        Account(
            TRANSFER,
            AccountKind.PASSING,
            "Open amounts on their way from one claim to another; zero when both halves stand.",
            "Between claims",
        ),
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
        reason = name.removeprefix(PROVIDER_LEVEL)
        sentence = "Kept back or given by a payer outside any claim, by its reason code."
        return Account(name, AccountKind.ASSET, sentence, f"Payer adjustments {reason}")
    raise UNKNOWN_ACCOUNT.error(account=name[:40])


def chosen_account(name: str) -> Account:
    """The account that a person named. Raises ``ledger.no_account``."""
    if name not in ACCOUNTS and not (
        name.startswith(PROVIDER_LEVEL) and provider_level(name.removeprefix(PROVIDER_LEVEL)) == name
    ):
        raise NO_ACCOUNT.error()
    return account(name)
