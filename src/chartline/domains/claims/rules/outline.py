"""The outline of a professional claim: everything that decides whether it can be written, without what stands in it.

Names, numbers, days and amounts that are plain in form are left out; codes, orders and what is there at all stay. Two
claims of one outline are written alike, so that one trial speaks for thousands. A claim with anything unusual has no
outline and is tried by itself. No value of a patient is in an outline.
"""

from __future__ import annotations

import re
from collections.abc import Hashable

from chartline.domains.claims.copy import ClaimCopy, CopyLine, CopyPerson, PostalAddress, RenderingIdentity
from chartline.domains.claims.rules.rule import PROFESSIONAL
from chartline.domains.codes import npi_is_valid

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9 .'&,-]{0,22}[A-Za-z0-9.])?", re.ASCII)
_TITLE = re.compile(r"[A-Za-z](?:[A-Za-z0-9 .'&,-]{0,52}[A-Za-z0-9.])?", re.ASCII)
_STREET = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .'#-]{0,44}[A-Za-z0-9.])?", re.ASCII)
_CITY = re.compile(r"[A-Za-z][A-Za-z0-9 .'-]{0,26}[A-Za-z0-9.]", re.ASCII)
_NUMBER = re.compile(r"[A-Za-z0-9-]{2,30}", re.ASCII)
_PROCEDURE = re.compile(r"[0-9A-V]\d{3}[0-9FTU]", re.ASCII)
_DIAGNOSIS = re.compile(r"[A-TV-Z]\d[0-9AB][0-9A-Z]{0,4}", re.ASCII)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_FIRST_YEAR = 1900

Outline = tuple[Hashable, ...]


class _Unusual(Exception):
    """Something is not plain."""


def outline_of(copy: ClaimCopy) -> Outline | None:
    """The outline, or None for a claim that is tried by itself."""
    special = (
        copy.others
        or copy.attachments
        or copy.institutional
        or copy.dental
        or copy.facility
        or copy.supervising
        or copy.referring
        or copy.related_causes
        or copy.note
        or copy.clia
    )
    if special or copy.kind != PROFESSIONAL:
        return None
    try:
        return _outline(copy)
    except _Unusual:
        return None


def _outline(copy: ClaimCopy) -> Outline:
    plain, on, cover, billing = _plain, copy.service_date, copy.coverage, copy.billing
    born = copy.patient.born
    if born is None or not _FIRST_YEAR < born.year <= on.year or not 1 <= copy.total <= 99_999_999:
        raise _Unusual
    return (
        plain(_NUMBER, copy.number),
        copy.version > 9,
        copy.frequency,
        plain(_NUMBER, copy.payer_number),
        plain(_NUMBER, copy.prior_authorization),
        plain(_NUMBER, copy.referral),
        plain(_NUMBER, copy.medical_record),
        copy.delay_reason,
        copy.onset is None or copy.onset <= on,
        copy.accident is None,
        copy.accident_state,
        copy.onset is None,
        copy.patient_paid > 0,
        copy.service_through,
        copy.place_of_service,
        copy.total == sum(line.amount for line in copy.lines),
        _person(copy.patient),
        None if copy.subscriber is None else _person(copy.subscriber),
        _provider(copy.rendering),
        copy.rendering is not None and copy.rendering.npi == billing.npi,
        plain(_TITLE, billing.name),
        _npi(billing.npi),
        _digits(billing.tax_id, 9),
        billing.taxonomy,
        _address(billing.address),
        plain(_TITLE, billing.contact),
        _digits(billing.phone, 10),
        plain(_NUMBER, cover.payer_id),
        plain(_TITLE, cover.payer_name),
        plain(_NUMBER, cover.member_id),
        plain(_NUMBER, cover.group),
        cover.order,
        cover.relationship,
        cover.filing,
        tuple(plain(_DIAGNOSIS, code) for code in copy.diagnoses),
        len(set(copy.diagnoses)) == len(copy.diagnoses),
        tuple(_line(copy, line) for line in copy.lines),
    )


def _line(copy: ClaimCopy, line: CopyLine) -> Hashable:
    if line.drug or line.adjudications or line.rendering or line.teeth or line.areas or line.revenue_code:
        raise _Unusual
    if line.through is not None or line.description or not 1 <= line.amount <= 99_999_999:
        raise _Unusual
    if not 1 <= line.units <= 999:
        raise _Unusual
    return (
        _plain(_NUMBER, line.control),
        _plain(_PROCEDURE, line.procedure),
        len(tuple(_plain(_MODIFIER, one) for one in line.modifiers)),
        line.unit,
        line.pointers,
        line.service_date == copy.service_date,
        line.place_of_service if line.place_of_service != copy.place_of_service else "",
    )


def _person(person: CopyPerson) -> Hashable:
    names = tuple(_plain(_NAME, one) for one in (person.last, person.first, person.middle))
    return (*names, person.sex, person.born is None, _address(person.address))


def _provider(who: RenderingIdentity | None) -> Hashable:
    if who is None:
        return None
    return _plain(_NAME, who.last), _plain(_NAME, who.first), _npi(who.npi), who.taxonomy


def _address(address: PostalAddress) -> Hashable:
    lines = tuple(_plain(_STREET, one) for one in (address.line1, address.line2))
    return (
        *lines,
        _plain(_CITY, address.city),
        address.state,
        _digits(address.zip, len(address.zip)) and len(address.zip),
    )


def _plain(shape: re.Pattern[str], text: str) -> bool:
    """Whether there is a text, which has to have its shape."""
    if text and not shape.fullmatch(text):
        raise _Unusual
    return bool(text)


def _npi(text: str) -> bool:
    if not npi_is_valid(text):
        raise _Unusual
    return True


def _digits(text: str, count: int) -> bool:
    if text and not (len(text) == count and text.isascii() and text.isdigit()):
        raise _Unusual
    return bool(text)
