"""Modifiers are two characters, at most four, none twice."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.rule import Repair, Rule, RuleContext
from chartline.domains.codes import CodeSystem, shape_problem


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, line in enumerate(copy.lines, 1):
        shaped = all(shape_problem(CodeSystem.MODIFIER, one) is None for one in line.modifiers)
        if not shaped or len(line.modifiers) > 4 or len(set(line.modifiers)) < len(line.modifiers):
            yield f"line {number}"


RULE = Rule(
    id="modifiers",
    what="A modifier has the wrong shape, is there twice, or there are more than four.",
    why="Clearinghouses reject the line; payers deny it as miscoded.",
    fix="Correct the modifiers of the line.",
    example="95 95.",
    repair=Repair.SAFE,
    prevents=("4", "182"),
    places=places,
)
