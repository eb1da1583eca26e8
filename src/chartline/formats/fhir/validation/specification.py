"""A profile's elements as a tree, the way slices and differentials need it, before anything is compiled.

The tree holds what the profile says beyond its base. A differential is laid over the tree of the profile it derives
from; a snapshot stands for itself. Elements without ids (old differentials) get them from their paths and slice
names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chartline.formats.fhir.elements import children, text
from chartline.formats.fhir.json import JsonObject

_DEEPEST = 40
"""Elements further down are left out; nothing in R4 is half as deep."""


@dataclass(slots=True)
class Specification:
    """What a profile says about one element, or one slice of it: its definition, the elements below, its slices."""

    definition: JsonObject = field(default_factory=dict)
    children: dict[str, Specification] = field(default_factory=dict)
    """By element name without ``[x]``; the name of one type of a choice (``valueQuantity``) as it was written."""

    slices: dict[str, Specification] = field(default_factory=dict)

    def copy(self) -> Specification:
        """A tree that can be changed without changing this one."""
        return Specification(
            dict(self.definition),
            {name: child.copy() for name, child in self.children.items()},
            {name: part.copy() for name, part in self.slices.items()},
        )

    def overlay(self, other: Specification) -> None:
        """Lay a tree over this one: what it says goes first, rules add up."""
        self.definition = _merged(self.definition, other.definition)
        for name, child in other.children.items():
            self.children.setdefault(name, Specification()).overlay(child)
        for name, part in other.slices.items():
            self.slices.setdefault(name, Specification()).overlay(part)

    @property
    def type_codes(self) -> tuple[str, ...]:
        """The types that are named, none when the definition does not say."""
        return tuple(code for use in children(self.definition, "type") if (code := text(use, "code")))

    @property
    def type_profiles(self) -> tuple[str, ...]:
        """The profiles on its types, all together."""
        return tuple(profile for use in children(self.definition, "type") for profile in _strings(use.get("profile")))

    @property
    def targets(self) -> tuple[str, ...]:
        """The profiles a reference may point to, all together."""
        return tuple(
            profile for use in children(self.definition, "type") for profile in _strings(use.get("targetProfile"))
        )

    @property
    def least(self) -> int | None:
        """The fewest repetitions."""
        least = self.definition.get("min")
        return least if isinstance(least, int) else None

    @property
    def most(self) -> int | None:
        """The most repetitions; None when there is no limit, or when what is said is no number."""
        most = text(self.definition, "max")
        return int(most) if most is not None and most.isdecimal() and len(most) < 10 else None

    def said(self, stem: str) -> tuple[object, bool]:
        """The value of ``fixed[x]`` or ``pattern[x]``, and whether there is one."""
        for name, value in self.definition.items():
            if name.startswith(stem) and name != stem and name[len(stem)].isupper():
                return value, True
        return None, False


def specification(elements: Iterable[JsonObject], onto: Specification | None = None) -> Specification:
    """The tree of a list of ElementDefinitions; with ``onto``, a differential laid over that tree (which stays)."""
    made = Specification()
    last: dict[str, str] = {}
    for element in elements:
        path = text(element, "path") or ""
        identity = text(element, "id") or _identity(path, text(element, "sliceName"), last)
        last[path] = identity
        if identity.count(".") > _DEEPEST:
            continue
        node = made
        for step in identity.split(".")[1:]:
            node = _down(node, step)
        node.definition = _merged(node.definition, element)
    if onto is None:
        return made
    base = onto.copy()
    base.overlay(made)
    return base


def _identity(path: str, slice_name: str | None, last: dict[str, str]) -> str:
    """The id of an element that has none: its path, below the last id of the nearest element above it."""
    above, below = path.rpartition(".")[0], path.rpartition(".")[2]
    while above and above not in last:
        above, _, name = above.rpartition(".")
        below = f"{name}.{below}"
    identity = f"{last[above]}.{below}" if above else path
    return f"{identity}:{slice_name}" if slice_name else identity


def _down(node: Specification, step: str) -> Specification:
    name, _, slice_name = step.partition(":")
    node = node.children.setdefault(name.removesuffix("[x]"), Specification())
    if not slice_name:
        return node
    # A slice of a slice is named after it: "systolic/sitting".
    for part in _nested(slice_name):
        node = node.slices.setdefault(part, Specification())
    return node


def _nested(slice_name: str) -> list[str]:
    parts = slice_name.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _merged(old: JsonObject, new: JsonObject) -> JsonObject:
    if not old:
        return dict(new)
    made = {**old, **new}
    rules = {text(rule, "key") or "": rule for rule in (*children(old, "constraint"), *children(new, "constraint"))}
    if rules:
        made["constraint"] = list(rules.values())
    return made


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
