"""The expressions of R4 and US Core themselves."""

from collections.abc import Iterator
from pathlib import Path

from chartline.formats.fhir import parse
from chartline.formats.fhir.definitions import RESOURCE_TYPES, Constraint, search_parameters, structure
from chartline.formats.fhir.fhirpath import Node, compile, doubts, node_of
from chartline.formats.fhir.xml import read_xml

_OFFICIAL = Path(__file__).parent.parent / "official"


def _rules(node: Node) -> Iterator[tuple[Node, Constraint]]:
    of = node.kind.structure
    found = list(of.constraints) if of and node.kind.path == of.name else []
    if node.parent is not None and node.element in node.parent.kind.elements:
        found.extend(node.parent.kind.elements[node.element].constraints)
    yield from ((node, rule) for rule in {rule.key: rule for rule in found if rule.expression}.values())
    below: list[object] = []
    node.children(below)
    for child in below:
        if isinstance(child, Node):
            yield from _rules(child)


def test_every_rule_of_every_type_can_be_read() -> None:
    expressions = {
        rule.expression
        for name in RESOURCE_TYPES
        for rule in (
            *structure(name).constraints,
            *(
                rule
                for inner in structure(name).children.values()
                for one in inner.values()
                for rule in one.constraints
            ),
        )
        if rule.expression
    }
    assert len(expressions) >= 150
    for expression in expressions:
        compile(expression)


def test_every_search_parameter_can_be_read_and_leads_to_elements_that_exist() -> None:
    count = 0
    for name in RESOURCE_TYPES:
        for parameter in search_parameters(name).values():
            if parameter.expression:
                count += 1
                assert doubts(compile(parameter.expression).tree, name) == [], (name, parameter.code)
    assert count > 2000


def test_official_examples_break_no_rule() -> None:
    checked = 0
    for file in sorted(_OFFICIAL.glob("*-example*.*")):
        data = file.read_bytes()
        root = node_of(read_xml(data) if file.suffix == ".xml" else parse(data))
        assert isinstance(root, Node)
        for node, rule in _rules(root):
            if rule.severity != "error":
                continue
            checked += 1
            broken = compile(rule.expression).is_false(node)
            assert not broken or (file.name, rule.key) in _BROKEN, (file.name, rule.key, node.path)
    assert checked > 500


_BROKEN = {
    ("codesystem-example.xml", "csd-1"),
    ("patient-container-example.json", "dom-3"),
    ("patient-container-example.json", "org-1"),
}
"""What the examples do break: a code twice, a contained resource that nothing refers to and that has no name."""
