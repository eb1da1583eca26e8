"""A diagnosis on a claim has no dot and no small letters."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.domains.codes import plain_diagnosis


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for number, code in enumerate(copy.diagnoses, 1):
        if code != plain_diagnosis(code):
            yield f"diagnosis {number}"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return replace(copy, diagnoses=tuple(plain_diagnosis(code) for code in copy.diagnoses))


RULE = Rule(
    id="diagnosis-form",
    what="A diagnosis code has a dot, a blank or small letters.",
    why="Clearinghouses reject the code as malformed.",
    fix="Leave the dot out: F411, not F41.1.",
    example="f41.1.",
    repair=Repair.SAFE,
    prevents=("16", "146"),
    places=places,
    source="X12 837 HI: codes without the dot; NUCC 1500 box 21.",
    mend=mend,
)
