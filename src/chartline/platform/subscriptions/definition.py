"""A Subscription resource read into what is watched for and where it is sent.

Topic-based (R4 Subscriptions Backport 1.1.0: the canonical of a topic as criteria, filters and channel details in
extensions) or classic (``Observation?code=...``). Refuses unknown topics, channels, payloads and filters, endpoints
that are not public, and headers that would be ours to set.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec

from chartline.formats.fhir import JsonObject, child, children, text, texts
from chartline.kernel.sealed import Masked
from chartline.platform.records.reach import Reach
from chartline.platform.subscriptions.problems import (
    BAD_CHANNEL,
    BAD_ENDPOINT,
    BAD_FILTER,
    BAD_HEADER,
    BAD_NUMBER,
    BAD_PAYLOAD,
)

EXTENSIONS = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
CHANNELS = ("rest-hook",)
CONTENTS = ("empty", "id-only", "full-resource")
_MEDIA = {
    "application/fhir+json": "application/fhir+json",
    "application/json": "application/fhir+json",
    "application/fhir+xml": "application/fhir+xml",
    "application/xml": "application/fhir+xml",
}
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([\t\x20-\x7e]{0,4000})")
_OURS = frozenset({"host", "content-type", "content-length", "transfer-encoding", "connection"})
_LOCAL = ("127.0.0.1", "::1", "localhost")
HIDDEN = "********"
"""Stands in the stored resource for the value of a header."""
MOST_EVENTS = 25
"""In one notification, when the subscriber does not say."""
PATIENCE = 10
"""Seconds that an endpoint has to answer, when the subscriber does not say."""


class Definition(Masked, msgspec.Struct, frozen=True, kw_only=True):
    """``topic`` is a canonical, or empty for a classic one, whose ``criteria`` are a search. Times are seconds; 0 is
    no heartbeat. ``media`` empty is no body at all. ``patient`` and ``types`` are the author's reach."""

    topic: str
    criteria: str
    filters: tuple[str, ...]
    channel: str
    endpoint: str
    headers: tuple[tuple[str, str], ...]
    media: str
    content: str
    heartbeat: int
    timeout: int
    most: int
    end: str
    actor: str
    base: str
    patient: str | None
    types: tuple[str, ...] | None

    @property
    def reach(self) -> Reach:
        """What its author may see."""
        return Reach(self.patient, None if self.types is None else frozenset(self.types))

    def sends_as(self, other: Definition) -> bool:
        """Whether the same things go to the same place, so that no new handshake is needed."""
        return all(getattr(self, name) == getattr(other, name) for name in _SENT)


_SENT = ("topic", "criteria", "filters", "channel", "endpoint", "headers", "media", "content")

# Made with the module: the library crashes when several threads decode a type for the first time together.
_decoder = msgspec.json.Decoder(Definition)


def stored_form(definition: Definition) -> bytes:
    """The bytes that are sealed."""
    return msgspec.json.encode(definition)


def from_stored(content: bytes) -> Definition:
    """What ``stored_form`` made."""
    return _decoder.decode(content)


def read(
    resource: JsonObject, known: Definition | None, actor: str, reach: Reach, base: str, local: Collection[str]
) -> Definition:
    """The definition of a Subscription. ``known`` gives the values of headers that came back hidden; ``local`` are
    the hosts that need not be public. Raises ``subscription.*``; topics and filters are checked where they are read.
    """
    channel = child(resource, "channel") or {}
    kind = text(channel, "type") or ""
    if kind not in CHANNELS:
        raise BAD_CHANNEL.error(expression="Subscription.channel.type")
    criteria = text(resource, "criteria") or ""
    classic = "://" not in criteria.partition("?")[0] and not criteria.startswith("urn:")
    filters = tuple(
        text(one, "valueString") or ""
        for one in children(child(resource, "_criteria"), "extension")
        if text(one, "url") == f"{EXTENSIONS}backport-filter-criteria"
    )
    if classic and filters:
        raise BAD_FILTER.error(expression="Subscription.criteria")
    endpoint = text(channel, "endpoint") or ""
    if kind == "rest-hook":
        require_public(endpoint, local)
    return Definition(
        topic="" if classic else criteria,
        criteria=criteria if classic else "",
        filters=filters,
        channel=kind,
        endpoint=endpoint,
        headers=_headers(channel, known),
        media=_media(channel, classic=classic),
        content="full-resource" if classic else _content(channel),
        heartbeat=_number(channel, "backport-heartbeat-period", 0, 86_400),
        timeout=_number(channel, "backport-timeout", PATIENCE, 60),
        most=_number(channel, "backport-max-count", MOST_EVENTS, 1000),
        end=text(resource, "end") or "",
        actor=actor,
        base=base,
        patient=reach.patient,
        types=None if reach.types is None else tuple(sorted(reach.types)),
    )


def require_public(endpoint: str, local: Collection[str]) -> None:
    """Raises ``subscription.bad_endpoint`` unless it is https on a public host; hosts in ``local`` need not be."""
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
    except ValueError:
        raise BAD_ENDPOINT.error(expression="Subscription.channel.endpoint") from None
    fine = bool(host) and not parts.username and not parts.password and not parts.fragment
    if host in local:
        fine = fine and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL))
    else:
        fine = fine and parts.scheme == "https" and host not in _LOCAL and "." in host and public(host)
    if not fine:
        raise BAD_ENDPOINT.error(expression="Subscription.channel.endpoint")


def public(host: str) -> bool:
    """Whether a host is no address of a private network; a name always passes here."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return not re.fullmatch(r"[0-9a-fx.]+", host)  # numbers in disguise are no names
    return address.is_global and not address.is_multicast


def hidden(resource: JsonObject) -> JsonObject:
    """The resource to be stored: without the values of its headers."""
    channel = child(resource, "channel") or {}
    headers = texts(channel, "header")
    if not headers:
        return resource
    shown = [f"{one.partition(':')[0]}: {HIDDEN}" for one in headers]
    return {**resource, "channel": {**channel, "header": shown}}


def _headers(channel: JsonObject, known: Definition | None) -> tuple[tuple[str, str], ...]:
    kept = dict(known.headers) if known is not None else {}
    found: list[tuple[str, str]] = []
    for one in texts(channel, "header"):
        match = _HEADER.fullmatch(one.strip())
        if match is None or match[1].lower() in _OURS:
            raise BAD_HEADER.error(expression="Subscription.channel.header")
        value = kept.get(match[1], "") if match[2].strip() == HIDDEN else match[2].strip()
        found.append((match[1], value))
    return tuple(found)


def _media(channel: JsonObject, *, classic: bool) -> str:
    payload = text(channel, "payload")
    if payload is None:
        return "" if classic else "application/fhir+json"
    media = _MEDIA.get(payload.partition(";")[0].strip().lower())
    if media is None:
        raise BAD_PAYLOAD.error(expression="Subscription.channel.payload")
    return media


def _content(channel: JsonObject) -> str:
    url = f"{EXTENSIONS}backport-payload-content"
    given = [text(one, "valueCode") for one in children(child(channel, "_payload"), "extension") if one["url"] == url]
    if not given:
        return "empty"
    if given[0] not in CONTENTS:
        raise BAD_PAYLOAD.error(expression="Subscription.channel.payload.extension")
    return given[0] or "empty"


def _number(channel: JsonObject, name: str, default: int, most: int) -> int:
    for one in children(channel, "extension"):
        if text(one, "url") == EXTENSIONS + name:
            value = next(
                (one[key] for key in ("valueUnsignedInt", "valuePositiveInt", "valueInteger") if key in one), 0
            )
            if not isinstance(value, int) or not 1 <= value <= most:
                raise BAD_NUMBER.error(expression="Subscription.channel.extension")
            return value
    return default
