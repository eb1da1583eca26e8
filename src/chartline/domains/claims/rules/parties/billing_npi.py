"""The billing provider is known to payers by NPI."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.domains.codes import npi_is_valid


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if not npi_is_valid(copy.billing.npi):
        yield "billing NPI"


RULE = Rule(
    id="billing-npi",
    what="The billing NPI fails its check digit.",
    why="Payers look the practice up by NPI; a mistyped one finds nobody.",
    fix="Correct the NPI in the practice settings.",
    example="1999999983 instead of 1999999984.",
    repair=Repair.NONE,
    prevents=("206", "207", "208"),
    places=places,
    source="45 CFR 162.406, the check digit of the NPI; NUCC 1500 box 33a.",
)
