"""Enrolments with payers: which are needed, which were begun, and what payers said about them, with every step kept.

An enrolment is for one payer, one service, one NPI, through one connection. Refuses to call anything enrolled that the
vendor or a person has not called so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from chartline.connect.clearing import EnrollmentNews, Support
from chartline.domains.coverage.payer_tables import payer_enrollment_event_table, payer_enrollment_table
from chartline.domains.coverage.payers import ListedPayer, listed_payers
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import derived_id
from chartline.platform.database import Work

NO_ENROLLMENT = ErrorKind(
    "coverage.no_enrollment",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such enrolment.",
    "Look at the list of enrolments, or begin one from the payer's page.",
    status=404,
)

_columns, _event = payer_enrollment_table.c, payer_enrollment_event_table.c

_SERVICES = {
    "era": "remittance",
    "835": "remittance",
    "1500": "professional",
    "500": "professional",
    "ub": "institutional",
    "dent": "dental",
    "elig": "eligibility",
    "attach": "attachment",
}
"""Vendors' own words for what is enrolled, beside ours."""


class EnrollmentState(StrEnum):
    """Where an enrolment stands."""

    NEEDED = "needed"
    BEGUN = "begun"
    """A person was given the vendor's form."""
    WAITING = "waiting"
    """The form is filled in; the payer has not said anything."""
    ENROLLED = "enrolled"
    REFUSED = "refused"


_WORDS = {
    EnrollmentState.ENROLLED: "enrolled approved completed complete active accepted",
    EnrollmentState.REFUSED: "refused rejected denied failed declined cancelled",
    EnrollmentState.WAITING: "submitted received pending processing sent started",
}
_STATES = {word: state for state, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class PayerEnrollment:
    """One enrolment. ``expected`` is the day by which payers of this kind answer on the average."""

    id: str
    connection_id: str
    payer_id: str
    payer_name: str
    service: str
    npi: str
    state: EnrollmentState
    expected: date | None
    updated: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentEvent:
    """One step. ``happened`` is ours or the vendor's own word."""

    at: datetime
    actor: str
    before: str
    after: str
    happened: str


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What an enrolment would be for: a payer, one of its services, and who is enrolled."""

    payer_id: str
    service: str
    npi: str


@dataclass(frozen=True, slots=True)
class EnrollmentGap:
    """A service that a payer offers to those who have enrolled, and this practice has not."""

    connection_id: str
    payer_id: str
    service: str
    state: EnrollmentState


def open_enrollment(
    work: Work, connection_id: str, payer_id: str, payer_name: str, service: str, npi: str, actor: str
) -> PayerEnrollment:
    """The enrolment for these, made as needed when there is none yet."""
    identity = derived_id("enrolment", work.organisation, connection_id, payer_id, service, npi)
    made = work.insert_new(
        payer_enrollment_table,
        id=identity,
        connection_id=connection_id,
        payer_id=payer_id,
        payer_name=payer_name[:200],
        service=service,
        npi=npi,
        state=EnrollmentState.NEEDED.value,
        events=0,
        updated=work.now,
    )
    if made:
        move(work, identity, EnrollmentState.NEEDED, "needed", actor)
    return read_enrollment(work, identity)


def move(
    work: Work,
    enrollment_id: str,
    state: EnrollmentState | None,
    happened: str,
    actor: str,
    *,
    source: str | None = None,
    expected_days: int | None = None,
) -> bool:
    """Note a step; None leaves the state as it is. False when this step (``source``) was noted before.

    Raises ``coverage.no_enrollment``.
    """
    query = work.select(payer_enrollment_table).where(_columns.id == enrollment_id)
    row = work.row(query.with_for_update())
    if row is None:
        raise NO_ENROLLMENT.error(enrollment=enrollment_id)
    after = state or EnrollmentState(row["state"])
    kept = work.insert_new(
        payer_enrollment_event_table,
        enrollment_id=enrollment_id,
        seq=row["events"] + 1,
        at=work.now,
        actor=actor[:80],
        before=row["state"] if row["events"] else "",
        after=after.value,
        happened=happened[:60],
        source=source[:120] if source else None,
    )
    if not kept:
        return False
    values: dict[str, object] = {"state": after.value, "events": row["events"] + 1, "updated": work.now}
    if expected_days is not None:
        values["expected"] = (work.now + timedelta(days=expected_days)).date()
    work.execute(work.update(payer_enrollment_table).where(_columns.id == enrollment_id).values(**values))
    return True


def record_enrollment_news(work: Work, news: EnrollmentNews, connection_id: str = "") -> bool:
    """Take in what a vendor says about an enrolment; False for other news, and for news that was taken in before.

    News of an enrolment that nobody began here opens it: somebody began it in the vendor's own pages. A word that we do
    not know is kept and moves nothing.
    """
    if news.kind != "enroll" or not news.payer_id:
        return False
    service = _SERVICES.get(news.service.casefold(), news.service.casefold())[:20]
    mine = [_columns.payer_id == news.payer_id, _columns.service == service]
    if news.npi:
        mine.append(_columns.npi == news.npi)
    if connection_id:
        mine.append(_columns.connection_id == connection_id)
    found = work.rows(work.select(payer_enrollment_table).where(*mine).order_by(_columns.updated.desc()))
    actor = f"connection:{connection_id or 'webhook'}"
    if found:
        identity = found[0]["id"]
    else:
        npi = news.npi[:10]
        identity = open_enrollment(work, connection_id, news.payer_id[:40], "", service, npi, actor).id
    state = _STATES.get(news.happened.strip().casefold())
    source = f"{connection_id}/{news.event_id}" if news.event_id else None
    return move(work, identity, state, news.happened or "news", actor, source=source)


def read_enrollment(work: Work, enrollment_id: str) -> PayerEnrollment:
    """One enrolment. Raises ``coverage.no_enrollment``."""
    row = work.row(work.select(payer_enrollment_table).where(_columns.id == enrollment_id))
    if row is None:
        raise NO_ENROLLMENT.error(enrollment=enrollment_id)
    return _enrollment(row)


def list_enrollments(
    work: Work, *, payer_id: str = "", state: EnrollmentState | None = None, npi: str = "", limit: int = 200
) -> list[PayerEnrollment]:
    """Enrolments, the newest change first."""
    query = work.select(payer_enrollment_table)
    if payer_id:
        query = query.where(_columns.payer_id == payer_id)
    if state is not None:
        query = query.where(_columns.state == state.value)
    if npi:
        query = query.where(_columns.npi == npi)
    return [_enrollment(row) for row in work.rows(query.order_by(_columns.updated.desc(), _columns.id).limit(limit))]


def enrollment_history(work: Work, enrollment_ids: Sequence[str]) -> dict[str, list[EnrollmentEvent]]:
    """What happened to enrolments, oldest first, in one query."""
    query = work.select(payer_enrollment_event_table).where(_event.enrollment_id.in_(list(enrollment_ids)))
    found: dict[str, list[EnrollmentEvent]] = {one: [] for one in enrollment_ids}
    for row in work.rows(query.order_by(_event.seq)) if enrollment_ids else []:
        event = EnrollmentEvent(row["at"], row["actor"], row["before"], row["after"], row["happened"])
        found[row["enrollment_id"]].append(event)
    return found


def enrollment_gap(
    work: Work, payer_id: str, service: str, npi: str, connections: Sequence[str] = ()
) -> EnrollmentGap | None:
    """What is missing for a service with a payer; None where nothing is, or no directory says. Three queries.

    ``connections`` are those that may be used, all when none is named. One that needs no enrolment is enough.
    """
    asked = Enrolling(payer_id, service, npi)
    return enrollment_gaps(work, [asked], connections).get(asked)


def enrollment_gaps(
    work: Work, asked: Collection[Enrolling], connections: Sequence[str] = ()
) -> dict[Enrolling, EnrollmentGap]:
    """What is missing, as ``enrollment_gap`` has each, for those where something is; three queries for any number, two
    where no payer wants an enrolment."""
    listed = {
        payer: [one for one in each if not connections or one.connection_id in connections]
        for payer, each in listed_payers(work, {one.payer_id for one in asked}).items()
    }
    wanting = [
        one for one in asked if any(each.supports(one.service) is Support.ENROLLMENT for each in listed[one.payer_id])
    ]
    if not wanting:
        return {}
    payers = {each.payer_id for one in wanting for each in listed[one.payer_id]} | {one.payer_id for one in wanting}
    npis = sorted({one.npi for one in wanting})
    rows = work.rows(
        work.select(payer_enrollment_table).where(_columns.payer_id.in_(sorted(payers)), _columns.npi.in_(npis))
    )
    found: dict[Enrolling, EnrollmentGap] = {}
    for one in wanting:
        known = {one.payer_id, *(each.payer_id for each in listed[one.payer_id])}
        states = {
            row["connection_id"]: EnrollmentState(row["state"])
            for row in rows
            if row["payer_id"] in known and row["service"] == one.service and row["npi"] == one.npi
        }
        gap = _gap(one, listed[one.payer_id], states)
        if gap is not None:
            found[one] = gap
    return found


def _gap(
    asked: Enrolling, listed: Sequence[ListedPayer], states: Mapping[str, EnrollmentState]
) -> EnrollmentGap | None:
    gap: EnrollmentGap | None = None
    for one in listed:
        if one.supports(asked.service) is Support.YES:
            return None
        if one.supports(asked.service) is not Support.ENROLLMENT:
            continue
        state = states.get(one.connection_id, EnrollmentState.NEEDED)
        if state is EnrollmentState.ENROLLED:
            return None
        gap = gap or EnrollmentGap(one.connection_id, asked.payer_id, asked.service, state)
    return gap


def count_enrollments(work: Work) -> dict[EnrollmentState, int]:
    """How many stand where."""
    query = work.select(payer_enrollment_table, _columns.state, sa.func.count().label("number"))
    return {EnrollmentState(row["state"]): row["number"] for row in work.rows(query.group_by(_columns.state))}


def _enrollment(row: sa.RowMapping) -> PayerEnrollment:
    return PayerEnrollment(
        row["id"],
        row["connection_id"],
        row["payer_id"],
        row["payer_name"],
        row["service"],
        row["npi"],
        EnrollmentState(row["state"]),
        row["expected"],
        row["updated"],
    )
