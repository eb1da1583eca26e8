"""The worklist: what to do first. Money, deadline and effort make one number, and the number is explained.

Score: dollars in dispute, times urgency, by the minutes that the next step takes. Urgency is 1 with a far deadline and
grows to 61 on its last day; behind the deadline it is a tenth. Refuses to guess chances of winning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.claims import AdjudicationAxis, Claim, WorkAxis
from chartline.domains.claims.tables import claim_table
from chartline.domains.remits.denials.denial import WAITING, Denial, DenialState
from chartline.domains.remits.denials.tables import denial_event_table, denial_table
from chartline.formats.x12.codes import Category
from chartline.kernel.money import Money
from chartline.platform.database import Work


@dataclass(frozen=True, slots=True)
class DenialFilter:
    """What to list; what is left out means all. Without states: what is still in dispute."""

    states: tuple[DenialState, ...] = ()
    kind: Category | None = None
    payer_id: str | None = None
    assignee: str | None = None
    claim_id: str | None = None
    due_by: date | None = None
    """Appeals or follow-ups that are due by this day."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A denial with its place in the list, and what made it: days to the deadline (negative behind it)."""

    denial: Denial
    score: int
    days_left: int
    urgency: float

    @property
    def why(self) -> str:
        """The score in words."""
        left = f"{self.days_left} days to appeal" if self.days_left >= 0 else "the deadline has passed"
        return f"{self.denial.amount.shown()} in dispute, {left}, about {self.denial.minutes} minutes of work"


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """Some of the list, and where the next page begins."""

    rows: list[Ranked]
    next: int | None
    total: int


def urgency_of(days_left: int) -> float:
    """How much a deadline presses; negative days are behind it."""
    return 1 + 60 / (days_left + 1) if days_left >= 0 else 0.1


def score_of(amount: Money, days_left: int, minutes: int) -> int:
    """What a step is worth now, in whole hundredths of a dollar a minute: for denials, and for whatever stands beside
    them in a queue."""
    return round(amount.minor * urgency_of(days_left) / max(minutes, 1))


def rank(denial: Denial, today: date) -> Ranked:
    """A denial's score today."""
    left = (denial.appeal_by - today).days
    return Ranked(denial, score_of(denial.amount, left, denial.minutes), left, round(urgency_of(left), 2))


def worklist(work: Work, asked: DenialFilter, today: date, *, begin: int = 0, limit: int = 50) -> WorklistPage:
    """The denials that fit, the most urgent first. One query; the ranking is done on what is in dispute."""
    columns = denial_table.c
    states = asked.states or tuple(WAITING)
    query = work.select(denial_table).where(columns.state.in_([one.value for one in states]))
    if asked.kind is not None:
        query = query.where(columns.kind == asked.kind.value)
    if asked.payer_id is not None:
        query = query.where(columns.payer_id == asked.payer_id)
    if asked.assignee is not None:
        query = query.where(columns.assignee == asked.assignee)
    if asked.claim_id is not None:
        query = query.where(columns.claim_id == asked.claim_id)
    if asked.due_by is not None:
        query = query.where(sa.or_(columns.appeal_by <= asked.due_by, columns.follow_up <= asked.due_by))
    ranked = [rank(Denial.of(row), today) for row in work.rows(query)]
    ranked.sort(key=lambda one: (-one.score, one.denial.appeal_by, one.denial.id))
    shown = ranked[begin : begin + limit]
    following = begin + limit if begin + limit < len(ranked) else None
    return WorklistPage(shown, following, len(ranked))


def just_denied(work: Work, limit: int) -> list[Claim]:
    """Denied claims whose denials no job has taken in yet, the newest decision first; one query."""
    own, columns = claim_table.c, denial_table.c
    taken = sa.exists().where(work.mine(denial_table), columns.claim_id == own.id)
    query = work.select(claim_table).where(
        own.adjudication_axis == AdjudicationAxis.DENIED.value,
        own.work_axis.not_in([WorkAxis.CLOSED.value, WorkAxis.CANCELLED.value]),
        ~taken,
    )
    return [Claim.of(row) for row in work.rows(query.order_by(own.updated.desc(), own.id).limit(limit))]


@dataclass(frozen=True, slots=True)
class DenialCounts:
    """How many are in dispute and how much, by kind and by state; ``late`` are behind their deadline."""

    number: int
    amount: Money
    late: int
    by_kind: Mapping[str, tuple[int, Money]]
    by_state: Mapping[str, int]


def count_denials(work: Work, today: date) -> DenialCounts:
    """Sums over everything in dispute, and the number in each state; two queries."""
    columns = denial_table.c
    number = sa.func.count()
    amount = sa.cast(sa.func.coalesce(sa.func.sum(columns.amount), 0), sa.BigInteger).label("amount")
    late = sa.func.sum(sa.case((columns.appeal_by < today, 1), else_=0)).label("late")
    waiting = columns.state.in_([one.value for one in WAITING])
    kinds = work.rows(
        sa.select(columns.kind, number.label("number"), amount, late)
        .where(work.mine(denial_table), waiting)
        .group_by(columns.kind)
        .order_by(columns.kind)
    )
    states = work.rows(
        sa.select(columns.state, number.label("number")).where(work.mine(denial_table)).group_by(columns.state)
    )
    return DenialCounts(
        number=sum(row["number"] for row in kinds),
        amount=Money(sum(int(row["amount"]) for row in kinds)),
        late=sum(int(row["late"]) for row in kinds),
        by_kind={row["kind"]: (row["number"], Money(int(row["amount"]))) for row in kinds},
        by_state=dict(Counter({row["state"]: row["number"] for row in states})),
    )


def denial_history(work: Work, denial: str) -> list[sa.RowMapping]:
    """The events of a denial, oldest first: seq, at, actor, kind, codes, sealed."""
    columns = denial_event_table.c
    query = work.select(
        denial_event_table, columns.seq, columns.at, columns.actor, columns.kind, columns.codes, columns.sealed
    )
    return work.rows(query.where(columns.denial_id == denial).order_by(columns.seq))
