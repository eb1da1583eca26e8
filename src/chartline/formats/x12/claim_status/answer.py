"""What the payer says about one claim, or about a question that did not come to a claim (277).

Codes are as sent: categories (``A`` acknowledged, ``P`` pending, ``F`` decided, ``R`` more is wanted, ``E`` error,
``D`` search) and status codes are lists that change several times a year.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.claim_status.question import StatusPerson
from chartline.formats.x12.inquiry_parts.parties import Party
from chartline.formats.x12.inquiry_parts.values import Procedure
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money

__all__ = ["LineStatus", "Status", "StatusAnswer", "StatusCode", "StatusPerson"]


class StatusCode(Record, frozen=True, gc=False):
    """What is said (C043): ``category`` such as ``F1``, ``status`` such as ``65``, ``entity`` whom it is about (``1P``,
    ``QC`` ...). ``list`` is ``RX`` when ``status`` is a pharmacy code."""

    category: str
    status: str
    entity: str = ""
    list: str = ""

    @property
    def is_final(self) -> bool:
        """Whether the claim is decided; nothing more will come by itself."""
        return self.category.startswith("F")

    @property
    def is_pending(self) -> bool:
        """Whether the payer is still working on it."""
        return self.category.startswith("P")

    @property
    def wants_more(self) -> bool:
        """Whether the payer waits for information."""
        return self.category.startswith("R")


class Status(Record, frozen=True, kw_only=True, gc=False):
    """One status with one to three codes (STC).

    ``since`` is STC02, ``charged`` STC04, ``paid`` STC05, ``decided_on`` STC06, ``method`` STC07 (``ACH``, ``CHK``
    ...), ``paid_on`` STC08 and ``payment_number`` STC09 (check or EFT). ``action`` (STC03) and ``message`` (STC12)
    are used in other guides; a payer who sends them is understood.
    """

    codes: tuple[StatusCode, ...]
    since: date | None
    action: str = ""
    charged: Money | None = None
    paid: Money | None = None
    decided_on: date | None = None
    method: str = ""
    paid_on: date | None = None
    payment_number: str = ""
    message: str = ""


class LineStatus(Record, frozen=True, kw_only=True, gc=False):
    """A service line and how it stands; ``procedure``, ``revenue_code`` and ``control`` as in ``LineQuestion``."""

    procedure: Procedure
    charged: Money
    paid: Money
    statuses: tuple[Status, ...]
    first_day: date | None
    last_day: date | None = None
    units: Decimal | None = None
    revenue_code: str = ""
    control: str = ""


class StatusAnswer(Record, frozen=True, kw_only=True, gc=False):
    """How one claim stands; or, without ``subscriber``, why a question about a provider's claims was not answered; or,
    without ``provider``, why nothing of a whole file was.

    ``trace`` is the question's (TRN*2), of a refused provider the payer's own or ``0``. Fields as in ``StatusRequest``;
    ``voucher`` is REF*VV. The payer's contact stands with ``payer``.
    """

    reference: str
    payer: Party
    requester: Party
    provider: Party | None = None
    second_provider: Party | None = None
    subscriber: StatusPerson | None = None
    dependent: StatusPerson | None = None
    trace: str
    statuses: tuple[Status, ...]
    payer_control_number: str = ""
    bill_type: str = ""
    patient_control_number: str = ""
    prescription: str = ""
    voucher: str = ""
    intermediary_reference: str = ""
    first_day: date | None = None
    last_day: date | None = None
    lines: tuple[LineStatus, ...] = ()

    @property
    def patient(self) -> StatusPerson | None:
        """Whose claim it is; None when the answer did not come that far."""
        return self.dependent or self.subscriber

    @property
    def codes(self) -> tuple[StatusCode, ...]:
        """All codes of the claim, the first status first."""
        return tuple(code for status in self.statuses for code in status.codes)

    @property
    def is_final(self) -> bool:
        """Whether the claim is decided, by its first code."""
        return bool(self.codes) and self.codes[0].is_final

    @property
    def paid(self) -> Money | None:
        """What was paid, as far as the payer said."""
        return next((status.paid for status in self.statuses if status.paid is not None), None)
