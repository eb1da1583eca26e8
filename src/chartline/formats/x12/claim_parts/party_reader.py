"""The levels above the claims: submitter and receiver, billing provider, subscriber and payer, patient.

Each function reads until a segment that begins something else and gives that segment back. Tolerant about what may be
missing: it becomes empty text. Only a subscriber level without SBR and a patient without a birth date are refused.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.claim_parts.parties import (
    BillingProvider,
    Patient,
    PayToPlan,
    Receiver,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.claim_parts.raw_segments import BLANK, ENDS_LOOP, RawSegments
from chartline.formats.x12.claim_parts.value_reader import (
    NOWHERE,
    day_or_none,
    quantity_or_none,
    read_address,
    read_contact,
    read_reference,
)
from chartline.formats.x12.claim_parts.values import Contact, Reference
from chartline.formats.x12.days import DAYS
from chartline.formats.x12.loops import INCOMPLETE
from chartline.formats.x12.record import PersonName

_TAX_IDS = ("EI", "SY")
_NOBODY = PersonName(last="")


def read_header(segments: RawSegments) -> tuple[Submitter, Receiver, list[str]]:
    """What stands between ST and the first level."""
    sender: list[str] = BLANK
    receiver: list[str] = BLANK
    contact = Contact()
    role = ""
    has_contact = False
    while (elements := segments.next())[0] not in ENDS_LOOP:
        if elements[0] == "NM1":
            elements += BLANK
            role = elements[1]
            if role == "41" and sender is BLANK:
                sender = elements
            elif role == "40" and receiver is BLANK:
                receiver = elements
        elif elements[0] == "PER" and role == "41" and not has_contact:
            contact, has_contact = read_contact(elements), True
        else:
            segments.step_over(elements[0])
    return (
        Submitter(name=sender[3], id=sender[9], contact=contact.name, phone=contact.phone, email=contact.email),
        Receiver(name=receiver[3], id=receiver[9]),
        elements,
    )


def read_billing(segments: RawSegments) -> tuple[BillingProvider, list[str]]:
    """Loops 2000A to 2010AC after their HL."""
    names: dict[str, list[str]] = {}
    places: dict[str, dict[str, list[str]]] = {}
    ids: dict[str, list[Reference]] = {}
    contacts: list[Contact] = []
    taxonomy = currency = role = ""
    while (elements := segments.next())[0] not in ENDS_LOOP:
        kind = elements[0]
        elements += BLANK
        if kind == "NM1":
            role = elements[1]
            names.setdefault(role, elements)
        elif kind in ("N3", "N4"):
            places.setdefault(role, {}).setdefault(kind, elements)
        elif kind == "REF":
            ids.setdefault(role, []).append(Reference(elements[1], elements[2]))
        elif kind == "PER" and role == "85":
            contacts.append(read_contact(elements))
        elif kind == "PRV" and elements[1] == "BI":
            taxonomy = taxonomy or elements[3]
        elif kind == "CUR":
            currency = elements[2]
        else:
            segments.step_over(kind)
    addresses = {of: read_address(found.get("N3", []), found.get("N4", [])) for of, found in places.items()}
    name = names.get("85", BLANK)
    own = ids.get("85", [])
    tax = next((one for one in own if one.qualifier in _TAX_IDS), Reference("EI", ""))
    plan: PayToPlan | None = None
    if "PE" in names:
        numbers = ids.get("PE", [])
        plan_tax = next((one for one in numbers if one.qualifier == "EI"), None)
        plan = PayToPlan(
            name=names["PE"][3],
            id=names["PE"][9],
            id_kind=names["PE"][8],
            address=addresses.get("PE", NOWHERE),
            tax_id=plan_tax.value if plan_tax else "",
            ids=tuple(one for one in numbers if one is not plan_tax),
        )
    billing = BillingProvider(
        name=name[3],
        first=name[4],
        middle=name[5],
        suffix=name[7],
        npi=name[9],
        tax_id=tax.value,
        tax_id_kind=tax.qualifier,
        taxonomy=taxonomy,
        address=addresses.get("85", NOWHERE),
        ids=tuple(one for one in own if one is not tax),
        contacts=tuple(contacts),
        currency=currency,
        pay_to=addresses.get("87", NOWHERE) if "87" in names else None,
        pay_to_plan=plan,
    )
    return billing, elements


def read_subscriber(segments: RawSegments) -> tuple[Subscriber, list[str]]:
    """Loops 2000B, 2010BA and 2010BB after their HL. Raises ``x12.incomplete`` when there is no SBR."""
    mark = segments.mark
    insurance: list[str] | None = None
    name: list[str] | None = None
    payer: list[str] = BLANK
    street: list[str] = []
    town: list[str] = []
    payer_street: list[str] = []
    payer_town: list[str] = []
    died: date | None = None
    weight: Decimal | None = None
    is_pregnant = False
    ids: tuple[Reference, ...] = ()
    payer_ids: tuple[Reference, ...] = ()
    contact: Contact | None = None
    born: date | None = None
    sex = role = ""
    elements = [""]
    for raw in segments.raws:
        elements = raw.split(mark)
        kind = elements[0]
        if kind == "NM1":
            if len(elements) < 10:
                elements += BLANK
            role = elements[1]
            if role == "IL":
                name = name or elements
            elif role == "PR" and payer is BLANK:
                payer = elements
        elif kind == "N3":
            if role == "IL":
                street = elements
            else:
                payer_street = elements
        elif kind == "N4":
            if role == "IL":
                town = elements
            else:
                payer_town = elements
        elif kind == "DMG":
            if role == "IL":
                if len(elements) < 4:
                    elements += BLANK
                born = DAYS[elements[2]] if elements[2] else None
                sex = elements[3]
        elif kind == "SBR":
            if len(elements) < 10:
                elements += BLANK
            insurance = insurance or elements
        elif kind in ENDS_LOOP:
            break
        elif kind == "REF":
            if role == "IL":
                ids += (read_reference(elements, segments.composites),)
            else:
                payer_ids += (read_reference(elements, segments.composites),)
        elif kind == "PAT":
            died, weight, is_pregnant = _condition(elements + BLANK)
        elif kind == "PER":
            contact = read_contact(elements)
        else:
            segments.step_over(kind)
    else:
        elements = [""]
    if insurance is None:
        raise INCOMPLETE.error(missing="SBR", near=_near(segments))
    person = name or BLANK
    subscriber = Subscriber(
        PersonName(last=person[3], first=person[4], middle=person[5], suffix=person[7]) if name else _NOBODY,
        person[9],
        insurance[9],
        payer[3],
        payer[9],
        born,
        sex,
        read_address(street, town) if street or town else None,
        insurance[3],
        insurance[1],
        read_address(payer_street, payer_town) if payer_street or payer_town else None,
        payer_ids,
        payer[8] or "PI",
        ids,
        insurance[4],
        insurance[5],
        person[8] or "MI",
        person[2] == "2",
        died,
        weight,
        is_pregnant,
        contact,
    )
    return subscriber, elements


def read_patient(segments: RawSegments) -> tuple[Patient, list[str]]:
    """Loops 2000C and 2010CA after their HL. Raises ``x12.incomplete`` when there is no name or birth date."""
    mark = segments.mark
    relation: list[str] = BLANK
    died: date | None = None
    weight: Decimal | None = None
    is_pregnant = False
    name: list[str] = BLANK
    street: list[str] = []
    town: list[str] = []
    ids: tuple[Reference, ...] = ()
    contact: Contact | None = None
    born: date | None = None
    sex = ""
    elements = [""]
    for raw in segments.raws:
        elements = raw.split(mark)
        kind = elements[0]
        if kind == "NM1":
            if elements[1:2] == ["QC"] and name is BLANK:
                name = elements + BLANK
        elif kind == "N3":
            street = elements
        elif kind == "N4":
            town = elements
        elif kind == "DMG":
            if len(elements) < 4:
                elements += BLANK
            born = DAYS[elements[2]] if elements[2] else None
            sex = elements[3]
        elif kind == "PAT":
            relation = elements + BLANK
            died, weight, is_pregnant = _condition(relation)
        elif kind in ENDS_LOOP:
            break
        elif kind == "REF":
            ids += (read_reference(elements, segments.composites),)
        elif kind == "PER":
            contact = read_contact(elements)
        else:
            segments.step_over(kind)
    else:
        elements = [""]
    if born is None:
        raise INCOMPLETE.error(missing="DMG", near=_near(segments))
    patient = Patient(
        PersonName(last=name[3], first=name[4], middle=name[5], suffix=name[7]),
        born,
        sex,
        read_address(street, town) if street or town else NOWHERE,
        relation[1],
        ids,
        died,
        weight,
        is_pregnant,
        contact,
    )
    return patient, elements


def _condition(relation: list[str]) -> tuple[date | None, Decimal | None, bool]:
    """PAT06, PAT08 and PAT09."""
    return day_or_none(relation[6]), quantity_or_none(relation[8]), relation[9] == "Y"


def _near(segments: RawSegments) -> str:
    found = segments.last()
    return f"{found.id} {found.ordinal}"
