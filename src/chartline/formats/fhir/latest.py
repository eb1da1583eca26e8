"""The newest few of each kind of observation: the grouping of ``Observation/$lastn``.

Two codes mean one kind when an observation carries both (translations of each other, R4 ``lastn``). Observations come
in newest first. Refuses nothing: one without any coding is of the kind that its words name.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from chartline.formats.fhir.elements import child, children, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.search.folding import folded

T = TypeVar("T")


class Latest(Generic[T]):
    """Collects items with their resources, newest first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kinds: dict[tuple[str, str], list[T]] = {}
        self._groups: list[list[T]] = []

    def take(self, resource: JsonObject, item: T) -> None:
        """Keep an item when its kind is not full."""
        keys = _keys(resource)
        group = next((self._kinds[key] for key in keys if key in self._kinds), None)
        if group is None:
            group = []
            self._groups.append(group)
        for key in keys:
            self._kinds.setdefault(key, group)
        if len(group) < self._most:
            group.append(item)

    def kept(self) -> list[T]:
        """What was kept, kind by kind, the kind with the newest item first."""
        return [item for group in self._groups for item in group]


def _keys(resource: JsonObject) -> list[tuple[str, str]]:
    code = child(resource, "code")
    codings = [(text(one, "system") or "", text(one, "code") or "") for one in children(code, "coding")]
    known = [pair for pair in codings if pair[1]]
    return known or [("text", folded(text(code, "text") or ""))]
