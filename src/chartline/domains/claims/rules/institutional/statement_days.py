"""A statement begins before it ends, and holds every service."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import INSTITUTIONAL, Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    facts = copy.institutional
    if facts is None:
        return
    if facts.statement_through < facts.statement_from:
        yield "statement"
    for place, line in numbered(copy):
        if not facts.statement_from <= line.service_date <= max(facts.statement_from, facts.statement_through):
            yield place


RULE = Rule(
    id="statement-days",
    what="The statement ends before it begins, or a service lies outside of it.",
    why="Days and services that do not fit together are returned.",
    fix="Correct the days of the statement or of the service.",
    example="A service of June 3 on a statement through June 1.",
    repair=Repair.NONE,
    prevents=("16", "110"),
    places=places,
    source="X12 837I DTP*434; form locator 6.",
    kinds=frozenset({INSTITUTIONAL}),
)
