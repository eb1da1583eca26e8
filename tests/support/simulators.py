"""A vendor's simulator as a process of its own, on a free loopback port, and its control surface."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from tests.support.nursery import NURSERY


class Simulator:
    """Where it listens, and what it can be told and asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx2.Client(base_url=f"{url}/_control", timeout=10, trust_env=False)

    def tell(self, name: str, **body: Any) -> None:
        answer = self._http.post(f"/{name}", json=body)
        assert answer.status_code < 300, answer.text

    def ask(self, name: str) -> Any:
        return self._http.get(f"/{name}").json()

    def close(self) -> None:
        self._http.close()


@contextmanager
def running(vendor: str, folder: Path, *arguments: str) -> Generator[Simulator]:
    """Run it until the block ends; ``clock.json`` in the folder is its clock."""
    ready = folder / f"{vendor}.json"
    module = f"chartline.connectors.{vendor}.simulator"
    process = NURSERY.start(module, "--ready", str(ready), "--clock", str(folder / "clock.json"), *arguments)
    try:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.02)
        simulator = Simulator(f"http://127.0.0.1:{json.loads(ready.read_text())['port']}")
        yield simulator
        simulator.close()
    finally:
        process.kill()
        process.wait()
