"""An occurrence lies in the past, and a span runs forward."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule

_CODE = re.compile(r"[0-9A-Z]{2}")


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is None:
        return
    for number, one in enumerate(facts.occurrences, 1):
        if one.day > context.today or not _CODE.fullmatch(one.code):
            yield f"occurrence {number}"
    for number, span in enumerate(facts.occurrence_spans, 1):
        if span.last < span.first or not _CODE.fullmatch(span.code):
            yield f"occurrence span {number}"


RULE = Rule(
    id="occurrences-dated",
    what="An occurrence is in the future, a span runs backward, or the code is malformed.",
    why="The claim is returned for the code or the day.",
    fix="Correct the code or the day of the occurrence.",
    example="An accident dated next month.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837I HI*BH and HI*BI; form locators 31 to 36.",
    kinds=frozenset({INSTITUTIONAL}),
)
