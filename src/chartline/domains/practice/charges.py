"""What was done in a visit, priced. Capturing the same lines again does nothing; other lines replace them until the
visit is billed, and are refused from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from chartline.connect.facts import ChargeFact
from chartline.domains.codes import CodeSystem, code_book
from chartline.domains.practice.billing_route import billings, visit_billing_table
from chartline.domains.practice.fees import fees_for, no_fee
from chartline.domains.practice.problems import ALREADY_BILLED, BAD_CHARGE
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Id, Instant, Work, metadata

charge_table = sa.Table(
    "charge",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("encounter_id", Id, nullable=False),
    sa.Column("patient_id", sa.String(64), nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("service_date", sa.Date, nullable=False),
    sa.Column("procedure", sa.String(5), nullable=False),
    sa.Column("modifiers", sa.String(20), nullable=False),
    sa.Column("units", sa.Integer, nullable=False),
    sa.Column("diagnoses", sa.String(100), nullable=False),
    sa.Column("place_of_service", sa.String(2), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("captured", Instant, nullable=False),
    sa.Column("captured_by", sa.String(64), nullable=False),
    sa.UniqueConstraint("organisation_id", "encounter_id", "line"),
)

_columns = charge_table.c
MOST_LINES = 50
"""A professional claim holds no more service lines (X12 005010X222A1, loop 2400)."""


@dataclass(frozen=True, slots=True)
class ChargedVisit:
    """The visit that charges belong to. ``payer_id`` chooses the fee schedule; empty for a visit without payer."""

    encounter_id: str
    patient_id: str
    service_date: date
    payer_id: str = ""


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One procedure as captured: ``amount`` for all its units, or None for the price of the fee schedule."""

    procedure: str
    units: int
    diagnoses: tuple[str, ...]
    place_of_service: str
    modifiers: tuple[str, ...] = ()
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Captured:
    """What a visit is charged now, and whether this call changed it."""

    charges: tuple[ChargeFact, ...]
    changed: bool

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money.total([charge.amount for charge in self.charges])


def capture(work: Work, visit: ChargedVisit, lines: Sequence[ChargeLine], actor: str) -> Captured:
    """Make these the charges of a visit; ``actor`` is the id of who says so.

    Raises ``practice.bad_charge``, ``codes.*`` (with the line in the fields), ``practice.no_fee`` and
    ``practice.charges_already_billed``.
    """
    _check(work, visit, lines)
    wanted = _priced(work, visit, lines)
    present = charges_of(work, [visit.encounter_id]).get(visit.encounter_id, ())
    if wanted == present:
        return Captured(present, changed=False)
    if billings(work, [visit.encounter_id]):
        raise ALREADY_BILLED.error(encounter=visit.encounter_id)
    work.execute(work.delete(charge_table).where(_columns.encounter_id == visit.encounter_id))
    work.insert_many(charge_table, [_row(work.now, visit, n, fact, actor) for n, fact in enumerate(wanted, start=1)])
    return Captured(wanted, changed=True)


def charges_of(work: Work, encounter_ids: Sequence[str]) -> dict[str, tuple[ChargeFact, ...]]:
    """The charges of encounters in line order, those that have any, in one query."""
    if not encounter_ids:
        return {}
    statement = work.select(charge_table).where(_columns.encounter_id.in_(list(encounter_ids)))
    found: dict[str, tuple[ChargeFact, ...]] = {}
    for row in work.rows(statement.order_by(_columns.encounter_id, _columns.line)):
        found[row["encounter_id"]] = (*found.get(row["encounter_id"], ()), _fact(row))
    return found


def unbilled(work: Work, through: date, limit: int = 100) -> list[ChargedVisit]:
    """Charged visits up to a service date that are not billed by any route, oldest first (without payer)."""
    billed = (
        sa.select(sa.literal(1))
        .where(
            visit_billing_table.c.organisation_id == _columns.organisation_id,
            visit_billing_table.c.encounter_id == _columns.encounter_id,
        )
        .exists()
    )
    keys = (_columns.encounter_id, _columns.patient_id, _columns.service_date)
    statement = work.select(charge_table, *keys).where(_columns.service_date <= through, ~billed).distinct()
    ordered = statement.order_by(_columns.service_date, _columns.encounter_id).limit(limit)
    return [ChargedVisit(row["encounter_id"], row["patient_id"], row["service_date"]) for row in work.rows(ordered)]


def check_charges(work: Work, visit: ChargedVisit, charges: Sequence[ChargeFact]) -> None:
    """Check captured charges once more, before they leave: shape, list and dates of every code on the service date.

    Raises ``practice.bad_charge``, ``codes.*`` (with the line in the fields).
    """
    lines = [
        ChargeLine(one.procedure, one.units, one.diagnoses, one.place_of_service, one.modifiers, one.amount)
        for one in charges
    ]
    _check(work, visit, lines)


def _check(work: Work, visit: ChargedVisit, lines: Sequence[ChargeLine]) -> None:
    """Refuse lines that no payer could read: counts first, then every code, looked up together."""
    if not 0 < len(lines) <= MOST_LINES:
        raise BAD_CHARGE.error(element="lines", encounter=visit.encounter_id)
    for number, line in enumerate(lines, start=1):
        wrong = (
            "units"
            if line.units < 1
            else "modifiers"
            if len(line.modifiers) > 4
            else "diagnoses"
            if not 0 < len(line.diagnoses) <= 12
            else "amount"
            if line.amount is not None and line.amount.minor < 0
            else ""
        )
        if wrong:
            raise BAD_CHARGE.error(element=wrong, line=str(number), encounter=visit.encounter_id)
    codes = [(number, system, code) for number, line in enumerate(lines, start=1) for system, code in _codes(line)]
    book = code_book(work, {(system, code) for _, system, code in codes})
    for number, system, code in codes:
        problem = book.check(system, code, visit.service_date)
        if problem is not None:
            problem.fields["line"] = str(number)
            raise ChartlineError(problem)


def _codes(line: ChargeLine) -> list[tuple[CodeSystem, str]]:
    return [
        (CodeSystem.PROCEDURE, line.procedure),
        (CodeSystem.PLACE_OF_SERVICE, line.place_of_service),
        *((CodeSystem.MODIFIER, code) for code in line.modifiers),
        *((CodeSystem.DIAGNOSIS, code) for code in line.diagnoses),
    ]


def _priced(work: Work, visit: ChargedVisit, lines: Sequence[ChargeLine]) -> tuple[ChargeFact, ...]:
    unpriced = sorted({line.procedure for line in lines if line.amount is None})
    fees = fees_for(work, unpriced, visit.payer_id, visit.service_date) if unpriced else {}
    facts: list[ChargeFact] = []
    for line in lines:
        amount = line.amount
        if amount is None:
            if line.procedure not in fees:
                raise no_fee(line.procedure, visit.service_date)
            amount = fees[line.procedure] * line.units
        facts.append(
            ChargeFact(line.procedure, line.modifiers, line.units, line.diagnoses, line.place_of_service, amount)
        )
    return tuple(facts)


def _row(now: datetime, visit: ChargedVisit, number: int, fact: ChargeFact, actor: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "encounter_id": visit.encounter_id,
        "patient_id": visit.patient_id,
        "line": number,
        "service_date": visit.service_date,
        "procedure": fact.procedure,
        "modifiers": " ".join(fact.modifiers),
        "units": fact.units,
        "diagnoses": " ".join(fact.diagnoses),
        "place_of_service": fact.place_of_service,
        "amount": fact.amount.minor,
        "captured": now,
        "captured_by": actor,
    }


def _fact(row: sa.RowMapping) -> ChargeFact:
    return ChargeFact(
        row["procedure"],
        tuple(row["modifiers"].split()),
        row["units"],
        tuple(row["diagnoses"].split()),
        row["place_of_service"],
        Money(row["amount"]),
    )
