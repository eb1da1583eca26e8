"""Base definitions compiled for walking: what has to be looked at under each element, and nothing else.

A ``Kind`` stands for the content of one type or backbone element. Made once for each place, when first met.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from chartline.formats.fhir.definitions import Element, structure, structure_by_url
from chartline.formats.fhir.validation.bindings import Bound
from chartline.formats.fhir.validation.invariants import Rule, rules

CODED = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "uri", "string"})
"""Types a binding speaks about."""

_ADDRESSES = frozenset({"uri", "url", "canonical"})


@dataclass(frozen=True, slots=True)
class Child:
    """One JSON name under a kind. ``path`` is where its element is defined (``HumanName.family``)."""

    element: Element
    type: str
    many: bool
    primitive: bool
    rules: tuple[Rule, ...]
    binding: Bound | None
    targets: frozenset[str]
    structure: str
    path: str
    type_name: str
    """What FHIRPath is told: the type, or the path of the backbone element."""

    address: bool
    """Whether it is an address, whose form is looked at."""

    plain: bool
    """A primitive of which nothing is asked beyond its form."""

    @property
    def name(self) -> str:
        """The name of the element, without the type of a choice."""
        return self.element.name


@dataclass(frozen=True, slots=True)
class Kind:
    """What is under one type or backbone element: rules on the whole, and the children by JSON name."""

    structure: str
    path: str
    type: str
    """The type FHIRPath is told: the name of a datatype, or the path of a backbone element."""

    rules: tuple[Rule, ...]
    children: dict[str, Child]
    elements: dict[str, Element]


@cache
def kind(name: str, path: str | None = None) -> Kind:
    """The content of a type, or of the backbone element at a path in it. Raises ``KeyError`` for unknown types."""
    whole = structure(name)
    place = path or name
    elements = whole.children.get(place, {})
    made = {
        json_name: _child(name, element, code)
        for element in elements.values()
        for json_name, code in element.names.items()
    }
    return Kind(name, place, place, rules(whole.constraints) if path is None else (), made, elements)


def kind_of(child: Child) -> Kind:
    """The content of an element: its own backbone, the one it repeats, or its datatype."""
    if child.element.content:
        return kind(child.structure, child.element.content)
    if child.element.backbone:
        return kind(child.structure, child.element.path)
    return kind(child.type)


def content_of(owner: str, element: Element, code: str) -> tuple[str, str | None]:
    """The structure and path an element's content is defined at, for ``kind``."""
    if element.content:
        return owner, element.content
    if element.backbone:
        return owner, element.path
    return code, None


@lru_cache(maxsize=1024)
def is_primitive(code: str) -> bool:
    """Whether a type is a primitive, ``xhtml`` among them."""
    try:
        return structure(code).kind == "primitive-type"
    except KeyError:
        return False


@lru_cache(maxsize=1024)
def ancestors(code: str) -> tuple[str, ...]:
    """A type and what it is derived from, nearest first: ``Age``, ``Quantity``, ``Element``."""
    found: list[str] = []
    name: str | None = code
    while name is not None and name not in found:
        found.append(name)
        try:
            name = structure(name).base
        except KeyError:
            name = None
    return tuple(found)


def _child(owner: str, element: Element, code: str) -> Child:
    use = next((one for one in element.types if one.code == code), None)
    own = list(rules(element.constraints))
    if element.content:
        own += rules(_repeated(owner, element.content).constraints)
    for profile in use.profiles if use else ():
        own += _profile_rules(profile)
    primitive = is_primitive(code)
    content = structure(code).constraints if not primitive and not element.backbone and not element.content else ()
    twice = {one.expression for one in rules(content)}
    targets = frozenset(use.targets if use else ())
    kept = tuple({one.key: one for one in own if one.expression not in twice}.values())
    binding = _bound(element, code)
    address = code in _ADDRESSES
    return Child(
        element=element,
        type=code,
        many=element.most != 1,
        primitive=primitive,
        rules=kept,
        binding=binding,
        targets=targets if "Resource" not in targets else frozenset(),
        structure=owner,
        path=element.path.removesuffix("[x]"),
        type_name=element.content or (element.path if element.backbone else code),
        address=address,
        plain=primitive and not kept and binding is None and not address,
    )


def _bound(element: Element, code: str) -> Bound | None:
    """The binding, unless it is advice only."""
    binding = element.binding
    if binding is None or not binding.value_set or code not in CODED or binding.strength in ("example", "preferred"):
        return None
    return Bound(binding.strength, binding.value_set, choice=element.choice)


def _repeated(owner: str, path: str) -> Element:
    above, _, last = path.rpartition(".")
    return structure(owner).children[above][last]


def _profile_rules(profile: str) -> tuple[Rule, ...]:
    """The rules of a profile on a datatype in a base definition (SimpleQuantity), beyond those of the type."""
    try:
        whole = structure_by_url(profile)
    except KeyError:
        return ()
    base = {one.expression for one in structure(whole.base).constraints} if whole.base else set()
    return rules(tuple(one for one in whole.constraints if one.expression not in base))
