"""Composite parameters: on each node the values of every component together (R4 search, "composite").

Composites that read the same elements of the same nodes share the work, and take values that the walk already made
where they can. Refuses a node on which a component has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.search.branches import Branch, Move, branches, top
from chartline.formats.fhir.search.conversions import Convert, conversion
from chartline.formats.fhir.search.nature import component_ends, parts
from chartline.formats.fhir.search.paths import Index, Where, read_paths
from chartline.formats.fhir.search.values import CompositeValue, SimpleValue
from chartline.formats.fhir.search.visits import Sink

_Way: TypeAlias = tuple[bool, tuple[Move, ...], Convert]
"""How a component's values are reached: from the whole resource or from the node, by which moves, converted how."""
Read: TypeAlias = Callable[[JsonObject, Sink], None]
Made: TypeAlias = Mapping[tuple[str, Convert], str]
"""Members of the resource and converters whose result stands in the sink under the code, when the member is there."""


@dataclass(frozen=True, slots=True)
class Composite:
    """What is read for one or more composite parameters (``codes``)."""

    moves: tuple[Move, ...]
    parts: tuple[tuple[_Way, ...], ...]
    codes: tuple[str, ...]

    def reader(self) -> Read:
        """A function that puts the composite's values of a resource into a sink."""
        moves, codes = self.moves, self.codes
        # The last component is the rarest (a value of one type): when its members are absent, nothing is read at all.
        ordered = tuple(reversed(list(enumerate(self.parts))))
        heads = _heads(self.parts[-1])

        def read(resource: JsonObject, sink: Sink) -> None:
            nodes = gather(resource, moves) if moves else (resource,)
            for node in nodes:
                if not isinstance(node, dict) or (heads is not None and heads.isdisjoint(node)):
                    continue
                found: list[tuple[SimpleValue, ...]] = [()] * len(ordered)
                for at, ways in ordered:
                    made = _made(ways, node, resource)
                    if not made:
                        break
                    found[at] = made
                else:
                    _put(sink, codes, tuple(found))

        return read

    def shortcut(self, made: Made) -> dict[str, Read]:
        """Readers by the member of the resource without which there is nothing to read; empty when there is no such
        short way: every component has to be a member of the resource itself, whose values ``made`` knows.
        """
        if self.moves:
            return {}
        lists: list[list[tuple[str, str]]] = []
        for ways in self.parts:
            known: list[tuple[str, str]] = []
            for _, moves, convert in ways:
                member = moves[0] if len(moves) == 1 else None
                code = made.get((member, convert)) if isinstance(member, str) else None
                if not isinstance(member, str) or code is None:
                    return {}
                known.append((member, code))
            lists.append(known)
        if any(len(known) != 1 for known in lists[:-1]):
            return {}
        first = tuple(known[0][1] for known in lists[:-1])
        return {member: _ready((*first, code), self.codes) for member, code in lists[-1]}


def _ready(sources: tuple[str, ...], codes: tuple[str, ...]) -> Read:
    def read(resource: JsonObject, sink: Sink) -> None:
        found: list[tuple[SimpleValue, ...]] = []
        for source in sources:
            values = sink.get(source)
            if not values:
                return
            # The sources are plain parameters: there are no composites among their values.
            found.append(cast("tuple[SimpleValue, ...]", tuple(values)))
        _put(sink, codes, tuple(found))

    return read


def _put(sink: Sink, codes: tuple[str, ...], found: tuple[tuple[SimpleValue, ...], ...]) -> None:
    value = CompositeValue(found)
    for code in codes:
        bucket = sink.get(code)
        if bucket is None:
            sink[code] = [value]
        else:
            bucket.append(value)


def composites(rtype: str, parameters: list[SearchParameter]) -> list[Composite]:
    """The composites among a type's parameters, each once for all parameters that read the same."""
    grouped: dict[tuple[tuple[Move, ...], tuple[tuple[_Way, ...], ...]], dict[str, None]] = {}
    for parameter in parameters:
        for path in read_paths(parameter.expression) or ():
            for node in branches(path, top(rtype)):
                ways = tuple(tuple(_ways(rtype, parameter, at, node)) for at in range(len(parameter.components)))
                if ways and all(ways):
                    grouped.setdefault((node.moves, ways), {})[parameter.code] = None
    return [Composite(moves, ways, tuple(codes)) for (moves, ways), codes in grouped.items()]


def _ways(rtype: str, parameter: SearchParameter, at: int, node: Branch) -> list[_Way]:
    part = parts(rtype, parameter)[at]
    component = parameter.components[at]
    whole = {path.whole for path in read_paths(component.expression) or ()} == {True}
    found: list[_Way] = []
    for end in component_ends(component, node, rtype):
        convert = conversion(part.type, end.kind, end.element, part.nature.loose)
        if convert is not None:
            found.append((whole, end.moves, convert))
    return found


def _heads(ways: tuple[_Way, ...]) -> frozenset[str] | None:
    names = [moves[0] for whole, moves, _ in ways if moves and not whole]
    return frozenset(one for one in names if isinstance(one, str)) if len(names) == len(ways) else None


def _made(ways: tuple[_Way, ...], node: object, resource: JsonObject) -> tuple[SimpleValue, ...]:
    made: tuple[SimpleValue, ...] = ()
    for whole, moves, convert in ways:
        for value in gather(resource if whole else node, moves):
            made += convert(value)
    return made


def gather(value: object, moves: tuple[Move, ...]) -> list[object]:
    """The values at the end of some moves, in their order."""
    found: list[object] = [value]
    for move in moves:
        if isinstance(move, Index):
            found = found[move.at : move.at + 1]
        elif isinstance(move, Where):
            kept: list[object] = []
            for one in found:
                if isinstance(one, dict) and one.get(move.field) == move.literal:
                    kept.append(one)
            found = kept
        else:
            below: list[object] = []
            for one in found:
                inner = one.get(move) if isinstance(one, dict) else None
                if isinstance(inner, list):
                    below.extend(inner)
                elif inner is not None:
                    below.append(inner)
            found = below
    return found
