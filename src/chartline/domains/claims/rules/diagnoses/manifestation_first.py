"""What another disease brings with it comes behind that disease."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule

_CATEGORIES = frozenset(
    "D77 E35 F02 G13 G26 G32 G53 G55 G63 G94 H28 H32 H36 H42 H62 H75 H82 H94 I32 I39 I41 I43 I52 I68 I79 J17 J99 K23"
    " K67 K77 K87 L14 L45 L54 L62 L86 L99 M36 M49 M63 N08 N16 N22 N29 N33 N37 N51 N74 N77 P75".split()
)
"""Categories whose title says: in diseases classified elsewhere."""


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.diagnoses and copy.diagnoses[0][:3] in _CATEGORIES:
        yield "diagnosis 1"


RULE = Rule(
    id="manifestation-first",
    what="A manifestation stands first.",
    why="Its code asks for the disease that causes it in front; payers deny the claim as miscoded.",
    fix="Put the disease first, its manifestation second.",
    example="Dementia in another disease without that disease.",
    repair=Repair.NONE,
    prevents=("11", "16", "146"),
    places=places,
    source="ICD-10-CM guidelines, section I.A.13; CMS Medicare code editor, manifestation as principal diagnosis.",
)
