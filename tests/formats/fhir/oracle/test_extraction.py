"""What resources are found by, beside the definitions' own FHIRPath run by the whole engine, for every parameter."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.formats.fhir.oracle.valid import Maker

from chartline.formats.fhir import JsonObject, faults
from chartline.formats.fhir.definitions import RESOURCE_TYPES, SearchParameter, search_parameters
from chartline.formats.fhir.fhirpath import Node
from chartline.formats.fhir.fhirpath import compile as compiled
from chartline.formats.fhir.search import extract

TYPES = sorted(RESOURCE_TYPES)
DATE = re.compile(r"\d{4}(-\d\d.*)?")
SIZE = 10


def made(rtype: str, seed: int) -> JsonObject:
    return Maker(seed * len(TYPES) + TYPES.index(rtype)).resource(rtype)


def fits(kind: str, node: object) -> bool:
    """Whether a value that a path finds can be searched by with a kind of parameter: an age, say, is no date."""
    value = node.value if isinstance(node, Node) else node
    names = set(value) if isinstance(value, dict) else set()
    match kind:
        case "date":
            return bool(names & {"start", "end", "event"}) or (isinstance(value, str) and bool(DATE.fullmatch(value)))
        case "quantity":
            return bool(names & {"value", "low", "high"})
        case "number":
            return isinstance(value, int | Decimal) or bool(names & {"low", "high"})
    return True


def present(parameter: SearchParameter, resource: JsonObject) -> bool:
    """Whether the parameter has a value, by its FHIRPath."""
    found = compiled(parameter.expression).nodes(resource, resource=resource)
    if parameter.type != "composite":
        return any(fits(parameter.type, node) for node in found)
    return any(
        all(
            any(fits(part.type, inner) for inner in compiled(part.expression).nodes(node, resource=resource))
            for part in parameter.components
        )
        for node in found
    )


@pytest.mark.parametrize("first", range(0, len(TYPES), SIZE))
def test_every_parameter_has_a_value_where_its_path_finds_one(first: int) -> None:
    for rtype in TYPES[first : first + SIZE]:
        for seed in range(2):
            resource = made(rtype, seed)
            assert faults(resource) == []
            found = extract(resource).values
            expected = {
                code for code, one in search_parameters(rtype).items() if one.expression and present(one, resource)
            }
            assert set(found) == expected, f"{rtype}, seed {seed}"
