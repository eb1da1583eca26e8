"""A claim form has boxes that may never be empty."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import DENTAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    person, billing, coverage = copy.patient, copy.billing, copy.coverage
    required: dict[str, object] = {
        "patient last name": person.last,
        "patient first name": person.first,
        "patient birth date": person.born,
        "patient address": person.address.line1,
        "patient city": person.address.city,
        "patient state": person.address.state,
        "patient postal code": person.address.zip,
        "payer name": coverage.payer_name,
        "billing name": billing.name,
        "billing address": billing.address.line1,
        "billing city": billing.address.city,
        "billing state": billing.address.state,
        "billing postal code": billing.address.zip,
        "billing phone": billing.phone,
        "services": copy.lines,
    }
    if copy.kind != DENTAL:
        required["diagnoses"] = copy.diagnoses
    for place, value in required.items():
        if not value:
            yield place


RULE = Rule(
    id="required-fields",
    what="A required field is empty.",
    why="A claim without it fails at the clearinghouse before any payer sees it.",
    fix="Fill the field named in the finding in the patient, coverage or practice record, then draft a correction.",
    example="A patient without a street: patient address.",
    repair=Repair.NONE,
    prevents=("16",),
    places=places,
    source="X12 837 guides: elements that every claim has; NUCC 1500 boxes 1 to 33.",
)
