"""``is``, ``as`` and ``ofType``: what type an item has, and whether that is a kind of another.

A FHIR primitive is not the System type it converts to: ``Patient.active`` is a ``boolean``, not a ``Boolean``.
Refuses names that are no type of either, by raising ``fhirpath.evaluation``.
"""

from __future__ import annotations

from decimal import Decimal

from chartline.formats.fhir.fhirpath import kinds
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.nodes import Node
from chartline.formats.fhir.fhirpath.quantities import Quantity
from chartline.formats.fhir.fhirpath.temporal import Temporal
from chartline.formats.fhir.fhirpath.tree import Member, Tree, TypeName
from chartline.formats.fhir.fhirpath.values import TypeInfo

SYSTEM_TYPES = frozenset(
    {"Any", "Boolean", "Integer", "Decimal", "String", "Date", "DateTime", "Time", "Quantity", "Long"}
)
_PROFILES = {"SimpleQuantity": "Quantity", "MoneyQuantity": "Quantity"}
"""Profiles that R4 uses as if they were types."""


def type_argument(tree: Tree) -> TypeName | None:
    """A function's argument read as a type's name; None when it is none."""
    if not isinstance(tree, Member):
        return None
    if tree.source is None:
        return TypeName(None, tree.name)
    if isinstance(tree.source, Member) and tree.source.source is None and tree.source.name in ("FHIR", "System"):
        return TypeName(tree.source.name, tree.name)
    return None


class TypeCheck:
    """A type's name, ready to be asked about items."""

    __slots__ = ("exact", "fhir", "name", "system")

    def __init__(self, named: TypeName) -> None:
        self.name = _PROFILES.get(named.name, named.name)
        fhir = kinds.kind(self.name) if named.namespace != "System" else None
        self.fhir = fhir is not None or named.name in ("BackboneElement", "Element")
        self.system = named.namespace != "FHIR" and named.name in SYSTEM_TYPES
        self.exact = fhir is not None and fhir.primitive
        if not (self.fhir or self.system or named.namespace == "System"):
            raise EVALUATION.error(reason="unknown_type")

    def holds(self, item: object) -> bool:
        """Whether the item is of this type or of one derived from it."""
        if item.__class__ is Node:
            return self.fhir and self.name in item.kind.lineage
        return self.system and self.name in (system_type(item), "Any")

    def selects(self, item: object) -> bool:
        """Whether ``as`` and ``ofType`` keep the item: a primitive must be of exactly this type."""
        if self.exact and isinstance(item, Node):
            return item.kind.name == self.name
        return self.holds(item)


def system_type(item: object) -> str:
    """The name of a system value's type; empty for anything else."""
    if isinstance(item, bool):
        return "Boolean"
    if isinstance(item, int):
        return "Integer"
    if isinstance(item, Decimal):
        return "Decimal"
    if isinstance(item, str):
        return "String"
    if isinstance(item, Temporal):
        return item.kind
    return "Quantity" if isinstance(item, Quantity) else ""


def type_info(item: object) -> TypeInfo:
    """What ``type()`` answers for an item."""
    if isinstance(item, Node):
        base = item.kind.structure.base if item.kind.structure else None
        return TypeInfo("FHIR", item.kind.name, f"FHIR.{base}" if base else None)
    return TypeInfo("System", system_type(item) or "Any", "System.Any")
