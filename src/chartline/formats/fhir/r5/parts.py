"""Small steps that conversions are made of: take an element out, put it inside another, carry it as an extension.

All of them work on a copy that belongs to the conversion. Primitives keep their ids and extensions (``_name``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chartline.formats.fhir.elements import children
from chartline.formats.fhir.json import JsonObject

CARRIED = "http://hl7.org/fhir/4.0/StructureDefinition/extension-"
"""The start of the addresses under which R4 elements live in resources of other versions."""

CHANGED_TYPES = frozenset(
    {"valueContributor", "valueDosage", "valueSignature", "valueRelatedArtifact", "valueSampledData"}
)
"""Values of extensions whose datatype R5 has changed or does not have."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something of the R4 resource that is not in the R5 one: the element's path, and why. Never its value."""

    path: str
    why: str


class Notices(list[Notice]):
    """What could not be carried over so far."""

    def add(self, path: str, why: str) -> None:
        """Note it once."""
        notice = Notice(path, why)
        if notice not in self:
            self.append(notice)


def take(holder: JsonObject, name: str) -> JsonObject | None:
    """Take a primitive out: ``{"": value, "_": id and extensions}``, each where present; None when nothing is."""
    found = {mark: holder.pop(mark + name) for mark in ("", "_") if mark + name in holder}
    return found or None


def inside(found: JsonObject, name: str) -> JsonObject:
    """An element that holds a taken primitive under a name."""
    return {mark + name: value for mark, value in found.items()}


def rename(holder: JsonObject, old: str, new: str) -> None:
    """Give an element another name."""
    if (found := take(holder, old)) is not None:
        holder.update(inside(found, new))


def concept_of(holder: JsonObject, old: str, new: str) -> None:
    """Concepts become codeable references: ``{"concept": ...}`` added to what is under the new name."""
    if items := children(holder, old):
        del holder[old]
        holder[new] = [*children(holder, new), *({"concept": item} for item in items)]


def reference_of(holder: JsonObject, old: str, new: str) -> None:
    """References become codeable references: ``{"reference": ...}`` added to what is under the new name."""
    if items := children(holder, old):
        del holder[old]
        holder[new] = [*children(holder, new), *({"reference": item} for item in items)]


def carry(holder: JsonObject, element: str, **content: object) -> None:
    """Add the extension that stands for an R4 element: ``carry(item, "Claim.x", valueCode=...)``."""
    holder["extension"] = [*children(holder, "extension"), {"url": CARRIED + element, **content}]


def renewed(value: object, path: str, notices: Notices) -> object:
    """A copy of a value with its datatypes in their R5 form: sizes of attachments are strings there (integer64)."""
    if isinstance(value, list):
        return [renewed(item, path, notices) for item in value]
    if not isinstance(value, dict):
        return value
    copy: JsonObject = {}
    for name, content in value.items():
        here = f"{path}.{name}"
        if name in ("photo", "form", "valueAttachment"):
            copy[name] = _attachments(renewed(content, here, notices))
        elif name in ("extension", "modifierExtension") and isinstance(content, list):
            if kept := list(_extensions(content, here, notices)):
                copy[name] = kept
        else:
            copy[name] = renewed(content, here, notices)
    return copy


def _extensions(items: list[object], path: str, notices: Notices) -> Iterator[object]:
    for item in items:
        if isinstance(item, dict) and not CHANGED_TYPES.isdisjoint(item):
            notices.add(path, "has a value of a type that R5 has changed")
        else:
            yield renewed(item, path, notices)


def _attachments(content: object) -> object:
    for item in content if isinstance(content, list) else [content]:
        if isinstance(item, dict) and isinstance(item.get("size"), int):
            item["size"] = str(item["size"])
    return content
