"""The quick check, and the doors to both: what most resources pass in tens of microseconds.

For each type one function is made from the definitions when first asked for: a loop over the members with a table of
rules. It passes what is surely sound and doubts the rest (nulls, extensions beside a choice, what is wrong). Whatever
is in doubt is walked by ``walk``, which alone can refuse, and then tells all faults.
"""

from __future__ import annotations

import json
from threading import Lock

from chartline.formats.fhir.accept.fault import Fault, refusal
from chartline.formats.fhir.accept.plan import RESOURCE, Member, Node, node
from chartline.formats.fhir.accept.rules import Doubt, Rule, anything, doubtful, list_of, one_of, primitive
from chartline.formats.fhir.accept.walk import DEEPEST, faults, has_coding
from chartline.formats.fhir.definitions import RESOURCE_TYPES
from chartline.formats.fhir.json import JsonObject, encode, parse

TWICE = "has a member twice in one of its objects"
OTHER_TYPE = "is not the type this address is for"

_lock = Lock()
_made: dict[str, Rule] = {}
_ready: dict[str, Rule] = {}
"""Those of ``_made`` whose tables, and the tables of all they lead to, are complete."""


def known_type(rtype: str) -> bool:
    """Whether a name is one of the resource types of R4."""
    return rtype in RESOURCE_TYPES


def accept(body: bytes, rtype: str | None = None) -> JsonObject:
    """A resource from its JSON, decimals as they were written, checked; ``rtype`` is the type it must be of.

    Raises ``fhir.not_json``, or ``fhir.bad_shape`` with all structural faults, also when an object has a member twice.
    """
    resource = parse(body)
    if rtype is not None and resource.get("resourceType") != rtype:
        raise refusal([Fault("resourceType", OTHER_TYPE)])
    check(resource)
    if body.count(b'"') != encode(resource).count(b'"') and _repeats(body):
        raise refusal([Fault(str(resource["resourceType"]), TWICE)])
    return resource


def _repeats(body: bytes) -> bool:
    """Whether an object has a member twice, of which reading keeps the last: nothing that was sent may be dropped.

    Asked only where fewer quotes came out than went in, which quotes written as ``\\u0022`` can cause as well.
    """
    repeated = False

    def pairs(members: list[tuple[str, object]]) -> None:
        nonlocal repeated
        repeated = repeated or len(members) != len({name for name, _ in members})

    json.loads(body, object_pairs_hook=pairs)
    return repeated


def check(resource: JsonObject) -> None:
    """The same for a resource that is parsed already. Raises ``fhir.bad_shape`` with all structural faults."""
    if not passes(resource):
        found = faults(resource)
        if found:
            raise refusal(found)


def require_shape(resource: JsonObject) -> None:
    """Raises ``fhir.bad_shape`` naming the first ten faults."""
    check(resource)


def passes(resource: JsonObject) -> bool:
    """Whether the quick check is sure that a resource is sound; False says nothing."""
    try:
        _resource(resource, 0)
    except (Doubt, KeyError):  # a member that is in no table
        return False
    return True


def _resource(value: object, depth: int) -> None:
    rtype = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(rtype, str):
        raise Doubt
    rule = _ready.get(rtype) or prepared(rtype)
    rule(value, depth)


def prepared(rtype: str) -> Rule:
    """The rule of a resource type, made under a lock when first asked for (some milliseconds)."""
    if rtype not in RESOURCE_TYPES:
        raise Doubt
    with _lock:
        _ready[rtype] = _object(rtype)
    return _ready[rtype]


def _object(key: str) -> Rule:
    """The rule of a type or nested element; made but maybe not complete when types contain one another."""
    known = _made.get(key)
    if known is not None:
        return known
    plan = node(key)
    rules: dict[str, Rule] = {}
    groups = [*plan.required, *(group for group in plan.choices if group not in plan.required)]
    if groups:
        bits = {name: 1 << place for place, group in enumerate(groups) for name in group.names}
        made = _with_groups(rules, bits, (1 << len(plan.required)) - 1)
    else:
        made = _without_groups(rules)
    _made[key] = made
    _fill(rules, plan)
    return made


def _without_groups(rules: dict[str, Rule]) -> Rule:
    def check_members(value: object, depth: int) -> None:
        if not isinstance(value, dict) or not value or depth >= DEEPEST:
            raise Doubt
        depth += 1
        for name, content in value.items():
            rules[name](content, depth)

    return check_members


def _with_groups(rules: dict[str, Rule], bits: dict[str, int], needed: int) -> Rule:
    """The same where something is required or a choice: its members share a bit, which may be set once."""

    def check_members(value: object, depth: int) -> None:
        if not isinstance(value, dict) or not value or depth >= DEEPEST:
            raise Doubt
        depth += 1
        seen = 0
        for name, content in value.items():
            rules[name](content, depth)
            if name in bits:
                bit = bits[name]
                if seen & bit:
                    raise Doubt
                seen |= bit
        if seen & needed != needed:
            raise Doubt

    return check_members


def _fill(rules: dict[str, Rule], plan: Node) -> None:
    chosen = {name for group in plan.choices for name in group.names}
    if plan.resource:
        rules["resourceType"] = anything
    for name, member in plan.members.items():
        one = _rule(member)
        rules[name] = list_of(one, member.most) if member.many else one
        if member.primitive:
            beside = doubtful if name in chosen else _object("Element")
            rules[f"_{name}"] = list_of(beside, member.most) if member.many else beside


def _rule(member: Member) -> Rule:
    if member.primitive:
        return one_of(member.codes) if member.codes is not None else primitive(member.kind)
    if member.kind == RESOURCE:
        return _resource
    rule, codings = _object(member.kind), member.codings
    if codings is None:
        return rule

    def coded(value: object, depth: int) -> None:
        rule(value, depth)
        if not has_coding(value, codings):
            raise Doubt

    return coded
