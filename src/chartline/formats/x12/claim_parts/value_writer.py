"""Single facts of a claim as segments.

Values are written as they are or refused by ``write_segments``; only names, address lines and contacts pass through
``clean``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from chartline.formats.x12.claim_parts.refusals import CONTRADICTION, OWN_FIELD, fitting
from chartline.formats.x12.claim_parts.values import (
    AmbulanceTrip,
    Attachment,
    ConditionIndicator,
    Contact,
    Contract,
    Drug,
    Form,
    Note,
    QualifiedDate,
    Reference,
    Repricing,
    SpinalManipulation,
)
from chartline.formats.x12.elements import day_text
from chartline.formats.x12.record import Address
from chartline.formats.x12.writer import MISSING, TOO_MANY, Draft, Element, clean, limit, require

NO_PROCEDURE = "HC"
"""The qualifier of a line without a procedure code: the default of the models."""
_MOST_WAYS = 3


def write_day(qualifier: str, day: date, time: str = "") -> Draft:
    """DTP of one day, with its hour where there is one."""
    return ("DTP", qualifier, "DT", day_text(day) + time) if time else ("DTP", qualifier, "D8", day)


def write_days(qualifier: str, first: date, last: date | None) -> Draft:
    """DTP of one day, or of a period."""
    if last is None:
        return ("DTP", qualifier, "D8", first)
    return ("DTP", qualifier, "RD8", f"{day_text(first)}-{day_text(last)}")


def write_other_dates(
    dates: Sequence[QualifiedDate], own: Collection[str], periods: Collection[str]
) -> Iterator[Draft]:
    """DTP of dates in a general list.

    Raises ``x12.own_field`` for a code in ``periods``, and for a plain day with a code in ``own``: only what such a
    field cannot hold, an hour or a last day, may stand in the list. Raises ``x12.contradiction`` for a wrong hour.
    """
    for found in dates:
        is_plain = found.through is None and not found.time
        if found.qualifier in periods or (is_plain and found.qualifier in own):
            raise OWN_FIELD.error(field="dates.other", code=found.qualifier)
        if found.time and (found.through is not None or not _is_time(found.time)):
            raise CONTRADICTION.error(field="dates.other.time")
        if found.time:
            yield write_day(found.qualifier, found.day, found.time)
        else:
            yield write_days(found.qualifier, found.day, found.through)


def hour(time: str, day: date | None, name: str) -> str:
    """A time of a day as HHMM. Raises ``x12.contradiction`` when it is none or there is no day."""
    if time and (day is None or not _is_time(time)):
        raise CONTRADICTION.error(field=name)
    return time


def _is_time(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


def write_reference(reference: Reference) -> Draft:
    """REF, with REF04 where a payer owns the number."""
    number = limit(require(reference.value, f"REF*{reference.qualifier}"), 50, f"REF*{reference.qualifier}")
    if reference.payer:
        return ("REF", reference.qualifier, number, None, ("2U", reference.payer))
    return ("REF", reference.qualifier, number)


def write_address(address: Address, name: str) -> Iterator[Draft]:
    """N3 and N4."""
    yield ("N3", limit(require(clean(address.line1), f"{name}.line1"), 55, f"{name}.line1"), clean(address.line2))
    city = limit(require(clean(address.city), f"{name}.city"), 30, f"{name}.city")
    yield ("N4", city, address.state, address.zip, address.country)


def write_contact(contact: Contact, name: str) -> Draft:
    """PER. Raises ``x12.missing`` without any number, ``x12.too_many`` for more than three."""
    ways = (("TE", contact.phone), ("EX", contact.extension), ("EM", contact.email), ("FX", contact.fax))
    given = [way for way in ways if way[1]]
    if not given or given[0][0] == "EX":
        raise MISSING.error(field=f"{name}.phone")
    if len(given) > _MOST_WAYS:
        raise TOO_MANY.error(field=name, most=str(_MOST_WAYS))
    return ("PER", "IC", clean(contact.name), *(part for way in given for part in way))


def write_note(note: Note) -> Draft:
    """NTE."""
    return ("NTE", require(note.kind, "notes.kind"), limit(require(note.text, "notes.text"), 80, "notes.text"))


def write_attachment(attachment: Attachment) -> Draft:
    """PWK."""
    kind, way = require(attachment.kind, "attachments.kind"), require(attachment.transmission, "attachments")
    control = attachment.control
    return ("PWK", kind, way, None, None, "AC", limit(control, 50, "control")) if control else ("PWK", kind, way)


def write_contract(contract: Contract) -> Draft:
    """CN1."""
    kind = require(contract.kind, "contract.kind")
    terms = (contract.amount, contract.percent, contract.code, contract.discount, contract.version)
    return ("CN1", kind, *terms)


def write_condition(condition: ConditionIndicator) -> Draft:
    """CRC."""
    fitting("conditions", condition.codes, 5, least=1)
    codes = [require(code, "conditions") for code in condition.codes]
    return ("CRC", require(condition.category, "conditions"), "Y" if condition.applies else "N", *codes)


def write_ambulance(trip: AmbulanceTrip) -> Draft:
    """CR1."""
    weight = ("LB", trip.weight) if trip.weight is not None else (None, None)
    reason = require(trip.reason, "ambulance.reason")
    return (
        "CR1",
        *weight,
        None,
        reason,
        "DH",
        trip.distance,
        None,
        None,
        clean(trip.round_trip),
        clean(trip.stretcher),
    )


def write_spinal(spinal: SpinalManipulation) -> Draft:
    """CR2."""
    condition = require(spinal.condition, "spinal.condition")
    return ("CR2", *[None] * 7, condition, None, spinal.description, spinal.more)


def write_repricing(found: Repricing) -> Draft:
    """HCP."""
    return (
        "HCP",
        require(found.method, "repricing.method"),
        found.allowed,
        found.savings,
        found.organisation,
        found.rate,
        found.group,
        found.group_amount,
        found.revenue_code,
        found.qualifier,
        found.code,
        found.unit,
        found.units,
        found.rejection,
        found.compliance,
        found.exception,
    )


def write_drug(drug: Drug) -> Iterator[Draft]:
    """LIN, CTP and the prescription's number (loop 2410)."""
    yield ("LIN", None, require(drug.qualifier, "drug.qualifier"), require(drug.code, "drug.code"))
    yield ("CTP", None, None, None, drug.quantity, (require(drug.unit, "drug.unit"),))
    if drug.prescription:
        yield ("REF", require(drug.prescription_kind, "drug.prescription_kind"), drug.prescription)
    elif drug.prescription_kind != "XZ":
        raise CONTRADICTION.error(field="drug.prescription_kind")


def write_form(form: Form) -> Iterator[Draft]:
    """LQ and its FRM (loop 2440)."""
    fitting("forms.answers", form.answers, 99, least=1)
    yield ("LQ", require(form.kind, "forms.kind"), require(form.code, "forms.code"))
    for answer in form.answers:
        yield ("FRM", require(answer.question, "question"), answer.choice, answer.text, answer.day, answer.percent)


def procedure(qualifier: str, code: str, modifiers: Sequence[str], description: str = "") -> Element:
    """A procedure composite. Raises ``x12.too_many`` for more than four modifiers."""
    fitting("modifiers", modifiers, 4)
    parts = [require(qualifier, "qualifier"), require(code, "code"), *(require(one, "modifiers") for one in modifiers)]
    if description:
        parts += [*[""] * (6 - len(parts)), description]
    return tuple(parts)


def optional_procedure(qualifier: str, code: str, modifiers: Sequence[str], description: str = "") -> Element:
    """A procedure composite, or nothing where only a revenue code is billed."""
    if code:
        return procedure(qualifier, code, modifiers, description)
    if modifiers or description or qualifier != NO_PROCEDURE:
        raise CONTRADICTION.error(field="code")
    return None
