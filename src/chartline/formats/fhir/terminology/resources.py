"""CodeSystem, ValueSet and ConceptMap resources as values: what an organisation stores works like what is shipped.

Tolerant: a part it cannot use is passed over where the rest still means the same. Refuses with
``terminology.bad_content`` a rule that has neither a system nor value sets, and a supplement of another code system.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.fhir.elements import child, children, flag, text, texts
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.terminology.memory import Columns, MemorySystem
from chartline.formats.fhir.terminology.model import ConceptMap, Filter, MapGroup, Rule, Target, ValueSet, split
from chartline.formats.fhir.terminology.problems import BAD_CONTENT

_VALUES = ("valueCode", "valueString", "valueBoolean", "valueInteger", "valueDateTime", "valueDecimal")


def read_code_system(resource: JsonObject) -> MemorySystem:
    """A CodeSystem. The tree is read from nesting and from ``parent`` and ``child`` properties."""
    content = text(resource, "content") or "complete"
    if content == "supplement":
        raise BAD_CONTENT.error(part="content")
    reader = _Concepts()
    reader.take(children(resource, "concept"), "")
    columns = Columns(
        reader.codes, reader.displays, reader.definitions, reader.parents, reader.properties, reader.designations
    )
    url, version = split(text(resource, "url") or "")
    return MemorySystem(
        url,
        version or text(resource, "version") or "",
        text(resource, "title") or text(resource, "name") or url,
        content,
        columns,
        any_case=flag(resource, "caseSensitive") is False,
        id=text(resource, "id") or "",
    )


class _Concepts:
    def __init__(self) -> None:
        self.codes: list[str] = []
        self.displays: list[str] = []
        self.definitions: list[str] = []
        self.parents: dict[str, list[str]] = {}
        self.properties: dict[str, dict[str, str | bool | int]] = {}
        self.designations: dict[str, list[tuple[str, str, str]]] = {}

    def take(self, concepts: list[JsonObject], parent: str) -> None:
        for concept in concepts:
            code = text(concept, "code")
            if code is None:
                continue
            self.codes.append(code)
            self.displays.append(text(concept, "display") or "")
            self.definitions.append(text(concept, "definition") or "")
            if parent:
                self._under(code, parent)
            for item in children(concept, "property"):
                self._property(code, text(item, "code") or "", next((item[n] for n in _VALUES if n in item), None))
            named = [
                (text(one, "language") or "", text(child(one, "use"), "code") or "", text(one, "value") or "")
                for one in children(concept, "designation")
            ]
            if named:
                self.designations[code] = named
            self.take(children(concept, "concept"), code)

    def _under(self, code: str, parent: str) -> None:
        known = self.parents.setdefault(code, [])
        if parent not in known:
            known.append(parent)

    def _property(self, code: str, name: str, value: object) -> None:
        if name == "parent" and isinstance(value, str):
            self._under(code, value)
        elif name == "child" and isinstance(value, str):
            self._under(value, code)
        elif name and value is not None:
            self.properties.setdefault(code, {})[name] = value if isinstance(value, bool | int) else str(value)


def read_value_set(resource: JsonObject) -> ValueSet:
    """A ValueSet: its rules; where it has none, the codes of its stored expansion."""
    compose = child(resource, "compose")
    if compose is not None:
        include = tuple(_rule(one, "include") for one in children(compose, "include"))
        exclude = tuple(_rule(one, "exclude") for one in children(compose, "exclude"))
        active_only = flag(compose, "inactive") is False
    else:
        include, exclude, active_only = tuple(_expanded(child(resource, "expansion"))), (), False
    url, version = split(text(resource, "url") or "")
    name = text(resource, "name") or ""
    return ValueSet(
        url,
        version or text(resource, "version") or "",
        name,
        text(resource, "title") or name,
        include,
        exclude,
        active_only,
        text(resource, "id") or "",
    )


def _rule(rule: JsonObject, part: str) -> Rule:
    system, value_sets = text(rule, "system") or "", tuple(texts(rule, "valueSet"))
    if not system and not value_sets:
        raise BAD_CONTENT.error(part=part)
    codes: list[str] | None = None
    displays: dict[str, str] = {}
    if "concept" in rule:
        codes = []
        for concept in children(rule, "concept"):
            code, display = text(concept, "code"), text(concept, "display")
            if code is not None:
                codes.append(code)
                if display:
                    displays[code] = display
    filters = tuple(
        Filter(text(one, "property") or "", text(one, "op") or "", text(one, "value") or "")
        for one in children(rule, "filter")
    )
    listed = None if codes is None else tuple(codes)
    return Rule(system, text(rule, "version") or "", listed, displays, filters, value_sets)


def _expanded(expansion: JsonObject | None) -> Iterator[Rule]:
    by_system: dict[tuple[str, str], dict[str, str]] = {}
    waiting = children(expansion, "contains")
    while waiting:
        one = waiting.pop(0)
        code, system = text(one, "code"), text(one, "system")
        if code is not None and system is not None and flag(one, "abstract") is not True:
            by_system.setdefault((system, text(one, "version") or ""), {})[code] = text(one, "display") or ""
        waiting = children(one, "contains") + waiting
    for (system, version), codes in by_system.items():
        yield Rule(system, version, tuple(codes), {code: shown for code, shown in codes.items() if shown})


def read_concept_map(resource: JsonObject) -> ConceptMap:
    """A ConceptMap. Dependencies on other elements and products are not used."""
    url, version = split(text(resource, "url") or "")
    return ConceptMap(
        url,
        version or text(resource, "version") or "",
        text(resource, "name") or "",
        text(resource, "sourceCanonical") or text(resource, "sourceUri") or "",
        text(resource, "targetCanonical") or text(resource, "targetUri") or "",
        tuple(_group(one) for one in children(resource, "group")),
        text(resource, "id") or "",
    )


def _group(group: JsonObject) -> MapGroup:
    elements: dict[str, tuple[Target, ...]] = {}
    for element in children(group, "element"):
        code = text(element, "code")
        if code is not None:
            targets = tuple(
                Target(text(one, "code") or "", text(one, "equivalence") or "equivalent", text(one, "comment") or "")
                for one in children(element, "target")
            )
            elements[code] = elements.get(code, ()) + targets
    unmapped = child(group, "unmapped")
    rest = None
    if unmapped is not None:
        rest = (text(unmapped, "mode") or "", text(unmapped, "code") or "", text(unmapped, "url") or "")
    return MapGroup(text(group, "source") or "", text(group, "target") or "", elements, rest)
