"""The jobs of billing that run by themselves, by the names that people use, with when they ran and may be run.

One name stands for the schedules of one job, which has one for each connection that can do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from chartline.app.services import Services
from chartline.flows import (
    claim_status,
    claim_to_cash,
    clearinghouse_desk,
    coverage_sweep,
    housekeeping,
    patient_money,
    remittances,
    secondary,
)
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work
from chartline.platform.jobs import Schedule

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "claimSubmission": claim_to_cash.SUBMIT,
        "claimStatusSync": claim_to_cash.REPORTS,
        "claimInquiry": claim_status.SWEEP,
        "remittanceFetch": remittances.REMITTANCES,
        "eligibilitySweep": coverage_sweep.SWEEP,
        "priorAuthSync": "authorizations.sync",
        "patientMoney": patient_money.NIGHT,
        "contractCheck": patient_money.CONTRACTS,
        "nextPayers": secondary.NEXT_PAYERS,
        "cleanup": housekeeping.CLEANUP,
        "clearinghouseDesk": clearinghouse_desk.DESK,
        "archival": clearinghouse_desk.ARCHIVE,
    }
)
"""The names of the API, and the jobs behind them."""

NO_JOB = ErrorKind(
    "billing.no_job",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such job, or nothing that the practice is connected with can do it.",
    "GET /api/billing/jobs/status lists the jobs that can be run.",
    status=404,
)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job. ``failed`` is how many of its runs wait on the desk; times are None before the first run."""

    name: str
    job: str
    every_seconds: int
    running: bool
    paused: bool
    last_started: datetime | None
    last_finished: datetime | None
    next_at: datetime
    failed: int


def job_status(services: Services, work: Work) -> list[JobStatus]:
    """Every job of billing that is planned for the practice; two queries."""
    plans = services.schedules.list(work, work.organisation)
    failed: dict[str, int] = {}
    for issue in services.issues.list(work, work.organisation, limit=500):
        failed[issue.job] = failed.get(issue.job, 0) + 1
    found: list[JobStatus] = []
    for name, job in NAMES.items():
        mine = [plan for plan in plans if plan.job == job]
        if mine:
            found.append(_status(name, job, mine, failed.get(job, 0)))
    return found


def run_job(services: Services, work: Work, name: str) -> int:
    """Make a job due now, for each connection that can do it; returns for how many. Raises ``billing.no_job``."""
    job = NAMES.get(name)
    mine = [plan for plan in services.schedules.list(work, work.organisation) if job and plan.job == job]
    if not mine:
        raise NO_JOB.error()
    for plan in mine:
        services.schedules.run_now(work, work.organisation, plan.name)
    return len(mine)


def _status(name: str, job: str, plans: list[Schedule], failed: int) -> JobStatus:
    return JobStatus(
        name=name,
        job=job,
        every_seconds=min(plan.every_seconds for plan in plans),
        running=any(plan.running is not None for plan in plans),
        paused=all(plan.paused for plan in plans),
        last_started=max((plan.last_started for plan in plans if plan.last_started), default=None),
        last_finished=max((plan.last_finished for plan in plans if plan.last_finished), default=None),
        next_at=min(plan.next_at for plan in plans),
        failed=failed,
    )
