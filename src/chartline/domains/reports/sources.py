"""Where numbers come from, as queries: each is a list of rows with one amount, and a number is the sum of one list.

That is the whole promise of these reports: the number and the list that it opens to are the same query, once summed
and once shown. Every list has the same columns, so that one function sums, groups and pages all of them.

Refuses to ask for balances without naming the account: without one, SQLite reads all of the journal for each entry.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis, WorkAxis
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_line_table, claim_table
from chartline.domains.ledger import EntryKind, entry_line_table, entry_table
from chartline.domains.ledger.accounts import PAYER_CASH
from chartline.domains.payments.tables import underpayment_table
from chartline.domains.payments.underpayments import UnderpaymentState
from chartline.domains.remits.remittance import RemittanceState
from chartline.domains.remits.tables import remittance_table
from chartline.domains.reports.scope import UNKNOWN, Dimension, Scope
from chartline.domains.reports.standings import standings, word_case
from chartline.platform.database import Work

entry, line, claim, event = entry_table.c, entry_line_table.c, claim_table.c, claim_event_table.c
_first_line = claim_line_table.alias("first_line")

Rows = sa.Select[*tuple[Any, ...]]
"""A list of rows, as a query."""
Told = Collection[Dimension] | None
"""The dimensions that are asked for; None for all, with the claim's number. A sum that needs no claim joins none:
each join is two searches for every line of the journal."""
_WIDE = 62
"""Days of a span from which on the journal is read by account instead of by day."""

TROUBLES = (EventKind.REJECTED, EventKind.CORRECTED, EventKind.RESUBMITTED, EventKind.REFRESHED)
"""What a claim that passes at the first try never has before its decision."""

DIMENSIONS = {
    Dimension.PAYER: claim.payer_id,
    Dimension.PROVIDER: claim.rendering_npi,
    Dimension.PLACE: claim.place_of_service,
    Dimension.PROCEDURE: _first_line.c.procedure,
}


@dataclass(frozen=True, slots=True)
class Ages:
    """Days that an amount has been open, both inclusive; ``most`` None has no end."""

    least: int
    most: int | None

    def holds(self, since: sa.ColumnElement[date], today: date) -> sa.ColumnElement[bool]:
        """The condition on the first day."""
        latest = since <= date.fromordinal(today.toordinal() - self.least)
        if self.most is None:
            return latest
        return sa.and_(latest, since >= date.fromordinal(today.toordinal() - self.most))


VOID = "8"
"""The frequency of a version that takes a claim back."""
UNDONE_BY = "undo/"
"""What takes back a decision or an entry has its source with this before it (``remits.undo``)."""

AGES = {
    "0-30": Ages(-100_000, 30),
    "31-60": Ages(31, 60),
    "61-90": Ages(61, 90),
    "91-120": Ages(91, 120),
    "120+": Ages(121, None),
}
"""The classes of ageing. What becomes due in the future is in the first."""
CREDIT = "credit"
"""The class of amounts below zero: somebody paid too much."""


def _dimension(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    return sa.func.coalesce(sa.func.nullif(column, ""), UNKNOWN)


def _columns(told: Told = None) -> list[sa.ColumnElement[Any]]:
    """What every list says of the claim of a row; with ``told`` only what numbers are told apart by."""
    wanted = DIMENSIONS if told is None else told
    named: list[sa.ColumnElement[Any]] = [_dimension(DIMENSIONS[one]).label(one.value) for one in wanted]
    if told is None:
        return [*named, claim.payer_name, claim.number, claim.id.label("claim")]
    return [*named, claim.payer_name] if Dimension.PAYER in told else named


def _of_claims(scope: Scope) -> list[sa.ColumnElement[bool]]:
    return [_dimension(DIMENSIONS[dimension]) == value for dimension, value in scope.only.items()]


def of_claims(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The filters of a scope for a list of claims that has no first lines beside it."""
    return [
        (_dimension(leading_procedure()) if dimension is Dimension.PROCEDURE else _dimension(DIMENSIONS[dimension]))
        == value
        for dimension, value in scope.only.items()
    ]


def leading_procedure() -> sa.ScalarSelect[str]:
    """The procedure of a claim's first line."""
    one = claim_line_table.alias("leading_line").c
    of_claim = sa.and_(one.organisation_id == claim.organisation_id, one.claim_id == claim.id, one.line == 1)
    return sa.select(one.procedure).where(of_claim).correlate(claim_table).scalar_subquery()


def no_charge() -> sa.ColumnElement[bool]:
    """A claim whose charge was taken back: it was cancelled, or is being voided."""
    return sa.or_(claim.work_axis == WorkAxis.CANCELLED.value, claim.frequency == VOID)


def _needs(scope: Scope, told: Told, *dimensions: Dimension) -> bool:
    """Whether a list needs the claim for one of the dimensions."""
    return told is None or any(one in told or one in scope.only for one in dimensions)


def _first_lines(left: sa.FromClause, scope: Scope, told: Told) -> sa.FromClause:
    """With the first line of each claim, if it is needed."""
    if not _needs(scope, told, Dimension.PROCEDURE):
        return left
    condition = sa.and_(
        _first_line.c.organisation_id == claim.organisation_id,
        _first_line.c.claim_id == claim.id,
        _first_line.c.line == 1,
    )
    return left.outerjoin(_first_line, condition)


def _journal(scope: Scope, told: Told) -> sa.FromClause:
    lines = entry_line_table.join(
        entry_table, sa.and_(line.organisation_id == entry.organisation_id, line.entry_id == entry.id)
    )
    if not _needs(scope, told, *DIMENSIONS):
        return lines
    return lines.outerjoin(
        claim_table, sa.and_(claim.organisation_id == entry.organisation_id, claim.id == entry.claim_id)
    )


def _effective(work: Work, scope: Scope) -> sa.ColumnElement[date]:
    """The effective day. SQLite keeps no statistics and would find the entries of a whole year by their day, and then
    the lines of each: three times as slow as reading the accounts through. An expression it cannot look up."""
    if work.connection.dialect.name == "sqlite" and (scope.end - scope.begin).days > _WIDE:
        return sa.func.coalesce(entry.effective, entry.effective)
    return entry.effective


def entries(work: Work, scope: Scope, accounts: Sequence[str] = (), sign: int = 1, told: Told = None) -> Rows:
    """The journal's lines that are effective inside the span, on all accounts or on some."""
    known = scope.known_until
    query = sa.select(
        (line.amount * sign).label("amount"),
        entry.effective.label("day"),
        line.entry_id.label("id"),
        line.ordinal.label("part"),
        line.account,
        line.code,
        entry.kind,
        entry.remittance_id.label("remittance"),
        entry.patient_id.label("patient"),
        *_columns(told),
    )
    query = query.select_from(_first_lines(_journal(scope, told), scope, told)).where(
        work.mine(entry_line_table),
        line.currency == "USD",
        *([line.account.in_(accounts)] if accounts else []),
        _effective(work, scope).between(scope.begin, scope.end),
        *_of_claims(scope),
    )
    return query if known is None else query.where(entry.posted < known)


def open_amounts(work: Work, scope: Scope, *accounts: str, age: str | None = None, told: Told = None) -> Rows:
    """What stands on receivables at the last day, claim by claim (or by patient where there is no claim).

    An amount is as old as the first day on which anything came to stand on that account for that claim: for
    insurance the service date, for patients the day on which the payer's decision left it to them.
    """
    known = scope.known_until
    sums = (
        sa.select(
            entry.claim_id,
            entry.patient_id,
            line.account,
            sa.cast(sa.func.sum(line.amount), sa.BigInteger).label("amount"),
            sa.func.min(entry.effective).label("since"),
        )
        .select_from(
            entry_line_table.join(
                entry_table, sa.and_(line.organisation_id == entry.organisation_id, line.entry_id == entry.id)
            )
        )
        .where(
            work.mine(entry_line_table),
            line.currency == "USD",
            line.account.in_(accounts),
            entry.effective <= scope.end,
            *([] if known is None else [entry.posted < known]),
        )
        .group_by(entry.claim_id, entry.patient_id, line.account)
        .having(sa.func.sum(line.amount) != 0)
        .subquery("open_amount")
    )
    query = (
        sa.select(
            sums.c.amount,
            sums.c.since.label("day"),
            sa.func.coalesce(sums.c.claim_id, sums.c.patient_id).label("id"),
            sa.literal(1).label("part"),
            sums.c.account,
            sa.literal("").label("code"),
            sa.literal("open").label("kind"),
            sa.null().label("remittance"),
            sums.c.patient_id.label("patient"),
            *_columns(told),
        )
        .select_from(
            _first_lines(
                sums.outerjoin(
                    claim_table, sa.and_(claim.organisation_id == work.organisation, claim.id == sums.c.claim_id)
                ),
                scope,
                told,
            )
        )
        .where(*_of_claims(scope))
    )
    if age == CREDIT:
        return query.where(sums.c.amount < 0)
    if age is not None:
        return query.where(sums.c.amount > 0, AGES[age].holds(sums.c.since, scope.end))
    return query


def events(work: Work, scope: Scope, amount: str, told: Told = None) -> Rows:
    """The claims that had their first submission (``submitted``, ``clean``) or their first decision (``decided``,
    ``denied``, ``passed``, ``partly``) inside the span, one row and 1 each."""
    known = scope.known_until
    kinds = (EventKind.SUBMITTED, EventKind.ADJUDICATED, *TROUBLES)
    sent = amount in ("submitted", "clean")
    # Only claims to which it happened inside the span: a week is not to cost what a year does.
    inside = sa.select(event.claim_id).where(
        work.mine(claim_event_table),
        event.kind == (EventKind.SUBMITTED if sent else EventKind.ADJUDICATED).value,
        event.at >= scope.first_moment,
        event.at < scope.next_moment,
    )
    turns = (
        sa.select(
            event.claim_id,
            _first(EventKind.SUBMITTED).label("sent"),
            _first(EventKind.ADJUDICATED).label("decided"),
            _first(*TROUBLES).label("troubled"),
            _first(EventKind.REJECTED).label("rejected"),
        )
        .where(
            work.mine(claim_event_table),
            event.claim_id.in_(inside),
            event.kind.in_([one.value for one in kinds]),
            *([] if known is None else [event.at < known]),
            sa.or_(event.kind != EventKind.ADJUDICATED.value, event.source.is_(None), ~decision_undone(known)),
        )
        .group_by(event.claim_id)
        .subquery("turn")
    )
    at = turns.c.sent if sent else turns.c.decided
    untroubled = sa.or_(turns.c.troubled.is_(None), turns.c.troubled > turns.c.decided)
    conditions: dict[str, list[sa.ColumnElement[bool]]] = {
        "submitted": [],
        "clean": [turns.c.rejected.is_(None)],
        "decided": [],
        "denied": [event.after == AdjudicationAxis.DENIED.value],
        "partly": [event.after == AdjudicationAxis.PARTIALLY_PAID.value],
        "passed": [event.after == AdjudicationAxis.PAID.value, untroubled],
    }
    joined = turns.join(
        claim_event_table,
        sa.and_(event.organisation_id == work.organisation, event.claim_id == turns.c.claim_id, event.seq == at),
    ).join(claim_table, sa.and_(claim.organisation_id == work.organisation, claim.id == turns.c.claim_id))
    return (
        sa.select(
            sa.literal(1).label("amount"),
            event.at.label("moment"),
            turns.c.claim_id.label("id"),
            event.seq.label("part"),
            sa.literal("").label("account"),
            event.after.label("code"),
            event.kind,
            sa.null().label("remittance"),
            claim.patient_id.label("patient"),
            *(
                sa.case((sa.and_(*some), 1), else_=0).label(name)
                for name, some in conditions.items()
                if some and (name == "clean") == sent
            ),
            *_columns(told),
        )
        .select_from(_first_lines(joined, scope, told))
        .where(
            event.at >= scope.first_moment,
            event.at < scope.next_moment,
            *conditions[amount],
            *_of_claims(scope),
        )
    )


def decision_undone(known: datetime | None) -> sa.ColumnElement[bool]:
    """Whether the posting that a decision came with was undone: the decision was a mistake of ours and never was."""
    later = claim_event_table.alias("undone_event")
    return sa.exists().where(
        later.c.organisation_id == event.organisation_id,
        later.c.claim_id == event.claim_id,
        later.c.source == sa.literal(UNDONE_BY) + event.source,
        *([] if known is None else [later.c.at < known]),
    )


def _entry_undone(known: datetime | None) -> sa.ColumnElement[bool]:
    later = entry_table.alias("counter_entry")
    return sa.exists().where(
        later.c.organisation_id == entry.organisation_id,
        later.c.source_key == sa.literal(UNDONE_BY) + entry.source_key,
        *([] if known is None else [later.c.posted < known]),
    )


def _first(*kinds: EventKind) -> sa.ColumnElement[int]:
    return sa.func.min(sa.case((event.kind.in_([one.value for one in kinds]), event.seq)))


def statuses(work: Work, scope: Scope, word: str | None = None, told: Told = None) -> Rows:
    """The claims with a service date inside the span, 1 each, with the word for where they stood."""
    stand = standings(work, scope.known_until)
    named = word_case(stand.c.work_axis, stand.c.submission_axis, stand.c.adjudication_axis)
    joined = claim_table.join(stand, sa.and_(claim.organisation_id == work.organisation, claim.id == stand.c.id))
    query = (
        sa.select(
            sa.literal(1).label("amount"),
            claim.service_date.label("day"),
            claim.id.label("id"),
            sa.literal(1).label("part"),
            sa.literal("").label("account"),
            named.label("code"),
            sa.literal("claim").label("kind"),
            sa.null().label("remittance"),
            claim.patient_id.label("patient"),
            claim.total,
            *_columns(told),
        )
        .select_from(_first_lines(joined, scope, told))
        .where(work.mine(claim_table), claim.service_date.between(scope.begin, scope.end), *_of_claims(scope))
    )
    return query if word is None else query.where(named == word)


def underpaid(work: Work, scope: Scope, state: str | None = None, told: Told = None) -> Rows:
    """Services of posted remittances for which a payer allowed less than its contract says, by payment date. Those that
    the practice let be, and those that a payer took back, count no more from then on; an undone posting never did."""
    under, head, known = underpayment_table.c, remittance_table.c, scope.known_until
    stands: sa.ColumnElement[str] = under.state
    if known is not None:
        stands = sa.case((under.decided >= known, UnderpaymentState.OPEN.value), else_=under.state)
    counted = (UnderpaymentState.OPEN, UnderpaymentState.DISPUTED, UnderpaymentState.RECOVERED)
    joined = underpayment_table.join(
        remittance_table, sa.and_(head.organisation_id == under.organisation_id, head.id == under.remittance_id)
    ).join(claim_table, sa.and_(claim.organisation_id == under.organisation_id, claim.id == under.claim_id))
    return (
        sa.select(
            (under.expected - under.allowed).label("amount"),
            head.paid_on.label("day"),
            under.id.label("id"),
            sa.literal(1).label("part"),
            sa.literal("").label("account"),
            stands.label("code"),
            sa.literal("underpayment").label("kind"),
            under.remittance_id.label("remittance"),
            claim.patient_id.label("patient"),
            *_columns(told),
        )
        .select_from(_first_lines(joined, scope, told))
        .where(
            work.mine(underpayment_table),
            head.paid_on.between(scope.begin, scope.end),
            head.state == RemittanceState.POSTED.value,
            stands.in_([one.value for one in counted] if state is None else [state]),
            *([] if known is None else [under.found < known]),
            *_of_claims(scope),
        )
    )


def payments(work: Work, scope: Scope, told: Told = None) -> Rows:
    """Payers' payments on claims inside the span whose claim was handed over by us: the amounts are payments of 1
    each, ``sent`` is when the claim was first handed over. Days between are counted outside the database, because the
    two makes count days differently."""
    # The claim is asked for in any case: it says when it was handed over.
    told = told or (None if told is None else (Dimension.PAYER,))
    listed = entries(work, scope, [PAYER_CASH], told=told)
    paid = listed.with_only_columns(
        sa.literal(1).label("amount"),
        *(column for column in listed.selected_columns if column.key != "amount"),
        claim.submitted.label("sent"),
    )
    return paid.where(
        line.amount > 0,
        claim.submitted.is_not(None),
        entry.kind.in_([EntryKind.REMITTANCE.value, EntryKind.APPLIED.value]),
        ~_entry_undone(scope.known_until),
    )
