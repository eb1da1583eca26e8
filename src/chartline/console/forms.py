"""Reads what people type into forms. Raises ``console.bad_form`` naming the field, never its value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from litestar.enums import RequestEncodingType
from litestar.params import Body

from chartline.connect.facts import ChargeFact, CoverageFact, PersonFact, Relationship
from chartline.console.failures import BAD_FORM
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
"""A form as sent: every field once, as text."""

CHARGE_LINES = 4
"""Lines of the charge form."""
_LONGEST = 200


def typed(form: Mapping[str, str], name: str, *, needed: bool = False, longest: int = _LONGEST) -> str:
    """One field without blanks around it."""
    text = form.get(name, "").strip()
    if len(text) > longest or "\0" in text or (needed and not text):
        raise BAD_FORM.error(field=name)
    return text


def typed_day(form: Mapping[str, str], name: str) -> date | None:
    """A day written 2026-03-10, None when the field is empty."""
    text = typed(form, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BAD_FORM.error(field=name) from None


def typed_number(form: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number from 1 to 9999."""
    text = typed(form, name)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 9999):
        raise BAD_FORM.error(field=name)
    return int(text)


def typed_money(form: Mapping[str, str], name: str) -> Money | None:
    """An amount written 150 or 150.00, None when the field is empty."""
    text = typed(form, name).removeprefix("$")
    try:
        amount = Money.parse(text) if text else None
    except ValueError:
        raise BAD_FORM.error(field=name) from None
    if amount is not None and not 0 <= amount.minor <= 99_999_999:
        raise BAD_FORM.error(field=name)
    return amount


def typed_person(form: Mapping[str, str]) -> PersonFact:
    """The person of the patient form."""
    born = typed_day(form, "birth_date")
    if born is None:
        raise BAD_FORM.error(field="birth_date")
    sex = typed(form, "sex") or "U"
    if sex not in ("M", "F", "U"):
        raise BAD_FORM.error(field="sex")
    return PersonFact(
        vendor_id=None,
        family=Sealed(typed(form, "family", needed=True)),
        given=Sealed(typed(form, "given", needed=True)),
        middle=Sealed(typed(form, "middle")),
        birth_date=Sealed(born),
        sex=sex,
        phone=Sealed(typed(form, "phone")),
        email=Sealed(typed(form, "email")),
        street=Sealed(typed(form, "street")),
        unit=Sealed(typed(form, "unit")),
        city=Sealed(typed(form, "city")),
        state=Sealed(typed(form, "state")),
        postal_code=Sealed(typed(form, "postal_code")),
    )


def typed_coverage(form: Mapping[str, str]) -> CoverageFact | None:
    """The insurance of the form, None when no payer id was typed."""
    payer = typed(form, "payer_id")
    if not payer:
        return None
    relationship = typed(form, "relationship") or "self"
    if relationship not in {one.value for one in Relationship}:
        raise BAD_FORM.error(field="relationship")
    return CoverageFact(
        vendor_id=None,
        payer_id=payer,
        payer_name=typed(form, "payer_name", needed=True),
        member_id=Sealed(typed(form, "member_id", needed=True)),
        group_number=Sealed(typed(form, "group_number")),
        order=min(3, typed_number(form, "order", 1)),
        relationship=Relationship(relationship),
        begin=typed_day(form, "begin"),
        copay=typed_money(form, "copay"),
    )


def typed_start(form: Mapping[str, str], zone: ZoneInfo) -> datetime:
    """Day and time of the booking form, on the office's wall clock."""
    day = typed_day(form, "day")
    try:
        at = time.fromisoformat(typed(form, "time", needed=True))
    except ValueError:
        raise BAD_FORM.error(field="time") from None
    if day is None or at.tzinfo is not None:
        raise BAD_FORM.error(field="day" if day is None else "time")
    return datetime.combine(day, at, zone)


def typed_charges(form: Mapping[str, str]) -> tuple[ChargeFact, ...]:
    """The lines of the charge form that name a procedure; codes are separated by blanks or commas."""
    lines: list[ChargeFact] = []
    for number in range(1, CHARGE_LINES + 1):
        procedure = typed(form, f"procedure_{number}").upper()
        if procedure:
            amount = typed_money(form, f"amount_{number}")
            lines.append(
                ChargeFact(
                    procedure=procedure,
                    modifiers=_codes(typed(form, f"modifiers_{number}")),
                    units=typed_number(form, f"units_{number}", 1),
                    diagnoses=_codes(typed(form, f"diagnoses_{number}")),
                    place_of_service=typed(form, "place_of_service") or "11",
                    amount=amount if amount is not None else Money(0),
                )
            )
    if not lines:
        raise BAD_FORM.error(field="procedure_1")
    return tuple(lines)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.upper().replace(",", " ").replace(".", "").split())
