"""What the checks look up: for each type and nested element its members by JSON name, as the definitions say.

One ``Node`` for a type (``Patient``, ``HumanName``) or a nested element (``Patient.contact``), made when first asked
for. Refuses nothing; both the quick check and the thorough walk read these and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from chartline.formats.fhir.definitions import RESOURCE_TYPES, Element, required_codes, required_codings, structure
from chartline.formats.fhir.primitives import PRIMITIVES

RESOURCE = "Resource"
"""The kind of a member that holds any resource."""


@dataclass(frozen=True, slots=True)
class Member:
    """One JSON member. ``kind`` is a primitive's name, the key of a node, or ``Resource``.

    ``name`` is the element's name in FHIRPath (``value`` for ``valueString``); ``codes`` those a code
    may be, ``codings`` (system, code) of which a concept must have one.
    """

    name: str
    kind: str
    primitive: bool
    most: int | None
    codes: frozenset[str] | None = None
    codings: frozenset[tuple[str, str]] | None = None

    @property
    def many(self) -> bool:
        """Whether JSON has a list."""
        return self.most != 1


@dataclass(frozen=True, slots=True)
class Group:
    """The JSON names of one element: one, or one a type for a choice; ``primitives`` are those that may have ``_``."""

    name: str
    names: tuple[str, ...]
    primitives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Node:
    """The members of a type or nested element, what is required of it, and its choices."""

    key: str
    members: dict[str, Member]
    required: tuple[Group, ...]
    choices: tuple[Group, ...]

    @property
    def resource(self) -> bool:
        """Whether this is a resource, which says its type in ``resourceType``."""
        return self.key in RESOURCE_TYPES


@cache
def node(key: str) -> Node:
    """The node of a type or a path. Raises ``KeyError`` for what R4 does not define."""
    elements = structure(key.partition(".")[0]).children[key]
    members: dict[str, Member] = {}
    required: list[Group] = []
    choices: list[Group] = []
    for element in elements.values():
        members.update({name: _member(element, kind) for name, kind in element.names.items()})
        primitives = frozenset(name for name, kind in element.names.items() if kind in PRIMITIVES)
        group = Group(element.name, tuple(element.names), primitives)
        if element.least:
            required.append(group)
        if len(element.names) > 1:
            choices.append(group)
    return Node(key, members, tuple(required), tuple(choices))


def _member(element: Element, kind: str) -> Member:
    binding = element.binding if element.binding and element.binding.strength == "required" else None
    if kind in PRIMITIVES:
        codes = required_codes(binding.value_set) if binding and kind == "code" else None
        return Member(element.name, kind, True, element.most, codes)
    codings = required_codings(binding.value_set) if binding and kind == "CodeableConcept" else None
    if element.content:
        kind = element.content
    elif element.backbone:
        kind = element.path
    return Member(element.name, kind, False, element.most, codings=codings)
