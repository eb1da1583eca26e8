"""Parts of a resource for who asked for less: ``_summary`` and ``_elements``, as R4 search describes them.

Bytes in, bytes out, with one parse. What must not be missing always stays: id, meta, mandatory elements, and what
changes the meaning (``implicitRules``, ``modifierExtension``). What was cut is marked with the tag SUBSETTED, so that
nobody stores it as the whole. Refuses nothing: names that a type does not have are passed over. ``_summary=count`` is
not about resources, so it changes none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from chartline.formats.fhir.definitions import Element, structure
from chartline.formats.fhir.elements import child, children, text
from chartline.formats.fhir.json import JsonObject, encode, parse
from chartline.formats.fhir.primitives import PRIMITIVES

SUBSETTED: JsonObject = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "Resource encoded in summary mode",
}
SUMMARIES = frozenset({"true", "text", "data", "count", "false"})
"""What ``_summary`` may say."""

_ALWAYS = frozenset({"resourceType", "id", "meta", "implicitRules", "modifierExtension"})
_BELOW = frozenset({"id", "extension", "modifierExtension"})

Shaper = Callable[[bytes], bytes]


def shaper(summary: str | None = None, elements: Sequence[str] = ()) -> Shaper | None:
    """What cuts the bodies of an answer; None when they stay whole. With both asked for, both are applied.

    ``elements`` are names (``birthDate``, ``value`` or ``valueQuantity``), maybe with their type in front
    (``Patient.birthDate``): a name with another type in front does not concern a resource; a type for which every name
    belongs to others stays whole.
    """
    if summary not in ("true", "text", "data") and not elements:
        return None
    wanted = tuple(sorted(set(elements)))
    return lambda body: encode(shaped(parse(body), summary, wanted))


def shaped(resource: JsonObject, summary: str | None, elements: tuple[str, ...] = ()) -> JsonObject:
    """The part of a resource that was asked for, with the tag; the resource itself is not changed."""
    rtype = text(resource, "resourceType") or ""
    kept = resource
    if summary == "true":
        kept = _within(resource, rtype, rtype)
    elif summary == "text":
        names = _mandatory(rtype) | {"text"}
        kept = {name: value for name, value in resource.items() if name.removeprefix("_") in names}
    elif summary == "data":
        kept = {name: value for name, value in resource.items() if name != "text"}
    if (named := _named(rtype, elements)) is not None:
        kept = {name: value for name, value in kept.items() if name.removeprefix("_") in named}
    if kept is resource:
        return resource
    if "contained" in resource and "contained" not in kept and b'"reference":"#' in encode(kept):
        # A reference to a contained resource means nothing without it.
        kept["contained"] = resource["contained"]
    return _marked(kept)


def _marked(resource: JsonObject) -> JsonObject:
    meta = child(resource, "meta") or {}
    tags = children(meta, "tag")
    if not any(tag.get("code") == "SUBSETTED" and tag.get("system") == SUBSETTED["system"] for tag in tags):
        meta = {**meta, "tag": [*tags, SUBSETTED]}
    first = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    return {**first, "meta": meta, **{name: value for name, value in resource.items() if name not in (*first, "meta")}}


@lru_cache(maxsize=512)
def _mandatory(rtype: str) -> frozenset[str]:
    required = (name for element in _children(rtype, rtype) if element.least for name in element.names)
    return _ALWAYS.union(required)


@lru_cache(maxsize=1024)
def _named(rtype: str, elements: tuple[str, ...]) -> frozenset[str] | None:
    """The JSON names that stay; None when the whole resource does."""
    wanted: set[str] = set()
    for name in elements:
        first, _, rest = name.partition(".")
        if not rest:
            wanted.add(first)
        elif first == rtype:
            wanted.add(rest.partition(".")[0])
    if not wanted:
        return None
    found = {
        json_name
        for element in _children(rtype, rtype)
        for json_name in element.names
        if not wanted.isdisjoint((json_name, element.name, f"{element.name}[x]"))
    }
    return _mandatory(rtype).union(found)


def _within(value: JsonObject, name: str, path: str) -> JsonObject:
    """The members that belong to the summary, cut in the same way."""
    plan = _plan(name, path)
    kept: JsonObject = {}
    for member, content in value.items():
        if (inner := plan.get(member.removeprefix("_"))) is None:
            continue
        part: object = content
        if inner[0] and isinstance(content, dict):
            part = _within(content, *inner)
        elif inner[0] and isinstance(content, list):
            part = [cut for item in content if isinstance(item, dict) and (cut := _within(item, *inner))]
        if part not in ({}, []):
            kept[member] = part
    return kept


@lru_cache(maxsize=1024)
def _plan(name: str, path: str) -> dict[str, tuple[str, str]]:
    """What the summary holds under a path: JSON names, each with where its parts are defined, ("", "") for whole."""
    plan = dict.fromkeys(_ALWAYS if name == path and structure(name).kind == "resource" else _BELOW, ("", ""))
    for element in _children(name, path):
        if element.summary or element.least:
            for json_name, kind in element.names.items():
                plan.setdefault(json_name, _inner(name, element, kind))
    return plan


def _inner(name: str, element: Element, kind: str) -> tuple[str, str]:
    if element.content is not None:
        return name, element.content
    if element.backbone:
        return name, element.path
    if kind in PRIMITIVES or kind == "Resource" or _whole(kind, frozenset()):
        return "", ""
    return kind, kind


def _whole(kind: str, above: frozenset[str]) -> bool:
    """Whether a datatype has no part that the summary leaves out, however deep."""
    if kind in PRIMITIVES or kind in above:
        return True
    return all(
        element.name in _BELOW
        or (element.summary and all(_whole(inner, above | {kind}) for inner in element.names.values()))
        for members in structure(kind).children.values()
        for element in members.values()
        if not element.backbone
    )


def _children(name: str, path: str) -> Sequence[Element]:
    return tuple(structure(name).children.get(path, {}).values())
