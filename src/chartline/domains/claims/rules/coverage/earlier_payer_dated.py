"""A decision has a day."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        for one in line.adjudications:
            if one.paid_on is None or one.paid_on < line.service_date:
                yield place
                break


RULE = Rule(
    id="earlier-payer-dated",
    what="The earlier payer's decision on a line has no day, or one before the service.",
    why="The next payer rejects the line: it has to know when the first one decided.",
    fix="Take the day from the earlier payer's remittance.",
    example="A line paid in May for a service in June.",
    repair=Repair.NONE,
    prevents=("16", "22"),
    places=places,
    source="X12 837 loop 2430 DTP*573.",
)
