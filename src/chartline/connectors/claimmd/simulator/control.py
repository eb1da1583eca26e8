"""``/_control/``: how a test or the sandbox seeds the simulator, breaks it and reads its counters. JSON both ways.

Not a vendor service: no key, no limit, no journal. It is reachable from this machine only, as the whole simulator.

    GET  counters[?account=]   what callers did          POST faults     one fault or a list of them
    GET  snapshot[?account=]   claims and remittances    POST accounts   a seed; idempotent
    GET  next                  when something happens    POST rules      rules and extras for a payer; idempotent
    GET  journal               requests, keys masked
"""

from __future__ import annotations

import msgspec

from chartline.connect.simulation.faults import Fault, Faults
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.claimmd.simulator.journal import Journal
from chartline.connectors.claimmd.simulator.lifecycle import Lifecycle
from chartline.connectors.claimmd.simulator.planting import Addition, add, plant
from chartline.connectors.claimmd.simulator.seed import read_seed
from chartline.connectors.claimmd.simulator.snapshot import counters, snapshot
from chartline.connectors.claimmd.simulator.state import World
from chartline.kernel.errors import ChartlineError

PREFIX = "/_control/"


class Control:
    """The control surface."""

    def __init__(self, world: World, lifecycle: Lifecycle, faults: Faults, journal: Journal) -> None:
        self._world, self._lifecycle, self._faults, self._journal = world, lifecycle, faults, journal

    def handle(self, request: Request) -> Answer:
        """Answer a control call: 200, 400 for a bad body, 404 for an unknown one."""
        name = request.path.removeprefix(PREFIX).strip("/")
        try:
            found = self._read(name, request) if request.method == "GET" else self._write(name, request)
        except ChartlineError as problem:
            return _json(400, problem.problem.as_json())
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            return _json(400, {"code": "claimmd_simulator.body", "say": str(problem)})
        return _json(404, {"code": "claimmd_simulator.unknown"}) if found is None else _json(200, found)

    def _read(self, name: str, request: Request) -> dict[str, object] | None:
        account = request.query.get("account", "")
        if name == "counters":
            return counters(self._world, account)
        if name == "snapshot":
            return snapshot(self._world, account)
        if name == "next":
            at = self._lifecycle.next_at()
            return {"next": at.isoformat() if at else None}
        if name == "journal":
            return {"entries": self._journal.entries()}
        return None

    def _write(self, name: str, request: Request) -> dict[str, object] | None:
        if request.method != "POST":
            return None
        if name == "faults":
            given = msgspec.json.decode(request.body, type=Fault | list[Fault])
            for fault in given if isinstance(given, list) else [given]:
                self._faults.add(fault)
        elif name == "accounts":
            plant(self._world, read_seed(request.body))
        elif name == "rules":
            add(self._world, msgspec.json.decode(request.body, type=Addition))
        else:
            return None
        return {"ok": True}


def _json(status: int, body: dict[str, object]) -> Answer:
    return Answer(status, msgspec.json.encode(body), "application/json; charset=utf-8")
