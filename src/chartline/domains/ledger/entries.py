"""Journal entries as values, and the entries that a charge makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chartline.domains.ledger.accounts import INSURANCE, REVENUE, TRANSFER
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

NO_TRANSFER = ErrorKind(
    "ledger.no_transfer",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This amount cannot be moved so.",
    "Move more than nothing, and from one account or claim to another one.",
)


class EntryKind(StrEnum):
    """What happened."""

    CHARGE = "charge"
    """A visit was charged."""
    CHARGE_CHANGE = "charge_change"
    """A correction raised or lowered what was charged."""
    REMITTANCE = "remittance"
    """A payer's decision on a claim."""
    REVERSAL = "reversal"
    """A payer took a decision back."""
    UNAPPLIED = "unapplied"
    """A payer paid for a claim that we do not know."""
    APPLIED = "applied"
    """Unapplied money found its claim."""
    PROVIDER_LEVEL = "provider_level"
    """Between payer and practice outside any claim."""
    PATIENT_PAYMENT = "patient_payment"
    """A patient paid."""
    PATIENT_APPLIED = "patient_applied"
    """A patient's credit was applied to a claim, or taken off it."""
    REFUND = "refund"
    """Money was given back to a patient or a payer."""
    BOUNCED = "bounced"
    """A patient's payment did not hold, such as a check that bounced."""
    WRITE_OFF = "write_off"
    """The practice gave an open amount up."""
    TRANSFER = "transfer"
    """An open amount moved to another claim, or to who owes it now."""
    UNDO = "undo"
    """An entry that was a mistake was countered."""

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        return _SENTENCES[self]


_SENTENCES = {
    EntryKind.CHARGE: "A visit was charged.",
    EntryKind.CHARGE_CHANGE: "A correction changed what was charged.",
    EntryKind.REMITTANCE: "A payer decided on a claim.",
    EntryKind.REVERSAL: "A payer took a decision back.",
    EntryKind.UNAPPLIED: "A payer paid for a claim that is not known.",
    EntryKind.APPLIED: "Money of a payer found its claim.",
    EntryKind.PROVIDER_LEVEL: "Something between payer and practice outside any claim.",
    EntryKind.PATIENT_PAYMENT: "A patient paid.",
    EntryKind.PATIENT_APPLIED: "A patient's credit was applied to a claim, or taken off it.",
    EntryKind.REFUND: "Money was given back.",
    EntryKind.BOUNCED: "A payment did not hold.",
    EntryKind.WRITE_OFF: "The practice gave an open amount up.",
    EntryKind.TRANSFER: "An open amount moved to who owes it now.",
    EntryKind.UNDO: "An entry that was a mistake was countered.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: debit positive, credit negative. ``code`` is the reason, such as ``CO-45``."""

    account: str
    amount: Money
    code: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that moved money. ``source_key`` names its cause and can be used once in an organisation.

    ``effective`` is the day it counts for (service date, payment date); ``memo`` is a code, never a patient value.
    """

    kind: EntryKind
    effective: date
    source_key: str
    lines: tuple[Line, ...]
    claim_id: str | None = None
    encounter_id: str | None = None
    patient_id: str | None = None
    remittance_id: str | None = None
    memo: str = ""
    actor: str = ""
    """Who did it; empty for what Chartline did by itself."""


def charge_entry(
    *,
    encounter_id: str,
    patient_id: str,
    service_date: date,
    amount: Money,
    claim_id: str | None = None,
    receivable: str = INSURANCE,
) -> Entry:
    """A visit was charged: the receivable grows, and so does revenue. Once per encounter."""
    return Entry(
        kind=EntryKind.CHARGE,
        effective=service_date,
        source_key=f"charge/{encounter_id}",
        lines=(Line(receivable, amount), Line(REVENUE, -amount)),
        claim_id=claim_id,
        encounter_id=encounter_id,
        patient_id=patient_id,
    )


def charge_change_entry(
    *, claim_id: str, encounter_id: str, patient_id: str, effective: date, difference: Money, cause: str
) -> Entry:
    """What was charged changed by ``difference``; ``cause`` is ``v2`` for a second version, ``cancelled`` and so on."""
    return Entry(
        kind=EntryKind.CHARGE_CHANGE,
        effective=effective,
        source_key=f"charge/{encounter_id}/{cause}",
        lines=(Line(INSURANCE, difference), Line(REVENUE, -difference)),
        claim_id=claim_id,
        encounter_id=encounter_id,
        patient_id=patient_id,
        memo=cause,
    )


@dataclass(frozen=True, slots=True)
class Owing:
    """Where an open amount stands: on which claim, and in which receivable (``INSURANCE``, ``PATIENT``, ...)."""

    claim_id: str | None
    encounter_id: str | None
    patient_id: str
    account: str


def transfer_entry(
    *, origin: Owing, target: Owing, amount: Money, effective: date, cause: str, code: str = "", actor: str = ""
) -> tuple[Entry, ...]:
    """An open amount moves, for example from what the patient owes on a claim to insurance on the next claim.

    One entry when it stays on its claim; two when it goes to another claim, with ``transfer.between_claims`` between
    them, so that each claim's accounts sum to zero for themselves. Give all of it to ``post_many``. ``cause`` names
    the transfer and can be used once in an organisation (such as ``secondary/<claim>``, at most 100 characters).
    Raises ``ledger.no_transfer``.
    """
    if amount.minor <= 0 or (origin.claim_id, origin.account) == (target.claim_id, target.account):
        raise NO_TRANSFER.error(cause=cause)
    if origin.claim_id == target.claim_id:
        lines = (Line(target.account, amount, code), Line(origin.account, -amount, code))
        return (_moved(origin, lines, effective, f"transfer/{cause}", actor),)
    out = (Line(TRANSFER, amount, code), Line(origin.account, -amount, code))
    into = (Line(target.account, amount, code), Line(TRANSFER, -amount, code))
    return (
        _moved(origin, out, effective, f"transfer/{cause}/out", actor),
        _moved(target, into, effective, f"transfer/{cause}/in", actor),
    )


def _moved(owing: Owing, lines: tuple[Line, ...], effective: date, source: str, actor: str) -> Entry:
    return Entry(
        kind=EntryKind.TRANSFER,
        effective=effective,
        source_key=source,
        lines=lines,
        claim_id=owing.claim_id,
        encounter_id=owing.encounter_id,
        patient_id=owing.patient_id,
        actor=actor,
    )


def counter_entry(entry: Entry, *, effective: date, cause: str, actor: str = "", memo: str = "undo") -> Entry:
    """The entry that takes another one back, line by line; ``cause`` is its own source key, once in an organisation."""
    return Entry(
        kind=EntryKind.UNDO,
        effective=effective,
        source_key=cause,
        lines=tuple(Line(line.account, -line.amount, line.code) for line in entry.lines),
        claim_id=entry.claim_id,
        encounter_id=entry.encounter_id,
        patient_id=entry.patient_id,
        remittance_id=entry.remittance_id,
        memo=memo,
        actor=actor,
    )
