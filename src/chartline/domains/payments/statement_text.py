"""What stands in a statement, from the ledger, in plain words: one patient's claims, what came of each, and how old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import claim_balances, entry_line_table, entry_table, patient_shares
from chartline.domains.ledger.accounts import (
    COLLECTIONS,
    INSURANCE,
    PATIENT,
    PATIENT_CREDIT,
    PAYER_CASH,
    REVENUE,
    TRANSFER,
    UNAPPLIED,
)
from chartline.domains.ledger.balances import picked
from chartline.domains.payments.open_amounts import credits_of
from chartline.domains.practice.people import read_person
from chartline.domains.practice.settings import Practice, read_practice
from chartline.formats.fhir import JsonObject
from chartline.formats.paper.statement import AGES, Statement, StatementService
from chartline.formats.x12.codes import Category, category
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.records import Criterion, Records

_entry, _line, _claim = entry_table.c, entry_line_table.c, claim_table.c
_NOT_TAKEN_OFF = (INSURANCE, PATIENT, COLLECTIONS, PAYER_CASH, REVENUE, PATIENT_CREDIT, TRANSFER, UNAPPLIED)
_SHARES = {
    Category.DEDUCTIBLE: "deductible",
    Category.COINSURANCE: "coinsurance",
    Category.COPAY: "copay",
}
_AGE_DAYS = (30, 60, 90, 120)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class OwingClaim:
    """A claim that a patient is asked for."""

    id: str
    number: str
    payer_name: str
    day: date
    accounts: Mapping[str, Money]

    def on(self, account: str) -> Money:
        """The balance of an account of the claim."""
        return self.accounts.get(account, Money.zero())


@dataclass(frozen=True, slots=True)
class Owing:
    """What a patient is asked for, and what is left out of it."""

    patient_id: str
    claims: tuple[OwingClaim, ...]
    credit: Money
    with_insurance: Money

    @property
    def owed(self) -> Money:
        """What a statement asks for."""
        return Money.total([one.on(PATIENT) for one in self.claims]) - self.credit


def owing_of(work: Work, patients: Sequence[str], *, waits_for_insurance: bool) -> dict[str, Owing]:
    """What each of these patients can be asked for; three queries.

    A claim on which the patient has paid too much lowers what is asked for.
    """
    if not patients:
        return {}
    chosen, joined = picked(work, _entry.patient_id.in_(list(patients)), _entry.claim_id.is_not(None))
    query = (
        sa.select(chosen.c.claim_id)
        .select_from(joined)
        .where(_line.account.in_((PATIENT, INSURANCE)))
        .group_by(chosen.c.claim_id, _line.account)
        .having(sa.func.sum(_line.amount) != 0)
    )
    open_ones = sorted({row["claim_id"] for row in work.rows(query)})
    credit = credits_of(work, patients)
    asked: dict[str, list[OwingClaim]] = {}
    waiting: dict[str, int] = {}
    for start in range(0, len(open_ones), _BATCH):
        some = open_ones[start : start + _BATCH]
        balances = claim_balances(work, some)
        rows = work.select(
            claim_table, _claim.id, _claim.number, _claim.payer_name, _claim.service_date, _claim.patient_id
        )
        for row in work.rows(rows.where(_claim.id.in_(some)).order_by(_claim.service_date, _claim.number)):
            one = OwingClaim(
                row["id"], row["number"], row["payer_name"], row["service_date"], balances.get(row["id"], {})
            )
            insured = one.on(INSURANCE)
            if insured.minor > 0:
                waiting[row["patient_id"]] = waiting.get(row["patient_id"], 0) + insured.minor
            if one.on(PATIENT) and not (waits_for_insurance and insured.minor > 0):
                asked.setdefault(row["patient_id"], []).append(one)
    return {
        patient: Owing(patient, tuple(claims), credit.get(patient, Money.zero()), Money(waiting.get(patient, 0)))
        for patient, claims in asked.items()
    }


def compose(
    work: Work,
    records: Records,
    owing: Sequence[Owing],
    numbers: Mapping[str, tuple[str, int]],
    as_of: date,
    due: date,
) -> dict[str, Statement]:
    """The statements of patients, by patient; ``numbers`` holds each one's number and the how-manieth it is.

    A constant number of queries. Patients whose record is gone are left out. Raises ``practice.not_set_up``.
    """
    if not owing:
        return {}
    practice = read_practice(work)
    people = _addresses(work, records, [one.patient_id for one in owing])
    claims = [claim.id for one in owing for claim in one.claims]
    since: dict[str, date] = {}
    reasons: dict[str, list[tuple[str, Money]]] = {}
    for share in patient_shares(work, claims):
        since[share.claim_id] = min(share.since, since.get(share.claim_id, share.since))
        reasons.setdefault(share.claim_id, []).append((share.code, share.amount))
    made: dict[str, Statement] = {}
    for one in owing:
        if one.patient_id not in people:
            continue
        number, times = numbers[one.patient_id]
        made[one.patient_id] = Statement(
            number=number,
            day=as_of,
            due=due,
            practice=_practice_block(practice),
            phone=practice.phone,
            patient=people[one.patient_id].reveal(Purpose.SHOW),
            account=one.patient_id[-8:].upper(),
            services=tuple(_service(claim, reasons.get(claim.id, [])) for claim in one.claims),
            ages=_ages(one, since, as_of),
            credit=one.credit,
            with_insurance=one.with_insurance,
            times=times,
        )
    return made


def _service(claim: OwingClaim, reasons: Sequence[tuple[str, Money]]) -> StatementService:
    insurance = claim.on(PAYER_CASH) + claim.on(UNAPPLIED)
    taken_off = Money.total([one for name, one in claim.accounts.items() if name not in _NOT_TAKEN_OFF])
    paid = claim.on(PATIENT_CREDIT)
    words: list[str] = []
    if insurance.minor > 0:
        words.append(f"{claim.payer_name} paid {insurance.shown()}.")
    if taken_off.minor > 0:
        words.append(f"{taken_off.shown()} was taken off, mostly by agreement with your insurance.")
    parts = [(_share_words(code), amount) for code, amount in reasons if amount.minor > 0]
    if parts:
        words.append("Your part: " + ", ".join(f"{amount.shown()} {name}" for name, amount in parts) + ".")
    if paid.minor > 0:
        words.append(f"You paid {paid.shown()}. Thank you.")
    if claim.on(COLLECTIONS).minor > 0:
        words.append(f"{claim.on(COLLECTIONS).shown()} is with a collection agency and not asked for here.")
    return StatementService(
        claim.day, claim.number, -claim.on(REVENUE), insurance, taken_off, paid, claim.on(PATIENT), tuple(words)
    )


def _share_words(code: str) -> str:
    reason = code.partition("-")[2]
    return _SHARES.get(category(reason), "not covered") if reason else "your part"


def _ages(one: Owing, since: Mapping[str, date], as_of: date) -> tuple[Money, ...]:
    """What is owed by age, oldest money settled first by the credit."""
    columns = [0] * len(AGES)
    for claim in one.claims:
        days = (as_of - since.get(claim.id, as_of)) // timedelta(days=1)
        columns[sum(1 for most in _AGE_DAYS if days > most)] += claim.on(PATIENT).minor
    credit = one.credit.minor
    for place in reversed(range(len(columns))):
        used = max(0, min(credit, columns[place]))
        columns[place] -= used
        credit -= used
    return tuple(Money(one) for one in columns)


def _practice_block(practice: Practice) -> tuple[str, ...]:
    street = f"{practice.street} {practice.unit}".strip()
    return (practice.name, street, f"{practice.city}, {practice.state} {_postal(practice.postal_code)}")


def _addresses(work: Work, records: Records, patients: Sequence[str]) -> dict[str, Sealed[tuple[str, ...]]]:
    """The address blocks of patients, in one query."""
    found = records.search(work, "Patient", [Criterion("_id", *sorted(patients))], limit=len(patients)).found
    return {one.id: Sealed(_block(one.reveal(Purpose.SHOW))) for one in found}


def _block(patient: JsonObject) -> tuple[str, ...]:
    try:
        person = read_person(patient)
    except ChartlineError:
        return ()
    sealed = (person.given, person.family, person.street, person.unit, person.city, person.state, person.postal_code)
    given, family, street, unit, city, state, postal = (one.reveal(Purpose.SHOW) for one in sealed)
    lines = (f"{given} {family}".strip(), street, unit, f"{city}, {state} {_postal(postal)}".strip(" ,"))
    return tuple(line for line in lines if line)


def _postal(code: str) -> str:
    digits = code.replace("-", "")
    return f"{digits[:5]}-{digits[5:9]}" if len(digits) == 9 and digits[5:9] != "0000" else digits[:5]
