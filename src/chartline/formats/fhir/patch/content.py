"""What both kinds of patch share: a copy to work on, no empty objects left behind, and what may not change."""

from __future__ import annotations

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.patch.problems import PATCH_BAD


def copied(value: object) -> object:
    """A deep copy of JSON content; decimals and strings are shared."""
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def weight(value: object) -> int:
    """About how many characters the content has as JSON."""
    if isinstance(value, dict):
        return sum(len(name) + 4 + weight(item) for name, item in value.items())
    if isinstance(value, list):
        return sum(1 + weight(item) for item in value)
    return len(value) + 2 if isinstance(value, str) else 8


def pruned(value: JsonObject) -> None:
    """Take out members that are empty objects or lists, the innermost first: FHIR has no empty elements."""
    for name in list(value):
        item = value[name]
        if isinstance(item, dict):
            pruned(item)
        elif isinstance(item, list):
            for one in item:
                if isinstance(one, dict):
                    pruned(one)
            if all(one is None or one == {} for one in item) and ("_" + name) not in value:
                value[name] = []
        if value[name] in ({}, []):
            del value[name]


def guarded(before: JsonObject, after: object) -> JsonObject:
    """The patched resource, without empty elements. Raises ``fhir.patch_bad`` when its identity has changed."""
    if not isinstance(after, dict):
        raise PATCH_BAD.error(reason="not_a_resource")
    if "resourceType" not in before:
        return after
    if after.get("resourceType") != before["resourceType"] or after.get("id") != before.get("id"):
        raise PATCH_BAD.error(reason="type_or_id_changed")
    version = _version(after)
    if version is not None and version != _version(before):
        raise PATCH_BAD.error(reason="version_changed")
    pruned(after)
    return after


def _version(resource: JsonObject) -> object:
    meta = resource.get("meta")
    return meta.get("versionId") if isinstance(meta, dict) else None
