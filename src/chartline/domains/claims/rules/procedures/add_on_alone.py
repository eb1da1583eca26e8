"""An add-on is added to something."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import ADD_ONS
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import MEDICAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        partners = ADD_ONS.get(line.procedure)
        if partners is None:
            continue
        here = any(one.procedure in partners and one.service_date == line.service_date for one in copy.lines)
        if not here and not any(
            one.procedure in partners and one.service_date == line.service_date for one in context.others
        ):
            yield place


RULE = Rule(
    id="add-on-alone",
    what="An add-on code stands without the service that it adds to.",
    why="Add-on codes are never paid alone.",
    fix="Bill the service it belongs to on the same claim, or leave it out.",
    example="Psychotherapy beside a visit, without the visit.",
    repair=Repair.NONE,
    prevents=("107", "234"),
    places=places,
    source="CMS list of add-on code edits, and NCCI policy manual, chapter 1.",
    kinds=MEDICAL,
)
