"""The billing provider is where it stands, not where its mail goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule

_BOX = re.compile(r"\bP\.?\s*O\.?\s*BOX\b|\bPOST OFFICE BOX\b|\bLOCK ?BOX\b", re.IGNORECASE)


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    address = copy.billing.address
    if _BOX.search(address.line1) or _BOX.search(address.line2):
        yield "billing address"


RULE = Rule(
    id="billing-street",
    what="The billing address is a post office box.",
    why="The 837 wants the street of the billing provider; a box belongs into the pay-to address, and the "
    "file is rejected.",
    fix="Enter the street address in the practice settings.",
    example="PO Box 12 as the billing address.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837 loop 2010AA N3: a street address; boxes stand in loop 2010AB.",
)
