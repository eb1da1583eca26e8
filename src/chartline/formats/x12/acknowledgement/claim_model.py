"""What a payer or clearinghouse answers to each claim of a file (277CA), before it is decided.

Four levels: who answers, who sent the file, whose claims they are, and the patients. Codes are kept as sent.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.record import PersonName, Record
from chartline.kernel.money import Money

GUIDE = "005010X214"

TAKEN = "WQ"
"""STC03: the claim is taken over for adjudication."""
REFUSED = "U"
"""STC03: the claim is refused and has to be sent again."""


class Status(Record, frozen=True, gc=False):
    """What is said: claim status category (``A1`` received, ``A7`` refused), claim status code, and the entity it is
    about (``85`` billing provider, ``QC`` patient), if any."""

    category: str
    code: str
    entity: str = ""

    @property
    def text(self) -> str:
        """``A7:562:85``, as it is quoted in letters and portals."""
        return ":".join(part for part in (self.category, self.code, self.entity) if part)


class Decision(Record, frozen=True, kw_only=True, gc=False):
    """One STC: up to three statuses, the day, whether it is taken (``WQ``) or refused (``U``), the charge, a text."""

    statuses: tuple[Status, ...]
    action: str
    on: date | None = None
    amount: Money | None = None
    text: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether it goes on to adjudication."""
        return self.action == TAKEN


class Party(Record, frozen=True, kw_only=True, gc=False):
    """Somebody named at a level. ``role`` is ``AY`` clearinghouse, ``PR`` payer, ``41`` submitter, ``85`` provider."""

    name: PersonName
    """An organisation's name is its ``last``."""
    id: str
    id_kind: str
    role: str
    is_organisation: bool = True


class Totals(Record, frozen=True, kw_only=True, gc=False):
    """How many claims were taken and refused, and their charges; None where nothing is said."""

    accepted: int | None = None
    refused: int | None = None
    accepted_amount: Money | None = None
    refused_amount: Money | None = None


class OtherId(Record, frozen=True, gc=False):
    """A further id of a provider (REF)."""

    qualifier: str
    value: str


class LineAnswer(Record, frozen=True, kw_only=True, gc=False):
    """What is said about one service line. ``control`` is our line id."""

    code: str
    charged: Money
    decisions: tuple[Decision, ...]
    qualifier: str = "HC"
    modifiers: tuple[str, ...] = ()
    revenue_code: str = ""
    units: Decimal | None = None
    control: str = ""
    prescription: str = ""
    first_day: date | None = None
    last_day: date | None = None


class ClaimAnswer(Record, frozen=True, kw_only=True, gc=False):
    """What is said about one claim. ``reference`` is our patient control number, ``payer_control_number`` the number
    to quote from now on, ``intermediary_reference`` the clearinghouse's, ``bill_type`` of institutional claims."""

    reference: str
    decisions: tuple[Decision, ...]
    payer_control_number: str = ""
    intermediary_reference: str = ""
    bill_type: str = ""
    first_day: date | None = None
    last_day: date | None = None
    lines: tuple[LineAnswer, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether nothing about the claim itself was refused."""
        return bool(self.decisions) and all(decision.is_accepted for decision in self.decisions)


class PatientAnswer(Record, frozen=True, kw_only=True, gc=False):
    """A patient and the claims for him or her."""

    name: PersonName
    member_id: str = ""
    id_kind: str = "MI"
    claims: tuple[ClaimAnswer, ...] = ()


class ProviderAnswer(Record, frozen=True, kw_only=True, gc=False):
    """A billing provider; ``trace`` is empty when nothing is said about the provider as a whole."""

    party: Party
    trace: str = ""
    decisions: tuple[Decision, ...] = ()
    ids: tuple[OtherId, ...] = ()
    totals: Totals = Totals()
    patients: tuple[PatientAnswer, ...] = ()


class ReceiverAnswer(Record, frozen=True, kw_only=True, gc=False):
    """Who sent the file; ``reference`` is BHT03 of the 837 that is answered."""

    party: Party
    reference: str
    decisions: tuple[Decision, ...]
    totals: Totals = Totals()
    providers: tuple[ProviderAnswer, ...] = ()


class ClaimAcknowledgement(Record, frozen=True, kw_only=True, gc=False):
    """One 277CA: who answers, under which number (BHT03), when the claims came and when they were worked on.

    ``time`` is HHMM, HHMMSS or longer, as sent; ``trace`` is the sender's number of this answer (TRN02 of 2200A).
    """

    source: Party
    reference: str
    created: date
    time: str
    trace: str
    received: date
    processed: date
    receivers: tuple[ReceiverAnswer, ...] = ()

    @property
    def claims(self) -> list[ClaimAnswer]:
        """Every claim, in file order."""
        return [
            claim
            for receiver in self.receivers
            for provider in receiver.providers
            for patient in provider.patients
            for claim in patient.claims
        ]
