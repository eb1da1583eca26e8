"""A telephone number on a claim is ten digits."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import plain_digits
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    phone = copy.billing.phone
    if phone and not (len(phone) == 10 and phone.isascii() and phone.isdigit()):
        yield "billing phone"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    digits = plain_digits(copy.billing.phone)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return replace(copy, billing=replace(copy.billing, phone=digits)) if len(digits) == 10 else copy


RULE = Rule(
    id="billing-phone",
    what="The telephone of the practice is not ten digits.",
    why="The file is rejected for the contact, and the payer cannot call.",
    fix="Enter the telephone with its area code in the practice settings.",
    example="(555) 555-0100; a number without area code.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    source="X12 837 PER04: ten digits; NUCC 1500 box 33.",
    mend=mend,
)
