"""FHIR XML to the JSON form of the same resource. Nothing is dropped but comments and the layout between elements.

Numbers keep their digits, and primitives their ids and extensions. Elements may come in any order, which is more than
the schema allows. Refuses names, attributes and texts that R4 does not have, all of them named at once; whether the
values are right is the business of ``accept``.
"""

from __future__ import annotations

import re
from decimal import Decimal

from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.xml.plan import Kind, Part, Plan, plan
from chartline.formats.fhir.xml.problems import BAD_XML
from chartline.formats.fhir.xml.tree import FHIR, SCHEMA_INSTANCE, XHTML, Node, read_tree

_WHOLE = frozenset({"integer", "positiveInt", "unsignedInt"})
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,6})?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_SHOWN = 10


def read_xml(data: bytes) -> JsonObject:
    """The resource in its JSON form. Raises ``fhir.not_xml`` and ``fhir.bad_xml`` (up to ten faults, with lines)."""
    reader = _Reader()
    resource = reader.resource(read_tree(data), "")
    if reader.faults:
        listed = "; ".join(reader.faults[:_SHOWN])
        raise BAD_XML.error(count=str(len(reader.faults)), faults=listed)
    return resource


class _Reader:
    """Collects what is wrong while it reads; a part that is wrong is left out, as the whole will be refused."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def resource(self, node: Node, path: str) -> JsonObject:
        if node.space != FHIR or node.name not in RESOURCE_TYPES:
            self._fault(node, path or "resource", "is not a resource of FHIR R4")
            return {}
        return {"resourceType": node.name, **self._object(node, plan(node.name, node.name), path or node.name)}

    def _object(self, node: Node, known: Plan, path: str) -> JsonObject:
        result = self._attributes(node, known.attributes, path)
        if node.words:
            self._fault(node, path, "holds text")
        for name, nodes in self._grouped(node, known, path).items():
            part = known.parts[name]
            if part.many:
                inner = [self._content(one, part, f"{path}.{name}[{index}]") for index, one in enumerate(nodes)]
                _put(result, name, [value for value, _ in inner], [extra for _, extra in inner])
                continue
            if len(nodes) > 1:
                self._fault(nodes[1], f"{path}.{name}", "may be given once only")
            value, extra = self._content(nodes[0], part, f"{path}.{name}")
            if value is not None:
                result[name] = value
            if extra is not None:
                result[f"_{name}"] = extra
        if not result and not node.children:
            self._fault(node, path, "is empty")
        return result

    def _grouped(self, node: Node, known: Plan, path: str) -> dict[str, list[Node]]:
        groups: dict[str, list[Node]] = {}
        for child in node.children:
            part = known.parts.get(child.name)
            if part is None:
                self._fault(child, f"{path}.{_shown(child.name)}", "is not an element of this type")
            elif child.space != (XHTML if part.kind is Kind.XHTML else FHIR):
                self._fault(child, f"{path}.{child.name}", "is not in the right namespace")
            else:
                groups.setdefault(child.name, []).append(child)
        return groups

    def _content(self, node: Node, part: Part, path: str) -> tuple[object, JsonObject | None]:
        """The value, and the sibling that holds a primitive's id and extensions."""
        if part.kind is Kind.PRIMITIVE:
            return self._primitive(node, part.type, path)
        if part.kind is Kind.OBJECT:
            return self._object(node, plan(*part.inner), path), None
        if part.kind is Kind.XHTML:
            return node.markup, None
        if len(node.children) != 1 or node.words or self._attributes(node, frozenset(), path):
            self._fault(node, path, "must hold one resource")
            return None, None
        return self.resource(node.children[0], path), None

    def _primitive(self, node: Node, kind: str, path: str) -> tuple[object, JsonObject | None]:
        found = self._attributes(node, frozenset({"id", "value"}), path)
        written = found.pop("value", None)
        extra = found
        if node.words:
            self._fault(node, path, "holds text")
        extensions: list[object] = []
        for child in node.children:
            if child.space == FHIR and child.name == "extension":
                place = f"{path}.extension[{len(extensions)}]"
                extensions.append(self._object(child, plan("Extension", "Extension"), place))
            else:
                self._fault(child, f"{path}.{_shown(child.name)}", "is not an element of this type")
        if extensions:
            extra["extension"] = extensions
        value = None
        if isinstance(written, str):
            value = _read(kind, written)
            if value is None:
                self._fault(node, path, f"is not a valid {kind}")
        elif not extra:
            self._fault(node, path, "has neither a value nor an extension")
        return value, extra or None

    def _attributes(self, node: Node, allowed: frozenset[str], path: str) -> JsonObject:
        kept: JsonObject = {}
        for name, value in node.attributes.items():
            if name in allowed:
                kept[name] = value
                if not value:
                    self._fault(node, f"{path}.{name}", "is empty")
            elif not name.startswith(f"{SCHEMA_INSTANCE} "):
                self._fault(node, f"{path}.{_shown(name)}", "is not an attribute of this element")
        return kept

    def _fault(self, node: Node, path: str, rule: str) -> None:
        self.faults.append(f"{path} (line {node.line}): {rule}")


def _put(result: JsonObject, name: str, values: list[object], extras: list[JsonObject | None]) -> None:
    if any(value is not None for value in values):
        result[name] = values
    if any(extra is not None for extra in extras):
        result[f"_{name}"] = extras


def _read(kind: str, written: str) -> object:
    """The JSON value of a primitive, None when its form is wrong. A decimal without a point is an integer there too."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(written)
    if kind in _WHOLE:
        return int(written) if _INTEGER.fullmatch(written) else None
    if kind == "decimal":
        if _INTEGER.fullmatch(written):
            return int(written)
        return Decimal(written) if _DECIMAL.fullmatch(written) else None
    return written or None


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else "?"
