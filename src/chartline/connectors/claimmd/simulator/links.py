"""enroll/ and appeal/: links for a person, which complete what they are for when opened (sheet 5.5, 6, row 18).

A link leads to this simulator, never further, and carries access in its address, as the vendor's does (sheet 14.28).
Opening it once tells the account's webhook; opening it again tells nothing. Refuses an enrolment with a payer that has
no such service. Where a payer needs no enrolment, the answer is a success without a link: our assumption.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec

from chartline.connect.simulation.shelf import Shelf, Store
from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.claimmd.simulator.envelope import Node, Number, error
from chartline.connectors.claimmd.simulator.news import Newsroom
from chartline.connectors.claimmd.simulator.seed import Payer
from chartline.connectors.claimmd.simulator.service import NOT_FOUND, Call, Reply, malformed, missing
from chartline.connectors.claimmd.simulator.state import Claim, World
from chartline.kernel.ids import derived_id

PREFIX = "/person/"
ENROLL_TYPES = ("era", "1500", "ub", "elig", "attach")
NOT_OFFERED = "40"


class Link(msgspec.Struct, kw_only=True):
    """A link that was given out. ``about`` is what the webhook will say of it."""

    token: str
    account: str
    kind: str
    about: dict[str, str]
    made: datetime
    opened: datetime | None = None


class Links:
    """Links that were given out, by what they are for."""

    def __init__(self, world: World, store: Store, newsroom: Newsroom) -> None:
        self._world, self._newsroom = world, newsroom
        self._links: Shelf[Link] = Shelf(store, "link", Link)
        self._tokens = self._links.groups(lambda link: (link.token,))

    def enroll(self, call: Call) -> Reply:
        """The link of an enrolment; the same one again while nobody has opened it, none when it is complete."""
        form = call.form
        absent = next((name for name in ("payerid", "enroll_type", "prov_taxid") if not form.text(name)), None)
        if absent:
            return missing(absent)
        if form.text("enroll_type") not in ENROLL_TYPES:
            return malformed("enroll_type")
        payer = self._world.payers.get(form.text("payerid"))
        if payer is None:
            return Reply(error(NOT_FOUND, "Payer not found"))
        able = _able(payer, form.text("enroll_type"))
        if able == "no":
            return Reply(error(NOT_OFFERED, "Payer does not offer this service"))
        about = {name: form.text(name) for name in ("payerid", "enroll_type", "prov_npi", "prov_taxid")}
        return self._answer(call, "enroll", about) if able == "enrollment" else _done()

    def appeal(self, call: Call) -> Reply:
        """The link of an appeal, by ``claimid`` or ``remote_claimid``."""
        claim = self._claim(call)
        if isinstance(claim, Reply):
            return claim
        about = {"claimid": claim.id, "claimmd_id": claim.id, "pcn": claim.pcn, "remote_claimid": claim.remote_claimid}
        return self._answer(call, "appeal", about)

    def open(self, request: Request) -> Answer:
        """A person opens a link: what it is for is complete, and the webhook hears of it."""
        kind, _, token = request.path.removeprefix(PREFIX).strip("/").partition("/")
        link = next((each for each in self._tokens.at(token) if each.kind == kind), None) if token else None
        if link is None or request.method != "GET":
            return Answer(404, b"")
        if link.opened is None:
            link.opened = self._world.clock.now()
            self._links.put(_key(link.account, link.kind, link.about), link)
            happened = "enrolled" if kind == "enroll" else "submitted"
            self._newsroom.tell(link.account, kind, {"event": happened, **link.about}, link.opened)
        return Answer(200, b"<html><body><p>Thank you, this is complete.</p></body></html>", "text/html")

    def _answer(self, call: Call, kind: str, about: dict[str, str]) -> Reply:
        account = call.account.acct_number
        key = _key(account, kind, about)
        link = self._links.get(key)
        if link is not None and link.opened is not None and kind == "enroll":
            return _done()
        if link is None or link.opened is not None:
            token = secrets.token_urlsafe(24)
            link = Link(token=token, account=account, kind=kind, about=about, made=call.now)
            self._links.put(key, link)
        url = f"{call.origin}{PREFIX}{kind}/{link.token}"
        return Reply(Node("result", {"success": Number("1")}, [Node("link", {"url": url})]))

    def _claim(self, call: Call) -> Claim | Reply:
        number, reference = call.form.text("claimid"), call.form.text("remote_claimid")
        if not number and not reference:
            return missing("claimid")
        account = call.account.acct_number
        found = self._world.claims.get(number) if number else None
        if not number:
            found = next(reversed(self._world.claims_sent_as(account, reference)), None)
        return found if found and found.account == account else Reply(error(NOT_FOUND, "Claim not found"))


def _done() -> Reply:
    return Reply(Node("result", {"success": Number("1")}))


def _key(account: str, kind: str, about: dict[str, str]) -> str:
    return derived_id(account, kind, *(f"{name}={value}" for name, value in sorted(about.items())))


def _able(payer: Payer, enroll_type: str) -> str:
    return {
        "era": payer.era,
        "1500": payer.professional_claims,
        "ub": payer.institutional_claims,
        "elig": payer.eligibility,
        "attach": payer.attachment,
    }[enroll_type]
