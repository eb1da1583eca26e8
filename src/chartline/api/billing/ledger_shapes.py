"""How the ledger looks on the billing wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from chartline.api.billing.shapes import Dollars, Shape, dollars
from chartline.domains.ledger.reading import Posted
from chartline.domains.payments.day_sheet import DaySheet, Total
from chartline.domains.payments.open_amounts import OpenClaim
from chartline.kernel.money import Money


class AccountShape(Shape):
    """An account: its name in the ledger, what practices call it, what it means, its balance."""

    account: str
    title: str
    kind: str
    sentence: str
    number: str
    balance: Dollars


class LineShape(Shape):
    """One side of an entry: debit positive, credit negative."""

    account: str
    amount: Dollars
    code: str


class EntryShape(Shape):
    """One entry. ``source`` names what it came from and exists once; ``day`` is the day of the books."""

    id: str
    kind: str
    sentence: str
    effective: date
    day: date
    posted_at: datetime
    source: str
    claim_id: str | None
    patient_id: str | None
    remittance_id: str | None
    memo: str
    actor: str
    lines: list[LineShape]


class OpenShape(Shape):
    """What is open on a claim."""

    claim_id: str
    number: str
    service_date: date
    payer_name: str
    charged: Dollars
    insurance: Dollars
    patient: Dollars
    collections: Dollars


class PatientShape(Shape):
    """What a patient owes; ``due`` is the patient's part less the credit."""

    patient_id: str
    patient: Dollars
    insurance: Dollars
    collections: Dollars
    credit: Dollars
    due: Dollars
    claims: list[OpenShape]


class TotalShape(Shape):
    """A line of a day sheet."""

    name: str
    amount: Dollars
    entries: int


class SheetShape(Shape):
    """The sheet of a day, or of the days that were closed together."""

    begin: date
    end: date
    entries: int
    charged: Dollars
    cash: Dollars
    imbalance: Dollars
    kinds: list[TotalShape]
    accounts: list[TotalShape]
    payers: list[TotalShape]
    methods: list[TotalShape]
    people: list[TotalShape]


class ClosingShape(Shape):
    """A closed day; ``reopenedAt`` when it was opened again."""

    day: date
    closed_at: datetime
    closed_by: str
    reopened_at: datetime | None
    reopened_by: str | None
    reason: str | None


def entry_shape(found: Posted) -> EntryShape:
    """An entry as it is answered."""
    entry = found.entry
    return EntryShape(
        id=found.id,
        kind=entry.kind.value,
        sentence=entry.kind.sentence,
        effective=entry.effective,
        day=found.day,
        posted_at=found.posted,
        source=entry.source_key,
        claim_id=entry.claim_id,
        patient_id=entry.patient_id,
        remittance_id=entry.remittance_id,
        memo=entry.memo,
        actor=entry.actor,
        lines=[LineShape(account=one.account, amount=dollars(one.amount), code=one.code) for one in entry.lines],
    )


def patient_shape(patient: str, claims: Sequence[OpenClaim], credit: Money) -> PatientShape:
    """A patient's balance as it is answered."""
    owed = Money.total([one.patient for one in claims])
    return PatientShape(
        patient_id=patient,
        patient=dollars(owed),
        insurance=dollars(Money.total([one.insurance for one in claims])),
        collections=dollars(Money.total([one.collections for one in claims])),
        credit=dollars(credit),
        due=dollars(owed - credit),
        claims=[
            OpenShape(
                claim_id=one.id,
                number=one.number,
                service_date=one.service_date,
                payer_name=one.payer_name,
                charged=dollars(one.total),
                insurance=dollars(one.insurance),
                patient=dollars(one.patient),
                collections=dollars(one.collections),
            )
            for one in claims
        ],
    )


def sheet_shape(found: DaySheet) -> SheetShape:
    """A day sheet as it is answered."""
    return SheetShape(
        begin=found.begin,
        end=found.end,
        entries=found.entries,
        charged=dollars(found.charged),
        cash=dollars(found.cash),
        imbalance=dollars(found.imbalance),
        kinds=_totals(found.kinds),
        accounts=_totals(found.accounts),
        payers=_totals(found.payers),
        methods=_totals(found.methods),
        people=_totals(found.people),
    )


def _totals(some: Sequence[Total]) -> list[TotalShape]:
    return [TotalShape(name=one.name, amount=dollars(one.amount), entries=one.entries) for one in some]
