"""One claim of a remittance, every cent told apart: paid, given up, owed by the patient, or refused and still open.

The rule of what is given up is narrow on purpose. Only contractual reasons of a service that was not refused leave the
receivable by themselves; whatever else a payer takes off stays open with insurance until a person decides. So a denial
is never written off by posting it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from chartline.domains.ledger.accounts import CONTRACTUAL, INSURANCE, OTHER_ADJUSTMENT, PATIENT, PAYER_CASH
from chartline.formats.x12.codes import Category, category, label
from chartline.formats.x12.remittance import Adjustment, RemittanceClaim
from chartline.kernel.money import Money

DENIED = "4"
"""CLP02 of a denied claim."""
LATER_PAYER = frozenset({"2", "3", "20", "21"})
"""CLP02 of decisions of a payer that is asked after another one."""
NO_DECISION = frozenset({"23", "25"})
"""CLP02 of a claim that was only passed on, and of an estimate: nothing moves and nothing is decided."""
_EARLIER_PAYER = "23"
"""The reason for what an earlier payer paid or took off: it is in the ledger from that payer's own remittance."""

_PATIENT_SHARE = frozenset({Category.DEDUCTIBLE, Category.COINSURANCE, Category.COPAY})


_ZERO = Money.zero()


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
    elsewhere: Money = _ZERO
    """Accounted for by an earlier payer's remittance, or by what the patient was asked to pay before."""


def split_claim(detail: RemittanceClaim, *, denied: bool, cash: str = PAYER_CASH, later_payer: bool = False) -> Split:
    """Split one claim. ``denied``: the payer refused the claim as a whole, or takes back such a refusal; ``cash`` is
    the account that the payment is debited to; ``later_payer``: it decided after another payer, whose part stands in
    the ledger. Works the same for a reversal, whose amounts are negative."""
    moves: list[PlannedLine] = []
    open_lines: list[PlannedLine] = []
    if detail.paid:
        moves.append(PlannedLine(cash, detail.paid, "", "Paid by the payer"))
    elsewhere = Money.zero()
    for account, adjustment in _sorted_out(detail, denied):
        if later_payer and adjustment.reason == _EARLIER_PAYER and adjustment.group != "PR":
            elsewhere = elsewhere + adjustment.amount
            continue
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
        elsewhere=elsewhere,
    )


def nothing(detail: RemittanceClaim) -> Split:
    """What a claim that was not decided does: nothing; its reasons are told."""
    zero = Money.zero()
    reasons = tuple(dict.fromkeys(f"{one.group}-{one.reason}" for one in detail.all_adjustments))
    return Split(zero, zero, zero, zero, (), (), reasons, detail.charged)


def taken_over(split: Split, amount: Money) -> Split:
    """A later payer decides what the patient had been asked for: that much goes back to insurance first."""
    back = (
        PlannedLine(INSURANCE, amount, "COB", "The next payer decides on it"),
        PlannedLine(PATIENT, -amount, "COB", "No longer asked of the patient"),
    )
    return replace(
        split, patient=split.patient - amount, lines=(*split.lines, *back), elsewhere=split.elsewhere + amount
    )


def settled(split: Split) -> Money:
    """What the claim's insurance receivable goes down by."""
    return -_sum(split.lines, INSURANCE)


def _sorted_out(detail: RemittanceClaim, denied: bool) -> Iterator[tuple[str, Adjustment]]:
    """Each adjustment with its account, line by line; the claim's own adjustments count as a line."""
    yield from _line(detail.adjustments, denied, unpaid=not detail.paid)
    for line in detail.lines:
        yield from _line(line.adjustments, denied, unpaid=not line.paid)


def _line(adjustments: tuple[Adjustment, ...], denied: bool, *, unpaid: bool) -> Iterator[tuple[str, Adjustment]]:
    refusals = [one for one in adjustments if one.reason != _EARLIER_PAYER or one.group == "PR"]
    refused = denied or (unpaid and any(not _account(one, refused=False) for one in refusals))
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


def _sum(lines: Iterable[PlannedLine], account: str) -> Money:
    return Money.total([line.amount for line in lines if line.account == account])
