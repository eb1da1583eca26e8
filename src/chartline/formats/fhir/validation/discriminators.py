"""Discriminators: how a value is told to belong to a slice, compiled to a test.

Value and pattern look for what the slice fixes at a path (a fixed value, a pattern, a required binding, or these
further below); type, exists and profile as their names say. Paths are the small FHIRPath of discriminators: element
names, ``$this``, ``resolve()``, ``extension('url')`` and ``ofType(X)``. Anything else gives no test, and the slice
is reported as unusable.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from chartline.formats.fhir.definitions import Element
from chartline.formats.fhir.elements import child, children, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.bindings import in_value_set
from chartline.formats.fhir.validation.checker import Test
from chartline.formats.fhir.validation.items import items_of
from chartline.formats.fhir.validation.kinds import ancestors, content_of, kind
from chartline.formats.fhir.validation.matching import has_pattern, is_fixed
from chartline.formats.fhir.validation.specification import Specification
from chartline.formats.fhir.validation.visit import Item, Visit

Getter = Callable[[Item, Visit], list[Item]]
FindSpecification = Callable[[str], Specification | None]
FindType = Callable[[str], str | None]
Conforms = Callable[[Item, str, Visit], bool]

_STEP = re.compile(r"\$this|resolve\(\)|extension\('([^']+)'\)|ofType\(([A-Za-z]+)\)|([A-Za-z][A-Za-z0-9]*)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the base definition a value is: the structure and path of its content, None when it has several
    types.
    """

    owner: str
    path: str | None

    def element(self, name: str) -> Element | None:
        """An element under this place."""
        try:
            return kind(self.owner, self.path).elements.get(name)
        except KeyError:
            return None


@dataclass(frozen=True, slots=True)
class Around:
    """How other profiles are found while compiling, and how values are held against them while checking."""

    specification: FindSpecification
    type_of: FindType
    conforms: Conforms


@dataclass(frozen=True, slots=True)
class _Spot:
    """A step of a path: what the slice says there, and where in the base definition that is."""

    said: Specification | None
    place: Place | None
    get: Getter


def slice_test(said: Specification, place: Place | None, slicing: list[JsonObject], around: Around) -> Test | None:
    """The test of a slice from the discriminators of its slicing; None when it cannot be decided by them."""
    tests: list[Test] = []
    for discriminator in slicing:
        test = _test(said, place, discriminator, around)
        if test is None:
            return None
        tests.append(test)
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else lambda item, visit: all(test(item, visit) for test in tests)


def type_test(codes: tuple[str, ...]) -> Test:
    """Whether a value is of one of some types, or of one derived from them."""
    allowed = frozenset(codes)
    return lambda item, _visit: any(code in allowed for code in ancestors(item.type))


def _test(said: Specification, place: Place | None, discriminator: JsonObject, around: Around) -> Test | None:
    how = text(discriminator, "type")
    if how == "value" and text(discriminator, "path") == "url" and (url := _address(said, around)) is not None:
        return lambda item, _visit: isinstance(item.value, dict) and item.value.get("url") == url
    spot = _walk(said, place, text(discriminator, "path") or "$this", around)
    if spot is None:
        return None
    get = spot.get
    if how in ("value", "pattern"):
        wanted = _demand(spot.said, spot.place, around) if spot.said else None
        if wanted is None:
            return None
        return _any(get, wanted)
    if how == "exists":
        absent = spot.said is not None and spot.said.most == 0
        return lambda item, visit: bool(get(item, visit)) is not absent
    if how == "type" and spot.said is not None:
        codes = spot.said.type_codes or tuple(
            code for target in spot.said.targets if (code := around.type_of(target)) is not None
        )
        of_type = type_test(codes)
        return _any(get, of_type)
    if how == "profile" and spot.said is not None:
        profiles, conforms = spot.said.type_profiles or spot.said.targets, around.conforms
        return lambda item, visit: any(
            conforms(found, profile, visit) for found in get(item, visit) for profile in profiles
        )
    return None


def _address(said: Specification, around: Around) -> str | None:
    """The address of the extensions in a slice. By far the most frequent slices, so they have a test of their own."""
    below = _below(said, "url", around)
    fixed = below.said("fixed")[0] if below is not None else None
    return fixed if isinstance(fixed, str) else None


def _walk(said: Specification, place: Place | None, path: str, around: Around) -> _Spot | None:
    spot = _Spot(said, place, lambda item, _visit: [item])
    position = 0
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            return None
        after = _step(spot, found, around)
        if after is None:
            return None
        spot = after
        position = found.end()
        if position < len(path):
            if path[position] != ".":
                return None
            position += 1
    return spot


def _step(spot: _Spot, found: re.Match[str], around: Around) -> _Spot | None:
    url, of_type, name = found[1], found[2], found[3]
    if found[0] == "$this":
        return spot
    if found[0] == "resolve()":
        return _resolved(spot, around)
    if url is not None:
        return _extension(spot, url, around)
    if of_type is not None:
        wanted = type_test((of_type,))
        return _Spot(
            spot.said, Place(of_type, None), _then(spot.get, lambda item, visit: [item] if wanted(item, visit) else [])
        )
    return _named(spot, name, around)


def _named(spot: _Spot, name: str, around: Around) -> _Spot | None:
    element = spot.place.element(name) if spot.place else None
    if element is None:
        return None
    said = _below(spot.said, name, around)
    code = _single(said, element)
    place = Place(*content_of(spot.place.owner, element, code)) if spot.place and code else None
    return _Spot(said, place, _then(spot.get, _reading(element)))


def _reading(element: Element) -> Getter:
    return lambda item, _visit: items_of(element, item.value, item.at) if isinstance(item.value, dict) else []


def _below(said: Specification | None, name: str, around: Around) -> Specification | None:
    """What is said about an element: in this tree, or in the profile on the type."""
    if said is None:
        return None
    own = said.children.get(name)
    if own is None or not (own.children or own.slices or own.said("fixed")[1] or own.said("pattern")[1]):
        # What is fixed may stand in a slice of this element, as in R4's blood pressure (code.coding:SBPCode.code).
        sliced = (one.children[name] for one in said.slices.values() if name in one.children)
        own = next(sliced, own)
    if own is not None:
        return own
    for profile in said.type_profiles:
        other = around.specification(profile)
        if other is not None and name in other.children:
            return other.children[name]
        if name == "url":
            # The extension is not known here, but its address is.
            return Specification({"fixedUri": profile.partition("|")[0]})
    return None


def _extension(spot: _Spot, url: str, around: Around) -> _Spot:
    def get(item: Item, _visit: Visit) -> list[Item]:
        held = item.value if isinstance(item.value, dict) else item.sibling
        return [
            Item(one, None, "Extension", f"{item.at}.extension[{index}]")
            for index, one in enumerate(children(held, "extension"))
            if one.get("url") == url
        ]

    said = None
    slices = spot.said.children.get("extension", Specification()).slices if spot.said else {}
    for one in slices.values():
        address = _below(one, "url", around)
        if address is not None and address.said("fixed")[0] == url:
            said = one
    return _Spot(said, Place("Extension", None), _then(spot.get, get))


def _resolved(spot: _Spot, around: Around) -> _Spot:
    def get(item: Item, visit: Visit) -> list[Item]:
        reference = item.value.get("reference") if isinstance(item.value, dict) else None
        resource = visit.resolve(reference) if isinstance(reference, str) else None
        if resource is not None:
            return [Item(resource, None, text(resource, "resourceType") or "Resource", item.at)]
        named = _type_in(reference) if isinstance(reference, str) else None
        return [Item(None, None, named, item.at)] if named else []

    targets = spot.said.targets if spot.said else ()
    uses: list[object] = [
        {"code": code, "profile": [target]} for target in targets if (code := around.type_of(target)) is not None
    ]
    only = around.type_of(targets[0]) if len(targets) == 1 else None
    return _Spot(Specification({"type": uses}), Place(only, None) if only else None, _then(spot.get, get))


def _type_in(reference: str) -> str | None:
    parts = reference.partition("/_history/")[0].rsplit("/", 2)
    return parts[-2] if len(parts) > 1 and parts[-2][:1].isupper() else None


def _then(first: Getter, second: Getter) -> Getter:
    return lambda item, visit: [after for found in first(item, visit) for after in second(found, visit)]


def _single(said: Specification | None, element: Element) -> str | None:
    codes = (said.type_codes if said else ()) or tuple(element.names.values())
    return codes[0] if len(codes) == 1 else None


def _demand(said: Specification, place: Place | None, around: Around) -> Test | None:
    """What a slice fixes at one element and below; None when it fixes nothing."""
    fixed, there = said.said("fixed")
    if there:
        return lambda item, _visit: is_fixed(item.value, fixed)
    pattern, there = said.said("pattern")
    if there:
        return lambda item, _visit: has_pattern(item.value, pattern)
    tests = _demands_below(said, place, around)
    if tests:
        return lambda item, visit: all(test(item, visit) for test in tests)
    binding = child(said.definition, "binding")
    if binding and text(binding, "strength") == "required" and (value_set := text(binding, "valueSet")):
        # What nobody can look up may well belong to the slice: an error needs to be sure.
        return lambda item, visit: in_value_set(value_set, item, visit) is not False
    for profile in said.type_profiles:
        other = around.specification(profile)
        code = around.type_of(profile)
        if other is not None and code is not None and (test := _demand(other, Place(code, None), around)):
            return test
    return None


def _demands_below(said: Specification, place: Place | None, around: Around) -> list[Test]:
    tests: list[Test] = []
    for name, below in said.children.items():
        element = place.element(name) if place else None
        if element is None or place is None:
            continue
        code = _single(below, element)
        there = Place(*content_of(place.owner, element, code)) if code else None
        wanted = [_demand(below, there, around)]
        wanted += [_demand(one, there, around) for one in below.slices.values() if one.least]
        tests += [_any(_reading(element), test) for test in wanted if test is not None]
    return tests


def _any(get: Getter, test: Test) -> Test:
    return lambda item, visit: any(test(found, visit) for found in get(item, visit))
