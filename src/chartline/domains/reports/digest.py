"""The week in numbers: against the week before, what waits, the largest open amounts, the nearest deadlines.

Composed from what is known, kept under its Monday, and shown; a kept digest stays as it was made. There is no patient
value in it, and no link that shows one without a look being recorded. Refuses a day that is no Monday.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.claims import Word, count_by_word
from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.tables import claim_table
from chartline.domains.remits import count_desk
from chartline.domains.reports.kpis import Kpis, kpis
from chartline.domains.reports.measures import MEASURES, RATIOS, Unit
from chartline.domains.reports.scope import Scope, zone_of
from chartline.domains.reports.tables import digest_table
from chartline.domains.reports.worklists import UNPAID
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work

NOT_MONDAY = ErrorKind(
    "reports.not_monday",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A week is named by its Monday.",
    "Name the Monday with which the week begins.",
    status=400,
)
NAMES = ("billed", "collected", "submitted", "decided", "denied", "insurance_open", "patient_open")
RATES = ("collection_rate", "denial_rate", "first_pass_rate", "days_in_ar", "avg_payment_lag")
MANY = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One number of the week and of the week before, in the unit of the number; None where there was none."""

    name: str
    title: str
    formula: str
    unit: Unit
    now: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class DigestClaim:
    """A claim worth a look, by its number."""

    claim: str
    number: str
    payer_name: str
    amount: Money
    day: date
    """Since when it is open, or until when it must be filed."""
    step: str


@dataclass(frozen=True, slots=True)
class Digest:
    """One week."""

    week: date
    lines: tuple[DigestLine, ...]
    waiting: tuple[tuple[str, int], ...]
    """What waits for a person as it stands when composed, with how many."""
    largest: tuple[DigestClaim, ...]
    deadlines: tuple[DigestClaim, ...]

    @property
    def end(self) -> date:
        """The Sunday."""
        return self.week + timedelta(days=6)


def last_monday(today: date) -> date:
    """The Monday of the last week that is over."""
    return today - timedelta(days=today.weekday() + 7)


def compose(work: Work, week: date) -> Digest:
    """The digest of the week that begins on a Monday; a constant number of queries. Raises ``reports.not_monday``."""
    if week.weekday() or not 1901 < week.year < 9000:
        raise NOT_MONDAY.error(day=week.isoformat())
    scope = Scope(week, week + timedelta(days=6), zone=zone_of(work))
    (now,) = kpis(work, scope)
    (before,) = kpis(work, Scope(week - WEEK, week - timedelta(days=1), zone=scope.zone))
    return Digest(
        week, tuple(_lines(now, before)), tuple(_waiting(work)), tuple(_largest(work, scope)), _deadlines(work, scope)
    )


def _lines(now: Kpis, before: Kpis) -> Iterator[DigestLine]:
    for name in NAMES:
        one = MEASURES[name]
        yield DigestLine(name, one.title, one.formula, one.unit, now[name], before[name])
    for name in RATES:
        ratio = RATIOS[name]
        yield DigestLine(name, ratio.title, ratio.formula, ratio.unit, now.ratios[name], before.ratios[name])


def _waiting(work: Work) -> Iterator[tuple[str, int]]:
    words = count_by_word(work)
    desk = count_desk(work)
    held = sa.select(sa.func.count()).where(work.mine(claim_table), claim_table.c.work_axis == WorkAxis.HELD.value)
    yield "Claims held back", int(work.scalar(held))
    yield "Claims rejected", words[Word.REJECTED]
    yield "Claims denied", words[Word.DENIED]
    yield "Claims partly paid", words[Word.PARTIALLY_PAID]
    yield "Remittances whose sums disagree", desk["held"]
    yield "Payments that belong to no claim", desk["unmatched"]


def _largest(work: Work, scope: Scope) -> Iterator[DigestClaim]:
    rows = sorted(UNPAID.rows(work, scope), key=lambda row: -_whole(row["open"]))
    for row in rows[:MANY]:
        since = row["since"]
        if isinstance(since, date):
            yield DigestClaim(
                str(row["claim"] or ""),
                str(row["number"]),
                str(row["payer_name"]),
                Money(_whole(row["open"])),
                since,
                str(row["step"]),
            )


def _deadlines(work: Work, scope: Scope) -> tuple[DigestClaim, ...]:
    """Claims that no payer has, whose time for filing runs out first."""
    claim = claim_table.c
    unsent = (SubmissionAxis.NONE.value, SubmissionAxis.VALIDATED.value, SubmissionAxis.REJECTED.value)
    query = work.select(
        claim_table, claim.id, claim.number, claim.payer_name, claim.total, claim.filing_deadline
    ).where(
        claim.filing_deadline.is_not(None),
        claim.filing_deadline > scope.end,
        claim.submission_axis.in_(unsent),
        claim.work_axis.not_in([WorkAxis.CLOSED.value, WorkAxis.CANCELLED.value]),
    )
    rows = work.rows(query.order_by(claim.filing_deadline, claim.id).limit(MANY))
    return tuple(
        DigestClaim(
            row["id"],
            row["number"],
            row["payer_name"],
            Money(row["total"]),
            row["filing_deadline"],
            "Get it out before this day.",
        )
        for row in rows
    )


def shown(value: int | None, unit: Unit) -> str:
    """A number for people: ``$1,200.00``, ``87.5 %``, ``31.4 days``."""
    if value is None:
        return "—"
    match unit:
        case Unit.MONEY:
            return Money(value).shown()
        case Unit.SHARE:
            return f"{value // 100}.{value % 100 // 10} %"
        case Unit.TENTHS:
            return f"{value // 10}.{value % 10} days"
        case _:
            return f"{value:,}"


def as_markdown(digest: Digest) -> str:
    """The digest as a page of Markdown, for mail or chat."""
    text = [f"# The week of {digest.week.isoformat()}", "", "| | this week | week before |", "|---|---:|---:|"]
    text += [f"| {one.title} | {shown(one.now, one.unit)} | {shown(one.before, one.unit)} |" for one in digest.lines]
    text += ["", "## What waits", ""]
    text += [f"- {title}: {number}" for title, number in digest.waiting if number] or ["Nothing."]
    for title, claims, word in (
        ("Largest open amounts", digest.largest, "open since"),
        ("Nearest deadlines", digest.deadlines, "file by"),
    ):
        text += ["", f"## {title}", ""]
        text += [_claim_line(one, word) for one in claims] or ["None."]
    return "\n".join(text) + "\n"


def _claim_line(one: DigestClaim, word: str) -> str:
    what = f"{one.number or 'no claim'} ({_plain(one.payer_name)})"
    return f"- {what}: {one.amount.shown()}, {word} {one.day.isoformat()}. {one.step}"


def keep(work: Work, digest: Digest) -> bool:
    """Keep the digest under its Monday; False when that week's is kept already."""
    return work.insert_new(digest_table, week=digest.week, made=work.now, text=as_markdown(digest))


def kept(work: Work, limit: int = 60) -> list[date]:
    """The weeks whose digests are kept, the newest first."""
    weeks = digest_table.c.week
    return [row["week"] for row in work.rows(work.select(digest_table, weeks).order_by(weeks.desc()).limit(limit))]


def kept_text(work: Work, week: date) -> str | None:
    """The kept digest of a week as Markdown."""
    return work.scalar(work.select(digest_table, digest_table.c.text).where(digest_table.c.week == week))


def _plain(name: str) -> str:
    """A payer's name without what Markdown takes for more than text."""
    return "".join(letter for letter in name if letter.isalnum() or letter in " .,&'-")


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
