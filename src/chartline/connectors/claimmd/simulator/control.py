"""``/_control/``: how a test or the sandbox seeds the simulator, breaks it and reads its counters. JSON both ways.

Not a vendor service: no key, no limit, no journal. It is reachable from this machine only, as the whole simulator.

    GET  counters[?account=]   what callers did          POST faults     one fault or a list of them
    GET  snapshot[?account=]   claims and remittances    POST accounts   a seed; idempotent
    GET  next                  when something happens    POST rules      rules and extras for a payer; idempotent
    GET  journal               requests, keys masked     POST notes, edits  somebody wrote on or changed a claim
    GET  hook                  posts made                POST hook       where an account's news goes, and how
                                                         POST post       send the news that is held, or all again
"""

from __future__ import annotations

import msgspec

from chartline.connect.simulation.faults import Fault, Faults
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.claimmd.simulator.desk import Desk, Edit, Note
from chartline.connectors.claimmd.simulator.journal import Journal
from chartline.connectors.claimmd.simulator.lifecycle import Lifecycle
from chartline.connectors.claimmd.simulator.news import Newsroom, Target
from chartline.connectors.claimmd.simulator.planting import Addition, add, plant
from chartline.connectors.claimmd.simulator.seed import read_seed
from chartline.connectors.claimmd.simulator.snapshot import counters, snapshot
from chartline.connectors.claimmd.simulator.state import World
from chartline.kernel.errors import ChartlineError

PREFIX = "/_control/"


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Send an account's held news; ``again`` sends everything that was ever told."""

    account: str
    again: bool = False


class Control:
    """The control surface."""

    def __init__(
        self, world: World, lifecycle: Lifecycle, faults: Faults, journal: Journal, desk: Desk, newsroom: Newsroom
    ) -> None:
        self._world, self._lifecycle, self._faults, self._journal = world, lifecycle, faults, journal
        self._desk, self._newsroom = desk, newsroom

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
        if name == "hook":
            return dict(self._newsroom.counters())
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
        elif name == "notes":
            self._desk.write_note(msgspec.json.decode(request.body, type=Note))
        elif name == "edits":
            self._desk.edit_claim(msgspec.json.decode(request.body, type=Edit))
        elif name == "hook":
            self._newsroom.point(msgspec.json.decode(request.body, type=Target))
        elif name == "post":
            order = msgspec.json.decode(request.body, type=Order)
            return {"events": self._newsroom.post(order.account, again=order.again)}
        else:
            return None
        return {"ok": True}


def _json(status: int, body: dict[str, object]) -> Answer:
    return Answer(status, msgspec.json.encode(body), "application/json; charset=utf-8")
