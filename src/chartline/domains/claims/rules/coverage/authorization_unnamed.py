"""An authorization helps only when the claim names it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import KnownAuthorization, RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not copy.prior_authorization and _fitting(copy, context):
        yield "prior authorization"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy with the number: of all that fit the one that ends first, those before the rest that are for every
    line."""
    fitting = [] if copy.prior_authorization else _fitting(copy, context)
    if not fitting:
        return copy
    return replace(copy, prior_authorization=min(fitting, key=lambda one: _rank(one, copy)).number)


def _fitting(copy: ClaimCopy, context: RuleContext) -> list[KnownAuthorization]:
    found: list[KnownAuthorization] = []
    for known in context.authorizations:
        covered = [line for line in copy.lines if known.covers(line.procedure, line.service_date)]
        # A service that it names, on a day that it does not, would be denied under it.
        named = [line for line in copy.lines if line.procedure in known.procedures]
        enough = known.units_left is None or known.units_left >= sum(line.units for line in covered)
        if known.procedures and covered and len(covered) == len(named) and enough:
            found.append(known)
    return found


def _rank(known: KnownAuthorization, copy: ClaimCopy) -> tuple[bool, date, str]:
    whole = all(line.procedure in known.procedures for line in copy.lines)
    return not whole, known.end or date.max, known.number


RULE = Rule(
    id="authorization-unnamed",
    what="The payer authorized this service, and the claim does not name the number.",
    why="Without the number the payer takes the service for one that was not authorized.",
    fix="Put the number of the authorization on the claim.",
    example="An approved authorization for the procedure, an empty box.",
    repair=Repair.SAFE,
    prevents=("197", "15"),
    places=places,
    source="X12 837 REF*G1; NUCC 1500 box 23.",
    severity=Severity.WARNING,
    mend=mend,
)
