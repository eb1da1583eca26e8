"""The whole simulator as one handler: routes, key, budget, faults, service, journal (sheet 2, 15.1-3, 15.21-24).

Refuses what does not exist at the vendor: other methods than POST (405), other services (404), tokens, JSON bodies.
A wrong key, a missing field or a spent budget is answered by an error envelope.
"""

from __future__ import annotations

from chartline.connect.simulation.faults import Faults, after_work, before_work
from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.claimmd.simulator.claims import Claims
from chartline.connectors.claimmd.simulator.control import PREFIX as CONTROL
from chartline.connectors.claimmd.simulator.control import Control
from chartline.connectors.claimmd.simulator.desk import Desk
from chartline.connectors.claimmd.simulator.eligibility import Eligibility
from chartline.connectors.claimmd.simulator.envelope import answer, error, error_code
from chartline.connectors.claimmd.simulator.eras import Eras
from chartline.connectors.claimmd.simulator.form import read_form
from chartline.connectors.claimmd.simulator.journal import Entry, Journal, mask
from chartline.connectors.claimmd.simulator.lifecycle import Lifecycle
from chartline.connectors.claimmd.simulator.limiter import Limiter
from chartline.connectors.claimmd.simulator.links import PREFIX as PERSON
from chartline.connectors.claimmd.simulator.links import Links
from chartline.connectors.claimmd.simulator.news import Newsroom
from chartline.connectors.claimmd.simulator.payers import Payers
from chartline.connectors.claimmd.simulator.planting import plant
from chartline.connectors.claimmd.simulator.seed import Account, Seed, Shapes
from chartline.connectors.claimmd.simulator.service import Call, Service
from chartline.connectors.claimmd.simulator.state import World
from chartline.kernel.clock import Clock

SERVICES = "/services/"
BAD_KEY = "1"
TOO_OFTEN = "2"


class Simulator:
    """A simulated Claim.MD; ``handle`` is its only door."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock, self._store, self._world = clock, store, World(clock, store)
        self._lifecycle, self._limiter = Lifecycle(self._world), Limiter()
        self._faults, self._journal = Faults(), Journal(store)
        newsroom, desk = Newsroom(self._world, store), Desk(self._world, store)
        self._links = Links(self._world, store, newsroom)
        self._control = Control(self._world, self._lifecycle, self._faults, self._journal, desk, newsroom)
        claims, eras, eligibility = Claims(self._world, self._lifecycle), Eras(self._world), Eligibility(self._world)
        self._services: dict[str, Service] = {
            "upload": claims.upload,
            "uploadlist": claims.uploadlist,
            "response": claims.response,
            "modify": desk.modify,
            "notes": desk.notes,
            "archive": desk.archive,
            "appeal": self._links.appeal,
            "enroll": self._links.enroll,
            "payerlist": Payers(self._world).payerlist,
            "eralist": eras.eralist,
            "era835": eras.era835,
            "eradata": eras.eradata,
            "erapdf": eras.erapdf,
            "elig": eligibility.elig,
            "eligdata": eligibility.eligdata,
        }

    def seed(self, seed: Seed) -> None:
        """Put a seed into the world; the same seed again changes nothing."""
        plant(self._world, seed)

    def handle(self, request: Request) -> Answer:
        """Let everything due happen, then answer; both are kept whole or not at all."""
        with self._store.whole():
            return self._handle(request)

    def _handle(self, request: Request) -> Answer:
        self._lifecycle.catch_up()
        if request.path.startswith(CONTROL):
            return self._control.handle(request)
        if request.path.startswith(PERSON):
            return self._links.open(request)
        name = request.path.removeprefix(SERVICES).strip("/")
        if not request.path.startswith(SERVICES) or name not in self._services:
            return self._unserved(request, 404)
        if request.method != "POST":
            return self._unserved(request, 405)
        return self._serve(name, request)

    def _unserved(self, request: Request, status: int) -> Answer:
        self._note(request, Answer(status, b""))
        headers = {"allow": "POST"} if status == 405 else {}
        return Answer(status, b"", headers=headers)

    def _serve(self, name: str, request: Request) -> Answer:
        form = read_form(request)
        key = form.text("AccountKey")
        warning = ""
        if not key and "AccountKey" in request.query:
            # The vendor takes it there too; whoever sends it so leaves it in logs (sheet 14.9).
            key, warning = request.query["AccountKey"], "key in the address"
        account = self._world.account_of(key) if key else None
        if account is None:
            self._world.count("none", "bad_keys")
            refused = answer(error(BAD_KEY, "Invalid Account Key"), request.headers.get("accept", ""), Shapes())
            self._note(request, refused, key=key, code=BAD_KEY, warning=warning)
            return refused
        origin = f"http://{request.headers.get('host', '127.0.0.1')}"
        sent, code, fault = self._answer(name, Call(account, form, self._clock.now(), origin), request)
        self._note(request, sent, key=key, account=account, code=code, fault=fault, warning=warning)
        return sent

    def _answer(self, name: str, call: Call, request: Request) -> tuple[Answer, str, str]:
        accept, options = request.headers.get("accept", ""), call.account.options
        self._world.count(call.account.acct_number, f"calls/{name}")
        if not self._limiter.let(call.account.acct_number, call.now, options.limit):
            self._world.count(call.account.acct_number, "excess_calls")
            if options.limit_mode != "meter":
                status = 429 if options.limit_mode == "429" else 200
                return answer(error(TOO_OFTEN, "Too many requests"), accept, options.shapes, status), TOO_OFTEN, ""
        fault = self._faults.take(name)
        kind = fault.kind if fault else ""
        early = before_work(fault)
        if early is not None:
            return early, "", kind
        reply = self._services[name](call)
        sent = answer(reply.root, accept, options.shapes)
        sent.delay = reply.delay
        if reply.broken:
            sent.body = sent.body[: len(sent.body) // 2]
        return _spoilt(kind, after_work(fault, sent)), error_code(reply.root), kind

    def _note(
        self,
        request: Request,
        sent: Answer,
        *,
        key: str = "",
        account: Account | None = None,
        code: str = "",
        fault: str = "",
        warning: str = "",
    ) -> None:
        self._journal.add(
            Entry(
                at=self._clock.now(),
                method=request.method,
                path=request.path,
                key=mask(key),
                account=account.acct_number if account else "",
                status=sent.status,
                code=code,
                fault=fault,
                warning=warning,
                size=len(sent.body),
            )
        )


def _spoilt(kind: str, sent: Answer) -> Answer:
    """The faults that only this vendor plays: another media type, half a body that is announced as whole."""
    if kind == "mistype":
        sent.content_type = "text/html"
    elif kind == "torn":
        sent.body = sent.body[: len(sent.body) // 2]
    return sent


def create(clock: Clock, store: Store, seed: Seed | None = None) -> Simulator:
    """A simulator on kept state, seeded when a seed is given. Raises ``claimmd_simulator.seed``."""
    simulator = Simulator(clock, store)
    if seed is not None:
        simulator.seed(seed)
    return simulator
