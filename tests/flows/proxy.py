"""A vendor between us and a simulator: passes everything on, and changes answers as a test says."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

import httpx2
from tests.flows.house import House
from tests.support.vendor import Heard, Said, vendor

Ask = Callable[[str, bytes], bytes]
"""From a service's name and a question to the question that is passed on."""
Change = Callable[[str, bytes, bytes], bytes]
"""From a service's name, our question and the answer to the answer that we are given."""


@contextmanager
def between(home: House, change: Change, asked: Ask = lambda _, body: body) -> Generator[None]:
    """Our connection with Claim.MD goes through the proxy until the block ends; ``asked`` changes questions."""
    target = home.simulators["claimmd"].url
    with httpx2.Client(base_url=target, trust_env=False, timeout=10) as client:

        def answer(heard: Heard) -> Said:
            headers = {name: heard.headers[name] for name in ("content-type", "accept")}
            service = heard.path.split("/")[2]
            reply = client.post(heard.path, content=asked(service, heard.body), headers=headers)
            body = change(service, heard.body, reply.content)
            return Said(body, reply.status_code, reply.headers["content-type"])

        with vendor(answer) as served:
            with home.work() as work:
                options = home.services.connections.get(work, home.claimmd).options
                changed = {**options, "base_url": f"{served.url}/services/"}
                home.services.connections.set_options(work, home.claimmd, changed)
            yield
            with home.work() as work:
                home.services.connections.set_options(work, home.claimmd, options)
