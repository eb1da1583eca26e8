"""A code ends, and claims with it come back."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import ENDED
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        last = ENDED.get(line.procedure)
        day = line.service_date
        if last is not None and day.year * 10_000 + day.month * 100 + day.day > last:
            yield place


RULE = Rule(
    id="procedure-ended",
    what="A procedure code was taken out of use before the service.",
    why="Every payer denies it: the code was not valid on that day.",
    fix="Choose the code that took its place.",
    example="An office visit 99201 in 2021.",
    repair=Repair.NONE,
    prevents=("181",),
    places=places,
    source="CMS files of the Medicare physician fee schedule, by year.",
    kinds=MEDICAL,
)
