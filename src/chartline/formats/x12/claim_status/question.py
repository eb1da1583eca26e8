"""Where does a claim stand? What a practice asks about one claim (276).

The claim is named by whatever is known: the payer's number, our own, the dates, the charge.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.inquiry_parts.parties import Party
from chartline.formats.x12.inquiry_parts.values import Procedure
from chartline.formats.x12.record import PersonName, Record
from chartline.kernel.money import Money

GUIDE = "005010X212"
"""ST03 and GS08 of both directions."""


class StatusPerson(Record, frozen=True, kw_only=True, gc=False):
    """A subscriber or a dependent. ``born`` and ``sex`` (``F``, ``M``) are asked for of the patient, in questions only;
    the member id only of the subscriber. ``member_id_kind`` is ``MI``, ``II`` or ``24`` (employer's number)."""

    name: PersonName
    is_organisation: bool = False
    member_id: str = ""
    member_id_kind: str = "MI"
    born: date | None = None
    sex: str = ""


class LineQuestion(Record, frozen=True, kw_only=True, gc=False):
    """A service line asked about. ``procedure.kind`` is ``NU`` when ``procedure.code`` is a revenue code; otherwise a
    revenue code beside it stands in ``revenue_code``. ``control`` is our line number (REF*FJ)."""

    procedure: Procedure
    charge: Money
    first_day: date
    last_day: date | None = None
    units: Decimal | None = None
    revenue_code: str = ""
    control: str = ""


class StatusRequest(Record, frozen=True, kw_only=True, gc=False):
    """One claim asked about. ``trace`` comes back in the answer; ``reference`` (BHT03) names the whole transaction.

    ``requester`` (role ``41``, id kind ``46``) is who sends, ``provider`` (role ``1P``) whose claim it is;
    ``second_provider`` is the same one under another id. ``payer_control_number`` is REF*1K, ``patient_control_number``
    REF*EJ, ``intermediary_reference`` REF*D9, ``application`` REF*LU (where the payer keeps the claim), ``bill_type``
    REF*BLT, ``group`` REF*6P, ``prescription`` REF*XZ; ``charge`` AMT*T3.
    """

    reference: str
    payer: Party
    requester: Party
    provider: Party
    second_provider: Party | None = None
    subscriber: StatusPerson
    dependent: StatusPerson | None = None
    trace: str
    payer_control_number: str = ""
    bill_type: str = ""
    application: str = ""
    group: str = ""
    patient_control_number: str = ""
    prescription: str = ""
    intermediary_reference: str = ""
    charge: Money | None = None
    first_day: date | None = None
    last_day: date | None = None
    lines: tuple[LineQuestion, ...] = ()

    @property
    def patient(self) -> StatusPerson:
        """Whose claim it is."""
        return self.dependent or self.subscriber
