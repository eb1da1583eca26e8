"""A payer's answer as it is kept beside its check: benefits and reasons, sealed. The raw message is in the log.

Answers that were kept before a field existed are read with that field empty.
"""

from __future__ import annotations

import msgspec

from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.tables import Check, eligibility_check_table
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.vault import Vault


class _KeptBenefit(msgspec.Struct, frozen=True):
    coverage: str
    level: str
    service_type: str
    insurance_type: str
    plan: str
    period: str
    amount: str | None
    percent: str
    in_network: str
    note: str
    quantity: str = ""
    quantity_kind: str = ""
    authorization: str = ""
    other_payer: str = ""
    other_payer_id: str = ""


class _KeptAnswer(msgspec.Struct, frozen=True):
    benefits: tuple[_KeptBenefit, ...]
    payer_errors: tuple[tuple[str, str], ...]


# Made with the module: the library crashes when several threads decode a type for the first time together.
_kept_answer = msgspec.json.Decoder(_KeptAnswer)


def seal_answer(work: Work, vault: Vault, check_id: str, answer: EligibilityAnswer) -> bytes:
    """Benefits and errors, sealed for the row of their check."""
    benefits = tuple(
        _KeptBenefit(
            one.coverage,
            one.level,
            one.service_type,
            one.insurance_type,
            one.plan,
            one.period,
            one.amount.text() if one.amount is not None else None,
            one.percent,
            one.in_network,
            one.note,
            one.quantity,
            one.quantity_kind,
            one.authorization,
            one.other_payer,
            one.other_payer_id,
        )
        for one in answer.benefits
    )
    content = msgspec.json.encode(_KeptAnswer(benefits, answer.payer_errors))
    return vault.seal(work.organisation, eligibility_check_table.name, check_id, content)


def open_answer(work: Work, vault: Vault, check: Check, sealed: bytes) -> EligibilityAnswer:
    """The answer of a check. Raises ``vault.unreadable``."""
    kept = _kept_answer.decode(
        vault.open_sealed(work.organisation, eligibility_check_table.name, check.id, bytes(sealed))
    )
    benefits = tuple(
        Benefit(
            one.coverage,
            one.level,
            one.service_type,
            one.insurance_type,
            one.plan,
            one.period,
            Money.parse(one.amount) if one.amount is not None else None,
            one.percent,
            one.in_network,
            one.note,
            one.quantity,
            one.quantity_kind,
            one.authorization,
            one.other_payer,
            one.other_payer_id,
        )
        for one in kept.benefits
    )
    return EligibilityAnswer(check.vendor_id, benefits, kept.payer_errors, check.plan_name)


def kept_answer(work: Work, vault: Vault, check: Check) -> EligibilityAnswer | None:
    """The answer that is kept of a check; None when there is none."""
    columns = eligibility_check_table.c
    sealed = work.scalar(work.select(eligibility_check_table, columns.answer).where(columns.id == check.id))
    return None if sealed is None else open_answer(work, vault, check, bytes(sealed))
