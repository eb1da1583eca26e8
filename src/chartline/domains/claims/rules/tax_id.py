"""The tax id says whom the payment is reported for."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.rule import Repair, Rule, RuleContext


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    text = copy.billing.tax_id
    if len(text) != 9 or not (text.isascii() and text.isdigit()):
        yield "billing tax id"


RULE = Rule(
    id="tax-id",
    what="The tax id is not nine digits.",
    why="A payer matches NPI and tax id; a wrong shape fails at once.",
    fix="Correct the tax id in the practice settings; leave the hyphen out.",
    example="12-3456789 instead of 123456789.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
)
