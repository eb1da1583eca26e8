"""What the definitions say, as values: structures, search parameters, compartments, operations.

Only data; ``structures``, ``parameters`` and ``compartments`` load it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Binding:
    """The value set of a coded element; ``strength`` is required, extensible, preferred or example."""

    strength: str
    value_set: str
    """The canonical, with its version where the definition has one."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """An invariant: ``severity`` is error or warning, ``expression`` is FHIRPath with the element as its focus."""

    key: str
    severity: str
    human: str
    expression: str


@dataclass(frozen=True, slots=True)
class TypeUse:
    """One type an element may have: its code, and the resource types (or profiles) a reference may point to."""

    code: str
    targets: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """One element as its parent has it. ``path`` is the whole path (``Patient.contact.name``).

    ``names`` maps each JSON name to its type: one for most elements, one a type for a choice (``valueString``).
    ``content`` is the path of another element whose content this one repeats (``Questionnaire.item``), or None.
    """

    path: str
    name: str
    names: dict[str, str]
    types: tuple[TypeUse, ...]
    least: int
    most: int | None
    binding: Binding | None
    content: str | None
    constraints: tuple[Constraint, ...]
    summary: bool
    modifier: bool
    backbone: bool
    """Has elements of its own in the same structure."""

    @property
    def choice(self) -> bool:
        """Whether the element is a choice of types (``value[x]``)."""
        return self.path.endswith("[x]")


@dataclass(frozen=True, slots=True)
class Structure:
    """A resource type or datatype. ``kind`` is resource, complex-type or primitive-type; ``base`` its parent's name.

    ``children`` gives the elements directly under a path (``Patient``, ``Patient.contact``), by element name without
    ``[x]``, in the order of the definition, the inherited ones (id, meta, extension ...) among them.
    """

    name: str
    url: str
    kind: str
    base: str | None
    abstract: bool
    children: dict[str, dict[str, Element]]
    constraints: tuple[Constraint, ...]
    """Invariants on the root."""
    regex: str | None = None
    """The pattern of a primitive's JSON text, as R4 writes it; None where R4 gives none."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile, type or extension is: ``base`` is the canonical it is derived from.

    ``context`` says where an extension may stand: (kind, expression), kind being element, extension or fhirpath.
    """

    url: str
    name: str
    type: str
    kind: str
    base: str | None
    derivation: str | None
    abstract: bool
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a composite parameter: the code of the parameter it is like, and its FHIRPath from the node."""

    code: str
    type: str
    expression: str


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """A search parameter as one resource type has it.

    ``type`` is token, string, date, number, quantity, reference, uri, composite or special. ``expression`` is the
    FHIRPath for this type alone (the alternatives of other types are taken out). ``urls`` are its canonicals (US Core
    repeats some base parameters; its definition wins and both are kept).
    """

    code: str
    type: str
    expression: str
    urls: tuple[str, ...]
    targets: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationParameter:
    """A parameter of an operation: ``use`` is in or out, ``most`` a number or ``*``; no type when it has parts."""

    name: str
    use: str
    least: int
    most: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its code (without ``$``), where it is offered, and on which resource types."""

    url: str
    name: str
    code: str
    system: bool
    type: bool
    instance: bool
    affects_state: bool
    resources: tuple[str, ...]
    parameters: tuple[OperationParameter, ...]
