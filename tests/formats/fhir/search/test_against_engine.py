"""The walk of plain paths and the FHIRPath engine find the same, on official examples."""

from __future__ import annotations

from pathlib import Path

from tests.formats.fhir.search.people import PATIENT, weight

from chartline.formats.fhir import JsonObject, parse
from chartline.formats.fhir.definitions import search_parameters
from chartline.formats.fhir.fhirpath import Node, compile
from chartline.formats.fhir.search import Value, extract
from chartline.formats.fhir.search.conversions import conversion
from chartline.formats.fhir.search.nature import nature

EXAMPLES = Path(__file__).parents[1] / "examples"
WITH_SYSTEM = {"race", "ethnicity", "gender-identity"}
"""Paths to ``Coding.code``, for which the walk takes the coding's system along."""


def target(text: str) -> JsonObject | None:
    kind = text.split("/")[-2] if "/" in text else None
    return {"resourceType": kind} if kind else None


def by_engine(resource: JsonObject, rtype: str, code: str) -> set[Value]:
    parameter = search_parameters(rtype)[code]
    loose = nature(rtype, parameter).loose
    found: set[Value] = set()
    for one in compile(parameter.expression).nodes(resource, resolve=target):
        above = one.parent.type_name if isinstance(one, Node) and one.parent is not None else ""
        kind, element = (one.type_name, f"{above}.{one.element}") if isinstance(one, Node) else ("boolean", "")
        inline = isinstance(one, Node) and isinstance(one.value, dict) and "resourceType" in one.value
        convert = conversion(parameter.type, "Resource" if inline else kind, element, loose)
        if convert is not None:
            found.update(convert(one.value if isinstance(one, Node) else one))
    return found


def read(file: Path) -> JsonObject:
    return parse(file.read_bytes())


def compared(resource: JsonObject) -> int:
    """How many parameters find something, after comparing all of them."""
    found = extract(resource)
    for code, parameter in search_parameters(found.type).items():
        if parameter.type != "composite" and code not in WITH_SYSTEM:
            assert set(found.values.get(code, ())) == by_engine(resource, found.type, code), (found.type, code)
    return len(found.values)


def test_the_walk_finds_what_the_engine_finds_on_invented_people() -> None:
    assert compared(PATIENT) > 15
    assert compared(weight("72.50")) > 5


def test_the_walk_finds_what_the_engine_finds_on_official_examples() -> None:
    files = sorted(EXAMPLES.glob("*/*.json"))
    assert sum(compared(read(file)) for file in files) > 3 * len(files) > 0
