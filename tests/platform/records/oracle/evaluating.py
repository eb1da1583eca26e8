"""A whole search by brute force: every resource against every criterion, one at a time, with no index at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from tests.platform.records.oracle import meaning
from tests.platform.records.oracle.finding import COMPARTMENT, PARAMETERS, Parameter, Part, parameter
from tests.platform.records.oracle.meaning import Link, fold, split

Json = Any
Name = tuple[str, str]
COMPARTMENT_KEY = "(patient)"
"""Not a parameter: the search goes through a patient's compartment (``Patient/1/Observation``)."""
VALUE_SETS: dict[str, tuple[tuple[str | None, str], ...]] = {
    "http://v.example/some": (("http://s.example/a", "c1"), ("http://s.example/b", "c2"), ("http://s.example/b", "c3")),
    "http://v.example/none": (("http://s.example/c", "c1"),),
}
RESULT = frozenset({"_sort", "_count", "_include", "_revinclude", "_include:iterate", "_revinclude:iterate", "_total"})


def name_of(resource: Json) -> Name:
    return resource["resourceType"], resource["id"]


class Oracle:
    """A store as it should be: ``resources`` are the present ones, as they are read back."""

    def __init__(
        self, resources: Iterable[Json], patient: str | None = None, types: Iterable[str] | None = None
    ) -> None:
        allowed = None if types is None else set(types)
        seen = [one for one in resources if allowed is None or one["resourceType"] in allowed]
        self.present = {name_of(one): one for one in seen if patient is None or _in_compartment(one, patient)}

    def search(self, types: Sequence[str], parameters: Sequence[tuple[str, str]]) -> set[Name]:
        asked = [(name, value) for name, value in parameters if name not in RESULT and name != "_type"]
        return {
            name
            for name, resource in self.present.items()
            if name[0] in types and all(self.holds(resource, key, value) for key, value in asked)
        }

    def holds(self, resource: Json, key: str, value: str) -> bool:
        if key.startswith("_has:"):
            return self._has(resource, key, value)
        if key == COMPARTMENT_KEY:
            return resource["resourceType"] in COMPARTMENT and _in_compartment(resource, value)
        if key == "_list":
            return any(self._listed(resource, one) for one in split(value, ","))
        if "." in key:
            return self._chain(resource, key, value)
        code, _, modifier = key.partition(":")
        found = parameter(resource["resourceType"], code)
        if found is None:
            return False
        values = found.find(resource)
        if modifier == "missing":
            return (value == "true") == (not values)
        asked = split(value, ",")
        if modifier in ("not", "not-in"):
            return not any(_holds(found, modifier, one, each) for one in asked for each in values)
        return any(_holds(found, modifier, one, each) for one in asked for each in values)

    def _has(self, resource: Json, key: str, value: str) -> bool:
        _, source, code, rest = key.split(":", 3)
        return any(
            name_of(resource) in self._targets(other, code) and self.holds(other, rest, value)
            for name, other in self.present.items()
            if name[0] == source
        )

    def _chain(self, resource: Json, key: str, value: str) -> bool:
        head, rest = key.split(".", 1)
        code, _, wanted = head.partition(":")
        return any(
            self.holds(self.present[target], rest, value)
            for target in self._targets(resource, code)
            if target in self.present and wanted in ("", target[0]) and self._sensible(target[0], rest)
        )

    def _sensible(self, rtype: str, rest: str) -> bool:
        if rest.startswith("_has:"):
            return True
        return parameter(rtype, rest.split(".", 1)[0].partition(":")[0]) is not None

    def _listed(self, resource: Json, identity: str) -> bool:
        chosen = self.present.get(("List", identity))
        return chosen is not None and name_of(resource) in self._targets(chosen, "item")

    def _targets(self, resource: Json, code: str) -> list[Name]:
        """The local resources a reference parameter leads to, present or not."""
        found = parameter(resource["resourceType"], code)
        if found is None or found.kind != "reference":
            return []
        names = [link.local for link in found.find(resource) if isinstance(link, Link)]
        return [name for name in names if name and (not found.targets or name[0] in found.targets)]

    def included(self, matches: Iterable[Name], parameters: Sequence[tuple[str, str]]) -> tuple[set[Name], int]:
        """What comes along with a page of matches, and how many rounds ``:iterate`` took."""
        start, rules = set(matches), [(key, value) for key, value in parameters if "include" in key]
        found: set[Name] = set()
        fresh, rounds = set(start), 0
        while fresh:
            more: set[Name] = set()
            for key, value in rules:
                if rounds == 0 or key.endswith(":iterate"):
                    more |= self._included(fresh, value, reverse=key.startswith("_rev"))
            fresh = more - found - start
            found |= fresh
            rounds += 1
        return found, rounds

    def _included(self, around: set[Name], value: str, reverse: bool) -> set[Name]:
        source, code, wanted = (*value.split(":"), "")[:3] if value.count(":") else ("*", "*", "")
        found: set[Name] = set()
        for name in self.present if reverse else around:
            if source not in ("*", name[0]):
                continue
            known = [each for each, one in PARAMETERS[name[0]].items() if one.kind == "reference"]
            for each in known if code == "*" else [code]:
                for target in self._targets(self.present[name], each):
                    if wanted in ("", target[0]) and target in (around if reverse else self.present):
                        found.add(name if reverse else target)
        return found

    def sorts(self, results: Sequence[Name], order: str) -> bool:
        """Whether results stand in the order asked for; equal keys may stand in any order."""
        keys = [[self._key(name, one) for one in order.split(",")] for name in results]
        return all(_before(first, second) for first, second in pairwise(keys))

    def _key(self, name: Name, criterion: str) -> tuple[bool, list[Any]]:
        """Whether it goes downwards, and the keys it may be sorted by; none when it has no value."""
        down = criterion.startswith("-")
        found = parameter(name[0], criterion.removeprefix("-"))
        assert found
        keys = (_key(found, value) for value in found.find(self.present[name]))
        return down, [key for key in keys if key is not None]


def _key(found: Parameter, value: Any) -> Any:
    """What a value is sorted by; None when by nothing, as a concept that is only words."""
    match found.kind:
        case "string":
            return None if isinstance(value, Part) else fold(value)
        case "date":
            return value[0]
        case "token":
            return value.code
        case "reference":
            return value.text
    return value


def _before(first: list[tuple[bool, list[Any]]], second: list[tuple[bool, list[Any]]]) -> bool:
    for (down, mine), (_, others) in zip(first, second, strict=True):
        if not mine and not others:
            continue
        if not mine or not others:
            return bool(mine)
        one, other = (max(mine), max(others)) if down else (min(mine), min(others))
        if one != other:
            return one > other if down else one < other
    return True


def _holds(found: Parameter, modifier: str, asked: str, value: Any) -> bool:
    match found.kind:
        case "composite":
            kinds = zip(split(asked, "$"), found.parts, value, strict=True)
            return all(
                any(_holds(Parameter(kind, list), "", part, one) for one in values) for part, kind, values in kinds
            )
        case "token" if modifier == "text":
            return any(meaning.string_holds(asked, "", text) for text in value.texts)
        case "token" if modifier in ("in", "not-in"):
            return (value.system, value.code) in VALUE_SETS[asked]
        case "token" if modifier == "of-type":
            return meaning.of_type_holds(asked, value)
        case "token":
            return meaning.token_holds(asked, value)
        case "string":
            return not (modifier == "exact" and isinstance(value, Part)) and meaning.string_holds(
                asked, modifier, value
            )
        case "uri":
            return meaning.uri_holds(asked, modifier, value)
        case "date":
            return meaning.date_holds(asked, *value)
        case "special":
            return meaning.near_holds(asked, float(value["latitude"]), float(value["longitude"]))
        case "number":
            return meaning.number_holds(asked, value)
        case "quantity":
            return meaning.amount_holds(asked, value)
        case "reference":
            return meaning.link_holds(asked, modifier, value)
    raise AssertionError(found.kind)


def _in_compartment(resource: Json, patient: str) -> bool:
    rtype = resource["resourceType"]
    if rtype not in COMPARTMENT or (rtype, resource["id"]) == ("Patient", patient):
        return True
    links = (link for code in COMPARTMENT[rtype] for link in PARAMETERS[rtype][code].find(resource))
    return any(link.local == ("Patient", patient) for link in links)
