"""Runs the web server, alone or with a worker in the same process."""

from __future__ import annotations

import asyncio
import gc
import socket
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from chartline.app.services import open_services
from chartline.app.stories import all_jobs
from chartline.app.upgrade import upgrade
from chartline.app.work import say_ready
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.settings import Settings
from chartline.platform.jobs import Worker
from chartline.platform.jobs.lock import ProcessLock
from chartline.platform.logs import set_up_logs

PORT_TAKEN = ErrorKind(
    "serve.port_taken",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Another program listens on this port.",
    "Stop it, or choose another port with --port.",
    status=409,
)


def run(settings: Settings, factory: str, *, with_worker: bool, ready: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT. ``factory`` names the function that makes the web application of the services.

    Raises ``serve.port_taken``, and ``database.in_use`` when the embedded file is served or worked on already.
    """
    set_up_logs(settings.log_level, settings.data_path / "logs" / "web.jsonl")
    lock = ProcessLock(settings.data_path, "serve") if settings.embedded else None
    listener = _listen(settings.host, settings.port)
    upgrade(settings)
    services = open_services(settings)
    worker = Worker(services.database, settings, all_jobs(services.ground)) if with_worker else None
    if worker is not None:
        worker.start()
    module, name = factory.split(":")
    # Surfaces stand above this room, so the application is found by its name, as web servers do.
    application: Any = getattr(import_module(module), name)(services)
    _settle_memory()
    config = uvicorn.Config(application, log_config=None, access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)

    async def serve() -> None:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not task.done():
            await asyncio.sleep(0.02)
        port = listener.getsockname()[1]
        structlog.get_logger().info("web started", host=settings.host, port=port)
        say_ready(ready, port=port)
        await task

    try:
        # The fastest loop there is: asyncio's own takes twice the time for a short answer.
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(serve())
    finally:
        if worker is not None:
            worker.stop()
        services.close()
        if lock is not None:
            lock.close()


def _settle_memory() -> None:
    """Take what is there now out of garbage collection, and collect less often: requests leave few cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _listen(host: str, port: int) -> socket.socket:
    # Named as TCP, or the event loop leaves small answers waiting (Nagle).
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        raise PORT_TAKEN.error(host=host, port=str(port)) from None
    listener.listen(256)
    return listener
