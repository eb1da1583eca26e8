"""FHIRPath Patch (R4): add, insert, delete, replace and move, at places named by FHIRPath. All operations or none.

Refuses a path that finds more or less than the operation needs; a delete of nothing is no error.
"""

from __future__ import annotations

from chartline.formats.fhir.elements import children, text
from chartline.formats.fhir.fhirpath import Expression, Node, compile, node_of
from chartline.formats.fhir.fhirpath.compiler import build
from chartline.formats.fhir.fhirpath.kinds import Kind, kind
from chartline.formats.fhir.fhirpath.tree import Member
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.patch import editing
from chartline.formats.fhir.patch.content import copied, guarded
from chartline.formats.fhir.patch.editing import Given, Unfit
from chartline.formats.fhir.patch.problems import PATCH_BAD
from chartline.kernel.errors import ChartlineError

MOST_OPERATIONS = 1_000


def fhirpath_patch(resource: JsonObject, parameters: JsonObject) -> JsonObject:
    """The resource with the operations of a Parameters resource applied in order.

    Raises ``fhir.patch_bad`` with the operation's number and a constant reason.
    """
    if parameters.get("resourceType") != "Parameters":
        raise PATCH_BAD.error(reason="not_parameters")
    operations = children(parameters, "parameter")
    if len(operations) > MOST_OPERATIONS:
        raise PATCH_BAD.error(reason="too_many_operations")
    try:
        document = copied(resource)
        _apply_all(document, operations)
        return guarded(resource, document)
    except RecursionError:
        raise PATCH_BAD.error(reason="too_deep") from None


def _apply_all(document: object, operations: list[JsonObject]) -> None:
    for number, operation in enumerate(operations):
        try:
            _apply(document, operation)
        except Unfit as unfit:
            raise PATCH_BAD.error(operation=str(number), reason=unfit.reason) from None
        except ChartlineError as error:
            reason = error.problem.fields.get("reason", "")
            raise PATCH_BAD.error(operation=str(number), reason=f"path:{reason}") from None


def _apply(document: object, operation: JsonObject) -> None:
    if operation.get("name") != "operation":
        raise Unfit("unknown_parameter")
    parts = _parts(operation)
    path = _word(parts, "path")
    expression = compile(path)
    match _word(parts, "type"):
        case "add":
            node = _one(expression, document)
            editing.add(node, name := _word(parts, "name"), _given(parts, _below(node.kind, name)))
        case "insert":
            parent, name = _list(expression, document)
            given = _given(parts, _below(parent.kind, name))
            slot = editing.slot(parent.kind, name, given)
            editing.insert(editing.holder(parent), slot, _number(parts, "index"), given)
        case "delete":
            found = _nodes(expression, document)
            if len(found) > 1:
                raise Unfit("more_than_one_element")
            for node in found:
                editing.delete(node)
        case "replace":
            node = _one(expression, document)
            editing.replace(node, _given(parts, node.kind))
        case "move":
            parent, name = _list(expression, document)
            editing.move(editing.holder(parent), name, _number(parts, "source"), _number(parts, "destination"))
        case _:
            raise Unfit("unknown_operation")


def _parts(operation: JsonObject) -> dict[str, JsonObject]:
    found: dict[str, JsonObject] = {}
    for part in children(operation, "part"):
        name = text(part, "name") or ""
        if name in found:
            raise Unfit("part_repeated")
        found[name] = part
    return found


def _word(parts: dict[str, JsonObject], name: str) -> str:
    part = parts.get(name, {})
    value = text(part, "valueString") or text(part, "valueCode")
    if value is None:
        raise Unfit("missing_" + name if name in ("type", "path", "name") else "missing_part")
    return value


def _number(parts: dict[str, JsonObject], name: str) -> int:
    part = parts.get(name, {})
    value = next((part[key] for key in ("valueInteger", "valueUnsignedInt", "valuePositiveInt") if key in part), None)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit("missing_" + name)
    return value


def _nodes(expression: Expression, document: object) -> list[Node]:
    found = expression.nodes(document)
    nodes = [node for node in found if isinstance(node, Node) and _inside(node, document)]
    if len(nodes) != len(found):
        raise Unfit("path_finds_no_elements")
    return nodes


def _inside(node: Node, document: object) -> bool:
    top = node
    while top.parent is not None:
        top = top.parent
    return top.value is document


def _one(expression: Expression, document: object) -> Node:
    found = _nodes(expression, document)
    if len(found) != 1:
        raise Unfit("more_than_one_element" if found else "nothing_there")
    return found[0]


def _list(expression: Expression, document: object) -> tuple[Node, str]:
    """The element whose list a path names, and the list's JSON name; the list may be empty as yet."""
    found = _nodes(expression, document)
    if found:
        parent, name = found[0].parent, found[0].name
        if parent is None or any(node.parent is not parent or node.name != name for node in found):
            raise Unfit("not_one_list")
        return parent, name
    tree = expression.tree
    if not isinstance(tree, Member):
        raise Unfit("nothing_there")
    whole = node_of(document)
    if tree.source is None:
        parents: list[Node] = [whole] if isinstance(whole, Node) else []
    else:
        parents = _nodes(Expression("", tree.source, build(tree.source)), document)
    if len(parents) != 1:
        raise Unfit("nothing_there")
    return parents[0], tree.name


def _below(of: Kind, name: str) -> Kind | None:
    """The type of an element that has only one; None for a choice."""
    element = of.elements.get(name.removesuffix("[x]"))
    kinds = of.json_kinds(element) if element is not None else {}
    return next(iter(kinds.values())) if len(kinds) == 1 else None


def _given(parts: dict[str, JsonObject], of: Kind | None) -> Given:
    part = parts.get("value")
    if part is None:
        raise Unfit("missing_value")
    return _value(part, of)


def _value(part: JsonObject, of: Kind | None) -> Given:
    """The value of a part: ``value[x]``, a resource, or parts that make up a backbone element."""
    if "resource" in part:
        return Given("", copied(part["resource"]))
    if "part" in part:
        if of is None:
            raise Unfit("type_not_allowed")
        return Given(of.name, _built(part, of))
    names = {name.lstrip("_") for name in part if name.lstrip("_").startswith("value")}
    if len(names) != 1:
        raise Unfit("no_value")
    name = names.pop()
    suffix = name.removeprefix("value")
    named = (kind(suffix) or kind(suffix[:1].lower() + suffix[1:])) if suffix else None
    if named is None:
        raise Unfit("no_value")
    return Given(named.name, copied(part.get(name)), copied(part.get("_" + name)))


def _built(part: JsonObject, of: Kind) -> JsonObject:
    built: JsonObject = {}
    node = Node(built, of)
    for inner in children(part, "part"):
        name = text(inner, "name") or ""
        editing.add(node, name, _value(inner, _below(of, name)))
    return built
