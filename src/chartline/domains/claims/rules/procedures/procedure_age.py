"""Some services are made for an age."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import AGES
from chartline.domains.claims.rules.reading import numbered, years_old
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    born = copy.patient.born
    if born is None or born > copy.service_date:
        return
    for place, line in numbered(copy):
        ages = AGES.get(line.procedure)
        if ages is not None and not ages[0] <= years_old(born, line.service_date) <= ages[1]:
            yield place


RULE = Rule(
    id="procedure-age",
    what="A procedure is for another age than the patient's.",
    why="Preventive visits have a code for each age; the wrong one is denied.",
    fix="Choose the code of the patient's age on the day of service.",
    example="A check-up code for infants and a patient of thirty.",
    repair=Repair.NONE,
    prevents=("6",),
    places=places,
    source="CMS fee schedule and integrated outpatient code editor, age edits.",
    kinds=MEDICAL,
)
