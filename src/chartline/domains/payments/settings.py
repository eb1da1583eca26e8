"""How a practice handles small balances, statements, underpayments and credits: one row of settings.

Refuses amounts below zero and spans of days outside of what makes sense, by the name of the setting.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from chartline.domains.payments.tables import money_setting_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

BAD_SETTING = ErrorKind(
    "payments.bad_setting",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A setting of the practice's money cannot be so.",
    "Give the setting named in the fields an amount from 0 to 10,000 dollars, or days from 1 to 365.",
)

_MOST = 1_000_000
_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySettings:
    """Amounts are cents."""

    small_balance_under: int = 500
    """A patient's balance on a claim up to this is small."""
    small_balance_days: int = 90
    """So long nothing has happened on the claim before its small balance is given up."""
    small_balance_automatic: bool = False
    """Give small balances up every night; else only when somebody asks for it."""
    statement_minimum: int = 500
    """No statement below this."""
    statement_days: int = 30
    """So long after a statement the next one is due."""
    statement_waits_for_insurance: bool = True
    """A claim that insurance still owes on is not asked for."""
    statement_due_days: int = 21
    """So long a patient has to pay."""
    underpaid_tolerance: int = 100
    """A service paid less than the contract by no more than this is not put on the list."""
    apply_credits: bool = True
    """Patients' credit goes to what they owe every night."""


def read_money_settings(work: Work) -> MoneySettings:
    """The settings, as shipped where nothing was changed."""
    row = work.row(work.select(money_setting_table))
    known = {field.name for field in dataclasses.fields(MoneySettings)}
    if row is None:
        return MoneySettings()
    kept = {name: value for name, value in row["settings"].items() if name in known}
    return MoneySettings(**kept)


def save_money_settings(work: Work, settings: MoneySettings, actor: str) -> None:
    """Store all settings. Raises ``payments.bad_setting``."""
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        lowest, most = (1, _DAYS) if field.name.endswith("_days") else (0, _MOST)
        if not isinstance(value, bool) and not lowest <= value <= most:
            raise BAD_SETTING.error(setting=field.name)
    work.upsert(money_setting_table, {}, settings=dataclasses.asdict(settings), actor=actor, changed=work.now)
