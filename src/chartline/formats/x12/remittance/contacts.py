"""Contacts (PER) as the payer and its claims carry them: up to three ways to reach somebody."""

from __future__ import annotations

from collections.abc import Sequence

from chartline.formats.x12.remittance.model import Contact

_WAYS = (3, 5, 7)


def read_contact(elements: Sequence[str]) -> Contact:
    """A contact from a segment's id and elements; ways of an unknown kind are left out."""
    padded = [*elements, *[""] * (_WAYS[-1] + 2)]
    ways = {padded[number]: padded[number + 1] for number in reversed(_WAYS)}
    return Contact(
        name=padded[2],
        phone=ways.get("TE", ""),
        email=ways.get("EM", ""),
        url=ways.get("UR", ""),
        extension=ways.get("EX", ""),
        fax=ways.get("FX", ""),
        kind=padded[1],
    )
