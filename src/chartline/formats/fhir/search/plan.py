"""How one resource type is walked for all its search parameters at once, compiled the first time it is needed.

Parameters that read the same element share the walk and the converted values. Refuses nothing: a parameter whose
expression is more than plain paths is in ``Plan.foreign``, for the FHIRPath engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from chartline.formats.fhir.definitions import SearchParameter, compartment, search_parameters
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.search.branches import Branch, branches, top
from chartline.formats.fhir.search.composites import composites, gather
from chartline.formats.fhir.search.conversions import Convert, conversion
from chartline.formats.fhir.search.nature import nature
from chartline.formats.fhir.search.paths import read_paths
from chartline.formats.fhir.search.tree import Tree
from chartline.formats.fhir.search.values import TokenValue
from chartline.formats.fhir.search.visits import Sink, Visit

COMPARTMENTS = ("Patient", "Encounter", "Practitioner", "RelatedPerson", "Device")
"""The compartments of R4."""

Whole = Callable[[JsonObject, Sink], None]
"""Reads something of a resource that is not one element."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``members`` are walked by the names a resource has; ``whole`` looks at all of it (composites, "is deceased").

    ``joined`` are composites, by the member of the resource that they cannot do without.
    ``compartments`` says for which codes a reference to which types puts the resource into their compartment.
    """

    members: dict[str, Visit]
    whole: tuple[Whole, ...]
    joined: tuple[tuple[str, Whole], ...]
    compartments: tuple[tuple[str, frozenset[str]], ...]
    foreign: tuple[SearchParameter, ...]


@cache
def plan_of(rtype: str) -> Plan:
    """The plan for a resource type. Raises ``KeyError`` for a type that R4 does not define."""
    return _plan(rtype, tuple(search_parameters(rtype).values()), _compartments(rtype))


@lru_cache(maxsize=512)
def plan_for(rtype: str, parameters: tuple[SearchParameter, ...]) -> Plan:
    """The plan for some parameters alone (custom ones). Raises ``KeyError``."""
    return _plan(rtype, parameters, ())


def _plan(rtype: str, parameters: tuple[SearchParameter, ...], inside: tuple[tuple[str, frozenset[str]], ...]) -> Plan:
    tree, whole, foreign = Tree(), list[Whole](), list[SearchParameter]()
    for parameter in parameters:
        if parameter.expression and parameter.type != "composite":
            paths = read_paths(parameter.expression)
            if paths is None:
                foreign.append(parameter)
            for path in paths or ():
                ends = branches(path, top(rtype))
                if path.present:
                    whole.append(_presence(parameter.code, ends))
                else:
                    _grow(tree, rtype, parameter, ends)
    joined: list[tuple[str, Whole]] = []
    made = _made(rtype, parameters)
    for composite in composites(rtype, [parameter for parameter in parameters if parameter.type == "composite"]):
        short = composite.shortcut(made)
        if short:
            joined.extend(short.items())
        elif composite.moves and isinstance(composite.moves[0], str):
            joined.append((composite.moves[0], composite.reader()))
        else:
            whole.append(composite.reader())
    return Plan(tree.by_member(), tuple(whole), tuple(joined), inside, tuple(foreign))


def _made(rtype: str, parameters: Iterable[SearchParameter]) -> dict[tuple[str, Convert], str]:
    """What composites can take over from plain parameters: those that read one element of the resource and no other.

    An element may be a choice: of its members only one is there.
    """
    found: dict[tuple[str, Convert], str] = {}
    for parameter in parameters:
        paths = read_paths(parameter.expression) if parameter.type != "composite" else None
        ends = [end for path in paths or () if not path.present for end in branches(path, top(rtype))]
        if len({end.element for end in ends}) == 1 and all(len(end.moves) == 1 and end.only is None for end in ends):
            for end in ends:
                member = end.moves[0]
                convert = conversion(parameter.type, end.kind, end.element, nature(rtype, parameter).loose)
                if isinstance(member, str) and convert is not None:
                    found.setdefault((member, convert), parameter.code)
    return found


def _grow(tree: Tree, rtype: str, parameter: SearchParameter, ends: Iterable[Branch]) -> None:
    loose = nature(rtype, parameter).loose
    for end in ends:
        moves, kind = end.moves, end.kind
        if parameter.type == "token" and end.element == "Coding.code":
            # US Core's race and ethnicity name the code alone; the whole coding is found by its system as well.
            moves, kind = moves[:-1], "Coding"
        convert = conversion(parameter.type, kind, end.element, loose)
        if convert is not None:
            tree.add(moves, convert, parameter.code, end.only)


def _presence(code: str, ends: list[Branch]) -> Whole:
    moves = tuple(end.moves for end in ends)
    yes, no = TokenValue(None, "true", exact=False), TokenValue(None, "false", exact=False)

    names = tuple([some[0] for some in moves if isinstance(some[0], str)])
    direct = all(len(some) == 1 for some in moves) and len(names) == len(moves)

    def read(resource: JsonObject, sink: Sink) -> None:
        if direct:
            found = any(resource.get(name, False) is not False for name in names)
        else:
            found = any(value is not False for some in moves for value in gather(resource, some))
        sink[code] = [yes if found else no]

    return read


def _compartments(rtype: str) -> tuple[tuple[str, frozenset[str]], ...]:
    kinds: dict[str, set[str]] = {}
    for kind in COMPARTMENTS:
        for code in compartment(kind).get(rtype, ()):
            kinds.setdefault(code, set()).add(kind)
    return tuple((code, frozenset(some)) for code, some in kinds.items())
