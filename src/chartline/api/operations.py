"""Connections, budgets and failed jobs: what keeps the house running, and the buttons for when it does not."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Router

from chartline.api.caller import DESK, Caller, Calling
from chartline.api.routes import Done, Limit, act, read, stated
from chartline.app.budgets import budgets
from chartline.connect.connections import Connection
from chartline.platform.jobs import Issue


class ConnectionRow(msgspec.Struct, kw_only=True):
    """A connection; its secrets are never shown."""

    id: str
    vendor: str
    name: str
    enabled: bool
    created: datetime


class ConnectionList(msgspec.Struct):
    """Every connection of the practice."""

    connections: list[ConnectionRow]


class BudgetRow(msgspec.Struct, kw_only=True):
    """Calls that count now and calls allowed now, of one tier of one connection.

    `waiting` callers want a slot now; the last of them is expected to have one at `served_at`. `peak` says whether the
    vendor's peak hours are on (null: it has none). At `changes_at` the number allowed becomes `changes_to`.
    """

    connection: str
    vendor: str
    tier: str
    used: int
    allowed: int
    next_free: datetime | None
    waiting: int
    served_at: datetime | None
    peak: bool | None
    changes_at: datetime | None
    changes_to: int | None


class BudgetList(msgspec.Struct):
    """Every budget of the practice."""

    limits: list[BudgetRow]


class IssueRow(msgspec.Struct, kw_only=True):
    """A job that stopped and waits for a person; ``times`` since ``first_at``. One that ``goes_on`` is still tried."""

    key: str
    job: str
    code: str
    blame: str
    again: str
    say: str
    do: str
    evidence: str | None
    fields: dict[str, str]
    at: datetime
    connection: str
    times: int
    first_at: datetime | None
    goes_on: bool


class RetryBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which failed job."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class IssueList(msgspec.Struct):
    """Failed jobs, newest first."""

    issues: list[IssueRow]


@read("/connections", summary="List connections")
def list_connections(caller: Calling) -> ConnectionList:
    """Every connection, oldest first."""
    caller.require(DESK)
    return ConnectionList([stated(one, ConnectionRow) for one in _connections(caller)])


@read("/limits", summary="Read the call budgets")
def list_limits(caller: Calling) -> BudgetList:
    """How much of each vendor limit is used now."""
    caller.require(DESK)
    rows = [
        BudgetRow(
            connection=one.connection.id,
            vendor=one.connection.vendor,
            tier=one.tier,
            used=one.usage.used,
            allowed=one.usage.allowed,
            next_free=one.usage.next_free,
            waiting=one.waiting,
            served_at=one.served_at,
            peak=one.peak,
            changes_at=one.changes_at,
            changes_to=one.changes_to,
        )
        for one in budgets(caller.services, _connections(caller))
    ]
    return BudgetList(rows)


@read("/jobs/issues", summary="List failed jobs")
def list_issues(caller: Calling, resolved: bool = False, limit: Limit = 100) -> IssueList:
    """Jobs that stopped, with what to do about each."""
    caller.require(DESK)
    with caller.read() as work:
        found = caller.services.issues.list(work, caller.organisation, resolved=resolved, limit=limit)
    return IssueList([_issue(one) for one in found])


@act("/jobs/retry", summary="Run a failed job again")
def retry_job(caller: Calling, data: RetryBody) -> Done:
    """Runs a failed job again from the step that failed. The key goes into the body because keys hold slashes."""
    caller.require(DESK)
    caller.services.jobs.retry(data.key, caller.organisation)
    with caller.work() as work:
        caller.record(work, "job.retry")
    return Done()


def _connections(caller: Caller) -> list[Connection]:
    with caller.read() as work:
        return caller.services.connections.all(work)


def _issue(issue: Issue) -> IssueRow:
    problem = issue.problem
    return IssueRow(
        key=issue.key,
        job=issue.job,
        code=problem.code,
        blame=problem.blame.value,
        again=problem.again.value,
        say=problem.say,
        do=problem.do,
        evidence=problem.evidence,
        fields=problem.fields,
        at=issue.at,
        connection=issue.connection,
        times=issue.times,
        first_at=issue.first_at,
        goes_on=issue.goes_on,
    )


router = Router(
    path="/",
    tags=["operations"],
    route_handlers=[list_connections, list_limits, list_issues, retry_job],
)
