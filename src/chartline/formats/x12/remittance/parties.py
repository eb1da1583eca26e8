"""The people and organisations of a claim (NM1), from elements padded to ten."""

from __future__ import annotations

from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance.model import Insured, ServiceProvider


def read_insured(elements: list[str]) -> Insured:
    """A person or an organisation with its id."""
    member_id = elements[9]
    return Insured(
        name=_name(elements),
        member_id=member_id,
        id_kind=(elements[8] or "MI") if member_id else "MI",
        is_organisation=elements[2] == "2",
    )


def read_provider(elements: list[str]) -> ServiceProvider | None:
    """Who gave the service; None when nothing but an NPI is said."""
    kind = (elements[8] or "XX") if elements[9] else "XX"
    if not elements[3] and kind == "XX" and elements[2] != "2":
        return None
    return ServiceProvider(name=_name(elements), id_kind=kind, is_organisation=elements[2] == "2")


def _name(elements: list[str]) -> PersonName:
    return PersonName(last=elements[3], first=elements[4], middle=elements[5], suffix=elements[7])
