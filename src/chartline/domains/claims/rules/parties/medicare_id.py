"""Medicare numbers have a shape of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule

_SHAPE = re.compile(
    r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9][AC-HJKMNP-RT-Y]{2}[0-9]{2}"
)


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.coverage.filing in ("MA", "MB") and not _SHAPE.fullmatch(copy.coverage.member_id.replace("-", "").upper()):
        yield "member id"


RULE = Rule(
    id="medicare-id",
    what="The member id of a Medicare claim does not have the shape of a Medicare Beneficiary Identifier.",
    why="Medicare has taken no other number since 2020.",
    fix="Ask the patient for the new card, or look the number up at the Medicare contractor.",
    example="A number made of a social security number and a letter.",
    repair=Repair.NONE,
    prevents=("16", "31"),
    places=places,
    source="CMS: format of the Medicare Beneficiary Identifier, eleven places without S, L, O, I, B, Z.",
)
