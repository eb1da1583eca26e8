"""Journal entries as values, and the entries that a charge makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chartline.domains.ledger.accounts import INSURANCE, REVENUE
from chartline.kernel.money import Money


class EntryKind(StrEnum):
    """What happened."""

    CHARGE = "charge"
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
    PATIENT_PAYMENT = "patient_payment"
    WRITE_OFF = "write_off"


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
