"""A running worker in the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chartline.kernel.settings import Settings
from chartline.platform.database import Database
from chartline.platform.jobs import Job, Jobs, Worker
from chartline.platform.jobs.durable import migrate

Working = Callable[..., Worker]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "data"), worker_threads=6, heartbeat_seconds=0.2, dead_after_seconds=1.0)


@pytest.fixture
def jobs(database: Database) -> Iterator[Jobs]:
    migrate(database.engine.url.render_as_string(hide_password=False))
    opened = Jobs(database)
    yield opened
    opened.close()


@pytest.fixture
def working(database: Database, settings: Settings, jobs: Jobs) -> Iterator[Working]:
    """``working(job, ...)`` starts a worker that knows these jobs; it is stopped at the end."""
    started: list[Worker] = []

    def start(*known: Job) -> Worker:
        worker = Worker(database, settings, known)
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop()
