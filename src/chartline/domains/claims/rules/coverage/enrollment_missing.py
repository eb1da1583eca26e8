"""Some payers take claims only from those who have enrolled."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    # A payer that has numbered the claim has taken it in.
    if context.enrollment and not copy.payer_number:
        yield "billing provider"


RULE = Rule(
    id="enrollment-missing",
    what="The payer takes these claims only from enrolled providers, and the enrolment is not through.",
    why="The clearinghouse or the payer rejects the claim before anybody looks at it.",
    fix="Begin the enrolment on the payer's page, or wait for its end; the claim can go now if the payer said so.",
    example="A claim to a payer on the list of enrolments, none begun for the billing NPI.",
    repair=Repair.NONE,
    prevents=("B7",),
    places=places,
    source="X12 277CA A3 with 496; X12 835 CARC B7.",
    severity=Severity.WARNING,
)
