"""A ZIP code has five or nine digits, and nothing between them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, PostalAddress
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.reading import plain_digits
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, text in _given(copy):
        if not (text.isascii() and text.isdigit() and len(text) in (5, 9)):
            yield place


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    patient = replace(copy.patient, address=_mended(copy.patient.address))
    billing = replace(copy.billing, address=_mended(copy.billing.address))
    subscriber, facility = copy.subscriber, copy.facility
    if subscriber is not None:
        subscriber = replace(subscriber, address=_mended(subscriber.address))
    if facility is not None:
        facility = replace(facility, address=_mended(facility.address))
    return replace(copy, patient=patient, billing=billing, subscriber=subscriber, facility=facility)


def _given(copy: ClaimCopy) -> Iterator[tuple[str, str]]:
    addresses = [("patient postal code", copy.patient.address), ("billing postal code", copy.billing.address)]
    if copy.subscriber is not None:
        addresses.append(("subscriber postal code", copy.subscriber.address))
    if copy.facility is not None:
        addresses.append(("facility postal code", copy.facility.address))
    return ((place, one.zip) for place, one in addresses if one.zip)


def _mended(address: PostalAddress) -> PostalAddress:
    """Spreadsheets take the zero in front away, people put a hyphen in."""
    digits = plain_digits(address.zip)
    if digits.isdigit() and len(digits) in (4, 8):
        digits = "0" + digits
    return replace(address, zip=digits) if len(digits) in (5, 9) else address


RULE = Rule(
    id="postal-codes",
    what="A postal code does not have five or nine digits.",
    why="The clearinghouse rejects the claim; payers price by the ZIP of the provider.",
    fix="Correct the postal code named in the finding.",
    example="2134 where 02134 is meant; 10001-0000 with its hyphen.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    source="X12 837 N403; USPS ZIP codes.",
    mend=mend,
)
