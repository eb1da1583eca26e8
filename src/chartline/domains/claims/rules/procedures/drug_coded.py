"""A drug has a number of its own beside its code."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        drug = line.drug
        if (drug is not None and drug.qualifier == "N4" and not (len(drug.code) == 11 and drug.code.isdigit())) or (
            drug is None and line.procedure[:1] == "J" and copy.coverage.filing == "MC"
        ):
            yield place


RULE = Rule(
    id="drug-coded",
    what="A drug stands without its eleven-digit National Drug Code.",
    why="Medicaid takes rebates by that code and denies the line without it.",
    fix="Read the number from the package, with a zero to make it 5-4-2 digits.",
    example="A J code to Medicaid without a drug code.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="Deficit Reduction Act of 2005, section 6002; X12 837 LIN03.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
