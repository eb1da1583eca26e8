"""Segments of one value each, from raw elements (``elements[0]`` is the id).

Amounts, quantities and days that cannot be read raise ValueError; the caller says where.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.cents import AMOUNTS
from chartline.formats.x12.claim_parts.composites import Composites
from chartline.formats.x12.claim_parts.raw_segments import BLANK
from chartline.formats.x12.claim_parts.values import (
    AmbulanceTrip,
    Attachment,
    ConditionIndicator,
    Contact,
    Contract,
    Note,
    QualifiedDate,
    Reference,
    Repricing,
    SpinalManipulation,
)
from chartline.formats.x12.days import DAYS
from chartline.formats.x12.quantities import QUANTITIES
from chartline.formats.x12.record import Address
from chartline.kernel.money import Money

NOWHERE = Address(line1="", city="")


def money_or_none(text: str) -> Money | None:
    """An amount, None where the element is empty."""
    return AMOUNTS[text] if text else None


def quantity_or_none(text: str) -> Decimal | None:
    """A quantity, None where the element is empty."""
    return QUANTITIES[text] if text else None


def day_or_none(text: str) -> date | None:
    """A day, None where the element is empty."""
    return DAYS[text] if text else None


def read_period(text: str) -> tuple[date, date | None, str]:
    """First day, last day and time (HHMM) of ``20260105``, ``20260105-20260107`` or ``202601051430``."""
    if len(text) == 8:
        return DAYS[text], None, ""
    first, hyphen, last = text.partition("-")
    if hyphen:
        return DAYS[first], DAYS[last], ""
    if len(text) == 12 and text[8:].isascii() and text[8:].isdigit():
        return DAYS[text[:8]], None, text[8:]
    raise ValueError("not a date")


def read_date(elements: list[str]) -> QualifiedDate | None:
    """DTP, None where it has no date."""
    if len(elements) < 4 or not elements[3]:
        return None
    first, last, time = read_period(elements[3])
    return QualifiedDate(elements[1], first, last, time)


def read_reference(elements: list[str], composites: Composites) -> Reference:
    """REF, with the payer that REF04 names."""
    if len(elements) < 5:
        elements = elements + BLANK
        return Reference(elements[1], elements[2])
    owner = composites.parts[elements[4]]
    return Reference(elements[1], elements[2], owner[1] if len(owner) > 1 else "")


def read_address(street: list[str], town: list[str]) -> Address:
    """N3 and N4; either may be missing (an empty list)."""
    street, town = street + BLANK, town + BLANK
    return Address(line1=street[1], line2=street[2], city=town[1], state=town[2], zip=town[3], country=town[4])


def read_contact(elements: list[str]) -> Contact:
    """PER."""
    elements = elements + BLANK
    ways = {elements[at]: elements[at + 1] for at in (3, 5, 7)}
    return Contact(
        name=elements[2],
        phone=ways.get("TE", ""),
        extension=ways.get("EX", ""),
        email=ways.get("EM", ""),
        fax=ways.get("FX", ""),
    )


def read_note(elements: list[str]) -> Note:
    """NTE."""
    elements = elements + BLANK
    return Note(elements[1], elements[2])


def read_attachment(elements: list[str]) -> Attachment:
    """PWK."""
    elements = elements + BLANK
    return Attachment(elements[1], elements[2], elements[6])


def read_contract(elements: list[str]) -> Contract:
    """CN1."""
    elements = elements + BLANK
    return Contract(
        kind=elements[1],
        amount=money_or_none(elements[2]),
        percent=quantity_or_none(elements[3]),
        code=elements[4],
        discount=quantity_or_none(elements[5]),
        version=elements[6],
    )


def read_condition(elements: list[str]) -> ConditionIndicator:
    """CRC."""
    elements = elements + BLANK
    return ConditionIndicator(elements[1], elements[2] == "Y", tuple(code for code in elements[3:8] if code))


def read_ambulance(elements: list[str]) -> AmbulanceTrip:
    """CR1."""
    elements = elements + BLANK
    return AmbulanceTrip(
        reason=elements[4],
        distance=quantity_or_none(elements[6]) or Decimal(0),
        weight=quantity_or_none(elements[2]),
        round_trip=elements[9],
        stretcher=elements[10],
    )


def read_spinal(elements: list[str]) -> SpinalManipulation:
    """CR2."""
    elements = elements + BLANK
    return SpinalManipulation(condition=elements[8], description=elements[10], more=elements[11])


def read_repricing(elements: list[str]) -> Repricing:
    """HCP."""
    elements = elements + BLANK
    return Repricing(
        method=elements[1],
        allowed=AMOUNTS[elements[2] or "0"],
        savings=money_or_none(elements[3]),
        organisation=elements[4],
        rate=quantity_or_none(elements[5]),
        group=elements[6],
        group_amount=money_or_none(elements[7]),
        revenue_code=elements[8],
        qualifier=elements[9],
        code=elements[10],
        unit=elements[11],
        units=quantity_or_none(elements[12]),
        rejection=elements[13],
        compliance=elements[14],
        exception=elements[15],
    )
