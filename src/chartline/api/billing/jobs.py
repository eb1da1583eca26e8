"""The jobs of billing: when each ran, when it runs next, and running one now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import Router
from litestar.params import Parameter

from chartline.api.billing.shapes import Answered, Shape
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.routes import act, read, stated
from chartline.app.billing_jobs import job_status, run_job


class JobShape(Shape):
    """One job. ``failed`` runs wait on the desk; ``nextAt`` is when the next run is due."""

    name: str
    every_seconds: int
    running: bool
    paused: bool
    last_started: datetime | None
    last_finished: datetime | None
    next_at: datetime
    failed: int


class StartedShape(Shape):
    """For how many connections the job was made due."""

    name: str
    started: int


@read("/status", summary="See how the jobs of billing stand")
def jobs_status(caller: Calling) -> Answered[list[JobShape]]:
    """Every job that is planned for the practice."""
    caller.require(BILLING)
    with caller.read() as work:
        found = job_status(caller.services, work)
    return Answered(data=[stated(one, JobShape) for one in found])


@act("/{name:str}/run", summary="Run a job of billing now")
def run_now(caller: Calling, name: Annotated[str, Parameter(max_length=40)]) -> Answered[StartedShape]:
    """Makes it due at once; a run that is under way ends first, and two never run beside each other."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        started = run_job(caller.services, work, name)
        caller.record(work, "job.run", None, job=name)
    return Answered(data=StartedShape(name=name, started=started))


router = Router(path="/jobs", route_handlers=[jobs_status, run_now])
