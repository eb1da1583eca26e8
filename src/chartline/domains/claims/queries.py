"""Reading claims: one, a page, a history, counts. A constant number of queries each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, Word, WorkAxis, axes_of, word_of
from chartline.domains.claims.changes import open_messages
from chartline.domains.claims.claim import NO_CLAIM, Claim, ClaimEvent, ClaimKind, ReportText
from chartline.domains.claims.events import SENTENCES, EventKind
from chartline.domains.claims.numbers import plain_number
from chartline.domains.claims.tables import (
    claim_event_table,
    claim_line_table,
    claim_table,
    claim_tag_table,
    stray_report_table,
)
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Work
from chartline.platform.vault import Vault

BAD_CURSOR = ErrorKind(
    "claims.bad_cursor",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The cursor of the list is not one that this list gave out.",
    "Start again from the first page.",
    status=400,
)


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims; None leaves a field open. Dates are service dates, both inclusive.

    ``provider`` is the rendering or the billing provider's NPI; ``held`` says whether somebody or a rule holds it;
    ``open`` that the payer has not decided all of it.
    """

    word: Word | None = None
    payer_id: str | None = None
    patient_id: str | None = None
    number: str | None = None
    begin: date | None = None
    end: date | None = None
    provider: str | None = None
    tag: str | None = None
    kind: ClaimKind | None = None
    held: bool | None = None
    payer_order: int | None = None
    due_by: date | None = None
    """Its filing deadline is on this day or before, and no payer has it."""


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One page, newest service date first, and the cursor of the next (None on the last)."""

    claims: list[Claim]
    next: str | None


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One line of a claim's present version."""

    line: int
    control: str
    procedure: str
    modifiers: tuple[str, ...]
    units: int
    amount: Money
    pointers: tuple[int, ...]
    service_date: date
    revenue_code: str = ""


def read_claim(work: Work, claim: str) -> Claim:
    """One claim. Raises ``claims.not_found``."""
    row = work.row(work.select(claim_table).where(claim_table.c.id == claim))
    if row is None:
        raise NO_CLAIM.error(claim=claim)
    return Claim.of(row)


def read_claims(work: Work, claims: Collection[str], *, lock: bool = False) -> dict[str, Claim]:
    """Several claims by their ids; absent ones are left out. With ``lock`` nobody else changes them meanwhile."""
    query = work.select(claim_table).where(claim_table.c.id.in_(list(claims))).order_by(claim_table.c.id)
    rows = work.rows(query.with_for_update() if lock else query) if claims else []
    return {row["id"]: Claim.of(row) for row in rows}


def claim_ids(work: Work, after: str = "", limit: int = 200) -> list[str]:
    """The ids of claims in their order, from behind one of them."""
    columns = claim_table.c
    query = work.select(claim_table, columns.id).order_by(columns.id).limit(limit)
    return [row["id"] for row in work.rows(query.where(columns.id > after) if after else query)]


def claim_of_encounter(work: Work, encounter: str) -> Claim | None:
    """The claim of an encounter to its first payer, if there is one."""
    columns = claim_table.c
    query = work.select(claim_table).where(columns.encounter_id == encounter).order_by(columns.payer_order).limit(1)
    row = work.row(query)
    return Claim.of(row) if row is not None else None


def claim_lines(work: Work, claim: str) -> list[ClaimLine]:
    """The lines of the present version, in order."""
    columns = claim_line_table.c
    rows = work.rows(work.select(claim_line_table).where(columns.claim_id == claim).order_by(columns.line))
    return [
        ClaimLine(
            row["line"],
            row["control"],
            row["procedure"],
            tuple(row["modifiers"].split()),
            row["units"],
            Money(row["amount"]),
            tuple(int(pointer) for pointer in row["pointers"].split()),
            row["service_date"],
            row["revenue_code"],
        )
        for row in rows
    ]


def find_claim(work: Work, named: str) -> Claim:
    """A claim by its id, its number (``C000123`` or ``CLM-000123``), or the clearinghouse's id of it.

    Raises ``claims.not_found``.
    """
    columns = claim_table.c
    condition = sa.or_(columns.number == plain_number(named), columns.vendor_claim_id == named.strip())
    try:
        condition = columns.id == str(UUID(named))
    except ValueError:
        if not named.strip():
            raise NO_CLAIM.error() from None
    row = work.row(work.select(claim_table).where(condition).order_by(columns.created.desc()).limit(1))
    if row is None:
        raise NO_CLAIM.error()
    return Claim.of(row)


def claims_after(work: Work, claim: str) -> list[Claim]:
    """The claims that carry this one's decision to the next payer."""
    columns = claim_table.c
    query = work.select(claim_table).where(columns.primary_claim_id == claim).order_by(columns.payer_order)
    return [Claim.of(row) for row in work.rows(query)]


def payer_names(work: Work, payers: Collection[str]) -> dict[str, str]:
    """What payers are called on claims that went to them before; one query."""
    columns = claim_table.c
    query = (
        sa.select(columns.payer_id, sa.func.max(columns.payer_name).label("name"))
        .where(work.mine(claim_table), columns.payer_id.in_(list(payers)))
        .group_by(columns.payer_id)
    )
    return {row["payer_id"]: row["name"] for row in (work.rows(query) if payers else [])}


def list_claims(work: Work, asked: ClaimFilter, cursor: str | None = None, limit: int = 50) -> ClaimPage:
    """A page of claims, by keyset: nothing is skipped or repeated when claims are added meanwhile.

    Raises ``claims.bad_cursor``.
    """
    columns = claim_table.c
    query = work.select(claim_table).where(*_conditions(asked))
    if cursor is not None:
        day, identity = _read_cursor(cursor)
        query = query.where(
            sa.or_(columns.service_date < day, sa.and_(columns.service_date == day, columns.id < identity))
        )
    rows = work.rows(query.order_by(columns.service_date.desc(), columns.id.desc()).limit(limit + 1))
    claims = [Claim.of(row) for row in rows[:limit]]
    last = claims[-1] if len(rows) > limit and claims else None
    return ClaimPage(claims, f"{last.service_date.isoformat()}~{last.id}" if last else None)


def claims_to_mend(work: Work, today: date, limit: int) -> list[Claim]:
    """Rejected claims and held drafts, the nearest filing deadline first, those that missed it last; one query."""
    columns = claim_table.c
    axes = (columns.work_axis, columns.submission_axis, columns.adjudication_axis)
    held = [each for each in axes_of(Word.DRAFT) if each[0] == WorkAxis.HELD.value]
    query = work.select(claim_table).where(sa.tuple_(*axes).in_([*axes_of(Word.REJECTED), *held]))
    missed = sa.case((columns.filing_deadline < today, 1), else_=0)
    # Without a deadline of the payer's the eldest service is the next to be too late.
    soonest = query.order_by(missed, columns.filing_deadline.asc().nulls_last(), columns.service_date, columns.id)
    return [Claim.of(row) for row in work.rows(soonest.limit(limit))]


def count_by_word(work: Work, asked: ClaimFilter | None = None) -> dict[Word, int]:
    """How many claims stand where; one query. Words without claims count 0."""
    columns = claim_table.c
    axes = (columns.work_axis, columns.submission_axis, columns.adjudication_axis)
    query = (
        sa.select(*axes, sa.func.count().label("count"))
        .where(work.mine(claim_table), *_conditions(asked or ClaimFilter()))
        .group_by(*axes)
    )
    counts = dict.fromkeys(Word, 0)
    for row in work.rows(query):
        word = word_of(
            WorkAxis(row["work_axis"]),
            SubmissionAxis(row["submission_axis"]),
            AdjudicationAxis(row["adjudication_axis"]),
        )
        counts[word] += row["count"]
    return counts


def history(work: Work, claim: str, vault: Vault | None = None) -> list[ClaimEvent]:
    """Everything that happened to a claim, oldest first. With a vault the vendors' texts come along, sealed."""
    columns = claim_event_table.c
    rows = work.rows(work.select(claim_event_table).where(columns.claim_id == claim).order_by(columns.seq))
    return [
        ClaimEvent(
            row["seq"],
            row["at"],
            row["actor"],
            row["kind"],
            row["axis"],
            row["before"],
            row["after"],
            SENTENCES[EventKind(row["kind"])],
            row["codes"],
            row["exchange_id"],
            _messages(work, vault, claim, row["sealed"]) if vault is not None and row["sealed"] else (),
        )
        for row in rows
    ]


def count_stray_reports(work: Work) -> int:
    """How many reports belong to no claim of ours."""
    return int(work.scalar(sa.select(sa.func.count()).where(work.mine(stray_report_table))))


def _messages(work: Work, vault: Vault, claim: str, sealed: bytes) -> tuple[ReportText, ...]:
    return tuple(
        ReportText(one["level"], one["code"], Sealed(one["text"]), one["fields"])
        for one in open_messages(work, vault, claim, bytes(sealed))
    )


def _conditions(asked: ClaimFilter) -> list[sa.ColumnElement[bool]]:
    columns = claim_table.c
    axes = (columns.work_axis, columns.submission_axis, columns.adjudication_axis)
    conditions: list[sa.ColumnElement[bool]] = []
    if asked.word is not None:
        conditions.append(sa.tuple_(*axes).in_(axes_of(asked.word)))
    for column, value in (
        (columns.payer_id, asked.payer_id),
        (columns.patient_id, asked.patient_id),
        (columns.number, plain_number(asked.number) if asked.number is not None else None),
        (columns.kind, asked.kind.value if asked.kind is not None else None),
        (columns.payer_order, asked.payer_order),
    ):
        if value is not None:
            conditions.append(column == value)
    if asked.provider is not None:
        conditions.append(sa.or_(columns.rendering_npi == asked.provider, columns.billing_npi == asked.provider))
    if asked.held is not None:
        held = columns.work_axis == WorkAxis.HELD.value
        conditions.append(held if asked.held else ~held)
    if asked.tag is not None:
        tags = claim_tag_table.c
        conditions.append(
            sa.exists().where(
                tags.organisation_id == columns.organisation_id, tags.claim_id == columns.id, tags.tag == asked.tag
            )
        )
    if asked.due_by is not None:
        unsent = [SubmissionAxis.NONE.value, SubmissionAxis.VALIDATED.value, SubmissionAxis.REJECTED.value]
        over = [WorkAxis.CLOSED.value, WorkAxis.CANCELLED.value]
        conditions.append(columns.filing_deadline <= asked.due_by)
        conditions.append(sa.and_(columns.submission_axis.in_(unsent), columns.work_axis.not_in(over)))
    if asked.begin is not None:
        conditions.append(columns.service_date >= asked.begin)
    if asked.end is not None:
        conditions.append(columns.service_date <= asked.end)
    return conditions


def _read_cursor(cursor: str) -> tuple[date, str]:
    day, _, identity = cursor.partition("~")
    try:
        return date.fromisoformat(day), str(UUID(identity))
    except ValueError:
        raise BAD_CURSOR.error() from None
