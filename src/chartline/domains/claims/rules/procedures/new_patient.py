"""New is who was not there for three years."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import NEW_PATIENT
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if context.last_seen is None:
        return
    for place, line in numbered(copy):
        if line.procedure in NEW_PATIENT and line.service_date.year - context.last_seen.year <= 3:
            past = context.last_seen
            if (line.service_date.year, line.service_date.month, line.service_date.day) < (
                past.year + 3,
                past.month,
                past.day,
            ):
                yield place


RULE = Rule(
    id="new-patient",
    what="A visit of a new patient, who was in the practice within three years.",
    why="Payers keep the date of the last visit to the group and deny the code.",
    fix="Choose the code of an established patient, unless the other visit was with another specialty.",
    example="A new-patient visit eight months after the last one.",
    repair=Repair.NONE,
    prevents=("B16",),
    places=places,
    source="CMS claims processing manual, chapter 12, section 30.6.7; CARC B16.",
    severity=Severity.WARNING,
    kinds=MEDICAL,
)
