"""Everybody who is named with an NPI is named with a right one."""

from __future__ import annotations

from collections.abc import Iterator

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule
from chartline.domains.codes import npi_is_valid


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    named = {"referring NPI": copy.referring, "supervising NPI": copy.supervising}
    if copy.institutional is not None:
        named |= {"attending NPI": copy.institutional.attending, "operating NPI": copy.institutional.operating}
    for place, who in named.items():
        if who is not None and not npi_is_valid(who.npi):
            yield place
    if copy.facility is not None and copy.facility.npi and not npi_is_valid(copy.facility.npi):
        yield "facility NPI"
    for number, line in enumerate(copy.lines, 1):
        if line.rendering is not None and not npi_is_valid(line.rendering.npi):
            yield f"line {number} rendering NPI"


RULE = Rule(
    id="other-npis",
    what="A referring, supervising, attending, operating or line provider, or the facility, has an NPI that "
    "fails its check digit.",
    why="The clearinghouse rejects the claim for any wrong NPI on it.",
    fix="Look the NPI up in the national registry and correct it.",
    example="A referring NPI with two digits exchanged.",
    repair=Repair.NONE,
    prevents=("16", "206", "208"),
    places=places,
    source="45 CFR 162.406, the check digit of the NPI; NUCC 1500 boxes 17b and 32a.",
)
