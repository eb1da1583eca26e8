"""Nobody is treated before birth."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.patient.born is not None and copy.patient.born > copy.service_date:
        yield "patient birth date"


RULE = Rule(
    id="birth-before-service",
    what="The birth date is after the service date.",
    why="It is a typing error that makes the payer look for another person.",
    fix="Correct the birth date of the patient or the date of the visit.",
    example="Born in the year of the visit instead of decades before.",
    repair=Repair.NONE,
    prevents=("14", "31"),
    places=places,
    source="NUCC 1500 boxes 3 and 24A.",
)
