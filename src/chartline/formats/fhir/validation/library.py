"""Profiles and extensions ready to check with: the shipped ones compiled once, others from the caller's
definitions.

A definition with a snapshot is taken as it is. One with a differential only is laid over the profile it derives
from. What cannot be used says why; it is never half used.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from threading import Lock

from chartline.formats.fhir.definitions import (
    RESOURCE_TYPES,
    profile,
    profile_elements,
    profile_urls,
    structure,
)
from chartline.formats.fhir.elements import child, children, flag, text
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.json import canonical as canonical_json
from chartline.formats.fhir.validation.checker import Checker
from chartline.formats.fhir.validation.compiling import Compiler, Conformance
from chartline.formats.fhir.validation.discriminators import Around
from chartline.formats.fhir.validation.issue import (
    CONTENT,
    REFERENCE,
    UNKNOWN_PROFILE,
    UNUSABLE_PROFILE,
    WRONG_TYPE,
    Severity,
)
from chartline.formats.fhir.validation.kinds import ancestors
from chartline.formats.fhir.validation.references import check_target
from chartline.formats.fhir.validation.specification import Specification, specification
from chartline.formats.fhir.validation.visit import Definitions, Item, Visit

NOT_FOUND = "is a profile that is not known here"
NO_ELEMENTS = "has neither a snapshot nor a differential"
NO_BASE = "is derived from a profile that is not known here"
NOT_R4 = "describes a type that R4 does not have"
NO_PROFILE = "is not a definition of a profile"
OTHER_TYPE = "is not of the type that the profile describes"
NO_CONFORMANCE = "does not fulfil any of the profiles it must have"
TARGET_UNFIT = "points to a resource that does not fulfil the profile it must have"

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_DEEP = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """A profile that can be checked. ``trouble`` says why it cannot; then ``checker`` is None."""

    url: str
    type: str
    checker: Checker | None
    context: tuple[tuple[str, str], ...] = ()
    modifier: bool = False
    parts: frozenset[str] = frozenset()
    """The addresses of the parts of an extension; empty when it has none of its own."""

    trouble: str | None = None


def find(canonical: str, visit: Visit) -> Shape | None:
    """The profile of a canonical (its version is not looked at), None when nobody knows it."""
    url = canonical.partition("|")[0]
    if url in profile_urls():
        return _shipped(url)
    if visit.definitions is None:
        return None
    known = visit.shapes.get(url)
    if known is None:
        definition = visit.definitions(canonical)
        if definition is None:
            return None
        known = visit.shapes[url] = _handed(url, definition, visit.definitions)
    return known


def check_profile(canonical: str, item: Item, visit: Visit, unknown: Severity = Severity.ERROR) -> None:
    """Report everything in which a value does not fulfil a profile, or that the profile cannot be used.

    ``unknown`` is how grave it is that nobody knows the profile: to ask for one is an error, a claim proves nothing.
    """
    shape = find(canonical, visit)
    if shape is None:
        visit.report.say(UNKNOWN_PROFILE, "not-found", item.at, NOT_FOUND, key=canonical, severity=unknown)
        return
    mark = visit.mark(item.value, shape.url)
    if mark in visit.done or mark in visit.busy:
        return
    visit.done.add(mark)
    if shape.checker is None:
        rule = shape.trouble or NO_PROFILE
        visit.report.say(UNUSABLE_PROFILE, "not-supported", item.at, rule, key=canonical)
    elif shape.type not in ancestors(item.type):
        visit.report.say(WRONG_TYPE, "structure", item.at, OTHER_TYPE, profile=shape.url)
    else:
        visit.busy.add(mark)
        shape.checker.check(item, visit)
        visit.busy.discard(mark)


def conforms(item: Item, canonical: str, visit: Visit) -> bool:
    """Whether a value fulfils a profile; an unknown one is not fulfilled."""
    mark = visit.mark(item.value, canonical)
    if mark not in visit.answers:
        aside = visit.aside()
        check_profile(canonical, item, aside)
        visit.answers[mark] = not aside.report.has_errors
    return visit.answers[mark]


def fits(resource: JsonObject, canonical: str, visit: Visit) -> bool | None:
    """Whether a resource fulfils a profile; None when the profile is not known here."""
    shape = find(canonical, visit)
    if shape is None or shape.checker is None:
        return None
    named = text(resource, "resourceType") or "Resource"
    return conforms(Item(resource, None, named, visit.at), canonical, visit.within(resource, visit.at, contained=False))


@dataclass(frozen=True, slots=True)
class _AnyProfile:
    """Holds a value against the profiles on its type."""

    profiles: tuple[str, ...]

    def __call__(self, item: Item, visit: Visit) -> None:
        if len(self.profiles) == 1:
            check_profile(self.profiles[0], item, visit)
        elif not any(conforms(item, profile, visit) for profile in self.profiles):
            visit.report.say(CONTENT, "structure", item.at, NO_CONFORMANCE, key=" ".join(self.profiles))


@dataclass(frozen=True, slots=True)
class _Target:
    """Holds a reference against the profiles of its target: by type always, by content when it can be resolved."""

    profiles: tuple[str, ...]

    def __call__(self, item: Item, visit: Visit) -> None:
        if not isinstance(item.value, dict):
            return
        types = [type_of(profile, visit.definitions) for profile in self.profiles]
        if None not in types:
            check_target(item.value, frozenset(one for one in types if one is not None), visit, item.at)
        reference = item.value.get("reference")
        target = visit.resolve(reference) if isinstance(reference, str) else None
        if target is None:
            return
        named = text(target, "resourceType") or "Resource"
        inside = visit.within(target, item.at, contained=isinstance(reference, str) and reference.startswith("#"))
        fitting = [profile for profile, code in zip(self.profiles, types, strict=True) if code == named]
        if fitting and not any(
            _is_core(profile) or conforms(Item(target, None, named, item.at), profile, inside) for profile in fitting
        ):
            visit.report.say(REFERENCE, "structure", item.at, TARGET_UNFIT, key=" ".join(fitting))


def _is_core(profile: str) -> bool:
    return profile.removeprefix(_CORE) in RESOURCE_TYPES


def type_of(canonical: str, definitions: Definitions | None = None) -> str | None:
    """The type a profile describes."""
    url = canonical.partition("|")[0]
    if url in profile_urls():
        return _shipped_type(url)
    definition = definitions(canonical) if definitions is not None else None
    return text(definition, "type")


@lru_cache(maxsize=1024)
def _shipped_type(url: str) -> str:
    return profile(url).type


@lru_cache(maxsize=1024)
def _shipped(url: str) -> Shape:
    head = profile(url)
    said = _shipped_specification(url)
    if said is None:
        return Shape(url, head.type, None, trouble=NO_ELEMENTS)
    return _compiled(url, head.type, said, head.context, None)


@lru_cache(maxsize=256)
def _shipped_specification(url: str) -> Specification | None:
    if url not in profile_urls():
        return None
    if profile(url).derivation != "constraint":
        return Specification()
    return specification(profile_elements(url))


class _Asked:
    """Definitions that remember whether they were asked for anything while a profile was made."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self.used = False

    def __call__(self, canonical: str) -> JsonObject | None:
        self.used = True
        return self._definitions(canonical)


_made: OrderedDict[tuple[str, bytes], Shape] = OrderedDict()
_lock = Lock()
_MOST_MADE = 256


def _handed(url: str, definition: JsonObject, definitions: Definitions) -> Shape:
    """A profile of the caller's. Kept by its content for the next validation when it was made of nothing else."""
    key = (url, blake2b(canonical_json(definition)).digest())
    with _lock:
        found = _made.get(key)
        if found is not None:
            _made.move_to_end(key)
            return found
    asked = _Asked(definitions)
    shape = _made_of(url, definition, asked)
    if not asked.used:
        with _lock:
            _made[key] = shape
            while len(_made) > _MOST_MADE:
                _made.popitem(last=False)
    return shape


def _made_of(url: str, definition: JsonObject, definitions: Definitions) -> Shape:
    if definition.get("resourceType") != "StructureDefinition":
        return Shape(url, "", None, trouble=NO_PROFILE)
    type_name = text(definition, "type") or ""
    said = _specification(definition, definitions, 0)
    if isinstance(said, str):
        return Shape(url, type_name, None, trouble=said)
    context = tuple((text(one, "type") or "", text(one, "expression") or "") for one in children(definition, "context"))
    return _compiled(url, type_name, said, context, definitions)


def _specification(definition: JsonObject, definitions: Definitions, depth: int) -> Specification | str:
    """The tree of a StructureDefinition, or why there is none."""
    snapshot = children(child(definition, "snapshot"), "element")
    if snapshot:
        return specification(snapshot)
    differential = children(child(definition, "differential"), "element")
    if not differential:
        return NO_ELEMENTS
    base = (text(definition, "baseDefinition") or "").partition("|")[0]
    shipped = _shipped_specification(base)
    if shipped is not None:
        return specification(differential, shipped)
    above = definitions(base) if depth < _DEEP else None
    if above is None:
        return NO_BASE
    whole = _specification(above, definitions, depth + 1)
    return whole if isinstance(whole, str) else specification(differential, whole)


def _compiled(
    url: str,
    type_name: str,
    said: Specification,
    context: tuple[tuple[str, str], ...],
    definitions: Definitions | None,
) -> Shape:
    def specification_of(canonical: str) -> Specification | None:
        shipped = _shipped_specification(canonical.partition("|")[0])
        if shipped is not None or definitions is None:
            return shipped
        definition = definitions(canonical)
        found = _specification(definition, definitions, 0) if definition is not None else None
        return found if isinstance(found, Specification) else None

    around = Around(specification_of, lambda canonical: type_of(canonical, definitions), conforms)
    compiler = Compiler(url, around, Conformance(_AnyProfile, _Target))
    try:
        structure(type_name)
    except KeyError:
        return Shape(url, type_name, None, trouble=NOT_R4)
    modifier = flag(said.definition, "isModifier") or False
    return Shape(url, type_name, compiler.whole(said, type_name), context, modifier, _parts(said))


def _parts(said: Specification) -> frozenset[str]:
    extensions = said.children.get("extension", Specification())
    addresses = [one.children.get("url", Specification()).said("fixed")[0] for one in extensions.slices.values()]
    return frozenset(one for one in addresses if isinstance(one, str))
