"""Who was sent says by whom."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.procedure_sets import CONSULTATION
from chartline.domains.claims.rules.reading import numbered
from chartline.domains.claims.rules.rule import PROFESSIONAL, Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if copy.referring is not None:
        return
    for place, line in numbered(copy):
        if line.procedure in CONSULTATION:
            yield place


RULE = Rule(
    id="referral-named",
    what="A consultation stands without the provider who asked for it.",
    why="A consultation is an answer to somebody; without that person it is denied or paid as a visit.",
    fix="Name the referring provider with the NPI.",
    example="99244 without a referring provider.",
    repair=Repair.NONE,
    prevents=("16", "183", "206"),
    places=places,
    source="CMS claims processing manual, chapter 12, section 30.6.10; NUCC 1500 box 17.",
    severity=Severity.WARNING,
    kinds=frozenset({PROFESSIONAL}),
)
