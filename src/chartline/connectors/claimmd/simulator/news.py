"""The webhook: what is told about enrolments and appeals, and to whom (sheet 9, row 19 of section 15).

Nothing else is ever told: no claim status, no remittance (sheet 14.23, row 23). An account's address is set by the
control API, as the vendor sets it on request; there is no service for it. Posts can be told to hold several events, to
come twice, out of order, or with a signature that does not fit. Refuses every address but loopback's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from chartline.connect.simulation.shelf import Shelf, Store
from chartline.connectors.claimmd.simulator.postman import Letter, Postman
from chartline.connectors.claimmd.simulator.seed import BAD_SEED
from chartline.connectors.claimmd.simulator.state import World

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FIRST_EVENT = 600001


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where an account's news goes, and how it misbehaves on the way."""

    account: Annotated[str, msgspec.Meta(max_length=40)]
    url: str
    """``http://`` on loopback; empty for nowhere."""
    hold: bool = False
    """Keep news until ``POST post``, which sends all of it in one post."""
    twice: bool = False
    """Each post is made twice."""
    backwards: bool = False
    """The newest event of a post comes first."""
    forged: bool = False
    """Signed with another key."""


class Event(msgspec.Struct, kw_only=True):
    """Something to be told."""

    account: str
    body: dict[str, object]
    posted: bool = False


class Newsroom:
    """News of all accounts, told or held."""

    def __init__(self, world: World, store: Store) -> None:
        self._world, self._postman = world, Postman()
        self._targets: Shelf[Target] = Shelf(store, "hook", Target)
        self._events: Shelf[Event] = Shelf(store, "news", Event)

    def point(self, target: Target) -> None:
        """Set an account's address. Raises ``claimmd_simulator.seed``."""
        check_address(target.url)
        if target.account not in self._world.accounts:
            raise BAD_SEED.error(reason="unknown account", account=target.account)
        self._targets.put(target.account, target)

    def tell(self, account: str, kind: str, data: dict[str, str], at: datetime) -> None:
        """Something happened; it is posted at once unless it is held. Without an address it is told to nobody."""
        number = self._world.next_id("eventid", FIRST_EVENT)
        body: dict[str, object] = {
            "eventid": number,
            "event_type": kind,
            "event_time": at.isoformat(),
            "event_data": {kind: {name: value for name, value in data.items() if value}},
        }
        self._events.put(number, Event(account=account, body=body))
        target = self._targets.get(account)
        if target is not None and not target.hold:
            self.post(account)

    def post(self, account: str, *, again: bool = False) -> int:
        """Send what waits, or everything ever told when ``again``, in one post; how many events it holds."""
        target = self._targets.get(account)
        due = [event for event in self._events if event.account == account and (again or not event.posted)]
        owner = self._world.accounts.get(account)
        if target is None or not target.url or owner is None or not due:
            return 0
        bodies = [event.body for event in (reversed(due) if target.backwards else due)]
        content = msgspec.json.encode({"acct_number": account, "events": bodies})
        key = f"{owner.key}-forged" if target.forged else owner.key
        for _ in range(2 if target.twice else 1):
            self._postman.send(Letter(target.url, key, content))
        for name in self._events.keys():  # noqa: SIM118 - a shelf iterates items
            event = self._events[name]
            if event in due and not event.posted:
                event.posted = True
                self._events.put(name, event)
        return len(due)

    def counters(self) -> dict[str, int]:
        """Posts delivered, given up, tried and still in line, and events that wait."""
        waiting = sum(1 for event in self._events if not event.posted)
        return {**self._postman.counters(), "events_held": waiting}


def check_address(url: str) -> None:
    """Refuse any address but plain HTTP on loopback with a port. Raises ``claimmd_simulator.seed``."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        loopback = parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port is not None
    except ValueError:
        loopback = False
    if not loopback or parts.username is not None:
        raise BAD_SEED.error(reason="news goes to http on loopback with a port")
