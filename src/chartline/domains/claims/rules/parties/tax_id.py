"""The tax id says whom the payment is reported for."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import plain_digits
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    text = copy.billing.tax_id
    if len(text) != 9 or not (text.isascii() and text.isdigit()):
        yield "billing tax id"


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    digits = plain_digits(copy.billing.tax_id)
    return replace(copy, billing=replace(copy.billing, tax_id=digits)) if len(digits) == 9 else copy


RULE = Rule(
    id="tax-id",
    what="The tax id is not nine digits.",
    why="A payer matches NPI and tax id; a wrong shape fails at once.",
    fix="Correct the tax id in the practice settings; leave the hyphen out.",
    example="12-3456789 instead of 123456789.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    mend=mend,
    source="X12 837 loop 2010AA, REF*EI; NUCC 1500 box 25.",
)
