"""A word is not an authorization."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule

_WORDS = frozenset("PENDING NONE NA N/A NOTREQUIRED NOTNEEDED REQUESTED TBD APPROVED YES NO VERBAL ONFILE".split())


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, text in (("prior authorization", copy.prior_authorization), ("referral", copy.referral)):
        if text and text.upper().replace(" ", "").replace("-", "") in _WORDS:
            yield place


RULE = Rule(
    id="authorization-number",
    what="The number of an authorization or referral is a word.",
    why="The payer looks the number up and denies what it does not find.",
    fix="Enter the number the payer gave, or leave the field empty.",
    example="PENDING as an authorization number.",
    repair=Repair.NONE,
    prevents=("15", "197"),
    places=places,
    source="X12 837 REF*G1 and REF*9F; NUCC 1500 box 23.",
)
