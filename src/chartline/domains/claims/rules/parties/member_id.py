"""Payers find people by member id."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    text = copy.coverage.member_id
    letters = text.replace("-", "")
    if not (2 <= len(text) <= 80 and letters.isascii() and letters.isalnum()):
        yield "member id"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    plain = "".join(copy.coverage.member_id.split())
    return replace(copy, coverage=replace(copy.coverage, member_id=plain))


RULE = Rule(
    id="member-id",
    what="The member id is missing or has characters no card has.",
    why="It is the commonest reason that a payer does not find the patient.",
    fix="Read the id from the card again, without blanks.",
    example="An id with a blank in the middle.",
    repair=Repair.ASK,
    prevents=("31", "140"),
    places=places,
    mend=mend,
    source="X12 837 loop 2010BA, NM109; NUCC 1500 box 1a.",
)
