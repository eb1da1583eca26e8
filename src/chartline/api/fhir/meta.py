"""``$meta``, ``$meta-add``, ``$meta-delete``: profiles, tags and security labels, read and changed by themselves.

Refuses nothing that is there already: adding what is present, or deleting what is not, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.api.fhir.operations import Asked
from chartline.api.fhir.problems import BAD_PARAMETER
from chartline.api.fhir.request import Answer
from chartline.api.fhir.session import resource_of
from chartline.api.fhir.write import require_clients
from chartline.formats.fhir import JsonObject, child, children, encode, text, texts
from chartline.platform.records.stored import NOT_FOUND

_CODED = ("security", "tag")


def show(asked: Asked) -> Answer:
    """The meta of a resource or version; of a type or the whole system, what its definition allows: an empty one."""
    address, session = asked.address, asked.session
    if address.id is None:
        return _answer({})
    rtype, identity = address.rtype or "", address.id
    session.rights.require(rtype, "r")
    with session.reading() as work:
        if address.version is None:
            stored = session.records.read(work, rtype, identity, session.rights.reach)
        elif address.version.isascii() and address.version.isdigit() and len(address.version) < 10:
            stored = session.records.version(work, rtype, identity, int(address.version), session.rights.reach)
        else:
            raise NOT_FOUND.error(type=rtype, id=identity)
    meta = child(resource_of(stored), "meta") or {}
    session.shown("meta", rtype, identity)
    return _answer(meta)


def add(asked: Asked) -> Answer:
    """Add profiles, tags and labels. Raises ``fhir.bad_parameter`` without a ``meta`` parameter."""
    return _changed(asked, _added)


def delete(asked: Asked) -> Answer:
    """Take profiles, tags and labels away. Raises ``fhir.bad_parameter`` without a ``meta`` parameter."""
    return _changed(asked, _less)


def _changed(asked: Asked, change: Callable[[JsonObject, JsonObject], JsonObject]) -> Answer:
    address, session = asked.address, asked.session
    rtype, identity = address.rtype or "", address.id or ""
    session.rights.require(rtype, "u")
    named = asked.first("meta")
    if address.version is not None or not isinstance(named, dict):
        raise BAD_PARAMETER.error(parameter="meta")
    with session.writing() as work:
        stored = session.records.read(work, rtype, identity, session.rights.changeable)
        require_clients(stored)
        resource = resource_of(stored)
        meta = change(child(resource, "meta") or {}, named)
        after = session.records.put(work, {**resource, "meta": meta}, if_version=stored.version)
        session.changed(work, "meta", after)
    return _answer(child(resource_of(after), "meta") or {})


def _added(meta: JsonObject, named: JsonObject) -> JsonObject:
    result = {**meta}
    profiles = [*texts(meta, "profile"), *(one for one in texts(named, "profile") if one not in texts(meta, "profile"))]
    if profiles:
        result["profile"] = profiles
    for name in _CODED:
        known = {_key(one) for one in children(meta, name)}
        codings = [*children(meta, name), *(one for one in children(named, name) if _key(one) not in known)]
        if codings:
            result[name] = codings
    return result


def _less(meta: JsonObject, named: JsonObject) -> JsonObject:
    gone = set(texts(named, "profile"))
    lists: dict[str, object] = {"profile": [one for one in texts(meta, "profile") if one not in gone]}
    for name in _CODED:
        keys = {_key(one) for one in children(named, name)}
        lists[name] = [one for one in children(meta, name) if _key(one) not in keys]
    kept = {name: value for name, value in meta.items() if name not in lists}
    return {**kept, **{name: value for name, value in lists.items() if value}}


def _key(coding: JsonObject) -> tuple[str | None, str | None]:
    return text(coding, "system"), text(coding, "code")


def _answer(meta: JsonObject) -> Answer:
    part: JsonObject = {"name": "return", "valueMeta": meta}
    return Answer(200, encode({"resourceType": "Parameters", "parameter": [part]}))
