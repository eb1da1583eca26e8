"""Where a reference leads without asking anyone: into the same resource, into the same Bundle, or to a type's name."""

from __future__ import annotations

import re

from chartline.formats.fhir.fhirpath.kinds import kind
from chartline.formats.fhir.fhirpath.nodes import Node
from chartline.formats.fhir.fhirpath.values import Items
from chartline.formats.fhir.json import JsonObject

_TYPED = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$")


def named_type(reference: str) -> JsonObject | None:
    """An empty resource of the type a literal reference names (``Patient/7``); None when it names none."""
    match = _TYPED.search(reference)
    if match is None:
        return None
    named = kind(match.group(1))
    return {"resourceType": match.group(1), "id": match.group(2)} if named is not None and named.resource else None


def found_near(reference: str, item: object, root: Items) -> Node | None:
    """The resource inside the same content: contained (``#id``), or the Bundle entry with that address."""
    top = next((node for node in (*_above(item), *root) if isinstance(node, Node)), None)
    if reference.startswith("#"):
        holders = [node for node in (*_above(item), *root) if isinstance(node, Node) and node.kind.resource]
        return _contained(reference[1:], holders)
    if top is not None and top.type_name != "Bundle":
        top = next((node for node in root if isinstance(node, Node)), None)
    return _entry(reference, top) if top is not None and top.type_name == "Bundle" else None


def _above(item: object) -> list[Node]:
    """The nodes around an item, the outermost first."""
    chain: list[Node] = []
    node = item.parent if isinstance(item, Node) else None
    while node is not None:
        chain.append(node)
        node = node.parent
    return chain[::-1]


def _contained(name: str, holders: list[Node]) -> Node | None:
    for holder in reversed(holders):
        inside: Items = []
        holder.gather("contained", inside)
        for one in inside:
            if isinstance(one, Node) and (one.holder or {}).get("id") == name:
                return one
    if not name and holders:
        outer = [holder for holder in holders if holder.name != "contained"]
        return outer[-1] if outer else None
    return None


def _entry(reference: str, bundle: Node) -> Node | None:
    entries: Items = []
    bundle.gather("entry", entries)
    relative = re.compile(r"(?:^|/)" + re.escape(reference) + "$") if ":" not in reference else None
    for entry in entries:
        if not isinstance(entry, Node):
            continue
        address = (entry.holder or {}).get("fullUrl")
        if isinstance(address, str) and (address == reference or (relative and relative.search(address))):
            inside: Items = []
            entry.gather("resource", inside)
            first = inside[0] if inside else None
            return first if isinstance(first, Node) else None
    return None
