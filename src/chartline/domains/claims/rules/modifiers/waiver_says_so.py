"""A service that is expected to be denied is denied."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if "GZ" in line.modifiers:
            yield place


RULE = Rule(
    id="waiver-says-so",
    what="Modifier GZ stands: no waiver was signed, so the line is denied and the patient may not be billed.",
    why="Medicare denies GZ lines automatically as not necessary, at the cost of the practice.",
    fix="If the patient signed an advance notice, use GA; if the service is never covered, GY.",
    example="GZ on a test.",
    repair=Repair.NONE,
    prevents=("50",),
    places=places,
    source="CMS claims processing manual, chapter 30: notices and modifiers GA, GX, GY, GZ.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
