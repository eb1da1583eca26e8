"""Nobody is older than the oldest person."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import years_old
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.patient.born is not None and years_old(copy.patient.born, copy.service_date) > 115:
        yield "patient birth date"


RULE = Rule(
    id="age-plausible",
    what="The patient would be older than 115 years.",
    why="A birth date that cannot be right is not found at the payer.",
    fix="Correct the birth date; a century is easily mistyped.",
    example="Born 1890 in place of 1980.",
    repair=Repair.NONE,
    prevents=("31", "16"),
    places=places,
    source="NUCC 1500 box 3.",
)
