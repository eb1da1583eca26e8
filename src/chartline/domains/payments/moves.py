"""Decisions on open amounts: written off and why, moved to who owes it, handed to collections, taken back.

Each decision is a row with its reason and one source key in the ledger, so that it cannot be posted twice; an undo is a
counter-entry. Refuses more than what is open, a decision without a reason, and an undo of what was built upon.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chartline.domains.ledger import Entry, EntryKind, Line, Owing, counter_entry, post_many, transfer_entry
from chartline.domains.ledger.accounts import (
    ADMINISTRATIVE,
    BAD_DEBT,
    CHARITY,
    COLLECTIONS,
    INSURANCE,
    PATIENT,
    PAYER_CASH,
    SMALL_BALANCE,
    TIMELY_FILING,
    WRITE_OFF,
)
from chartline.domains.ledger.reading import entry_of
from chartline.domains.payments.open_amounts import OpenClaim, one_open, open_claims, take
from chartline.domains.payments.tables import balance_move_table
from chartline.domains.practice.due import Due, owe
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.database.work import Row

NO_MOVE = ErrorKind(
    "payments.no_decision",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such write-off or transfer.",
    "Choose one from the list.",
    status=404,
)
NO_REASON = ErrorKind(
    "payments.no_reason",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A decision about money needs a reason.",
    "Say in a few words why. No names: the reason is kept in the open.",
)
BAD_MOVE = ErrorKind(
    "payments.bad_decision",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An amount is not moved from this account by this kind of decision.",
    "Write off what insurance, the patient or collections owe; move between insurance and patient; "
    "hand only what the patient owes to collections.",
)
BUILT_UPON = ErrorKind(
    "payments.built_upon",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "What this decision moved was paid or moved on since.",
    "Take that back first.",
    status=409,
)


class MoveKind(StrEnum):
    """What was decided."""

    SMALL_BALANCE = "small_balance"
    BAD_DEBT = "bad_debt"
    CHARITY = "charity"
    TIMELY_FILING = "timely_filing"
    ADMINISTRATIVE = "administrative"
    OTHER = "other"
    TO_PATIENT = "to_patient"
    TO_INSURANCE = "to_insurance"
    TO_COLLECTIONS = "to_collections"
    PAYER_REFUND = "payer_refund"
    """Money that a payer paid too much on a claim was given back."""


WRITE_OFFS = {
    MoveKind.SMALL_BALANCE: SMALL_BALANCE,
    MoveKind.BAD_DEBT: BAD_DEBT,
    MoveKind.CHARITY: CHARITY,
    MoveKind.TIMELY_FILING: TIMELY_FILING,
    MoveKind.ADMINISTRATIVE: ADMINISTRATIVE,
    MoveKind.OTHER: WRITE_OFF,
}
"""The account that each kind of write-off goes to."""
_TRANSFERS = {
    MoveKind.TO_PATIENT: ((INSURANCE,), PATIENT),
    MoveKind.TO_INSURANCE: ((PATIENT,), INSURANCE),
    MoveKind.TO_COLLECTIONS: ((PATIENT,), COLLECTIONS),
}
RECEIVABLES = (INSURANCE, PATIENT, COLLECTIONS)
"""Where open amounts stand."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to happen to the open amount of a claim; ``amount`` None is all of it.

    ``identity`` makes it once: the same again is nothing.
    """

    kind: MoveKind
    claim: str
    account: str
    reason: str
    amount: Money | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A decision as it was made."""

    id: str
    kind: MoveKind
    claim_id: str
    patient_id: str
    from_account: str
    to_account: str
    amount: Money
    effective: date
    reason: str
    actor: str
    at: datetime
    undone: datetime | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class MovePage:
    """Decisions, the newest first."""

    moves: list[Move]
    next: str | None


_columns = balance_move_table.c


def decide(work: Work, decisions: Sequence[Decided], actor: str, effective: date) -> list[str]:
    """Post decisions, a constant number of statements for each 500; returns their ids in their order.

    Those that were made before (by their ``identity``) are left alone. Raises ``payments.no_claim``,
    ``payments.more_than_open``, ``payments.no_reason``, ``payments.bad_decision``; then nothing is posted.
    """
    made = [one.identity or new_id() for one in decisions]
    known = _known(work, [one.identity for one in decisions if one.identity])
    held = open_claims(work, {one.claim for one in decisions}, lock=True)
    taken: dict[tuple[str, str], Money] = {}
    entries: list[Entry] = []
    rows: list[dict[str, object]] = []
    for identity, one in zip(made, decisions, strict=True):
        if identity in known:
            continue
        known.add(identity)
        target = target_of(one.kind, one.account)
        if not one.reason.strip():
            raise NO_REASON.error(claim=one.claim)
        claim = held.get(one.claim) or one_open(work, one.claim)
        before = taken.get((one.claim, one.account), Money.zero())
        amount = take(_available(claim, one) - before, one.amount, what=one.account)
        taken[one.claim, one.account] = before + amount
        entries += _entries(claim, one, target, amount, identity, actor, effective)
        rows.append(
            {
                "id": identity,
                "kind": one.kind.value,
                "claim_id": one.claim,
                "patient_id": claim.patient_id,
                "from_account": one.account,
                "to_account": target,
                "amount": amount.minor,
                "effective": effective,
                "reason": one.reason.strip()[:200],
                "actor": actor,
                "at": work.now,
            }
        )
    work.insert_many(balance_move_table, rows)
    post_many(work, entries)
    owe(work, Due.CLAIM, list({one.claim for one in decisions}))
    return made


def target_of(kind: MoveKind, account: str) -> str:
    """Where a decision moves an amount of an account. Raises ``payments.bad_decision``."""
    if kind in WRITE_OFFS and account in RECEIVABLES:
        return WRITE_OFFS[kind]
    if kind is MoveKind.PAYER_REFUND and account == INSURANCE:
        return PAYER_CASH
    sources, target = _TRANSFERS.get(kind, ((), ""))
    if account not in sources:
        raise BAD_MOVE.error(kind=kind.value, account=account)
    return target


def undo(work: Work, move: str, actor: str, effective: date) -> bool:
    """Take a decision back by a counter-entry; False when that was done already.

    Raises ``payments.no_decision``, ``payments.built_upon``.
    """
    row = work.row(work.select(balance_move_table).where(_columns.id == move).with_for_update())
    if row is None:
        raise NO_MOVE.error(decision=move)
    found = _move(row)
    if found.undone is not None:
        return False
    claim = one_open(work, found.claim_id)
    if found.to_account in RECEIVABLES and claim.open(found.to_account) < found.amount:
        raise BUILT_UPON.error(decision=move)
    original = entry_of(work, _source(found))
    countered = counter_entry(original.entry, effective=effective, cause=f"undo/{_source(found)}", actor=actor)
    post_many(work, [countered])
    changed = work.update(balance_move_table).where(_columns.id == move)
    work.execute(changed.values(undone=work.now, undone_by=actor))
    owe(work, Due.CLAIM, [found.claim_id])
    return True


def read_move(work: Work, move: str) -> Move:
    """One decision. Raises ``payments.no_decision``."""
    row = work.row(work.select(balance_move_table).where(_columns.id == move))
    if row is None:
        raise NO_MOVE.error(decision=move)
    return _move(row)


def list_moves(
    work: Work,
    *,
    kinds: Collection[MoveKind] = (),
    claim: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> MovePage:
    """A page of decisions, the newest first. The cursor is a decision's id."""
    query = work.select(balance_move_table)
    if kinds:
        query = query.where(_columns.kind.in_([one.value for one in kinds]))
    if claim is not None:
        query = query.where(_columns.claim_id == claim)
    if cursor:
        at = read_move(work, cursor).at
        query = query.where((_columns.at < at) | ((_columns.at == at) & (_columns.id < cursor)))
    rows = work.rows(query.order_by(_columns.at.desc(), _columns.id.desc()).limit(limit + 1))
    moves = [_move(row) for row in rows[:limit]]
    return MovePage(moves, moves[-1].id if len(rows) > limit else None)


def _available(claim: OpenClaim, one: Decided) -> Money:
    """What a decision may take: for a refund to the payer, what the payer paid too much."""
    return -claim.insurance if one.kind is MoveKind.PAYER_REFUND else claim.open(one.account)


def _entries(
    claim: OpenClaim, one: Decided, target: str, amount: Money, identity: str, actor: str, effective: date
) -> tuple[Entry, ...]:
    if one.kind in _TRANSFERS:
        origin = Owing(claim.id, claim.encounter_id, claim.patient_id, one.account)
        other = Owing(claim.id, claim.encounter_id, claim.patient_id, target)
        return transfer_entry(
            origin=origin, target=other, amount=amount, effective=effective, cause=f"move/{identity}", actor=actor
        )
    kind, lines = EntryKind.WRITE_OFF, (Line(target, amount, one.kind.value[:20]), Line(one.account, -amount))
    if one.kind is MoveKind.PAYER_REFUND:
        kind, lines = EntryKind.REFUND, (Line(INSURANCE, amount), Line(PAYER_CASH, -amount))
    return (
        Entry(
            kind,
            effective,
            f"move/{identity}",
            lines,
            claim_id=claim.id,
            encounter_id=claim.encounter_id,
            patient_id=claim.patient_id,
            memo=one.kind.value,
            actor=actor,
        ),
    )


def _source(move: Move) -> str:
    return f"transfer/move/{move.id}" if move.kind in _TRANSFERS else f"move/{move.id}"


def _known(work: Work, identities: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(identities), 500):
        query = work.select(balance_move_table, _columns.id).where(_columns.id.in_(identities[start : start + 500]))
        found.update(row["id"] for row in work.rows(query))
    return found


def _move(row: Row) -> Move:
    values = {name: value for name, value in row.items() if name not in ("organisation_id", "kind", "amount")}
    return Move(kind=MoveKind(row["kind"]), amount=Money(row["amount"]), **values)
