"""The billing provider and the facility are named with the whole ZIP code."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, PostalAddress
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule, Severity


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    if len(copy.billing.address.zip) == 5:
        yield "billing postal code"
    if copy.facility is not None and len(copy.facility.address.zip) == 5:
        yield "facility postal code"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    billing, facility = replace(copy.billing, address=_whole(copy.billing.address)), copy.facility
    if facility is not None:
        facility = replace(facility, address=_whole(facility.address))
    return replace(copy, billing=billing, facility=facility)


def _whole(address: PostalAddress) -> PostalAddress:
    """Clearinghouses take 9998 for the four digits that nobody knows."""
    return replace(address, zip=address.zip + "9998") if len(address.zip) == 5 else address


RULE = Rule(
    id="billing-zip-whole",
    what="The ZIP code of the billing provider or facility has five digits in place of nine.",
    why="The 837 wants all nine digits there; some payers reject the claim, others price it by the wrong area.",
    fix="Enter ZIP+4 in the practice settings; the post office looks it up by address.",
    example="80299 in place of 802990001.",
    repair=Repair.ASK,
    prevents=("16",),
    places=places,
    source="X12 837 loops 2010AA and 2310C (2310E), N403: nine digits in the United States.",
    severity=Severity.WARNING,
    mend=mend,
)
