"""``Subscription/$status`` and ``$events``: how subscriptions stand, and what a client has missed.

Both answer in every state, so that a client can catch up with a subscription whose endpoint failed. Refuses to show
more of an event than the asking client may see itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartline.api.fhir.operations import Asked
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer
from chartline.api.fhir.session import Session, resource_of
from chartline.formats.fhir import JsonObject, children, encode, text
from chartline.kernel.errors import CATALOGUE, ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.records.reach import EVERYTHING
from chartline.platform.records.stored import GONE, NOT_FOUND
from chartline.platform.subscriptions import Event, State
from chartline.platform.subscriptions.definition import CONTENTS
from chartline.platform.subscriptions.notices import QUERY_EVENT, QUERY_STATUS, instant, notification, status

MOST = 1000
"""Events in one answer; a client asks on from the last number it got."""
_STATUSES = ("requested", "active", "error", "off")


def show_status(asked: Asked) -> Answer:
    """The SubscriptionStatus of one subscription, or of several: ``id`` may come again, ``status`` too."""
    session = asked.session
    session.rights.require("Subscription", "r")
    identities = _several(asked, "id")
    wanted = _several(asked, "status") or list(_STATUSES)
    if not set(wanted) <= set(_STATUSES):
        raise BAD_PARAMETER.error(parameter="status")
    states = session.services.subscriptions.states
    with session.reading() as work:
        if asked.address.id is not None:
            found = [_known(session, work, asked.address.id)]
        else:
            found = states.all(work, wanted, identities or None)
        now = work.now
    session.shown("status", "Subscription", asked.address.id, 0)
    entries = [_status_entry(asked.request.base, one) for one in found]
    made: JsonObject = {"resourceType": "Bundle", "id": new_id(), "meta": {"lastUpdated": instant(now)}}
    made |= {"type": "searchset", "total": len(entries)}
    return Answer(200, encode({**made, "entry": entries} if entries else made))


def show_events(asked: Asked) -> Answer:
    """The events of a subscription by number, in a notification bundle; ``content`` as in a subscription."""
    session, identity = asked.session, asked.address.id or ""
    session.rights.require("Subscription", "r")
    first = asked.number("eventsSinceNumber", 1, 10**9)
    last = asked.number("eventsUntilNumber", 10**9, 10**9)
    content = asked.text("content")
    if content not in (None, *CONTENTS):
        raise BAD_PARAMETER.error(parameter="content")
    states = session.services.subscriptions.states
    with session.writing() as work:
        state = _known(session, work, identity, lock=True)
        states.number(work, identity)
        events = states.events(work, identity, max(first, 1), last, MOST)
        shape = content or state.definition.content
        seen = _seen(session, work, events, shape)
        base, now = asked.request.base, work.now
    told = status(state, QUERY_EVENT, base, events, shape)
    if shape != "empty":
        _withhold(told, {event.number for event in events if event.number not in seen and _hides(session)})
        events = [event for event in events if event.number in seen or not _hides(session)]
    session.shown("events", "Subscription", identity, len(seen) if shape == "full-resource" else 0)
    return Answer(200, encode(notification(told, state, base, now, events, shape, seen)))


def _several(asked: Asked, name: str) -> list[str]:
    return [part for given in asked.texts(name) for part in given.split(",") if part]


def _known(session: Session, work: Work, identity: str, *, lock: bool = False) -> State:
    """The state of a subscription that the caller may read. Raises ``records.not_found``, ``records.deleted``."""
    session.records.read(work, "Subscription", identity, session.rights.reach)
    found = session.services.subscriptions.states.find(work, identity, lock=lock)
    if found is None:
        raise NOT_FOUND.error(type="Subscription", id=identity)
    return found


def _status_entry(base: str, state: State) -> JsonObject:
    problem = CATALOGUE[state.problem].say if state.problem in CATALOGUE else ""
    told = status(state, QUERY_STATUS, base, problem=problem)
    return {"fullUrl": f"urn:uuid:{told['id']}", "resource": told, "search": {"mode": "match"}}


def _hides(session: Session) -> bool:
    """Whether the caller sees less than the practice, so that an event may be none of its business."""
    return session.rights.reach != EVERYTHING


def _seen(session: Session, work: Work, events: Sequence[Event], content: str) -> dict[int, JsonObject]:
    """The resources of events, in their versions, as far as the caller may see them."""
    if content == "empty" or (content == "id-only" and not _hides(session)):
        return {}
    found: dict[int, JsonObject] = {}
    for event in events:
        try:
            stored = session.records.version(work, event.rtype, event.id, event.version, session.rights.reach)
        except ChartlineError as error:
            if error.problem.code not in (NOT_FOUND.code, GONE.code):
                raise
        else:
            found[event.number] = resource_of(stored)
    return found


def _withhold(told: JsonObject, numbers: set[int]) -> None:
    """Take the focus from events whose resource the caller may not see; the numbers stay without a gap."""
    for parameter in children(told, "parameter"):
        parts = children(parameter, "part")
        if parts and int(text(parts[0], "valueString") or 0) in numbers:
            parameter["part"] = [part for part in parts if part["name"] != "focus"]
