"""Whether the sums of a remittance agree.

Four rules: the payment is the sum of the claims less the provider-level adjustments; a claim is paid what was charged
less all its adjustments; lines, when there are any, add up to their claim; a line is paid what was charged less its
adjustments. And signs: only a reversal is negative. Refuses nothing: it reports, and the caller decides.

Sums are taken in whole cents, and words are only found where something is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chartline.formats.x12.finding import Finding
from chartline.formats.x12.remittance.model import ProviderAdjustment, Remittance, RemittanceClaim
from chartline.kernel.money import Money

_ASK = "Do not post it before the payer has explained or corrected it."


def check_balance(remittance: Remittance) -> list[Finding]:
    """All findings; an empty list means that every sum agrees. Claims and lines are counted from 1."""
    return [
        *check_payment(
            remittance, sum(claim.paid.minor for claim in remittance.claims), remittance.provider_adjustments
        ),
        *(finding for number, claim in enumerate(remittance.claims, 1) for finding in check_claim(claim, number)),
    ]


def check_payment(header: Remittance, claims: int, adjustments: Iterable[ProviderAdjustment]) -> list[Finding]:
    """Whether a payment is what its claims say: ``claims`` is the sum of their ``paid`` in cents."""
    sent = -header.amount.minor if header.debit else header.amount.minor
    expected = claims - sum(entry.amount.minor for entry in adjustments)
    if sent == expected:
        return []
    say = "The payment is not the sum of the claims less the provider-level adjustments."
    return [_finding("x12.payment_balance", "payment (BPR02)", say, expected, sent)]


def check_claim(claim: RemittanceClaim, number: int) -> list[Finding]:
    """Whether one claim agrees with itself and its lines; ``number`` is its place in the remittance, from 1."""
    charged, paid = claim.charged.minor, claim.paid.minor
    own = 0
    for adjustment in claim.adjustments:
        own += adjustment.amount.minor
    taken = lines_charged = lines_paid = 0
    agree = True
    for line in claim.lines:
        cut = 0
        for adjustment in line.adjustments:
            cut += adjustment.amount.minor
        taken += cut
        lines_charged += line.charged.minor
        lines_paid += line.paid.minor
        agree = agree and line.charged.minor - cut == line.paid.minor
    agree = agree and charged - own - taken == paid
    agree = agree and (not claim.lines or (lines_charged == charged and lines_paid - own == paid))
    signed = charged <= 0 and paid <= 0 if claim.is_reversal else charged >= 0 and paid >= 0
    return [] if agree and signed else list(_wrong(claim, f"claim {number}"))


def _wrong(claim: RemittanceClaim, where: str) -> Iterator[Finding]:
    charged, paid = claim.charged.minor, claim.paid.minor
    explained = charged - sum(adjustment.amount.minor for adjustment in claim.all_adjustments)
    if explained != paid:
        say = "The claim's adjustments do not explain the difference between charge and payment."
        yield _finding("x12.claim_balance", f"{where} (CLP04)", say, explained, paid)
    if claim.lines:
        lines_charged = sum(line.charged.minor for line in claim.lines)
        if lines_charged != charged:
            say = "The lines do not add up to the claim's charge."
            yield _finding("x12.lines_charged", f"{where} (CLP03)", say, lines_charged, charged)
        own = sum(adjustment.amount.minor for adjustment in claim.adjustments)
        lines_paid = sum(line.paid.minor for line in claim.lines) - own
        if lines_paid != paid:
            say = "The lines, less the claim's own adjustments, do not add up to the claim's payment."
            yield _finding("x12.lines_paid", f"{where} (CLP04)", say, lines_paid, paid)
    for number, line in enumerate(claim.lines, 1):
        explained = line.charged.minor - sum(adjustment.amount.minor for adjustment in line.adjustments)
        if explained != line.paid.minor:
            say = "The line's adjustments do not explain the difference between charge and payment."
            place = f"{where}, line {number} (SVC03)"
            yield _finding("x12.line_balance", place, say, explained, line.paid.minor)
    yield from _signs(where, claim)


def _signs(where: str, claim: RemittanceClaim) -> Iterator[Finding]:
    for element, value in (("CLP03", claim.charged.minor), ("CLP04", claim.paid.minor)):
        if claim.is_reversal and value > 0:
            say = "A reversal carries a positive amount."
            yield _finding("x12.reversal_sign", f"{where} ({element})", say, -value, value)
        if not claim.is_reversal and value < 0:
            say = "A claim that is not a reversal carries a negative amount."
            yield _finding("x12.negative_claim", f"{where} ({element})", say, -value, value)


def _finding(code: str, where: str, say: str, expected: int, found: int) -> Finding:
    return Finding(code, where, say, _ASK, Money(expected).text(), Money(found).text())
