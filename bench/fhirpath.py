"""Times the FHIRPath engine: reading an expression, small rules, and every rule of a whole Patient. Prints a table.

    python bench/fhirpath.py

Times are CPU time, the best of five rounds. ``fhirpathpy`` stands beside it when it is installed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType

from chartline.formats.fhir import JsonObject, encode, fhirpath
from chartline.formats.fhir.fhirpath import Node, node_of
from chartline.formats.fhir.fhirpath.expression import read_expression
from chartline.formats.fhir.xml import read_xml

_OFFICIAL = Path(__file__).parents[1] / "tests" / "formats" / "fhir" / "official"
_EXPRESSIONS = (
    "birthDate",
    "Patient.name.where(use = 'official').given.first()",
    "contained.contained.empty()",
    "name.exists() or telecom.exists() or address.exists()",
    "hasValue() or (children().count() > id.count())",
    "deceased.exists() and deceased != false",
    "generalPractitioner.where(resolve() is Practitioner)",
    "birthDate < today() or birthDate.empty()",
    "name.given.join(' ') & ' ' & name.family.first()",
    "descendants().count()",
)


def best(work: Callable[[], object], times: int) -> float:
    """Microseconds a call, in CPU time."""
    rounds: list[float] = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times * 1e6)
    return min(rounds)


def rules(node: Node, found: list[tuple[Node, fhirpath.Expression]]) -> None:
    """Every invariant of a node and of what is below it."""
    structure = node.kind.structure
    own = list(structure.constraints) if structure and node.kind.path == structure.name else []
    if node.parent is not None and node.element in node.parent.kind.elements:
        own += node.parent.kind.elements[node.element].constraints
    found.extend((node, fhirpath.compile(one.expression)) for one in own if one.expression)
    below: list[object] = []
    node.children(below)
    for child in below:
        if isinstance(child, Node):
            rules(child, found)


def peer() -> ModuleType | None:
    """``fhirpathpy``, if it is there."""
    try:
        return import_module("fhirpathpy")
    except ImportError:
        return None


def main() -> None:
    patient: JsonObject = read_xml((_OFFICIAL / "patient-example.xml").read_bytes())
    services = fhirpath.Services(now=datetime(2026, 3, 2, tzinfo=UTC))
    other = peer()
    print(f"{'us to read':>10} {'us to run':>10} {'fhirpathpy':>10}  expression")
    for text in _EXPRESSIONS:
        expression = fhirpath.compile(text)
        reading = best(lambda text=text: read_expression(text), 100)
        running = best(lambda expression=expression: expression.evaluate(patient, services=services), 500)
        beside = "-"
        if other is not None:
            plain = json.loads(encode(patient))
            beside = f"{best(lambda text=text: other.evaluate(plain, text), 5):.0f}"  # noqa: B023
        print(f"{reading:10.1f} {running:10.2f} {beside:>10}  {text}")

    root = node_of(patient)
    assert isinstance(root, Node)
    found: list[tuple[Node, fhirpath.Expression]] = []
    rules(root, found)

    def all_rules() -> None:
        for node, expression in found:
            expression.is_false(node, services=services)

    print(f"all {len(found)} rules of a Patient of {len(encode(patient))} bytes: {best(all_rules, 20):.0f} us")


if __name__ == "__main__":
    main()
