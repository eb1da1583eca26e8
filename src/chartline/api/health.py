"""For machines that watch: is it well (``/health``), and numbers for Prometheus (``/metrics``).

Both are open to whoever reaches the port, and hold counts and ages only, nothing of any practice.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec
import prometheus_client
import sqlalchemy as sa
from litestar import Response, get
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from chartline.api.caller import Opened
from chartline.app.services import Services
from chartline.kernel.clock import SystemClock
from chartline.kernel.errors import ChartlineError
from chartline.platform.database.engine import probe
from chartline.platform.jobs.tables import job_issue, worker

_REAL = SystemClock()


class HealthBody(msgspec.Struct, kw_only=True):
    """``ok`` or ``degraded``. Ages are real seconds; ``worker_age_seconds`` is null while no worker is known."""

    status: str
    database: bool
    workers: int
    worker_age_seconds: int | None
    clock: str


@get("/health", tags=["watching"], sync_to_thread=True, summary="Is it well")
def health(services: Opened) -> Response[HealthBody]:
    """200 when the database answers and a worker lives, else 503."""
    reachable, ages = True, list[float]()
    try:
        probe(services.database.engine)
        ages = worker_ages(services)
    except ChartlineError:
        reachable = False
    youngest = min(ages, default=None)
    well = reachable and youngest is not None and youngest <= services.settings.dead_after_seconds
    body = HealthBody(
        status="ok" if well else "degraded",
        database=reachable,
        workers=sum(age <= services.settings.dead_after_seconds for age in ages),
        worker_age_seconds=None if youngest is None else int(youngest),
        clock=services.clock.now().isoformat(timespec="seconds"),
    )
    return Response(body, status_code=200 if well else 503)


@get("/metrics", tags=["watching"], sync_to_thread=True, summary="Numbers for Prometheus", media_type="text/plain")
def metrics(services: Opened) -> Response[bytes]:
    """Prometheus text: the process's own counters, and the depths of the queues."""
    registry = CollectorRegistry()
    registry.register(_Depths(services))
    text = prometheus_client.generate_latest() + prometheus_client.generate_latest(registry)
    return Response(text, media_type=prometheus_client.CONTENT_TYPE_LATEST)


def worker_ages(services: Services) -> list[float]:
    """How long ago each known worker gave a sign of life, in real seconds."""
    with services.database.read("") as work:
        beats = [row["beat"] for row in work.rows(sa.select(worker.c.beat))]
    now = _REAL.now()
    return [max(0.0, (now - beat).total_seconds()) for beat in beats]


class _Depths(Collector):
    """Reads queues, workers and open issues at the moment of asking."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> list[Metric]:
        """The gauges."""
        queued = GaugeMetricFamily("chartline_jobs_waiting", "Jobs that wait, by queue.", labels=["queue"])
        # The engine's own tables appear with the first worker; until then nothing waits.
        with suppress(DBAPIError):
            for name, number in self._services.jobs.depths().items():
                queued.add_metric([name], number)
        workers = GaugeMetricFamily("chartline_workers", "Workers that gave a sign of life in time.")
        limit = self._services.settings.dead_after_seconds
        workers.add_metric([], sum(age <= limit for age in worker_ages(self._services)))
        issues = GaugeMetricFamily("chartline_job_issues_open", "Failed jobs that wait for a person.")
        with self._services.database.read("") as work:
            waiting = sa.select(sa.func.count()).select_from(job_issue).where(job_issue.c.state == "open")
            issues.add_metric([], int(work.scalar(waiting) or 0))
        return [queued, workers, issues]
