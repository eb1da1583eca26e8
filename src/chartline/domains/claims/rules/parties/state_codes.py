"""A state is two capital letters."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chartline.domains.claims.copy import ClaimCopy, PostalAddress
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import Repair, Rule


def places(copy: ClaimCopy, context: RuleContext) -> Iterator[str]:
    """Where the rule is broken."""
    for place, text in _given(copy):
        if not (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()):
            yield place


def mend(copy: ClaimCopy, context: RuleContext) -> ClaimCopy:
    """The copy without it."""
    subscriber = copy.subscriber
    if subscriber is not None:
        subscriber = replace(subscriber, address=_mended(subscriber.address))
    return replace(
        copy,
        patient=replace(copy.patient, address=_mended(copy.patient.address)),
        billing=replace(copy.billing, address=_mended(copy.billing.address)),
        subscriber=subscriber,
    )


def _given(copy: ClaimCopy) -> Iterator[tuple[str, str]]:
    people = [("patient state", copy.patient.address), ("billing state", copy.billing.address)]
    if copy.subscriber is not None:
        people.append(("subscriber state", copy.subscriber.address))
    return ((place, one.state) for place, one in people if one.state)


def _mended(address: PostalAddress) -> PostalAddress:
    return replace(address, state=address.state.strip().upper())


RULE = Rule(
    id="state-codes",
    what="A state is not written as two capital letters.",
    why="The clearinghouse rejects addresses with a state that it cannot read.",
    fix="Write the state as the post office does: NY, not N.Y. or New York.",
    example="ny; New York.",
    repair=Repair.SAFE,
    prevents=("16",),
    places=places,
    source="X12 837 N402; USPS state codes.",
    mend=mend,
)
