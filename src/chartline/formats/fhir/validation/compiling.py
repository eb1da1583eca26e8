"""A profile's specification compiled to a checker, leaving out all that the base definition says as well.

The base is always checked by itself, so a profile's tree holds differences only; that is what makes it quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from chartline.formats.fhir.definitions import Constraint, Element, structure
from chartline.formats.fhir.elements import child, children, flag, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.bindings import Bound
from chartline.formats.fhir.validation.checker import Checker, Part, Slice, Slicing, Test
from chartline.formats.fhir.validation.discriminators import Around, Place, slice_test, type_test
from chartline.formats.fhir.validation.invariants import Rule, rules
from chartline.formats.fhir.validation.kinds import content_of, kind
from chartline.formats.fhir.validation.limits import Limits
from chartline.formats.fhir.validation.specification import Specification
from chartline.formats.fhir.validation.visit import Item, Visit

MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SYSTEM = "http://hl7.org/fhirpath/"
_HOLDERS = frozenset({"BackboneElement", "Element"})


@dataclass(frozen=True, slots=True)
class Conformance:
    """How values are held against other profiles while checking: those on a type, and those of a reference's target."""

    to_any: Callable[[tuple[str, ...]], Callable[[Item, Visit], None]]
    to_target: Callable[[tuple[str, ...]], Callable[[Item, Visit], None]]


class Compiler:
    """Compiles one profile. ``conformance`` and ``around`` reach other profiles."""

    def __init__(self, url: str, around: Around, conformance: Conformance) -> None:
        self._url = url
        self._around = around
        self._conformance = conformance

    def whole(self, said: Specification, type_name: str) -> Checker:
        """The checker of the root. Raises ``KeyError`` when the type is not one of R4."""
        base = structure(type_name)
        return Checker(
            profile=self._url,
            rules=self._rules(said, base.constraints),
            parts=self._parts(said, Place(type_name, None)),
        )

    def _parts(self, said: Specification, place: Place) -> tuple[Part, ...]:
        elements = kind(place.owner, place.path).elements
        made = []
        for name, below in _unfolded(said.children, elements).items():
            element = elements.get(name)
            part = self._part(below, element, place) if element is not None else None
            if part is not None:
                made.append(part)
        return tuple(made)

    def _part(self, said: Specification, element: Element, place: Place) -> Part | None:
        least = said.least if said.least is not None and said.least > element.least else 0
        most = _tighter(said.most, element.most)
        every = self._checker(said, element, place)
        slicing = self._slicing(said, element, place)
        if not least and most is None and every is None and slicing is None:
            return None
        return Part(element, self._url, least, most, every, slicing)

    def _checker(self, said: Specification, element: Element, place: Place) -> Checker | None:
        types = self._types(said, element)
        codes = types or tuple(element.names.values())
        content = Place(*content_of(place.owner, element, codes[0])) if len(codes) == 1 else None
        fixed, pattern = said.said("fixed"), said.said("pattern")
        made = Checker(
            profile=self._url,
            path=content.path if content else None,
            rules=self._rules(said, element.constraints, codes),
            fixed=(fixed[0],) if fixed[1] else (),
            patterns=(pattern[0],) if pattern[1] else (),
            types=frozenset(types) if types else None,
            bound=self._bound(said, element),
            also=self._also(said, element),
            parts=self._parts(said, content) if content and said.children and _has_content(content) else (),
        )
        return None if made.empty else made

    def _types(self, said: Specification, element: Element) -> tuple[str, ...]:
        """The types when the profile allows fewer than the base."""
        base = {use.code for use in element.types}
        named = tuple(dict.fromkeys(said.type_codes))
        if any(code.startswith(_SYSTEM) for code in named):
            # The ids and values that R4 types by FHIRPath's own types cannot be narrowed.
            return ()
        return named if named and set(named) != base and base and not base & _HOLDERS else ()

    def _rules(self, said: Specification, base: Iterable[Constraint], codes: Iterable[str] = ()) -> tuple[Rule, ...]:
        known = {one.expression for one in base}
        for code in codes:
            known.update(_type_rules(code))
        constraints = tuple(
            Constraint(
                text(one, "key") or "",
                text(one, "severity") or "error",
                text(one, "human") or "",
                expression,
            )
            for one in children(said.definition, "constraint")
            if (expression := text(one, "expression")) and expression not in known
        )
        return rules(constraints, self._url)

    def _bound(self, said: Specification, element: Element) -> Bound | None:
        binding = child(said.definition, "binding")
        if binding is None:
            return None
        strength, value_set, outer = text(binding, "strength") or "", text(binding, "valueSet"), _outer(binding)
        base = element.binding
        same = base is not None and (base.strength, _bare(base.value_set)) == (strength, _bare(value_set or ""))
        if (value_set is None or same) and outer is None:
            return None
        return Bound("" if same else strength, value_set or "", outer, self._url, element.choice)

    def _also(self, said: Specification, element: Element) -> tuple[Callable[[Item, Visit], None], ...]:
        made: list[Callable[[Item, Visit], None]] = []
        base = {profile for use in element.types for profile in use.profiles}
        profiles = tuple(dict.fromkeys(said.type_profiles))
        # An extension is checked against its own definition wherever it stands.
        if profiles and set(profiles) != base and set(said.type_codes) != {"Extension"}:
            made.append(self._conformance.to_any(profiles))
        allowed = {_CORE + target if ":" not in target else target for use in element.types for target in use.targets}
        targets = tuple(dict.fromkeys(said.targets))
        if targets and set(targets) != allowed:
            made.append(self._conformance.to_target(targets))
        longest, least, most = said.definition.get("maxLength"), said.said("minValue")[0], said.said("maxValue")[0]
        if isinstance(longest, int) or least is not None or most is not None:
            made.append(Limits(self._url, longest if isinstance(longest, int) else None, least, most))
        return tuple(made)

    def _slicing(self, said: Specification, element: Element, place: Place) -> Slicing | None:
        if not said.slices:
            return None
        slicing = child(said.definition, "slicing") or {}
        discriminators = children(slicing, "discriminator") or _implied(element)
        made = tuple(self._slice(name, one, element, place, discriminators) for name, one in said.slices.items())
        return Slicing(
            self._url, text(slicing, "rules") or "open", flag(slicing, "ordered") or False, _known_last(made)
        )

    def _slice(
        self, name: str, said: Specification, element: Element, place: Place, discriminators: list[JsonObject]
    ) -> Slice:
        if name in element.names and not said.type_codes:
            said = replace(said, definition={**said.definition, "type": [{"code": element.names[name]}]})
        narrowed = said.type_codes
        codes = narrowed or tuple(element.names.values())
        content = Place(*content_of(place.owner, element, codes[0])) if len(codes) == 1 else None
        test: Test | None
        if element.choice and narrowed and not _by_value(discriminators):
            test = type_test(narrowed)
        else:
            test = slice_test(said, content, discriminators, self._around)
        inner = None
        if said.slices:
            own = child(said.definition, "slicing") or {}
            again = children(own, "discriminator") or discriminators
            inner = Slicing(
                self._url,
                text(own, "rules") or "open",
                flag(own, "ordered") or False,
                tuple(self._slice(part, one, element, place, again) for part, one in said.slices.items()),
            )
        return Slice(
            name=name,
            test=test,
            least=said.least or 0,
            most=said.most,
            checker=self._checker(said, element, place),
            inner=inner,
        )


def _unfolded(said: dict[str, Specification], elements: dict[str, Element]) -> dict[str, Specification]:
    """Children by element name: a type of a choice written by itself (``valueQuantity``) becomes a slice of the
    choice.
    """
    made: dict[str, Specification] = {}
    for name, below in said.items():
        if name in elements:
            made.setdefault(name, Specification()).overlay(below)
            continue
        for element in elements.values():
            if name in element.names:
                choice = made.setdefault(element.name, Specification())
                choice.slices.setdefault(name, Specification()).overlay(below)
    return made


def _implied(element: Element) -> list[JsonObject]:
    """Extensions are always sliced by their address, also where a differential does not repeat it."""
    return [{"type": "value", "path": "url"}] if element.name in ("extension", "modifierExtension") else []


def _known_last(slices: tuple[Slice, ...]) -> tuple[Slice, ...]:
    """The slices as they are; the default slice takes what the others leave, so it comes last."""
    return tuple(sorted(slices, key=lambda one: one.name == "@default"))


def _by_value(discriminators: list[JsonObject]) -> bool:
    return any(text(one, "type") != "type" for one in discriminators)


def _tighter(most: int | None, base: int | None) -> int | None:
    return most if most is not None and (base is None or most < base) else None


def _type_rules(code: str) -> set[str]:
    try:
        return {one.expression for one in structure(code).constraints}
    except KeyError:
        return set()


def _has_content(place: Place) -> bool:
    try:
        return bool(kind(place.owner, place.path).elements)
    except KeyError:
        return False


def _outer(binding: JsonObject) -> str | None:
    if found := text(binding, "maxValueSet"):
        return found
    for extension in children(binding, "extension"):
        if text(extension, "url") == MAX_VALUE_SET:
            return text(extension, "valueCanonical") or text(extension, "valueUri")
    return None


def _bare(canonical: str) -> str:
    return canonical.partition("|")[0]
