"""A procedure code has no blanks and no small letters."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import numbered, with_lines
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, line in numbered(copy):
        if line.procedure != line.procedure.strip().upper():
            yield place


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    return with_lines(copy, lambda line: replace(line, procedure=line.procedure.strip().upper()))


RULE = Rule(
    id="procedure-form",
    what="A procedure code is written with blanks or small letters.",
    why="Clearinghouses reject the code as malformed.",
    fix="Write it in capital letters without blanks.",
    example="g0463.",
    repair=Repair.SAFE,
    prevents=("181", "16"),
    places=places,
    source="X12 837 SV101-2.",
    mend=mend,
)
