"""An element of a resource with its type and its place: what paths walk over.

Primitives carry what stands beside them (``_birthDate``: id and extensions). Refuses content that does not fit its
type by treating it as absent, so that a path never fails on a badly shaped resource.
"""

from __future__ import annotations

from decimal import Decimal

from chartline.formats.fhir.fhirpath.kinds import OPEN, Kind, holds_resources, kind, resource_kind
from chartline.formats.fhir.fhirpath.quantities import Quantity, read_quantity
from chartline.formats.fhir.fhirpath.temporal import Temporal, read_date_time, read_time
from chartline.formats.fhir.json import JsonObject

_NO_ELEMENTS = frozenset({"resourceType", "fhir_comments"})


class Node:
    """One element. ``value`` is the JSON value (None when only ``extra`` is there), ``index`` -1 outside a list.

    The repr shows the type alone: the value is a patient's.
    """

    __slots__ = ("extra", "index", "kind", "name", "parent", "value")

    def __init__(
        self, value: object, of: Kind, extra: object = None, parent: Node | None = None, name: str = "", index: int = -1
    ) -> None:
        self.value = value
        self.kind = of
        self.extra = extra
        self.parent = parent
        self.name = name
        self.index = index

    def __repr__(self) -> str:
        return f"<{self.kind.name or 'node'}>"

    @property
    def type_name(self) -> str:
        """The FHIR type: ``Patient``, ``HumanName``, ``Patient.contact``; empty when unknown."""
        return self.kind.name

    @property
    def element(self) -> str:
        """The element's name as paths have it (``value`` for ``valueQuantity``)."""
        if self.parent is not None and self.name in self.parent.kind.by_json():
            return self.parent.kind.by_json()[self.name][0]
        return self.name

    @property
    def path(self) -> str:
        """The FHIRPath location: ``Patient.name[0].given[1]``."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            step = node.element if node.parent is not None else node.kind.name or "$this"
            steps.append(step if node.index < 0 else f"{step}[{node.index}]")
            node = node.parent
        return ".".join(reversed(steps))

    @property
    def holder(self) -> JsonObject | None:
        """The JSON object that holds child elements: the value, or what stands beside a primitive."""
        data = self.extra if self.kind.primitive else self.value
        return data if isinstance(data, dict) else None

    def gather(self, name: str, out: list[object]) -> bool:
        """Add the child elements of a name to ``out``. False when the type has no such element."""
        of = self.kind
        place = of.places[name]
        if place is None:
            return self._gather_open(name, out) if of is OPEN else False
        data = self.extra if of.primitive else self.value
        if not isinstance(data, dict):
            return True
        if place.choices is not None:
            self._gather_choice(data, place.choices, out)
        elif place.under is None:
            found = data.get(place.json_name)
            if found is not None:
                self._add(found, place.kind, place.json_name, out)
        else:
            found, extra = data.get(place.json_name), data.get(place.under)
            if extra is None and found.__class__ is str:
                out.append(Node(found, place.kind, None, self, place.json_name))
            elif found is not None or extra is not None:
                self._add_primitives(found, extra, place.kind, place.json_name, out)
        return True

    def _gather_choice(self, data: JsonObject, choices: dict[str, Kind], out: list[object]) -> None:
        for key in data:
            name = key[1:] if key.startswith("_") and key[1:] not in data else key
            chosen = choices.get(name)
            if chosen is None:
                continue
            if chosen.primitive:
                self._add_primitives(data.get(name), data.get("_" + name), chosen, name, out)
            else:
                self._add(data[key], chosen, name, out)

    def _add(self, found: object, of: Kind, name: str, out: list[object]) -> None:
        resources = holds_resources(of)
        if isinstance(found, list):
            for index, item in enumerate(found):
                if isinstance(item, dict):
                    out.append(Node(item, resource_kind(item) if resources else of, None, self, name, index))
        elif isinstance(found, dict):
            out.append(Node(found, resource_kind(found) if resources else of, None, self, name))

    def _add_primitives(self, found: object, extra: object, of: Kind, name: str, out: list[object]) -> None:
        if not isinstance(found, list) and not isinstance(extra, list):
            out.append(Node(None if isinstance(found, dict) else found, of, extra, self, name))
            return
        values = found if isinstance(found, list) else []
        extras = extra if isinstance(extra, list) else []
        for index in range(max(len(values), len(extras))):
            value = values[index] if index < len(values) else None
            beside = extras[index] if index < len(extras) else None
            if beside is not None or (value is not None and not isinstance(value, dict | list)):
                out.append(Node(value, of, beside, self, name, index))

    def _gather_open(self, name: str, out: list[object]) -> bool:
        data = self.holder or (self.value if isinstance(self.value, dict) else None)
        if data is None:
            return True
        for key, found in data.items():
            if key in _NO_ELEMENTS:
                continue
            if key == name:
                self._add_open(found, OPEN, key, out)
            elif key.startswith(name) and key[len(name) : len(name) + 1].isupper():
                self._add_open(found, _guessed(key[len(name) :]), key, out)
        return True

    def _add_open(self, found: object, of: Kind, name: str, out: list[object]) -> None:
        items = found if isinstance(found, list) else [found]
        for index, item in enumerate(items):
            named = resource_kind(item) if of is OPEN and isinstance(item, dict) and "resourceType" in item else of
            if item is not None:
                out.append(Node(item, named, None, self, name, index if isinstance(found, list) else -1))

    def children(self, out: list[object]) -> None:
        """Add all child elements to ``out``, in the order of the JSON."""
        data = self.holder if self.kind is not OPEN else self.value
        if not isinstance(data, dict):
            return
        if self.kind is OPEN:
            for key, found in data.items():
                if key not in _NO_ELEMENTS and not key.startswith("_"):
                    self._add_open(found, OPEN, key, out)
            return
        known = self.kind.by_json()
        for key in data:
            name = key[1:] if key.startswith("_") and key[1:] not in data else key
            entry = known.get(name)
            if entry is None:
                continue
            if entry[1].primitive:
                self._add_primitives(data.get(name), data.get("_" + name), entry[1], name, out)
            else:
                self._add(data[key], entry[1], name, out)

    def system(self) -> object:
        """The value as a system value (bool, int, Decimal, str, Temporal, Quantity); the node itself when complex.

        None for a primitive without a value.
        """
        value, system = self.value, self.kind.system
        if system == "String":
            return value
        if system is None:
            return value if value.__class__ is not dict and (self.kind is OPEN or value is None) else self
        if system == "DateTime":
            return self._moment(value)
        if system == "Time":
            return (read_time(value) or value) if isinstance(value, str) else value
        if system == "Quantity":
            return (read_quantity(value) if isinstance(value, dict) else None) or self
        if system == "Decimal" and isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        return value

    def _moment(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        return read_date_time(value, date_time=self.kind.name != "date") or value


def _guessed(suffix: str) -> Kind:
    """The type a choice's JSON name ends with; primitives start small."""
    return kind(suffix) or kind(suffix[0].lower() + suffix[1:]) or OPEN


def node_of(content: object, type_name: str | None = None) -> object:
    """A node for a resource (typed by its ``resourceType``) or, with a type's name, for an element.

    System values, temporals, quantities and nodes come back as they are.
    """
    if isinstance(content, Node | Temporal | Quantity):
        return content
    named = kind(type_name) if type_name else None
    if isinstance(content, dict):
        if named is None or holds_resources(named):
            named = resource_kind(content)
        return Node(content, named)
    return content if named is None else Node(content, named)
