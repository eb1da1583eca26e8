"""Care in another house names the house."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule, Severity

_HOUSES = frozenset({"21", "22", "23", "24", "31", "32", "34", "51", "52", "55", "56", "61"})


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.facility is not None:
        return
    if copy.place_of_service in _HOUSES or any(line.place_of_service in _HOUSES for line in copy.lines):
        yield "facility"


RULE = Rule(
    id="facility-named",
    what="The care was given in a facility that the claim does not name.",
    why="The 837 asks for the place when it is not the address of the billing provider; payers return the claim.",
    fix="Enter name, address and NPI of the facility.",
    example="Place 21 without the hospital.",
    repair=Repair.NONE,
    prevents=("16", "58"),
    places=places,
    source="X12 837P loop 2310C; NUCC 1500 box 32.",
    severity=Severity.WARNING,
    kinds=frozenset({PROFESSIONAL}),
)
