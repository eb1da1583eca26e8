"""Whether the sums of a remittance agree.

Four rules: the payment is the sum of the claims less the provider-level adjustments; a claim is paid what was charged
less all its adjustments; lines, when there are any, add up to their claim; a line is paid what was charged less its
adjustments. And signs: only a reversal is negative. Refuses nothing: it reports, and the caller decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chartline.formats.x12.finding import Finding
from chartline.formats.x12.remittance.model import Adjustment, Remittance, RemittanceClaim
from chartline.kernel.money import Money

_ASK = "Do not post it before the payer has explained or corrected it."


def check_balance(remittance: Remittance) -> list[Finding]:
    """All findings; an empty list means that every sum agrees. Claims and lines are counted from 1."""
    return list(_remittance(remittance))


def _remittance(remittance: Remittance) -> Iterator[Finding]:
    claims = Money.total([claim.paid for claim in remittance.claims])
    provider = Money.total([entry.amount for entry in remittance.provider_adjustments])
    sent = -remittance.amount if remittance.debit else remittance.amount
    if sent != claims - provider:
        yield _finding(
            "x12.payment_balance",
            "payment (BPR02)",
            "The payment is not the sum of the claims less the provider-level adjustments.",
            claims - provider,
            sent,
        )
    for number, claim in enumerate(remittance.claims, 1):
        yield from _claim(f"claim {number}", claim)


def _claim(where: str, claim: RemittanceClaim) -> Iterator[Finding]:
    explained = claim.charged - _total(claim.all_adjustments)
    if explained != claim.paid:
        yield _finding(
            "x12.claim_balance",
            f"{where} (CLP04)",
            "The claim's adjustments do not explain the difference between charge and payment.",
            explained,
            claim.paid,
        )
    if claim.lines:
        charged = Money.total([line.charged for line in claim.lines])
        if charged != claim.charged:
            yield _finding(
                "x12.lines_charged",
                f"{where} (CLP03)",
                "The lines do not add up to the claim's charge.",
                charged,
                claim.charged,
            )
        paid = Money.total([line.paid for line in claim.lines]) - _total(claim.adjustments)
        if paid != claim.paid:
            yield _finding(
                "x12.lines_paid",
                f"{where} (CLP04)",
                "The lines, less the claim's own adjustments, do not add up to the claim's payment.",
                paid,
                claim.paid,
            )
    for number, line in enumerate(claim.lines, 1):
        explained = line.charged - _total(line.adjustments)
        if explained != line.paid:
            yield _finding(
                "x12.line_balance",
                f"{where}, line {number} (SVC03)",
                "The line's adjustments do not explain the difference between charge and payment.",
                explained,
                line.paid,
            )
    yield from _signs(where, claim)


def _signs(where: str, claim: RemittanceClaim) -> Iterator[Finding]:
    zero = Money.zero()
    for element, value in (("CLP03", claim.charged), ("CLP04", claim.paid)):
        if claim.is_reversal and value > zero:
            yield _finding(
                "x12.reversal_sign", f"{where} ({element})", "A reversal carries a positive amount.", -value, value
            )
        if not claim.is_reversal and value < zero:
            yield _finding(
                "x12.negative_claim",
                f"{where} ({element})",
                "A claim that is not a reversal carries a negative amount.",
                -value,
                value,
            )


def _total(adjustments: Iterable[Adjustment]) -> Money:
    return Money.total([adjustment.amount for adjustment in adjustments])


def _finding(code: str, where: str, say: str, expected: Money, found: Money) -> Finding:
    return Finding(code, where, say, _ASK, expected.text(), found.text())
