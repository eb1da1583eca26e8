"""What a payer answers about one patient (271): the member as the payer knows him or her, benefits, refusals.

Codes are as sent; ``benefits`` tells what they mean for the bill.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.values import (
    Delivery,
    Procedure,
    QualifiedDate,
    Reference,
    Rejection,
    Trace,
)
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money


class Military(Record, frozen=True, kw_only=True, gc=False):
    """Military service (MPI): how current the information is, employment, branch, and where sent a note, the rank and
    the time of service."""

    status: str
    employment: str
    branch: str
    note: str = ""
    rank: str = ""
    first_day: date | None = None
    last_day: date | None = None


class FurtherInformation(Record, frozen=True, kw_only=True, gc=False):
    """Where or for what a benefit holds (III): ``list`` ``ZZ`` with a place of service, ``GR`` and ``NI`` other
    lists; or free text with its kind (``44``)."""

    list: str = ""
    code: str = ""
    text_kind: str = ""
    text: str = ""


class Benefit(Record, frozen=True, kw_only=True, gc=False):
    """One statement about coverage (loop 2110).

    ``information`` is EB01: ``1`` to ``5`` covered, ``6`` to ``8`` not, ``A`` coinsurance, ``B`` copay, ``C``
    deductible, ``F`` limit, ``G`` out-of-pocket maximum, ``I`` not covered service, ``L`` primary care provider,
    ``R`` other payer ... ``coverage_level`` is ``IND``, ``FAM``, ``EMP`` ...; ``period`` EB06: ``23`` calendar year,
    ``27`` visit, ``29`` remaining ... ``percent`` is the patient's share as sent, ``Decimal("0.2")`` for 20 percent.
    ``authorization`` (EB11) and ``in_network`` (EB12) are ``Y``, ``N``, ``U`` unknown, ``W`` does not matter, or empty.
    ``pointers`` count the person's diagnoses from 1. ``parties`` (loop 2120) are other payers, plans and providers.
    """

    information: str
    coverage_level: str = ""
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    amount: Money | None = None
    percent: Decimal | None = None
    quantity_kind: str = ""
    quantity: Decimal | None = None
    authorization: str = ""
    in_network: str = ""
    procedure: Procedure | None = None
    pointers: tuple[int, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[QualifiedDate, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    messages: tuple[str, ...] = ()
    further: tuple[FurtherInformation, ...] = ()
    parties: tuple[Party, ...] = ()


class EligibilityAnswer(Record, frozen=True, kw_only=True, gc=False):
    """One patient's answer, or the refusal of a question before it came to a patient.

    A payer that could not read on leaves ``provider`` or ``subscriber`` out. ``rejections`` are those of the levels
    from the source to the patient; those of single questions stand with their benefit. ``reference`` (BHT03) is the
    question's. ``purpose`` is BHT02: ``11`` answer, ``06`` confirmation of a spend-down.
    """

    payer: Party
    provider: Party | None = None
    subscriber: Person | None = None
    dependent: Person | None = None
    benefits: tuple[Benefit, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    traces: tuple[Trace, ...] = ()
    subscriber_military: tuple[Military, ...] = ()
    dependent_military: tuple[Military, ...] = ()
    reference: str = ""
    purpose: str = "11"

    @property
    def patient(self) -> Person | None:
        """The person asked about; None when the payer did not come that far."""
        return self.dependent or self.subscriber

    @property
    def all_rejections(self) -> tuple[Rejection, ...]:
        """Those of the levels, then those of single questions."""
        return (*self.rejections, *(one for benefit in self.benefits for one in benefit.rejections))

    def trace(self, originator: str) -> str:
        """Our own trace number (``kind`` ``2``) under which we asked; empty when it did not come back."""
        return next((one.number for one in self.traces if one.kind == "2" and one.originator == originator), "")

    @property
    def group(self) -> Reference | None:
        """Number and name of the member's group (REF*6P), of the patient or else the subscriber."""
        return self._reference("6P")

    @property
    def plan(self) -> Reference | None:
        """Number and name of the plan (REF*18)."""
        return self._reference("18")

    @property
    def plan_days(self) -> tuple[date | None, date | None]:
        """First and last day of the plan, as far as the payer said: dates ``346`` and ``347``, or ``291``, or
        ``356`` and ``357`` (eligibility)."""
        for person in (self.dependent, self.subscriber):
            if person is None:
                continue
            for begin, end in (("346", "347"), ("356", "357")):
                first, last = person.dated(begin), person.dated(end)
                if first is not None or last is not None:
                    until = last.day if last is not None else first.through if first is not None else None
                    return (first.day if first is not None else None, until)
            whole = person.dated("291") or person.dated("307")
            if whole is not None:
                return whole.day, whole.through
        return None, None

    def parties(self, *roles: str) -> tuple[Party, ...]:
        """The other parties of all benefits with these roles: ``P3`` primary care provider, ``PR`` other payer ..."""
        return tuple(party for benefit in self.benefits for party in benefit.parties if party.role in roles)

    def _reference(self, qualifier: str) -> Reference | None:
        for person in (self.dependent, self.subscriber):
            for one in person.references if person is not None else ():
                if one.qualifier == qualifier:
                    return one
        return None
