"""The gateway as one handler: two doors, envelope, budget, faults, answer, journal; and what a test may tell it.

``POST /core/realtime`` and ``POST /core/batch``. Everything due happens before an answer is made. The journal keeps
names, codes and sizes, never a value or a password.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

import msgspec

from chartline.connect.simulation.faults import Fault, Faults, after_work, before_work
from chartline.connect.simulation.shelf import Shelf, Store
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.core.simulator import intake, questions, reviewer
from chartline.connectors.core.simulator.envelope import NO_ACKNOWLEDGEMENT, NO_RESULTS, RECEIVER, SENDER, opened, reply
from chartline.connectors.core.simulator.envelope import Envelope as Told
from chartline.connectors.core.simulator.mime import fields_of
from chartline.connectors.core.simulator.world import Mind, Settings, World
from chartline.formats.x12.acknowledgement import acknowledge, acknowledge_interchange, reply_envelope
from chartline.formats.x12.check import check
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.kernel.clock import Clock
from chartline.kernel.errors import ChartlineError

DOORS = {"/core/realtime": True, "/core/batch": False}
CONTROL = "/_control/"
LIMIT, WINDOW = 60, timedelta(seconds=60)
KEPT = 2000

_settings = msgspec.json.Decoder(Settings)
_mind = msgspec.json.Decoder(Mind)
_faults = msgspec.json.Decoder(Fault)


class Entry(msgspec.Struct, kw_only=True):
    """One request: which door and operation, what was answered."""

    at: datetime
    path: str
    operation: str
    status: int
    error: str = ""
    fault: str = ""
    size: int = 0


class Simulator:
    """A simulated gateway; ``handle`` is its only door."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock, self._store, self._world = clock, store, World(clock, store)
        self._faults = Faults()
        self._arrivals: deque[datetime] = deque()
        self._journal = Shelf(store, "journal", Entry)

    def handle(self, request: Request) -> Answer:
        """Let everything due happen, then answer; both are kept whole or not at all."""
        with self._store.whole():
            reviewer.decide_due(self._world)
            intake.report_due(self._world)
            intake.pay_due(self._world)
            if request.path.startswith(CONTROL):
                return self._control(request.path.removeprefix(CONTROL), request)
            if request.path not in DOORS or request.method != "POST":
                return Answer(405 if request.path in DOORS else 404, b"")
            return self._serve(request)

    def _serve(self, request: Request) -> Answer:
        fields = fields_of(request.headers.get("content-type", ""), request.body)
        if fields is None:
            return self._note(request, "", Answer(400, b"not a form"))
        told = opened(fields, DOORS[request.path])
        if isinstance(told, str):
            refused = reply("CoreEnvelopeError", "", "", self._world.now, error=told, say="See the error code.")
            return self._note(request, "", refused, error=told)
        fault = self._faults.take(told.operation)
        early = before_work(fault)
        if early is not None:
            return self._note(request, told.operation, early, fault=fault.kind if fault else "")
        if self._too_many():
            return self._note(request, told.operation, Answer(429, b""))
        answer = after_work(fault, self._answer(told))
        return self._note(request, told.operation, answer, fault=fault.kind if fault else "")

    def _answer(self, told: Told) -> Answer:
        world = self._world
        world.counters.add(f"calls/{told.operation}")
        if told.operation == "999":
            found = intake.acknowledgement_of(world, told.payload_id)
            kind = "X12_999_Response_005010X231A1" if found else NO_ACKNOWLEDGEMENT
            return self._reply(told, kind, found or b"")
        if told.operation in ("277ca", "835"):
            file = world.next_file(told.operation, told.payload_id)
            if file is None:
                return self._reply(told, NO_RESULTS)
            kind = "X12_277CA_Response_005010X214" if told.operation == "277ca" else "X12_835_Response_005010X221A1"
            return reply(kind, told.mode, file.payload_id, world.now, file.content)
        if told.operation == "278_results":
            decided = reviewer.decided_278(world, told.payload_id, self._envelope())
            kind = "X12_278_Response_005010X217E1_2" if decided else NO_RESULTS
            return self._reply(told, kind, decided or b"")
        return self._take(told)

    def _take(self, told: Told) -> Answer:
        """What brings X12 along."""
        if not intake.readable(told.payload):
            return self._reply(told, "CoreEnvelopeError", error="PayloadIllegal")
        result = check(told.payload)
        if result.interchanges[0].usage == Usage.PRODUCTION and not self._world.settings.accepts_production:
            return self._reply(told, "CoreEnvelopeError", error="PayloadIllegal")
        if told.operation == "837":
            intake.take(self._world, told)
            return self._reply(told, "X12_BatchReceiptConfirmation")
        if result.has_errors:
            return self._unprocessed(told)
        try:
            if told.operation == "270":
                content = questions.answer_270(told.payload, self._envelope())
                return self._reply(told, "X12_271_Response_005010X279A1", content)
            if told.operation == "276":
                content = questions.answer_276(self._world, told.payload, self._envelope())
                return self._reply(told, "X12_277_Response_005010X212", content)
            content = reviewer.answer_278(self._world, told.payload_id, told.payload, self._envelope())
            return self._reply(told, "X12_278_Response_005010X217E1_2", content)
        except ChartlineError:
            return self._reply(told, "CoreEnvelopeError", error="Receiver")

    def _unprocessed(self, told: Told) -> Answer:
        """A question that cannot be processed is answered by a 999, or a TA1, and by nothing else."""
        interchange = check(told.payload).interchanges[0]
        envelope = reply_envelope(interchange, self._world.now, self._world.counters.next("interchange"))
        content = acknowledge(interchange, envelope)
        if content is not None:
            return self._reply(told, "X12_999_Response_005010X231A1", content)
        return self._reply(told, "X12_TA1_Response_00501X231A1", acknowledge_interchange(interchange, envelope))

    def _envelope(self) -> Envelope:
        number = self._world.counters.next("interchange")
        return Envelope(
            sender=RECEIVER,
            receiver=SENDER,
            at=self._world.now,
            control=number,
            group_control=number,
            usage=Usage.PRODUCTION if self._world.settings.accepts_production else Usage.TEST,
        )

    def _reply(self, told: Told, kind: str, payload: bytes = b"", error: str = "Success") -> Answer:
        return reply(kind, told.mode, told.payload_id, self._world.now, payload, error)

    def _too_many(self) -> bool:
        now = self._world.now
        while self._arrivals and self._arrivals[0] <= now - WINDOW:
            self._arrivals.popleft()
        if len(self._arrivals) >= LIMIT:
            self._world.counters.add("excess")
            return True
        self._arrivals.append(now)
        return False

    def _note(self, request: Request, operation: str, answer: Answer, *, error: str = "", fault: str = "") -> Answer:
        number = self._world.counters.next("journal")
        entry = Entry(
            at=self._world.now,
            path=request.path,
            operation=operation,
            status=answer.status,
            error=error,
            fault=fault,
            size=len(answer.body),
        )
        self._journal.put(str(number), entry)
        if str(number - KEPT) in self._journal:
            self._journal.remove(str(number - KEPT))
        return answer

    def _control(self, name: str, request: Request) -> Answer:
        """GET counters or journal; POST faults, settings or minds. 400 for a body that is not understood."""
        try:
            if request.method == "GET" and name == "counters":
                names = ("batches", "claims", "authorizations", "checks", "excess")
                return _json(200, {each: self._world.counters.get(each) for each in names})
            if request.method == "GET" and name == "journal":
                return _json(200, {"entries": list(self._journal)})
            if request.method == "POST" and name == "faults":
                self._faults.add(_faults.decode(request.body))
            elif request.method == "POST" and name == "settings":
                self._world.settle(_settings.decode(request.body))
            elif request.method == "POST" and name == "minds":
                mind = _mind.decode(request.body)
                self._world.minds.put(mind.procedure, mind)
            else:
                return _json(404, {"code": "core_simulator.unknown"})
        except msgspec.MsgspecError:
            return _json(400, {"code": "core_simulator.body"})
        return _json(200, {"ok": True})


def _json(status: int, body: dict[str, object]) -> Answer:
    return Answer(status, msgspec.json.encode(body), "application/json; charset=utf-8")
