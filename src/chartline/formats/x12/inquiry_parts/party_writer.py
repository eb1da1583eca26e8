"""Parties and persons as segments, in the order in which all these transactions want them.

Names and address lines pass through ``clean``; every other value is written as it is or refused. Refuses a value for
which the transaction has no place: it would be lost without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.value_writer import (
    write_contacts,
    write_dates,
    write_diagnoses,
    write_references,
    write_rejections,
    write_specialty,
)
from chartline.formats.x12.inquiry_parts.values import Rejection
from chartline.formats.x12.record import Address
from chartline.formats.x12.writer import Draft, clean, require
from chartline.kernel.errors import Again, Blame, ErrorKind

NO_PLACE = ErrorKind(
    "x12.no_place",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A value was given for which this X12 transaction has no place.",
    "Leave out the value named in the fields, or send it in the transaction that carries it.",
    status=422,
)

_PARTY_PARTS = ("references", "address", "contacts", "specialty", "relation", "prefix", "suffix")
_PERSON_PARTS = (
    "prefix",
    "is_organisation",
    "relationship",
    "birth_order",
    "is_changed",
    "employment",
    "references",
    "address",
    "specialty",
    "diagnoses",
    "dates",
)


def write_party(
    party: Party,
    allowed: Collection[str],
    rejections: Iterable[Rejection] = (),
    level: str = "",
    *,
    most_references: int = 9,
    most_contacts: int = 3,
) -> Iterator[Draft]:
    """A loop from its NM1 to its PRV, with the refusals of ``level``.

    ``allowed`` are the parts beside name and id that the loop has room for. Raises ``x12.no_place`` for others.
    """
    _refuse_others(party, _PARTY_PARTS, allowed, f"NM1*{party.role}")
    yield (
        "NM1",
        require(party.role, "party.role"),
        "1" if party.is_person else "2",
        clean(party.name),
        clean(party.first),
        clean(party.middle),
        clean(party.prefix),
        clean(party.suffix),
        require(party.id_kind, "party.id_kind") if party.id else None,
        party.id,
        party.relation,
    )
    yield from write_references(party.references, most_references)
    yield from write_address(party.address)
    yield from write_contacts(party.contacts, most_contacts)
    yield from write_rejections(rejections, level)
    yield from write_specialty(party.specialty)


def write_person(
    person: Person,
    role: str,
    allowed: Collection[str],
    rejections: Iterable[Rejection] = (),
    *,
    is_dependent: bool = False,
    most_diagnoses: int = 8,
    most_dates: int = 9,
) -> Iterator[Draft]:
    """A subscriber's or dependent's loop from its NM1 to its DTP, with refusals at its level.

    ``allowed`` are the parts beside name, id, birth and sex that the loop has room for. Raises ``x12.no_place``.
    """
    _refuse_others(person, _PERSON_PARTS, allowed, f"NM1*{role}")
    name = person.name
    kind, number = (person.member_id_kind, person.member_id) if person.member_id else (None, None)
    if person.member_id and is_dependent and "member_id" not in allowed:
        raise NO_PLACE.error(field="member_id", near=f"NM1*{role}")
    yield (
        "NM1",
        role,
        "2" if person.is_organisation else "1",
        clean(name.last),
        clean(name.first),
        clean(name.middle),
        clean(person.prefix),
        clean(name.suffix),
        kind,
        number,
    )
    yield from write_references(person.references)
    yield from write_address(person.address)
    yield from write_rejections(rejections, "dependent" if is_dependent else "subscriber")
    yield from write_specialty(person.specialty)
    if person.born is not None or person.sex:
        yield ("DMG", "D8" if person.born else None, person.born, person.sex)
    if person.relationship or person.birth_order is not None or person.is_changed or person.employment:
        relation = require(person.relationship, "relationship") if is_dependent else "18"
        change = ("001", "25") if person.is_changed else (None, None)
        order = person.birth_order
        middle = [*[None] * 3, person.employment, *[None] * 8]
        yield ("INS", "N" if is_dependent else "Y", relation, *change, *middle, order)
    yield from write_diagnoses(person.diagnoses, most_diagnoses)
    yield from write_dates(person.dates, most_dates)


def write_address(address: Address | None) -> Iterator[Draft]:
    """N3 and N4, when there is an address. Each is written when it says something."""
    if address is None:
        return
    if address.line1 or address.line2:
        yield ("N3", require(clean(address.line1), "address.line1"), clean(address.line2))
    yield ("N4", require(clean(address.city), "address.city"), address.state, address.zip, address.country)


def _refuse_others(value: Party | Person, parts: Iterable[str], allowed: Collection[str], near: str) -> None:
    for part in parts:
        if part not in allowed and getattr(value, part):
            raise NO_PLACE.error(field=part, near=near)
