"""An authorization has a first and a last day."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for known in context.authorizations:
        if known.number != copy.prior_authorization:
            continue
        for place, line in numbered(copy):
            early = known.begin is not None and line.service_date < known.begin
            if early or (known.end is not None and line.service_date > known.end):
                yield place


RULE = Rule(
    id="authorization-dates",
    what="The service is outside the days of the authorization that the claim names.",
    why="The payer denies what was given before or after.",
    fix="Ask for an extension, or name the authorization of that day.",
    example="A visit in July on an authorization through June.",
    repair=Repair.NONE,
    prevents=("15", "197", "198"),
    places=places,
    source="X12 278 DTP; X12 835 CARC 197 and 198.",
)
