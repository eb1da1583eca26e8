"""An authorization is used up some day."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for known in context.authorizations:
        if known.number != copy.prior_authorization or known.units_left is None:
            continue
        units = sum(one.units for one in copy.lines if not known.procedures or one.procedure in known.procedures)
        if units > known.units_left:
            yield "prior authorization"


RULE = Rule(
    id="authorization-units",
    what="The claim uses more units than the authorization has left.",
    why="The payer pays what is left and denies the rest.",
    fix="Ask the payer for more units before the claim goes out.",
    example="Four units on an authorization with two left.",
    repair=Repair.NONE,
    prevents=("198",),
    places=places,
    source="X12 278 HSD; X12 835 CARC 198.",
)
