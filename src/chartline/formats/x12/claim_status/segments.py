"""Statuses, persons and periods as segments and back: what both directions need.

Strict about amounts, quantities and dates. Refuses a status without a code or a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from chartline.formats.x12.claim_status.answer import Status, StatusCode
from chartline.formats.x12.claim_status.question import StatusPerson
from chartline.formats.x12.elements import amount_or_none, day
from chartline.formats.x12.inquiry_parts.parties import Party
from chartline.formats.x12.inquiry_parts.party_reader import head, inner, read_party
from chartline.formats.x12.inquiry_parts.party_writer import NO_PLACE
from chartline.formats.x12.inquiry_parts.value_writer import fitting_count, write_date
from chartline.formats.x12.inquiry_parts.values import QualifiedDate
from chartline.formats.x12.loops import person_name
from chartline.formats.x12.tokenizer import Segment
from chartline.formats.x12.tree import Loop
from chartline.formats.x12.writer import MISSING, Draft, Element, clean, require

MOST_CODES = 3


def read_person(loop: Loop, birth: Segment | None = None) -> StatusPerson:
    """The subscriber or dependent of a loop, with the DMG of its level. Raises ``x12.incomplete``, ``x12.bad_date``."""
    nm1 = head(loop, "NM1")
    return StatusPerson(
        name=person_name(nm1),
        is_organisation=nm1.at(2) == "2",
        member_id=nm1.at(9),
        member_id_kind=nm1.at(8) or "MI",
        born=day(birth, 2) if birth is not None else None,
        sex=birth.at(3) if birth is not None else "",
    )


def write_person(person: StatusPerson, role: str) -> Iterator[Draft]:
    """The NM1 of a subscriber or dependent. Raises ``x12.missing`` and ``x12.no_place``."""
    name = person.name
    is_dependent = role == "QC"
    if is_dependent and (person.member_id or person.is_organisation):
        raise NO_PLACE.error(field="member_id" if person.member_id else "is_organisation", near=f"NM1*{role}")
    number = (None, None) if is_dependent else (person.member_id_kind, require(person.member_id, "member_id"))
    last = require(clean(name.last), f"NM1*{role}.last")
    kind = "2" if person.is_organisation else "1"
    yield ("NM1", role, kind, last, clean(name.first), clean(name.middle), None, clean(name.suffix), *number)


def read_providers(level: Loop) -> tuple[Party, Party | None]:
    """The provider, and the same one under another id. Raises ``x12.incomplete``."""
    first = read_party(inner(level, "2100C"))
    others = [one for one in level.children("2100C")[1:] if one.find("NM1") is not None]
    return first, read_party(others[0]) if others else None


def read_status(stc: Segment) -> Status:
    """One STC. Raises ``x12.bad_amount`` and ``x12.bad_date``."""
    codes = (stc.components(number) for number in (1, 10, 11))
    return Status(
        codes=tuple(StatusCode(*[*parts, *[""] * 4][:4]) for parts in codes if parts),
        since=day(stc, 2),
        action=stc.at(3),
        charged=amount_or_none(stc, 4),
        paid=amount_or_none(stc, 5),
        decided_on=day(stc, 6),
        method=stc.at(7),
        paid_on=day(stc, 8),
        payment_number=stc.at(9),
        message=stc.at(12),
    )


def read_statuses(loop: Loop) -> tuple[Status, ...]:
    """Every STC of a loop."""
    return tuple(read_status(stc) for stc in loop.all("STC"))


def write_statuses(statuses: Sequence[Status]) -> Iterator[Draft]:
    """STC segments. Raises ``x12.missing`` when there is none, or one without code or day."""
    if not statuses:
        raise MISSING.error(field="statuses")
    for status in statuses:
        codes = fitting_count(status.codes, MOST_CODES, "codes")
        if not codes or status.since is None:
            raise MISSING.error(field="since" if codes else "codes")
        written: list[Element] = [
            (require(code.category, "category"), require(code.status, "status"), code.entity, code.list)
            for code in codes
        ]
        yield (
            "STC",
            written[0],
            status.since,
            status.action,
            status.charged,
            status.paid,
            status.decided_on,
            status.method,
            status.paid_on,
            status.payment_number,
            *[*written[1:], None, None][:2],
            status.message,
        )


def write_period(first: date | None, last: date | None) -> Iterator[Draft]:
    """The service dates (DTP*472), when there are any. Raises ``x12.missing`` for an end without a beginning."""
    if first is not None:
        yield write_date(QualifiedDate("472", first, last))
    elif last is not None:
        raise MISSING.error(field="first_day")


def write_numbers(*numbers: tuple[str, str]) -> Iterator[Draft]:
    """REF segments of the numbers that are known."""
    return (("REF", qualifier, value) for qualifier, value in numbers if value)
