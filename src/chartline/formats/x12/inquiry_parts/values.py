"""Single facts of a question or an answer: numbers, dates, procedures, how services are spread over time, refusals.

Codes are as sent and are not checked against a list here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.record import Record


class Trace(Record, frozen=True, gc=False):
    """A number that joins an answer to its question (TRN).

    ``originator`` (TRN03, ten characters) says whose number it is: ``1`` and a tax id, ``9`` and an own number. In an
    answer ``kind`` ``2`` is the asker's number given back and ``1`` one of the payer or a clearinghouse.
    """

    number: str
    originator: str = ""
    division: str = ""
    kind: str = "1"


class Reference(Record, frozen=True, gc=False):
    """A number with its kind (REF01, REF02) and, where sent, its description (REF03), such as the name of a group."""

    qualifier: str
    value: str
    description: str = ""


class QualifiedDate(Record, frozen=True, gc=False):
    """A day, or days up to ``through``, with the meaning as a code (DTP01). ``time`` is HHMM where one was given."""

    qualifier: str
    day: date
    through: date | None = None
    time: str = ""


class Contact(Record, frozen=True, gc=False):
    """Whom to ask (PER*IC), with up to three numbers in order: pairs such as ``("TE", "5550100100")``.

    Kinds: ``TE`` phone, ``EX`` extension of the number before, ``FX`` fax, ``EM`` mail, ``UR`` web page, ``WP`` work.
    """

    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()

    def number(self, kind: str) -> str:
        """The first number of a kind, empty when there is none."""
        return next((value for of, value in self.numbers if of == kind), "")


class Specialty(Record, frozen=True, gc=False):
    """What a provider does (PRV): ``role`` such as ``PE`` performing or ``RF`` referring, ``code`` a taxonomy code
    (``kind`` ``PXC``) or another id."""

    role: str
    code: str = ""
    kind: str = "PXC"


class Diagnosis(Record, frozen=True, gc=False):
    """A code of HI: ``kind`` ``ABK`` principal, ``ABF`` further, ``ABJ`` at admission, ``APR`` reason of the visit
    (all ICD-10), ``DR`` DRG, ``LOI`` a wanted test result. ``day`` is when it was made, where sent."""

    code: str
    kind: str = "ABK"
    day: date | None = None


class Procedure(Record, frozen=True, gc=False):
    """A service by its code: ``kind`` ``HC`` HCPCS, ``AD`` dental, ``N4`` NDC. ``through`` ends a range of codes."""

    code: str
    kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    description: str = ""
    through: str = ""


class Delivery(Record, frozen=True, kw_only=True, gc=False):
    """How services are spread over time (HSD): ten visits (``VS``, 10), two each (``interval``) week (``WK``), for
    three (``periods``) months (``period`` ``34``), on certain ``days`` at a certain ``time``."""

    quantity_kind: str = ""
    quantity: Decimal | None = None
    interval_kind: str = ""
    interval: Decimal | None = None
    period: str = ""
    periods: int | None = None
    days: str = ""
    time: str = ""


class Rejection(Record, frozen=True, kw_only=True, gc=False):
    """A refusal (AAA). ``level`` says about what: ``source`` the whole question, ``payer``, ``provider``,
    ``subscriber``, ``dependent``, ``question``; in authorizations also ``reviewer``, ``requester``, ``event``,
    ``service``, ``place``. ``number`` counts from 1 where there are several providers or places.

    ``reason`` is AAA03 (``72`` wrong member id, ``75`` not found, ``42`` the payer's system is down ...), ``follow_up``
    AAA04 (``C`` correct and send again, ``N`` do not send again ...). ``is_request_valid`` is AAA01: nothing was wrong
    with the question, yet it was not answered.
    """

    level: str
    reason: str
    follow_up: str = ""
    is_request_valid: bool = False
    number: int = 0
