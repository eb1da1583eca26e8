"""The place decides the rate."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import DENTAL, PROFESSIONAL, Repair, Rule
from chartline.domains.codes import PLACES


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    given = {"place of service": copy.place_of_service}
    given |= {f"line {number}": line.place_of_service for number, line in enumerate(copy.lines, 1)}
    for where, code in given.items():
        known = PLACES.get(code or copy.place_of_service)
        if known is None or copy.service_date < known.begin:
            yield where


RULE = Rule(
    id="place-known",
    what="The place of service is not in the public list, or was not on that date.",
    why="A claim cannot be priced without its place.",
    fix="Choose a place of service from the list.",
    example="Place 10 before 2022.",
    repair=Repair.NONE,
    prevents=("5", "58"),
    places=places,
    source="CMS list of places of service.",
    kinds=frozenset({PROFESSIONAL, DENTAL}),
)
