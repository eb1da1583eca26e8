"""A word is not a member id."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule

_WORDS = frozenset("UNKNOWN PENDING NONE NA N/A SELFPAY SELF SAME TBD TEST MEMBER INSURANCE NOTONFILE UNK".split())


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    text = copy.coverage.member_id.upper().replace(" ", "").replace("-", "")
    if text in _WORDS or (len(text) > 4 and len(set(text)) == 1):
        yield "member id"


RULE = Rule(
    id="member-id-placeholder",
    what="The member id is a word or one sign repeated, not an id.",
    why="No payer finds a member by it.",
    fix="Read the id from the card, or ask the payer with an eligibility check.",
    example="PENDING; 999999999.",
    repair=Repair.NONE,
    prevents=("31", "140"),
    places=places,
    source="X12 837 loop 2010BA NM109: the number on the card.",
)
