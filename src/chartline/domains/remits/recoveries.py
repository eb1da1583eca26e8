"""Money between payer and practice outside any claim: what was kept back, carried on or given, and for which claim.

A payer that paid too much takes it back from later payments (PLB reason WO) or carries a balance from one remittance to
the next (FB). Each such amount is kept with the payer's reference, and tied to our claim where the reference is a
number of it. Refuses to guess: a reference that fits two claims is tied to none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.claims.numbers import read_reference
from chartline.domains.claims.tables import claim_table
from chartline.domains.remits.plan_entries import PlanHead, provider_line
from chartline.domains.remits.remittance import RemittanceRow, RemittanceState
from chartline.domains.remits.tables import provider_adjustment_table, remittance_table
from chartline.formats.x12.remittance import ProviderAdjustment
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

_TABLE = "provider_adjustment"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One amount outside any claim; positive was kept back by the payer. ``reference`` is the payer's own."""

    remittance_id: str
    number: int
    payer_id: str
    payer_name: str
    reason: str
    words: str
    account: str
    amount: Money
    effective: date
    claim_id: str | None
    reference: Sealed[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands between a payer and the practice for one reason; zero when it was settled."""

    payer_id: str
    payer_name: str
    reason: str
    amount: Money
    times: int
    last: date


def keep_adjustments(work: Work, vault: Vault, row: RemittanceRow, head: PlanHead) -> None:
    """Keep the amounts outside the claims of a remittance that is being posted; two statements."""
    table = provider_adjustment_table
    work.execute(work.delete(table).where(table.c.remittance_id == row.id))
    tied = _claims_of(work, {one.reference for one in head.provider})
    work.insert_many(
        table,
        [
            {
                "remittance_id": row.id,
                "number": number,
                "payer_id": row.payer_id,
                "payer_name": row.payer_name,
                "reason": one.reason[:3],
                "amount": one.amount.minor,
                "effective": row.paid_on,
                "claim_id": tied.get(one.reference),
                "sealed": vault.seal(work.organisation, _TABLE, f"{row.id}/{number}", one.reference.encode()),
            }
            for number, one in enumerate(head.provider, 1)
        ],
    )


def adjustments(
    work: Work, vault: Vault, *, payer: str | None = None, remittance: str | None = None, limit: int = 100
) -> list[Adjusted]:
    """Amounts outside claims of posted remittances, newest first; of one payer, or of one remittance."""
    columns = provider_adjustment_table.c
    query = sa.select(provider_adjustment_table).join(remittance_table, _JOINED).where(*_posted(work))
    if payer is not None:
        query = query.where(columns.payer_id == payer)
    if remittance is not None:
        query = query.where(columns.remittance_id == remittance)
    query = query.order_by(columns.effective.desc(), columns.remittance_id.desc(), columns.number).limit(limit)
    return [_adjusted(work, vault, row) for row in work.rows(query)]


def standings(work: Work) -> list[Standing]:
    """By payer and reason, what stands between payer and practice; one query."""
    columns = provider_adjustment_table.c
    query = (
        sa.select(
            columns.payer_id,
            sa.func.max(columns.payer_name).label("payer_name"),
            columns.reason,
            sa.cast(sa.func.sum(columns.amount), sa.BigInteger).label("amount"),
            sa.func.count().label("times"),
            sa.func.max(columns.effective).label("last"),
        )
        .join(remittance_table, _JOINED)
        .where(*_posted(work))
        .group_by(columns.payer_id, columns.reason)
        .order_by(columns.payer_id, columns.reason)
    )
    return [
        Standing(
            row["payer_id"], row["payer_name"], row["reason"], Money(int(row["amount"])), row["times"], row["last"]
        )
        for row in work.rows(query)
    ]


_JOINED = sa.and_(
    remittance_table.c.organisation_id == provider_adjustment_table.c.organisation_id,
    remittance_table.c.id == provider_adjustment_table.c.remittance_id,
)


def _posted(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    stands = remittance_table.c.state == RemittanceState.POSTED.value
    return work.mine(provider_adjustment_table), stands


def _adjusted(work: Work, vault: Vault, row: sa.RowMapping) -> Adjusted:
    place = f"{row['remittance_id']}/{row['number']}"
    reference = vault.open_sealed(work.organisation, _TABLE, place, bytes(row["sealed"])).decode()
    amount = Money(row["amount"])
    line = provider_line(
        ProviderAdjustment(provider="", fiscal_year_end=row["effective"], reason=row["reason"], amount=amount)
    )
    return Adjusted(
        row["remittance_id"],
        row["number"],
        row["payer_id"],
        row["payer_name"],
        row["reason"],
        line.words,
        line.account,
        amount,
        row["effective"],
        row["claim_id"],
        Sealed(reference),
    )


def _claims_of(work: Work, references: Collection[str]) -> dict[str, str]:
    """Claims by a reference that is the payer's number or ours, or begins with one and a blank; one query."""
    wanted = {reference: _numbers(reference) for reference in references if reference.strip()}
    numbers = sorted({number for several in wanted.values() for number in several})
    if not numbers:
        return {}
    columns = claim_table.c
    either = sa.or_(columns.payer_number.in_(numbers), columns.number.in_(numbers))
    found: dict[str, set[str]] = {}
    for row in work.rows(work.select(claim_table, columns.id, columns.number, columns.payer_number).where(either)):
        for number in (row["number"], row["payer_number"]):
            found.setdefault(number, set()).add(row["id"])
    tied: dict[str, str] = {}
    for reference, several in wanted.items():
        ids = {identity for number in several for identity in found.get(number, set())}
        if len(ids) == 1:
            tied[reference] = ids.pop()
    return tied


def _numbers(reference: str) -> set[str]:
    words = {reference.strip(), reference.split()[0]}
    ours = {known[0] for word in words if (known := read_reference(word.upper()))}
    return {word[:60] for word in words} | ours
