"""A code for what has no code needs words."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import UNLISTED
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure in UNLISTED and not (line.description or copy.note or copy.attachments):
            yield place


RULE = Rule(
    id="unlisted-explained",
    what="An unlisted procedure stands without a description or attachment.",
    why="Nobody can price what is not described; the claim is returned for records.",
    fix="Describe the service on the line or in the claim note, or attach the report.",
    example="An unlisted psychiatric service without words.",
    repair=Repair.NONE,
    prevents=("16", "252"),
    places=places,
    source="X12 837 SV101-7: a description for codes that are not specific.",
)
