"""The practice's numbers over a span of days, each with where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.caller import BILLING, Calling
from chartline.api.routes import Amount, read, stated
from chartline.domains.reports import numbers, prove


class FigureBody(msgspec.Struct, kw_only=True):
    """An amount, the accounts or tables it was added up from, and the kinds of entries."""

    amount: Amount
    sources: list[str]
    kinds: list[str]


class PayerRow(msgspec.Struct, kw_only=True):
    """The flows of one payer in the span."""

    payer_id: str
    payer_name: str
    billed: Amount
    collected: Amount
    adjusted: Amount
    patient: Amount
    denied: Amount


class NumbersBody(msgspec.Struct, kw_only=True):
    """Flows inside the span, balances at its last day; ``days_to_pay`` is a mean in tenths of a day."""

    begin: date
    end: date
    billed: FigureBody
    collected: FigureBody
    adjusted: FigureBody
    denied: FigureBody
    patient_balance: FigureBody
    insurance_open: FigureBody
    unapplied: FigureBody
    days_to_pay: int | None
    payers: list[PayerRow]


class ProvenNumbers(msgspec.Struct, kw_only=True):
    """The numbers, and whether the ledger sums to zero and holds what the remittances brought."""

    numbers: NumbersBody
    ledger_balanced: bool
    remittances_agree: bool


@read("/numbers", summary="The practice's numbers")
def read_numbers(
    caller: Calling, begin: Annotated[date, Parameter(query="from")], end: Annotated[date, Parameter(query="to")]
) -> ProvenNumbers:
    """From the first day through the last, with the proof that the ledger holds."""
    caller.require(BILLING)
    with caller.read() as work:
        found, proof = numbers(work, begin, end), prove(work)
    return ProvenNumbers(
        numbers=stated(found, NumbersBody), ledger_balanced=proof.balanced, remittances_agree=proof.agrees
    )


router = Router(path="/reports", tags=["money"], route_handlers=[read_numbers])
