"""Underpayments: services of posted remittances for which the payer allowed less than its contract says.

Only a primary payer's decision is compared (CLP02 1 and 19), and only services that were not refused: a denial is
another desk's. A reversal takes what was found of its claim off the list. Each remittance is compared once. Refuses to
judge a service that no contract speaks of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.claims.tables import claim_table
from chartline.domains.payments.contracts import Service, contracts_for
from chartline.domains.payments.tables import contract_check_table, contract_rate_table, underpayment_table
from chartline.domains.remits.remittance import RemittanceClaimRow, RemittanceState, claim_rows, open_claims
from chartline.domains.remits.tables import remittance_table
from chartline.formats.x12.codes import Category, category
from chartline.formats.x12.remittance import RemittanceClaim, RemittanceLine
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.database.work import Row
from chartline.platform.vault import Vault

NOT_FOUND = ErrorKind(
    "payments.no_underpayment",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such underpayment.",
    "Choose one from the list.",
    status=404,
)
PORTION = 300
"""Claims of a remittance that are compared in one transaction."""

_PRIMARY = ("1", "19")
_TAKEN_BACK = "22"
_shares = frozenset({Category.DEDUCTIBLE, Category.COINSURANCE, Category.COPAY})


class UnderpaymentState(StrEnum):
    """Where an underpayment stands."""

    OPEN = "open"
    DISPUTED = "disputed"
    """The payer was written to."""
    RECOVERED = "recovered"
    ACCEPTED = "accepted"
    """The practice lets it be, or the contract was loaded wrongly."""
    WITHDRAWN = "withdrawn"
    """The payer took the decision back."""


@dataclass(frozen=True, slots=True)
class Underpayment:
    """A service with what the contract says and what the payer allowed."""

    id: str
    remittance_id: str
    place: int
    line: int
    claim_id: str
    claim_number: str
    payer_id: str
    payer_name: str
    payer_number: str
    procedure: str
    modifiers: str
    units: int
    service_date: date
    charged: Money
    allowed: Money
    expected: Money
    basis: str
    state: UnderpaymentState
    reason: str
    found: datetime
    decided: datetime | None
    decided_by: str | None

    @property
    def difference(self) -> Money:
        """What is missing."""
        return self.expected - self.allowed


@dataclass(frozen=True, slots=True)
class UnderpaymentPage:
    """Underpayments, the newest found first, and what is missing over all that fit."""

    underpayments: list[Underpayment]
    next: str | None
    count: int
    missing: Money


_columns, _heads, _checks, _claims = underpayment_table.c, remittance_table.c, contract_check_table.c, claim_table.c


def unchecked(work: Work, limit: int = 50) -> list[str]:
    """Posted remittances that were not compared with the contracts yet, the oldest first; none without contracts."""
    if work.row(work.select(contract_rate_table).limit(1)) is None:
        return []
    done = work.select(contract_check_table, _checks.remittance_id)
    query = work.select(remittance_table, _heads.id).where(
        _heads.state == RemittanceState.POSTED.value, _heads.id.not_in(done)
    )
    return [row["id"] for row in work.rows(query.order_by(_heads.posted, _heads.id).limit(limit))]


def compare(work: Work, vault: Vault, remittance: str, tolerance: Money, after: int = 0) -> int | None:
    """Compare a portion of a remittance, from behind place ``after``; returns the last place, None at the end.

    Comparing again finds nothing new.
    """
    rows = claim_rows(work, remittance, after, PORTION)
    ours = [row for row in rows if row.claim_id]
    details = open_claims(work, vault, remittance, [row.place for row in ours]) if ours else {}
    _withdraw(work, remittance, {row.claim_id for row in ours if row.claim_id and row.status == _TAKEN_BACK})
    known_rows = work.select(underpayment_table, _columns.place, _columns.line).where(
        _columns.remittance_id == remittance, _columns.place > after
    )
    known = {(row["place"], row["line"]) for row in work.rows(known_rows)}
    found = _underpaid(work, ours, details, tolerance)
    work.insert_many(underpayment_table, [one for one in found if (one["place"], one["line"]) not in known])
    if len(rows) == PORTION:
        return rows[-1].place
    counted = sa.select(sa.func.count()).where(work.mine(underpayment_table), _columns.remittance_id == remittance)
    work.insert_new(contract_check_table, remittance_id=remittance, checked=work.now, found=int(work.scalar(counted)))
    return None


def list_underpayments(
    work: Work,
    *,
    states: Collection[UnderpaymentState] = (),
    payer: str = "",
    claim: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> UnderpaymentPage:
    """A page of the worklist; two queries. The cursor is an underpayment's id."""
    fits: list[sa.ColumnElement[bool]] = [work.mine(underpayment_table)]
    if states:
        fits.append(_columns.state.in_([one.value for one in states]))
    if payer:
        fits.append(_columns.payer_id == payer)
    if claim is not None:
        fits.append(_columns.claim_id == claim)
    missing = sa.func.coalesce(sa.func.sum(_columns.expected - _columns.allowed), 0)
    total = work.row(sa.select(sa.func.count().label("count"), missing.label("missing")).where(*fits))
    query = _joined().where(*fits)
    if cursor:
        query = query.where(_columns.id < cursor)
    rows = work.rows(query.order_by(_columns.id.desc()).limit(limit + 1))
    page = [_underpayment(row) for row in rows[:limit]]
    return UnderpaymentPage(
        page,
        page[-1].id if len(rows) > limit else None,
        int(total["count"]) if total else 0,
        Money(int(total["missing"]) if total else 0),
    )


def count_underpayments(work: Work, states: Collection[UnderpaymentState]) -> tuple[int, Money]:
    """How many stand in these states, and what is missing over all of them; one query."""
    missing = sa.cast(sa.func.coalesce(sa.func.sum(_columns.expected - _columns.allowed), 0), sa.BigInteger)
    query = sa.select(sa.func.count().label("count"), missing.label("missing"))
    fits = work.mine(underpayment_table), _columns.state.in_([one.value for one in states])
    row = work.rows(query.where(*fits))[0]
    return int(row["count"]), Money(int(row["missing"]))


def read_underpayments(work: Work, identities: Sequence[str]) -> list[Underpayment]:
    """These underpayments, by payer and claim. Raises ``payments.no_underpayment``."""
    query = _joined().where(work.mine(underpayment_table), _columns.id.in_(list(identities)))
    rows = work.rows(query.order_by(_columns.payer_id, _claims.number, _columns.line))
    if not rows or len(rows) != len(set(identities)):
        raise NOT_FOUND.error()
    return [_underpayment(row) for row in rows]


def decide_underpayments(
    work: Work, identities: Sequence[str], state: UnderpaymentState, reason: str, actor: str
) -> None:
    """Say where underpayments stand now. Raises ``payments.no_underpayment``."""
    read_underpayments(work, identities)
    changed = work.update(underpayment_table).where(_columns.id.in_(list(identities)))
    work.execute(changed.values(state=state.value, reason=reason.strip()[:200], decided=work.now, decided_by=actor))


def allowed_of(line: RemittanceLine) -> Money | None:
    """What the payer allowed for a service: as it says (AMT*B6), else what it paid and left to the patient.

    None for a service that was refused, as a whole or for a reason that is not the contract's.
    """
    patient = [one for one in line.adjustments if one.group == "PR" and category(one.reason) in _shares]
    others = [one for one in line.adjustments if one.group != "PR" and category(one.reason) is not Category.CONTRACTUAL]
    refused = [one for one in line.adjustments if one.group == "PR" and category(one.reason) not in _shares]
    if refused or any(category(one.reason) is not Category.LEGAL for one in others):
        return None
    if line.allowed is not None:
        return line.allowed
    # What the law takes off (sequestration) is taken off the payment, not off what is allowed.
    return line.paid + Money.total([one.amount for one in (*patient, *others)])


def _underpaid(
    work: Work, rows: Sequence[RemittanceClaimRow], details: dict[int, RemittanceClaim], tolerance: Money
) -> Iterator[dict[str, object]]:
    judged = [row for row in rows if row.claim_id and row.status in _PRIMARY]
    heads = _claim_heads(work, [row.claim_id for row in judged if row.claim_id])
    procedures = {line.code for row in judged for line in details[row.place].lines}
    contracts = contracts_for(work, {str(head["payer_id"]) for head in heads.values()}, procedures)
    for row in judged:
        head = heads.get(row.claim_id or "")
        if head is None or head["payer_order"] != 1:
            continue
        for number, line in enumerate(details[row.place].lines, 1):
            allowed = allowed_of(line)
            service = _service(head, line)
            expected = contracts.expected(service) if allowed is not None else None
            if allowed is None or expected is None or expected.amount - allowed <= tolerance:
                continue
            yield {
                "id": new_id(),
                "remittance_id": row.remittance_id,
                "place": row.place,
                "line": number,
                "claim_id": row.claim_id,
                "payer_id": service.payer_id,
                "procedure": line.code[:10],
                "modifiers": " ".join(line.modifiers)[:20],
                "units": service.units,
                "service_date": service.on,
                "charged": line.charged.minor,
                "allowed": allowed.minor,
                "expected": expected.amount.minor,
                "basis": expected.basis[:80],
                "state": UnderpaymentState.OPEN.value,
                "reason": "",
                "found": work.now,
            }


def _service(head: Row, line: RemittanceLine) -> Service:
    units = int(line.units) if line.units == int(line.units) and line.units >= 1 else 1
    return Service(
        head["payer_id"],
        line.code,
        line.modifiers,
        units,
        head["place_of_service"],
        line.service_date or head["service_date"],
        line.charged,
    )


def _claim_heads(work: Work, claims: Collection[str]) -> dict[str, Row]:
    query = work.select(
        claim_table,
        _claims.id,
        _claims.payer_id,
        _claims.payer_order,
        _claims.place_of_service,
        _claims.service_date,
    ).where(_claims.id.in_(sorted(claims)))
    return {row["id"]: row for row in work.rows(query)} if claims else {}


def _withdraw(work: Work, remittance: str, claims: Collection[str]) -> None:
    if claims:
        # A correction in the same remittance is found anew.
        changed = work.update(underpayment_table).where(
            _columns.claim_id.in_(sorted(claims)),
            _columns.remittance_id != remittance,
            _columns.state.in_([UnderpaymentState.OPEN.value, UnderpaymentState.DISPUTED.value]),
        )
        work.execute(changed.values(state=UnderpaymentState.WITHDRAWN.value, decided=work.now, decided_by="chartline"))


def _joined() -> sa.Select[*tuple[object, ...]]:
    return sa.select(
        *(column for column in _columns if column.name != "organisation_id"),
        _claims.number.label("claim_number"),
        _claims.payer_name,
        _claims.payer_number,
    ).join(
        claim_table,
        sa.and_(_claims.organisation_id == _columns.organisation_id, _claims.id == _columns.claim_id),
    )


def _underpayment(row: Row) -> Underpayment:
    plain = {name: value for name, value in row.items() if name not in ("charged", "allowed", "expected", "state")}
    return Underpayment(
        charged=Money(row["charged"]),
        allowed=Money(row["allowed"]),
        expected=Money(row["expected"]),
        state=UnderpaymentState(row["state"]),
        **plain,
    )
