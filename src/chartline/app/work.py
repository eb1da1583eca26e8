"""Runs a worker process until it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import structlog

from chartline.app.services import open_services
from chartline.app.stories import all_jobs
from chartline.app.upgrade import upgrade
from chartline.kernel.settings import Settings
from chartline.platform.jobs import Worker
from chartline.platform.logs import set_up_logs


def run(settings: Settings, *, ready: Path | None = None) -> None:
    """Work until SIGTERM or SIGINT. Raises ``database.in_use`` when another worker holds the embedded file."""
    set_up_logs(settings.log_level, settings.data_path / "logs" / "worker.jsonl")
    upgrade(settings)
    services = open_services(settings)
    worker = Worker(services.database, settings, all_jobs(services.ground))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        worker.start()
        structlog.get_logger().info("worker started", executor=worker.executor)
        say_ready(ready)
        stop.wait()
    finally:
        worker.stop()
        services.close()
        structlog.get_logger().info("worker stopped", executor=worker.executor)


def say_ready(file: Path | None, **facts: int) -> None:
    """Tell whoever started this process that it works."""
    if file is None:
        return
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps({"pid": os.getpid(), **facts}))
    draft.replace(file)
