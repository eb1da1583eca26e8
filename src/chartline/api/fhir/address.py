"""From a method and a path below the base to the interaction that is meant.

Refuses unknown types, ids that can be none, and methods that an address does not take, before anything is looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chartline.api.fhir.problems import BAD_ID, NO_SUCH_ADDRESS, NOT_ALLOWED, UNKNOWN_TYPE
from chartline.formats.fhir.definitions import RESOURCE_TYPES

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
COMPARTMENTS = frozenset({"Patient", "Encounter", "Practitioner", "RelatedPerson", "Device"})


@dataclass(frozen=True, slots=True)
class Address:
    """What a request is about.

    ``interaction`` is one of metadata, read, vread, create, update, patch, delete, search, compartment, history,
    bundle, operation, bulk. ``name`` is an operation's name with its ``$``; ``inside`` the type searched in a
    compartment (``*`` for all), or the file of a bulk request.
    """

    interaction: str
    rtype: str | None = None
    id: str | None = None
    version: str | None = None
    name: str | None = None
    inside: str | None = None


_BY_METHOD = {
    "system": {"GET": "search", "POST": "bundle"},
    "type": {"GET": "search", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"},
    "instance": {"GET": "read", "PUT": "update", "PATCH": "patch", "DELETE": "delete"},
    "history": {"GET": "history"},
    "version": {"GET": "vread"},
    "form": {"POST": "search"},
    "metadata": {"GET": "metadata"},
    "operation": {"GET": "operation", "POST": "operation"},
    "compartment": {"GET": "compartment"},
    "compartment form": {"POST": "compartment"},
    "bulk": {"GET": "bulk", "DELETE": "bulk"},
    "bulk file": {"GET": "bulk"},
}


def methods(segments: tuple[str, ...]) -> str:
    """The methods of an address, for Allow. Raises as ``read_address`` does."""
    taken = _BY_METHOD[_place(segments)[0]]
    return ", ".join([*taken, *(["HEAD"] if "GET" in taken else []), "OPTIONS"])


def read_address(method: str, segments: tuple[str, ...]) -> Address:
    """The interaction of a request.

    Raises ``fhir.no_such_address``, ``fhir.unknown_type``, ``fhir.bad_id``, ``fhir.method_not_allowed``.
    """
    place, address = _place(segments)
    interaction = _BY_METHOD[place].get("GET" if method == "HEAD" else method)
    if interaction is None:
        raise NOT_ALLOWED.error(allow=methods(segments))
    return Address(interaction, address.rtype, address.id, address.version, address.name, address.inside)


def _place(segments: tuple[str, ...]) -> tuple[str, Address]:
    """What kind of place it is, and its parts; the interaction is filled in later."""
    if not segments:
        return "system", Address("")
    first = segments[0]
    if len(segments) == 1 and first in ("metadata", "_history", "_search"):
        return {"metadata": "metadata", "_history": "history", "_search": "form"}[first], Address("")
    if first.startswith("$"):
        _end(segments, 1)
        return "operation", Address("", name=first)
    if first == "_bulk" and len(segments) in (2, 3):
        asked = Address("", id=known_id(segments[1]), inside=segments[2] if len(segments) == 3 else None)
        return ("bulk file" if asked.inside else "bulk"), asked
    if first not in RESOURCE_TYPES:
        raise UNKNOWN_TYPE.error() if first[:1].isupper() else NO_SUCH_ADDRESS.error()
    return _below_type(first, segments)


def _below_type(rtype: str, segments: tuple[str, ...]) -> tuple[str, Address]:
    if len(segments) == 1:
        return "type", Address("", rtype)
    second = segments[1]
    if second.startswith("$"):
        _end(segments, 2)
        return "operation", Address("", rtype, name=second)
    if second in ("_history", "_search"):
        _end(segments, 2)
        return ("history" if second == "_history" else "form"), Address("", rtype)
    identity = known_id(second)
    if len(segments) == 2:
        return "instance", Address("", rtype, identity)
    third = segments[2]
    if third == "_history":
        return _below_history(rtype, identity, segments)
    if third.startswith("$"):
        _end(segments, 3)
        return "operation", Address("", rtype, identity, name=third)
    if rtype in COMPARTMENTS and (third == "*" or third in RESOURCE_TYPES):
        if segments[3:] == ("_search",):
            return "compartment form", Address("", rtype, identity, inside=third)
        _end(segments, 3)
        return "compartment", Address("", rtype, identity, inside=third)
    raise NO_SUCH_ADDRESS.error()


def _below_history(rtype: str, identity: str, segments: tuple[str, ...]) -> tuple[str, Address]:
    if len(segments) == 3:
        return "history", Address("", rtype, identity)
    version = known_id(segments[3])
    if len(segments) == 4:
        return "version", Address("", rtype, identity, version)
    _end(segments, 5)
    if segments[4].startswith("$"):
        return "operation", Address("", rtype, identity, version, segments[4])
    raise NO_SUCH_ADDRESS.error()


def known_id(text: str) -> str:
    """The id itself. Raises ``fhir.bad_id`` for text that can be none."""
    if not _ID.fullmatch(text):
        raise BAD_ID.error()
    return text


def _end(segments: tuple[str, ...], length: int) -> None:
    if len(segments) != length:
        raise NO_SUCH_ADDRESS.error()
