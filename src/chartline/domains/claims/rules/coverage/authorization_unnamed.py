"""An authorization helps only when the claim names it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not copy.prior_authorization and _fitting(copy, context):
        yield "prior authorization"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    fitting = _fitting(copy, context)
    if copy.prior_authorization or len(fitting) != 1:
        return copy
    return replace(copy, prior_authorization=fitting[0])


def _fitting(copy: ClaimCopy, context: RuleContext) -> list[str]:
    return sorted(
        {
            known.number
            for known in context.authorizations
            if known.procedures
            and known.units_left != 0
            and any(known.covers(line.procedure, line.service_date) for line in copy.lines)
        }
    )


RULE = Rule(
    id="authorization-unnamed",
    what="The payer authorized this service, and the claim does not name the number.",
    why="Without the number the payer takes the service for one that was not authorized.",
    fix="Put the number of the authorization on the claim.",
    example="An approved authorization for the procedure, an empty box.",
    repair=Repair.ASK,
    prevents=("197", "15"),
    places=places,
    source="X12 837 REF*G1; NUCC 1500 box 23.",
    severity=Severity.WARNING,
    mend=mend,
)
