"""Notifications as resources: the SubscriptionStatus in Parameters, and the history Bundle around it.

Forms of R4 Subscriptions Backport 1.1.0: ``backport-subscription-status-r4`` and
``backport-subscription-notification-r4``. Pure: values in, resources out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.subscriptions.definition import EXTENSIONS
from chartline.platform.subscriptions.states import Event, State

HANDSHAKE, HEARTBEAT, EVENT = "handshake", "heartbeat", "event-notification"
QUERY_STATUS, QUERY_EVENT = "query-status", "query-event"
_METHODS = {"create": ("POST", "201"), "update": ("PUT", "200"), "delete": ("DELETE", "204")}


def instant(moment: datetime) -> str:
    """A moment as a FHIR instant."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def status(
    state: State, kind: str, base: str, events: Sequence[Event] = (), content: str = "empty", problem: str = ""
) -> JsonObject:
    """The SubscriptionStatus of a subscription. ``content`` empty names no resource."""
    parameters: list[JsonObject] = [
        {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{state.id}"}}
    ]
    if state.definition.topic:
        parameters.append({"name": "topic", "valueCanonical": state.definition.topic})
    parameters += [
        {"name": "status", "valueCode": state.status},
        {"name": "type", "valueCode": kind},
        {"name": "eventsSinceSubscriptionStart", "valueString": str(state.events)},
    ]
    parameters += [{"name": "notificationEvent", "part": _event(one, base, content)} for one in events]
    if problem:
        parameters.append({"name": "error", "valueCodeableConcept": {"text": problem}})
    return {
        "resourceType": "Parameters",
        "id": new_id(),
        "meta": {"profile": [f"{EXTENSIONS}backport-subscription-status-r4"]},
        "parameter": parameters,
    }


def _event(event: Event, base: str, content: str) -> list[JsonObject]:
    parts: list[JsonObject] = [
        {"name": "eventNumber", "valueString": str(event.number)},
        {"name": "timestamp", "valueInstant": instant(event.at)},
    ]
    if content != "empty":
        parts.append({"name": "focus", "valueReference": {"reference": f"{base}/{event.rtype}/{event.id}"}})
    return parts


def notification(
    told: JsonObject,
    state: State,
    base: str,
    now: datetime,
    events: Sequence[Event] = (),
    content: str = "empty",
    bodies: Mapping[int, JsonObject] | None = None,
) -> JsonObject:
    """The Bundle of a notification: ``told`` first, then the resources. ``bodies`` are by event number; an event
    without one is a deletion or out of the subscriber's sight, and its response says which."""
    entries: list[JsonObject] = [
        {
            "fullUrl": f"urn:uuid:{told['id']}",
            "resource": told,
            "request": {"method": "GET", "url": f"{base}/Subscription/{state.id}/$status"},
            "response": {"status": "200"},
        }
    ]
    if content != "empty":
        entries += [_entry(one, base, content, bodies or {}) for one in events]
    return {
        "resourceType": "Bundle",
        "id": new_id(),
        "meta": {"profile": [f"{EXTENSIONS}backport-subscription-notification-r4"], "lastUpdated": instant(now)},
        "type": "history",
        "timestamp": instant(now),
        "entry": entries,
    }


def _entry(event: Event, base: str, content: str, bodies: Mapping[int, JsonObject]) -> JsonObject:
    method, answer = _METHODS[event.interaction]
    place = event.rtype if event.interaction == "create" else f"{event.rtype}/{event.id}"
    entry: JsonObject = {"fullUrl": f"{base}/{event.rtype}/{event.id}"}
    if content == "full-resource" and event.interaction != "delete":
        if event.number in bodies:
            entry["resource"] = bodies[event.number]
        else:
            answer = "403"
    return {**entry, "request": {"method": method, "url": place}, "response": {"status": answer}}


def said(kind: ErrorKind) -> str:
    """A problem as the resource tells it."""
    return kind.say
