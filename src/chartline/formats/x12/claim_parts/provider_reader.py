"""Providers and places of a claim or a line: an NM1 and what belongs to it.

Each function takes the elements of the NM1 and gives the value and the segment that follows it.
"""

from __future__ import annotations

from chartline.formats.x12.claim_parts.parties import Provider, ServiceFacility
from chartline.formats.x12.claim_parts.raw_segments import BLANK, RawSegments
from chartline.formats.x12.claim_parts.value_reader import NOWHERE, read_address, read_contact, read_reference
from chartline.formats.x12.claim_parts.values import Contact, Reference
from chartline.formats.x12.record import Address, PersonName


def read_provider(name: list[str], segments: RawSegments) -> tuple[Provider, list[str]]:
    """A person or an organisation with NPI, taxonomy, other ids, and where they came, address and contact."""
    mark = segments.mark
    if len(name) < 10:
        name += BLANK
    taxonomy = ""
    ids: tuple[Reference, ...] = ()
    street: list[str] = []
    town: list[str] = []
    contact: Contact | None = None
    elements = [""]
    for raw in segments.raws:
        elements = raw.split(mark)
        kind = elements[0]
        if kind == "PRV":
            if len(elements) > 3:
                taxonomy = elements[3]
        elif kind == "REF":
            ids += (read_reference(elements, segments.composites),)
        elif kind == "N3":
            street = elements
        elif kind == "N4":
            town = elements
        elif kind == "PER":
            contact = contact or read_contact(elements)
        else:
            break
    else:
        elements = [""]
    person = PersonName(last=name[3], first=name[4], middle=name[5], suffix=name[7])
    if not (ids or street or town or contact):
        return Provider(person, name[9], taxonomy, name[2] == "2"), elements
    address = read_address(street, town) if street or town else None
    return Provider(person, name[9], taxonomy, name[2] == "2", ids, address, contact), elements


def read_facility(name: list[str], segments: RawSegments) -> tuple[ServiceFacility, list[str]]:
    """Where the service was given."""
    found, following = read_provider(name, segments)
    facility = ServiceFacility(found.name.last, found.address or NOWHERE, found.npi, found.ids, found.contact)
    return facility, following


def read_place(name: list[str], segments: RawSegments) -> tuple[Address, list[str]]:
    """An address alone, as of an ambulance's pick-up."""
    found, following = read_provider(name, segments)
    return found.address or NOWHERE, following
