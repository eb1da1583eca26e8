"""What a practice asks a payer about one patient (270).

One question is about one patient: the subscriber, or the dependent when there is one.
"""

from __future__ import annotations

from datetime import date

from chartline.formats.x12.inquiry_parts.parties import Party, Person
from chartline.formats.x12.inquiry_parts.values import Procedure, Reference, Trace
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money

GUIDE = "005010X279A1"
"""ST03 and GS08 of both directions."""


class BenefitQuestion(Record, frozen=True, kw_only=True, gc=False):
    """One thing that is asked (EQ): service types such as ``30`` (health plan coverage) or ``98`` (office visit), or a
    procedure.

    ``coverage_level`` is ``FAM`` to ask about the whole family. ``pointers`` count the person's diagnoses from 1.
    ``spend_down`` and ``spend_down_billed`` are AMT*R and AMT*PB (subscribers only). ``authorization`` is a referral
    (``9F``) or an authorization (``G1``).
    """

    service_types: tuple[str, ...] = ()
    procedure: Procedure | None = None
    coverage_level: str = ""
    pointers: tuple[int, ...] = ()
    spend_down: Money | None = None
    spend_down_billed: Money | None = None
    place_of_service: str = ""
    authorization: Reference | None = None
    first_day: date | None = None
    last_day: date | None = None


class EligibilityRequest(Record, frozen=True, kw_only=True, gc=False):
    """One patient's eligibility, asked of one payer for one provider.

    ``payer.role`` is ``PR`` as a rule, ``provider.role`` ``1P``. ``reference`` (BHT03) comes back in the answer.
    ``purpose`` is BHT02: ``13`` question, ``01`` cancel, ``36`` take the spend-down; ``kind`` BHT06, ``RT`` with
    spend-down. ``traces`` are ours and come back. The days asked about stand with the patient as date ``291``, or
    with a question.
    """

    payer: Party
    provider: Party
    subscriber: Person
    dependent: Person | None = None
    questions: tuple[BenefitQuestion, ...] = (BenefitQuestion(service_types=("30",)),)
    traces: tuple[Trace, ...] = ()
    reference: str = ""
    purpose: str = "13"
    kind: str = ""

    @property
    def patient(self) -> Person:
        """The person asked about."""
        return self.dependent or self.subscriber
