"""Structures of R4 by name: elements with types, cardinality, binding and invariants; profiles as snapshots.

Made from the snapshots in ``data/structures.pack`` when first asked for. Refuses names that R4 does not define
(``KeyError``).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from chartline.formats.fhir.definitions.model import Binding, Constraint, Element, Profile, Structure, TypeUse
from chartline.formats.fhir.definitions.pack import pack
from chartline.formats.fhir.elements import child, children, flag, text, texts
from chartline.formats.fhir.json import JsonObject

CORE = "http://hl7.org/fhir/StructureDefinition/"
"""Where R4's own structures have their addresses."""

_NESTED = frozenset({"BackboneElement", "Element"})


@cache
def structure(name: str) -> Structure:
    """A resource type or datatype by name (``Patient``, ``HumanName``, ``dateTime``). Raises ``KeyError``."""
    return structure_by_url(CORE + name)


@lru_cache(maxsize=1024)
def structure_by_url(url: str) -> Structure:
    """A structure or profile by its canonical (a version after ``|`` is ignored). Raises ``KeyError``.

    For a profile the slices are left out: ``children`` are the elements themselves; ``profile_elements`` has all.
    """
    record = pack("structures").record(url.partition("|")[0])
    rules = _rules(record)
    root, *rest = [item for item in children(record, "elements") if "sliceName" not in item and ":" not in _id(item)]
    kinds = {_path(item): _first_code(item) for item in rest}
    inner = {_path(item).rpartition(".")[0] for item in rest}
    grown: dict[str, dict[str, Element]] = {_path(root): {}}
    for item in rest:
        above, _, last = _path(item).rpartition(".")
        grown.setdefault(above, {})[last.removesuffix("[x]")] = _element(item, last, rules, kinds, inner)
    value = next((item for item in rest if _path(item).endswith(".value")), {})
    kind = text(record, "kind") or ""
    base = text(record, "base")
    return Structure(
        name=text(record, "type") or "" if text(record, "derivation") != "constraint" else text(record, "name") or "",
        url=text(record, "url") or "",
        kind=kind,
        base=base.rpartition("/")[2] if base else None,
        abstract=flag(record, "abstract") or False,
        children=grown,
        constraints=_constraints(root, rules),
        regex=_regex(value) if kind == "primitive-type" else None,
    )


def _element(
    item: JsonObject, last: str, rules: dict[str, Constraint], kinds: dict[str, str], inner: Iterable[str]
) -> Element:
    uses = tuple(_use(use) for use in children(item, "type"))
    content = text(item, "contentReference")
    content = content.rpartition("#")[2] if content else None
    name = last.removesuffix("[x]")
    if last.endswith("[x]"):
        names = {name + use.code[0].upper() + use.code[1:]: use.code for use in uses}
    elif content:
        names = {name: kinds.get(content, "BackboneElement")}
    else:
        names = {name: uses[0].code if uses else "Element"}
    most = text(item, "max") or "1"
    binding = child(item, "binding")
    return Element(
        path=_path(item),
        name=name,
        names=names,
        types=uses,
        least=least if isinstance(least := item.get("min"), int) else 0,
        most=None if most == "*" else int(most),
        binding=Binding(text(binding, "strength") or "", text(binding, "valueSet") or "") if binding else None,
        content=content,
        constraints=_constraints(item, rules),
        summary=flag(item, "isSummary") or False,
        modifier=flag(item, "isModifier") or False,
        backbone=_path(item) in inner,
    )


def _use(use: JsonObject) -> TypeUse:
    targets = tuple(target.removeprefix(CORE) for target in texts(use, "targetProfile"))
    return TypeUse(text(use, "code") or "", targets, tuple(texts(use, "profile")))


def _rules(record: JsonObject) -> dict[str, Constraint]:
    found: dict[str, Constraint] = {}
    for key, said in (child(record, "constraints") or {}).items():
        if isinstance(said, list):
            severity, human, expression = (str(part) for part in said)
            found[key] = Constraint(key.partition("#")[0], severity, human, expression)
    return found


def _constraints(item: JsonObject, rules: dict[str, Constraint]) -> tuple[Constraint, ...]:
    return tuple(rules[key] for key in texts(item, "constraint"))


def _regex(value: JsonObject) -> str | None:
    return next((found for use in children(value, "type") if (found := text(use, "regex"))), None)


def _first_code(item: JsonObject) -> str:
    return next((text(use, "code") or "" for use in children(item, "type")), "")


def _path(item: JsonObject) -> str:
    return text(item, "path") or ""


def _id(item: JsonObject) -> str:
    return text(item, "id") or ""


@lru_cache(maxsize=1)
def profile_urls() -> frozenset[str]:
    """The canonicals of everything that has a snapshot: types, profiles and extensions of R4 and US Core 6.1.0."""
    return frozenset(pack("structures").keys())


def profile(url: str) -> Profile:
    """What a profile (or type, or extension) is, without its elements. Raises ``KeyError``."""
    record = pack("structures").record(url.partition("|")[0])
    context = record.get("context")
    pairs = (
        [(str(one[0]), str(one[1])) for one in context if isinstance(one, list)] if isinstance(context, list) else []
    )
    return Profile(
        url=text(record, "url") or "",
        name=text(record, "name") or "",
        type=text(record, "type") or "",
        kind=text(record, "kind") or "",
        base=text(record, "base"),
        derivation=text(record, "derivation"),
        abstract=flag(record, "abstract") or False,
        context=tuple(pairs),
    )


def profile_elements(url: str) -> list[JsonObject]:
    """The snapshot of a profile as ElementDefinitions: path, id, sliceName, slicing, min, max, type, fixed and pattern
    values, binding, mustSupport, contentReference, and ``constraint`` as objects (key, severity, human, expression).

    A new list each time. Raises ``KeyError`` for a canonical that is not known.
    """
    record = pack("structures").record(url.partition("|")[0])
    rules = _rules(record)
    found: list[JsonObject] = []
    for item in children(record, "elements"):
        whole: JsonObject = {"id": item["path"], **item}
        if "constraint" in item:
            whole["constraint"] = [
                {"key": one.key, "severity": one.severity, "human": one.human, "expression": one.expression}
                for one in _constraints(item, rules)
            ]
        found.append(whole)
    return found


@lru_cache(maxsize=1)
def resource_types() -> frozenset[str]:
    """The 146 concrete resource types of R4."""
    return frozenset(pack("parameters").keys())
