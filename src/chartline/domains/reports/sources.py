"""Where numbers come from, as queries: each is a list of rows with one amount, and a number is the sum of one list.

That is the whole promise of these reports: the number and the list that it opens to are the same query, once summed
and once shown. Every list has the same columns, so that one function sums, groups and pages all of them.

Refuses to ask for balances without naming the account: without one, SQLite reads all of the journal for each entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_line_table, claim_table
from chartline.domains.ledger import EntryKind, entry_line_table, entry_table
from chartline.domains.ledger.accounts import PAYER_CASH
from chartline.domains.reports.scope import UNKNOWN, Dimension, Scope
from chartline.domains.reports.standings import standings, word_case
from chartline.platform.database import Work

entry, line, claim, event = entry_table.c, entry_line_table.c, claim_table.c, claim_event_table.c
_first_line = claim_line_table.alias("first_line")

Rows = sa.Select[*tuple[Any, ...]]
"""A list of rows, as a query."""

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


def _columns() -> list[sa.ColumnElement[Any]]:
    """What every list says of the claim of a row."""
    named = [_dimension(column).label(dimension.value) for dimension, column in DIMENSIONS.items()]
    return [*named, claim.payer_name, claim.number, claim.id.label("claim")]


def _of_claims(scope: Scope) -> list[sa.ColumnElement[bool]]:
    return [_dimension(DIMENSIONS[dimension]) == value for dimension, value in scope.only.items()]


def _first_lines(left: sa.FromClause) -> sa.FromClause:
    """With the first line of each claim."""
    condition = sa.and_(
        _first_line.c.organisation_id == claim.organisation_id,
        _first_line.c.claim_id == claim.id,
        _first_line.c.line == 1,
    )
    return left.outerjoin(_first_line, condition)


def _journal() -> sa.FromClause:
    lines = entry_line_table.join(
        entry_table, sa.and_(line.organisation_id == entry.organisation_id, line.entry_id == entry.id)
    )
    return lines.outerjoin(
        claim_table, sa.and_(claim.organisation_id == entry.organisation_id, claim.id == entry.claim_id)
    )


def entries(work: Work, scope: Scope, accounts: Sequence[str] = (), sign: int = 1, without: Sequence[str] = ()) -> Rows:
    """The journal's lines that are effective inside the span, on all accounts or on some, without others."""
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
        *_columns(),
    )
    query = query.select_from(_first_lines(_journal())).where(
        work.mine(entry_line_table),
        line.currency == "USD",
        *([line.account.in_(accounts)] if accounts else []),
        *([line.account.not_in(without)] if without else []),
        entry.effective.between(scope.begin, scope.end),
        *_of_claims(scope),
    )
    return query if known is None else query.where(entry.posted < known)


def open_amounts(work: Work, scope: Scope, *accounts: str, age: str | None = None) -> Rows:
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
            *_columns(),
        )
        .select_from(
            _first_lines(
                sums.outerjoin(
                    claim_table, sa.and_(claim.organisation_id == work.organisation, claim.id == sums.c.claim_id)
                )
            )
        )
        .where(*_of_claims(scope))
    )
    if age == CREDIT:
        return query.where(sums.c.amount < 0)
    if age is not None:
        return query.where(sums.c.amount > 0, AGES[age].holds(sums.c.since, scope.end))
    return query


def events(work: Work, scope: Scope, amount: str) -> Rows:
    """The claims that had their first submission (``submitted``, ``clean``) or their first decision (``decided``,
    ``denied``, ``passed``, ``partly``) inside the span, one row and 1 each."""
    known = scope.known_until
    kinds = (EventKind.SUBMITTED, EventKind.ADJUDICATED, *TROUBLES)
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
            event.kind.in_([one.value for one in kinds]),
            *([] if known is None else [event.at < known]),
        )
        .group_by(event.claim_id)
        .subquery("turn")
    )
    sent = amount in ("submitted", "clean")
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
            *_columns(),
        )
        .select_from(_first_lines(joined))
        .where(
            event.at >= scope.first_moment,
            event.at < scope.next_moment,
            *conditions[amount],
            *_of_claims(scope),
        )
    )


def _first(*kinds: EventKind) -> sa.ColumnElement[int]:
    return sa.func.min(sa.case((event.kind.in_([one.value for one in kinds]), event.seq)))


def statuses(work: Work, scope: Scope, word: str | None = None) -> Rows:
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
            *_columns(),
        )
        .select_from(_first_lines(joined))
        .where(work.mine(claim_table), claim.service_date.between(scope.begin, scope.end), *_of_claims(scope))
    )
    return query if word is None else query.where(named == word)


def payments(work: Work, scope: Scope) -> Rows:
    """Payers' payments on claims inside the span whose claim was handed over by us: the amounts are payments of 1
    each, ``sent`` is when the claim was first handed over. Days between are counted outside the database, because the
    two makes count days differently."""
    paid = entries(work, scope, [PAYER_CASH]).with_only_columns(
        sa.literal(1).label("amount"),
        *(column for column in entries(work, scope).selected_columns if column.key != "amount"),
        claim.submitted.label("sent"),
    )
    return paid.where(
        line.amount > 0,
        claim.submitted.is_not(None),
        entry.kind.in_([EntryKind.REMITTANCE.value, EntryKind.APPLIED.value]),
    )
