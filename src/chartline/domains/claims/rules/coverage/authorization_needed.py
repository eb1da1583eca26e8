"""Some services need the payer's word before they are given."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.prior_authorization:
        return
    for place, line in numbered(copy):
        if line.procedure in context.to_authorize:
            yield place


RULE = Rule(
    id="authorization-needed",
    what="The practice's checklists say that this payer authorizes the service first, and the claim names no number.",
    why="The payer denies the service, and the patient must not be billed for it.",
    fix="Ask the payer for an authorization, also one that reaches back; note it as not required if the payer says so.",
    example="Testing with a payer whose checklist asks for an authorization, an empty box.",
    repair=Repair.NONE,
    prevents=("197",),
    places=places,
    source="X12 837 REF*G1; X12 835 CARC 197.",
)
