"""Some payers choose the contract by taxonomy code, and a file with a malformed one is rejected."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.domains.codes import CodeSystem, shape_problem


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    given = {"billing taxonomy": copy.billing.taxonomy}
    if copy.rendering is not None:
        given["rendering taxonomy"] = copy.rendering.taxonomy
    for place, code in given.items():
        if code and shape_problem(CodeSystem.TAXONOMY, code):
            yield place


RULE = Rule(
    id="taxonomy",
    what="A taxonomy code does not have ten characters ending in X.",
    why="The clearinghouse rejects a malformed code; payers that choose the contract by taxonomy misprice the claim.",
    fix="Correct the taxonomy of the practice or provider.",
    example="103TC0700 without its last character.",
    repair=Repair.NONE,
    prevents=("8", "16"),
    places=places,
    source="NUCC health care provider taxonomy: ten characters.",
)
