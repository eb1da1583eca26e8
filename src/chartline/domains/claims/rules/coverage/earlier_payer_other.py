"""The first and the second payer are two."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, other in enumerate(copy.others, 1):
        same = other.payer_id == copy.coverage.payer_id and other.member_id == copy.coverage.member_id
        if same and other.payer_id:
            yield f"other payer {number}"


RULE = Rule(
    id="earlier-payer-other",
    what="The other payer is the payer of this claim, under the same member id.",
    why="Nobody coordinates benefits with itself; the claim is denied.",
    fix="Check the order of the patient's coverages.",
    example="The same card entered twice.",
    repair=Repair.NONE,
    prevents=("22",),
    places=places,
    source="X12 837 loops 2010BB and 2330B.",
)
