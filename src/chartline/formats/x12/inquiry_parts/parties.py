"""Payers, providers and other parties; members and patients.

Refuses nothing: which parts a transaction has room for is known to its builder.
"""

from __future__ import annotations

from datetime import date

from chartline.formats.x12.inquiry_parts.values import (
    Contact,
    Diagnosis,
    QualifiedDate,
    Reference,
    Specialty,
)
from chartline.formats.x12.record import Address, PersonName, Record


class Party(Record, frozen=True, kw_only=True, gc=False):
    """An organisation, or with ``is_person`` a person, by name and id (NM1) and with what is known beside.

    ``role`` is NM101: ``PR`` payer, ``1P`` provider, ``FA`` facility, ``P3`` primary care provider ... ``id_kind`` is
    NM108: ``XX`` NPI, ``PI`` payer id, ``XV`` plan id, ``46`` clearinghouse id, ``FI`` tax id, ``SV`` the payer's
    number. ``relation`` is NM110, to the patient.
    """

    role: str
    name: str = ""
    first: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    is_person: bool = False
    id: str = ""
    id_kind: str = ""
    relation: str = ""
    references: tuple[Reference, ...] = ()
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    specialty: Specialty | None = None

    def reference(self, qualifier: str) -> str:
        """The first number of this kind, empty when there is none."""
        return next((one.value for one in self.references if one.qualifier == qualifier), "")


class Person(Record, frozen=True, kw_only=True, gc=False):
    """A subscriber or a dependent.

    ``sex`` is ``F``, ``M`` or ``U``. ``relationship`` (INS02, dependents only): ``01`` spouse, ``19`` child, ``34``
    other adult, ``G8`` other. ``birth_order`` tells twins apart. ``is_changed`` (answers only): the payer knows the
    person otherwise than the question said. ``employment`` is INS08 of a subscriber.
    """

    name: PersonName = PersonName(last="")
    prefix: str = ""
    is_organisation: bool = False
    member_id: str = ""
    member_id_kind: str = "MI"
    born: date | None = None
    sex: str = ""
    relationship: str = ""
    birth_order: int | None = None
    is_changed: bool = False
    employment: str = ""
    address: Address | None = None
    references: tuple[Reference, ...] = ()
    specialty: Specialty | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    dates: tuple[QualifiedDate, ...] = ()

    def reference(self, qualifier: str) -> str:
        """The first number of this kind, empty when there is none: ``6P`` group, ``18`` plan, ``EJ`` account."""
        return next((one.value for one in self.references if one.qualifier == qualifier), "")

    def dated(self, qualifier: str) -> QualifiedDate | None:
        """The first date with this meaning: ``346`` plan begins, ``347`` plan ends, ``291`` plan."""
        return next((one for one in self.dates if one.qualifier == qualifier), None)
