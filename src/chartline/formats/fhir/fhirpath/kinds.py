"""The type of a node: which elements it has under which JSON names, and what it is a kind of.

Made from the definitions when a path first goes there. ``OPEN`` stands for content of unknown type: every JSON member
is an element of it. Refuses nothing; an unknown name is None or ``OPEN``.
"""

from __future__ import annotations

from chartline.formats.fhir.definitions import Element, Structure, structure
from chartline.formats.fhir.json import JsonObject

_SYSTEM = {
    "boolean": "Boolean",
    "integer": "Integer",
    "unsignedInt": "Integer",
    "positiveInt": "Integer",
    "decimal": "Decimal",
    "date": "DateTime",
    "dateTime": "DateTime",
    "instant": "DateTime",
    "time": "Time",
}
_ABSTRACT_RESOURCES = frozenset({"Resource", "DomainResource"})


class Kind:
    """A FHIR type, or the content of a backbone element. One object for one (structure, path) in a process.

    ``system`` names how a primitive converts (``Boolean`` ... ``String``, ``Quantity``), or is None for other types.
    """

    __slots__ = ("_by_json", "lineage", "name", "path", "places", "primitive", "resource", "structure", "system")

    def __init__(self, name: str, of: Structure | None, path: str) -> None:
        self.name = name
        self.structure = of
        self.path = path
        self.primitive = of is not None and of.kind == "primitive-type"
        self.resource = of is not None and of.kind == "resource" and path == of.name
        self.lineage = _lineage(of, path)
        self.system = self._system()
        self.places = Places(self)
        """Where an element of a name is in JSON; None for a name the type does not have."""
        self._by_json: dict[str, tuple[str, Kind]] | None = None

    def _system(self) -> str | None:
        if self.primitive:
            return _SYSTEM.get(self.name, "String")
        return "Quantity" if "Quantity" in self.lineage else None

    @property
    def elements(self) -> dict[str, Element]:
        """The elements directly under this type, by name; empty for an unknown type."""
        return self.structure.children.get(self.path, {}) if self.structure else {}

    def by_json(self) -> dict[str, tuple[str, Kind]]:
        """Every JSON name to its element's name and type."""
        if self._by_json is None:
            self._by_json = {
                json_name: (element.name, self._kind_of(element, type_name))
                for element in self.elements.values()
                if not (self.primitive and element.name == "value")
                for json_name, type_name in element.names.items()
            }
        return self._by_json

    def _kind_of(self, element: Element, type_name: str) -> Kind:
        if element.content and self.structure:
            return _backbone(self.structure, element.content)
        if element.backbone and self.structure:
            return _backbone(self.structure, element.path)
        return kind(type_name) or OPEN

    def json_kinds(self, element: Element) -> dict[str, Kind]:
        """The JSON names of an element of this type with the type under each."""
        return {name: self._kind_of(element, type_name) for name, type_name in element.names.items()}


class Places(dict[str, "Place | None"]):
    """The places of a type's elements by name, found when first asked for."""

    def __init__(self, of: Kind) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, name: str) -> Place | None:
        element = self._of.elements.get(name)
        if element is None or (self._of.primitive and name == "value"):
            return None
        place = self[name] = Place(self._of, element)
        return place


class Place:
    """Where one element is: one JSON name, or for a choice one for each type."""

    __slots__ = ("choices", "json_name", "kind", "under")

    def __init__(self, parent: Kind, element: Element) -> None:
        kinds = parent.json_kinds(element)
        self.json_name, self.kind = next(iter(kinds.items()))
        self.under = "_" + self.json_name if self.kind.primitive else None
        self.choices = kinds if len(kinds) > 1 else None


def _lineage(of: Structure | None, path: str) -> frozenset[str]:
    if of is None:
        return frozenset()
    if path != of.name:
        return frozenset({path, "BackboneElement", "Element"})
    names = {of.name}
    base = of.base
    while base and base not in names:
        names.add(base)
        try:
            base = structure(base).base
        except KeyError:
            base = None
    return frozenset(names)


OPEN = Kind("", None, "")
"""Content of unknown type."""

_kinds: dict[str, Kind | None] = {}
_backbones: dict[tuple[str, str], Kind] = {}


def kind(name: str) -> Kind | None:
    """A resource type or datatype by name; None when R4 has none of that name."""
    if name not in _kinds:
        plain = name.removeprefix("http://hl7.org/fhirpath/System.")
        try:
            found = structure(plain if plain == name else plain[0].lower() + plain[1:])
        except KeyError:
            if len(_kinds) > 5000:
                return None
            _kinds[name] = None
        else:
            _kinds[name] = Kind(found.name, found, found.name)
    return _kinds[name]


def _backbone(of: Structure, path: str) -> Kind:
    key = (of.name, path)
    found = _backbones.get(key)
    if found is None:
        found = _backbones[key] = Kind(path, of, path)
    return found


def resource_kind(data: JsonObject) -> Kind:
    """The type a resource says it is; ``OPEN`` when it says nothing known."""
    name = data.get("resourceType")
    return (kind(name) if isinstance(name, str) else None) or OPEN


def holds_resources(of: Kind) -> bool:
    """Whether the type is abstract, so that the content names its own."""
    return of.name in _ABSTRACT_RESOURCES
