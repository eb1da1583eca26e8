"""One claim of a remittance, every cent told apart: paid, given up, owed by the patient, or refused and still open.

The rule of what is given up is narrow on purpose. Only contractual reasons of a service that was not refused leave the
receivable by themselves; whatever else a payer takes off stays open with insurance until a person decides. So a denial
is never written off by posting it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chartline.domains.ledger.accounts import CONTRACTUAL, INSURANCE, OTHER_ADJUSTMENT, PATIENT, PAYER_CASH
from chartline.formats.x12.codes import Category, category, label
from chartline.formats.x12.remittance import Adjustment, RemittanceClaim
from chartline.kernel.money import Money

DENIED = "4"
"""CLP02 of a denied claim."""

_PATIENT_SHARE = frozenset({Category.DEDUCTIBLE, Category.COINSURANCE, Category.COPAY})


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One amount in words and, where it is posted, its account; ``account`` is empty for what stays open."""

    account: str
    amount: Money
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Split:
    """A claim's amounts. ``lines`` are what moves, ``open`` what the payer refused and nobody gave up."""

    paid: Money
    patient: Money
    adjusted: Money
    denied: Money
    lines: tuple[PlannedLine, ...]
    open: tuple[PlannedLine, ...]
    reasons: tuple[str, ...]


def split_claim(detail: RemittanceClaim, *, denied: bool, cash: str = PAYER_CASH) -> Split:
    """Split one claim. ``denied``: the payer refused the claim as a whole, or takes back such a refusal; ``cash`` is
    the account that the payment is debited to. Works the same for a reversal, whose amounts are negative."""
    moves: list[PlannedLine] = []
    open_lines: list[PlannedLine] = []
    if detail.paid:
        moves.append(PlannedLine(cash, detail.paid, "", "Paid by the payer"))
    for account, adjustment in _sorted_out(detail, denied):
        code = f"{adjustment.group}-{adjustment.reason}"
        line = PlannedLine(account, adjustment.amount, code, label(adjustment.group, adjustment.reason))
        (moves if account else open_lines).append(line)
    moved = Money.total([line.amount for line in moves])
    if moved:
        moves.append(PlannedLine(INSURANCE, -moved, "", "No longer owed by insurance"))
    return Split(
        paid=detail.paid,
        patient=_sum(moves, PATIENT),
        adjusted=_sum(moves, CONTRACTUAL) + _sum(moves, OTHER_ADJUSTMENT),
        denied=Money.total([line.amount for line in open_lines]),
        lines=tuple(moves),
        open=tuple(open_lines),
        reasons=tuple(dict.fromkeys(f"{one.group}-{one.reason}" for one in detail.all_adjustments)),
    )


def _sorted_out(detail: RemittanceClaim, denied: bool) -> Iterator[tuple[str, Adjustment]]:
    """Each adjustment with its account, line by line; the claim's own adjustments count as a line."""
    yield from _line(detail.adjustments, denied, unpaid=not detail.paid)
    for line in detail.lines:
        yield from _line(line.adjustments, denied, unpaid=not line.paid)


def _line(adjustments: tuple[Adjustment, ...], denied: bool, *, unpaid: bool) -> Iterator[tuple[str, Adjustment]]:
    refused = denied or (unpaid and any(not _account(one, refused=False) for one in adjustments))
    for adjustment in adjustments:
        yield _account(adjustment, refused=refused), adjustment


def _account(adjustment: Adjustment, *, refused: bool) -> str:
    """The account an adjustment goes to; empty when it stays open with insurance."""
    kind = category(adjustment.reason)
    if adjustment.group == "PR":
        return PATIENT if kind in _PATIENT_SHARE or not refused else ""
    if refused:
        return ""
    if kind is Category.CONTRACTUAL:
        return CONTRACTUAL
    return OTHER_ADJUSTMENT if kind is Category.LEGAL else ""


def _sum(lines: list[PlannedLine], account: str) -> Money:
    return Money.total([line.amount for line in lines if line.account == account])
