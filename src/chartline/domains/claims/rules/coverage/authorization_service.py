"""An authorization is for a service."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for known in context.authorizations:
        if known.number != copy.prior_authorization or not known.procedures:
            continue
        if not any(line.procedure in known.procedures for line in copy.lines):
            yield "prior authorization"


RULE = Rule(
    id="authorization-service",
    what="None of the services is one that the authorization names.",
    why="The payer denies a service that it did not authorize.",
    fix="Name the authorization of these services, or ask for one.",
    example="Testing on an authorization for therapy.",
    repair=Repair.NONE,
    prevents=("15", "197"),
    places=places,
    source="X12 278 SV1; X12 835 CARC 15.",
)
