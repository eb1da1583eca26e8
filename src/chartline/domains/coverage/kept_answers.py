"""A payer's answer as it is kept beside its check: benefits and reasons, sealed. The raw message is in the log.

Answers that were kept before a field existed are read with that field empty.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def kept_answers(work: Work, vault: Vault, checks: Sequence[Check]) -> dict[str, EligibilityAnswer]:
    """The answers that are kept of checks, by check, in one query; a check without one is left out."""
    columns, known = eligibility_check_table.c, {check.id: check for check in checks}
    query = work.select(eligibility_check_table, columns.id, columns.answer).where(columns.id.in_(sorted(known)))
    rows = work.rows(query.where(columns.answer.is_not(None))) if known else []
    return {row["id"]: open_answer(work, vault, known[row["id"]], bytes(row["answer"])) for row in rows}
