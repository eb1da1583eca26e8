"""One validation under way: what was found so far, the resource being looked at, and whom to ask about codes and
references.

Also the questions a caller may answer: ``Terminology`` (is this code in that value set), ``Resolver`` (what does
this reference point to) and ``Definitions`` (which StructureDefinition has this canonical). Without them only what
can be judged from the resource and the shipped definitions is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from chartline.formats.fhir.elements import children
from chartline.formats.fhir.fhirpath import Services
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.issue import Report
from chartline.kernel.sealed import Masked

if TYPE_CHECKING:
    from chartline.formats.fhir.validation.library import Shape

Resolver: TypeAlias = Callable[[str], JsonObject | None]
"""From the text of a reference to the resource it points to; None when it is not known."""

Definitions: TypeAlias = Callable[[str], JsonObject | None]
"""From a canonical to a StructureDefinition; None when it is not known. Asked after the shipped ones."""


Mark: TypeAlias = tuple[int, str]
"""The identity of a value, and a profile."""


class Terminology(Protocol):
    """Who knows value sets and code systems."""

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Whether a code is in a value set; None when that cannot be decided here."""
        ...

    def knows(self, system: str, code: str) -> bool | None:
        """Whether a code system has a code; None when that cannot be decided here."""
        ...

    def display(self, system: str, code: str) -> str | None:
        """The display of a code; None when it is not known here."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Item(Masked):
    """One value of an element: its JSON value, the extensions beside it when it is primitive, its type, its place.

    ``value`` is None when a primitive has extensions only.
    """

    value: object
    sibling: JsonObject | None
    type: str
    at: str


@dataclass(slots=True, repr=False)
class Visit(Masked):
    """The state of one validation at one resource."""

    report: Report
    resource: JsonObject
    """The innermost resource."""

    root: JsonObject
    """The resource that contains it, or itself."""

    at: str
    """Where the innermost resource is."""

    terminology: Terminology | None = None
    resolver: Resolver | None = None
    definitions: Definitions | None = None
    entries: dict[str, JsonObject] = field(default_factory=dict)
    """The resources of the Bundle around, by full URL."""

    bundle: str | None = None
    """The type of the Bundle around."""

    fits: Callable[[JsonObject, str, Visit], bool | None] | None = None
    """Whether a resource fulfils a profile, for rules that ask; None when the profile is not known."""

    services: Services | None = field(default=None, init=False)
    """What the FHIRPath rules at this resource may ask, once one was evaluated."""

    held: dict[str, JsonObject] | None = field(default=None, init=False)
    """The contained resources of ``root`` by id, once one was asked for."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    """Profiles made from the caller's definitions in this validation."""

    kept: list[object] = field(default_factory=list)
    """Values whose identity the marks remember; kept so that no other value can take their place in memory."""

    done: set[Mark] = field(default_factory=set)
    """Values that were checked against a profile, so that nothing is told twice."""

    busy: set[Mark] = field(default_factory=set)
    """Values that are being checked against a profile: there a circle closes, and nothing more is asked."""

    answers: dict[Mark, bool] = field(default_factory=dict)
    """Whether values fulfil profiles, as far as it was asked."""

    def within(self, resource: JsonObject, at: str, *, contained: bool) -> Visit:
        """The same validation at a resource inside this one."""
        inside = replace(self, resource=resource, root=self.root if contained else resource, at=at)
        if contained:
            inside.held = self.contained()
        return inside

    def aside(self) -> Visit:
        """The same place with a report of its own: to find out whether something would hold."""
        return replace(self, report=Report(), done=set())

    def mark(self, value: object, profile: str) -> Mark:
        """What a value and a profile are remembered by."""
        self.kept.append(value)
        return id(value), profile

    def resolve(self, reference: str) -> JsonObject | None:
        """What a reference points to: a contained resource, an entry of the Bundle, or what the caller knows."""
        if reference.startswith("#"):
            return self.root if reference == "#" else self.contained().get(reference[1:])
        found = self.entries.get(reference.partition("/_history/")[0])
        if found is None and self.resolver is not None:
            found = self.resolver(reference)
        return found

    def contained(self) -> dict[str, JsonObject]:
        """The contained resources of the root by id; of several with the same id the first."""
        if self.held is None:
            self.held = {}
            for one in children(self.root, "contained"):
                identity = one.get("id")
                if isinstance(identity, str):
                    self.held.setdefault(identity, one)
        return self.held
