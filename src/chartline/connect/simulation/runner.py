"""Runs a simulator as a process of its own, on loopback, under the shared clock.

Refuses to bind anything but loopback. With port 0 the system picks a free port; the port is written to the
ready file as JSON ``{"port": n, "pid": n}`` once connections are accepted.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from pathlib import Path

import uvicorn

from chartline.connect.simulation.web import Handler, application
from chartline.kernel.clock import Clock

NOTICE = "independent, from public facts; not made, endorsed or checked by the vendor; invented data only"


def serve(handler: Handler, clock: Clock, *, port: int = 0, ready: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError when the port is taken."""
    # Named as TCP, or the event loop leaves small answers waiting (Nagle).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    config = uvicorn.Config(
        application(handler, clock), log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)

    async def main() -> None:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if ready is not None and server.started:
            draft = ready.with_suffix(".new")
            draft.write_text(json.dumps({"port": listener.getsockname()[1], "pid": os.getpid()}))
            draft.replace(ready)
        await task

    asyncio.run(main())
