"""The simulator itself: two roots, derived addresses, one envelope in two encodings (vendor sheet 1 and 2).

Refuses to answer under any name but loopback's (row 28).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartline.connect.simulation.faults import Fault, Faults, after_work, before_work
from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.advancedmd.simulator import catalogue, meter
from chartline.connectors.advancedmd.simulator.control import Control
from chartline.connectors.advancedmd.simulator.hook import Hook, check_address
from chartline.connectors.advancedmd.simulator.journal import Journal
from chartline.connectors.advancedmd.simulator.login import login
from chartline.connectors.advancedmd.simulator.model import Session
from chartline.connectors.advancedmd.simulator.operation import Call
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.connectors.advancedmd.simulator.refusals import (
    INVALID_ELEMENT,
    MISSING_ATTRIBUTE,
    NO_COMPONENT,
    PARSE_ERROR,
    RATE_FAULT,
    TOO_LARGE,
    UNPUBLISHED,
    HttpRefusal,
    Refusal,
    failure,
    success,
)
from chartline.connectors.advancedmd.simulator.rest import JSON_TYPE, RestCall, Route
from chartline.connectors.advancedmd.simulator.routes import route
from chartline.connectors.advancedmd.simulator.seed import OfficeSeed
from chartline.connectors.advancedmd.simulator.seeding import plant
from chartline.connectors.advancedmd.simulator.session import (
    dead_session,
    living_office,
    next_cluster,
    token_of_message,
    token_of_rest,
)
from chartline.connectors.advancedmd.simulator.tree import (
    Node,
    Unreadable,
    element,
    read_json,
    read_xml,
    write_json,
    write_xml,
)
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.clock import Clock

PARTNER_PATH = "practicemanager/xmlrpc/processrequest.aspx"
STRAY = b"\x1a"
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


def create(
    clock: Clock, store: Store, *, options: Options | None = None, offices: Sequence[OfficeSeed] = ()
) -> AdvancedMd:
    """A simulator over a store, with these offices planted. Raises SeedRefused, and HookRefused for a far address."""
    world = World(store, clock, options or Options())
    check_address(world.options.hook_url)
    with store.whole():
        for seed in offices:
            plant(world, seed)
    world.news.clear()
    return AdvancedMd(world)


class AdvancedMd:
    """Answers every request of the vendor's surfaces and of the control surface."""

    def __init__(self, world: World) -> None:
        self.world, self.faults, self.journal, self.hook = world, Faults(), Journal(), Hook()
        self._control = Control(world, self.faults, self.journal, self.hook)

    def handle(self, request: Request) -> Answer:
        """Answer one request; never raises for anything a caller can send. What it changes is kept whole."""
        world = self.world
        with world.store.whole():
            answer = self._handle(request)
        if world.news:
            # Only what is kept is news, so it leaves after the work is committed.
            news, world.news = world.news, []
            self.hook.send(world.options.hook_url, world.options.hook_secret, news, world.now())
        return answer

    def _handle(self, request: Request) -> Answer:
        if not _LOOPBACK.fullmatch(request.headers.get("host", "")):
            return Answer(400, b"This is a simulator; it answers on loopback only.")
        parts = [part for part in request.path.split("/") if part]
        if parts[:1] == ["_control"]:
            return self._control.handle(request, parts[1:])
        try:
            return self._vendor(request, parts)
        except Exception as error:
            # A mistake of ours must look like the server's own, and must be seen by tests.
            self.world.counters.add("simulator_errors")
            self.journal.write(action="simulator error", kind=type(error).__name__, where=_where(error))
            return Answer(500, b"")

    def _vendor(self, request: Request, parts: list[str]) -> Answer:
        lower = [part.lower() for part in parts]
        if "/".join(lower) in (PARTNER_PATH, PARTNER_PATH.removesuffix("x")):
            return self._message(request, "", "")
        match lower:
            case ["processrequest", cluster, _, "xmlrpc", "processrequest.aspx" | "processrequest.asp"]:
                return self._message(request, cluster, parts[2])
            case ["api" | "ehr-api" as surface, cluster, _, *rest]:
                return self._rest(request, surface, cluster, parts[2], rest)
            case _:
                return Answer(404, b"Not found")

    def _message(self, request: Request, cluster: str, appname: str) -> Answer:
        """One XML-RPC post; ``cluster`` and ``appname`` are empty at the partner address."""
        if request.method != "POST":
            return Answer(405, b"", headers={"Allow": "POST"})
        trace = {"surface": "xmlrpc", "action": "unknown"}
        fault: Fault | None = None
        try:
            message = self._read(request)
            action = message.get("action").lower()
            trace["action"] = action if action == "login" or action in catalogue.OPERATIONS else "unknown"
            self.world.counters.add(f"calls.{trace['action']}")
            fault = self._taken(trace["action"])
            answer = self._work(request, message, cluster, appname, fault, trace)
        except Refusal as refusal:
            trace["code"] = str(refusal.code)
            self.world.counters.add(f"faults.{refusal.code}")
            answer = self._written(request, failure(refusal, short=self.world.options.code_form == "short"))
        except HttpRefusal as refusal:
            self.world.counters.add(f"faults.http{refusal.status}")
            answer = Answer(refusal.status, refusal.text.encode(), refusal.content_type)
        trace["status"] = str(answer.status)
        self.journal.write(**trace)
        return after_work(fault, answer)

    def _work(
        self, request: Request, message: Node, cluster: str, appname: str, fault: Fault | None, trace: dict[str, str]
    ) -> Answer:
        """Meter, strike, sign in or find the session, and run the operation of the action and class."""
        action, component = message.get("action"), message.get("class")
        if not action or not component:
            raise Refusal(MISSING_ATTRIBUTE, f"Missing {'class' if action else 'action'} attribute")
        signing_in = action.lower() == "login"
        token = "" if signing_in else token_of_message(request, message)
        session = self.world.session(token)
        if session is not None:
            self._meter(session.office, action, trace)
        if (early := before_work(fault)) is not None:
            return early
        self._unsettle(fault, session)
        if fault is not None and fault.kind == "string_error":
            raise Refusal(UNPUBLISHED, "The request could not be processed", plain=True)
        if fault is not None and fault.kind == "duplicate_ssn":
            # Row 12, on demand: somebody else of the office has the number that this patient gave.
            raise Refusal(UNPUBLISHED, "Duplicate SSN found")
        if signing_in and component.lower() == "login":
            return self._written(request, success(login(self.world, message, cluster, request.headers["host"])))
        office = None if signing_in else living_office(self.world, session, cluster, appname)
        if office is None and not signing_in:
            raise dead_session(self.world, token, rest=False)
        operation = catalogue.find(action, component)
        if operation is None or office is None:
            raise _no_component(component)
        trace["class"] = component.lower()
        results = operation.run(Call(self.world, office, component.lower(), message, self.world.now()))
        if fault is not None and fault.kind == "empty_results":
            return self._written(request, success(element("Results"), flagged=False))
        flagged = not (operation.reads and self.world.options.omit_success)
        return self._written(request, success(results, flagged=flagged))

    def _taken(self, name: str) -> Fault | None:
        fault = self.faults.take(name)
        if fault is not None:
            self.world.counters.add(f"struck.{fault.kind}")
        return fault

    def _unsettle(self, fault: Fault | None, session: Session | None) -> None:
        """The two faults that strike the session and not the answer: tokens die now, or the office moves away."""
        if fault is not None and fault.kind == "expire_tokens":
            self.world.end_sessions()
        if fault is not None and fault.kind == "move_cluster" and session is not None:
            office = self.world.offices[session.office]
            office.cluster = next_cluster(office.cluster)
            self.world.offices.put(office.key, office)

    def _meter(self, office: str, action: str, trace: dict[str, str]) -> None:
        excess = meter.arrive(self.world, office, action)
        trace["office"] = office
        trace["tier"] = str(meter.tier_of(action))
        if excess:
            trace["excess"] = "1"
            if self.world.options.meter_mode == "reject":
                raise HttpRefusal(429, meter.QUOTA_TEXT, JSON_TYPE)
            if self.world.options.meter_mode == "fault":
                raise Refusal(RATE_FAULT, "Too many requests")

    def _read(self, request: Request) -> Node:
        """The message inside the body, by its content type; JSON is not understood at the old ``.asp`` address."""
        if len(request.body) > self.world.options.largest_body:
            raise Refusal(TOO_LARGE, "The message is too large")
        kind, _, rest = request.headers.get("content-type", "").lower().partition(";")
        charset = rest.partition("charset=")[2].strip().strip('"')
        try:
            if kind.strip() == "application/json" and not request.path.lower().endswith(".asp"):
                message = read_json(request.body)
            else:
                message = read_xml(request.body, charset)
        except Unreadable:
            raise Refusal(PARSE_ERROR, "The message could not be parsed") from None
        if message.name != "ppmdmsg":
            raise Refusal(INVALID_ELEMENT, "Invalid root element")
        return message

    def _written(self, request: Request, node: Node) -> Answer:
        """JSON when ``Accept`` holds ``application/json``, else XML in ISO-8859-1 (row 6)."""
        if "application/json" in request.headers.get("accept", "").lower():
            return Answer(200, write_json(node), JSON_TYPE)
        body = write_xml(node)
        if self.world.options.stray_byte:
            body = body.replace(b"</PPMDResults>", STRAY + b"</PPMDResults>")
        return Answer(200, body, "text/xml; charset=ISO-8859-1")

    def _rest(self, request: Request, surface: str, cluster: str, appname: str, rest: list[str]) -> Answer:
        """One REST call; an unknown path is 404, after the token was looked at."""
        found = route(surface, request.method, rest)
        name = found.name if found else "unknown"
        trace = {"surface": surface, "action": name}
        self.world.counters.add(f"calls.{name}")
        fault = self._taken(name)
        try:
            token = token_of_rest(request)
            session = self.world.session(token)
            if session is not None:
                self._meter(session.office, name, trace)
            answer = before_work(fault)
            if answer is None:
                self._unsettle(fault, session)
                if fault is not None and fault.kind == "string_error":
                    raise HttpRefusal(400, "The request could not be processed")
                answer = self._routed(request, found, session, token, cluster, appname)
        except Refusal:
            answer = Answer(429, meter.QUOTA_TEXT.encode(), JSON_TYPE)
        except HttpRefusal as refusal:
            answer = Answer(refusal.status, refusal.text.encode(), refusal.content_type)
        if fault is not None and fault.kind == "empty_results" and answer.status < 300:
            answer.body = b"{}"
        trace["status"] = str(answer.status)
        self.journal.write(**trace)
        return after_work(fault, answer)

    def _routed(
        self, request: Request, found: Route | None, session: Session | None, token: str, cluster: str, appname: str
    ) -> Answer:
        office = living_office(self.world, session, cluster, appname)
        if office is None:
            raise dead_session(self.world, token, rest=True)
        if found is None:
            raise HttpRefusal(404, "Not found")
        return found.run(RestCall(self.world, office, request, found.number))


def _no_component(component: str) -> Refusal:
    """An action that its class does not know (vendor sheet 2.1); only a well-formed class name is repeated."""
    name = component if re.fullmatch(r"[A-Za-z]{1,30}", component) else "unknown"
    text = f"Encountered an error attempting to create instance of progID: PPMD_{name}.{name}"
    return Refusal(NO_COMPONENT, text)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
