"""What the first payer paid and did not pay is the charge."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, other in enumerate(copy.others, 1):
        if other.paid is None or other.order not in ("P", "S") or other.is_adjusted:
            continue
        lines = [one for line in copy.lines for one in line.adjudications if one.payer_id == other.payer_id]
        adjusted = sum(one.amount.minor for one in other.adjustments)
        adjusted += sum(one.amount.minor for decided in lines for one in decided.adjustments)
        if (lines or other.adjustments) and other.paid.minor + adjusted != copy.total:
            yield f"other payer {number}"


RULE = Rule(
    id="earlier-payer-sums",
    what="What the earlier payer paid and adjusted does not add up to the charge.",
    why="The next payer computes its part from these sums and denies a claim that does not balance.",
    fix="Take the amounts from the earlier payer's remittance, with every adjustment.",
    example="Charge 150.00, paid 80.00, adjusted 40.00.",
    repair=Repair.NONE,
    prevents=("22", "16", "23"),
    places=places,
    source="X12 837 AMT*D and CAS: each payer balances to the charge.",
)
