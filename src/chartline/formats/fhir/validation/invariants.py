"""Invariants: the FHIRPath rules of definitions, compiled once.

The rules that stand on nearly every element (ele-1, ext-1, dom-2 to dom-6, ref-1, txt-1, txt-2) are checked by code
of their own or by the structural check; they are recognised by their expression, so that a rule with the same key
elsewhere is not mistaken for them. A rule that the engine cannot read is told once where it stands, as a warning;
it is never passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from chartline.formats.fhir import fhirpath
from chartline.formats.fhir.definitions import Constraint
from chartline.formats.fhir.fhirpath import Node
from chartline.formats.fhir.fhirpath.kinds import OPEN, Kind, kind
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.validation.asking import services_of
from chartline.formats.fhir.validation.issue import INVARIANT, UNUSABLE_PROFILE, Severity
from chartline.formats.fhir.validation.visit import Visit
from chartline.kernel.errors import ChartlineError

ELSEWHERE = frozenset(
    {
        "hasValue() or (children().count() > id.count())",
        "hasValue() or (children().count() > id.count()) or $this is Parameters",
        "htmlChecks()",
    }
)
"""ele-1 is the structural check's, txt-1 and txt-2 are in ``narrative``."""

UNREADABLE_RULE = "has a rule that cannot be evaluated here, so it was not checked"

Native = Callable[[JsonObject, Visit], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """An invariant that can be evaluated. ``profile`` is whose it is, None for a base definition."""

    key: str
    severity: Severity
    words: str
    expression: str
    profile: str | None

    def check(self, value: object, visit: Visit, at: str, type_name: str) -> None:
        """Report the rule when it does not hold for a value."""
        native = _NATIVE.get(self.expression)
        if native is not None and isinstance(value, dict):
            holds: bool | None = native(value, visit)
        else:
            holds = self._evaluated(value, visit, type_name)
        if holds is None:
            visit.report.say(
                UNUSABLE_PROFILE,
                "not-supported",
                at,
                UNREADABLE_RULE,
                key=self.key,
                profile=self.profile,
                severity=Severity.WARNING,
            )
        elif not holds:
            visit.report.say(
                INVARIANT, "invariant", at, self.words, key=self.key, profile=self.profile, severity=self.severity
            )

    def _evaluated(self, value: object, visit: Visit, type_name: str) -> bool | None:
        compiled = _compiled(self.expression)
        if compiled is None:
            return None
        try:
            focus = Node(value, _type(type_name))
            return compiled.is_true(focus, resource=visit.resource, root=visit.root, services=services_of(visit))
        except ChartlineError:
            return None


def rules(constraints: tuple[Constraint, ...], profile: str | None = None) -> tuple[Rule, ...]:
    """The rules of an element that have to be evaluated, without those checked elsewhere."""
    return tuple(
        Rule(
            one.key,
            Severity.ERROR if one.severity == "error" else Severity.WARNING,
            one.human,
            AMENDED.get(one.expression, one.expression),
            profile,
        )
        for one in constraints
        if one.expression and one.expression not in ELSEWHERE
    )


_NAME = "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')"
_PERIOD = "start.hasValue().not() or end.hasValue().not() or (start <= end)"
_HANDED = "whenHandedOver.empty() or whenPrepared.empty() or whenHandedOver >= whenPrepared"
_TASK = "lastModified.exists().not() or authoredOn.exists().not() or lastModified >= authoredOn"
_FULL_URL = "fullUrl.contains('/_history/').not()"
_RISK = "probability is decimal implies (probability as decimal) <= 100"

AMENDED = {
    _NAME: f"name.empty() or {_NAME}",
    _FULL_URL: f"fullUrl.empty() or {_FULL_URL}",
    _RISK: f"probability.empty() or ({_RISK})",
    # Of two moments that are not equally precise nobody can say which is first, unless their bounds do.
    _PERIOD: "start.hasValue().not() or end.hasValue().not() or (start.lowBoundary() <= end.highBoundary())",
    _HANDED: _HANDED.replace(
        "whenHandedOver >= whenPrepared", "whenHandedOver.highBoundary() >= whenPrepared.lowBoundary()"
    ),
    _TASK: _TASK.replace("lastModified >= authoredOn", "lastModified.highBoundary() >= authoredOn.lowBoundary()"),
    # pd-1 of US Core, which fails where there are two telecoms.
    "telecom or endpoint": "telecom.exists() or endpoint.exists()",
}
"""Expressions that refuse what their words allow (mostly by saying nothing about an absent element), as read here."""


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> fhirpath.Expression | None:
    try:
        return fhirpath.compile(expression)
    except ChartlineError:
        return None


@lru_cache(maxsize=4096)
def _type(name: str) -> Kind:
    """The FHIRPath type of a name; a backbone element's is found by its path (``Patient.contact``)."""
    first, *steps = name.split(".")
    found = kind(first) or OPEN
    for step in steps:
        found = found.by_json()[step][1]
    return found


def _no_nested(value: JsonObject, _visit: Visit) -> bool:
    return all("contained" not in one for one in _resources(value))


def _all_used(value: JsonObject, visit: Visit) -> bool:
    contained = _resources(value)
    if not contained:
        return True
    used: set[str] = set()
    _collect(visit.resource, used)
    for one in contained:
        if f"#{one.get('id')}" in used:
            continue
        inner: set[str] = set()
        _collect(one, inner)
        if "#" not in inner:
            return False
    return True


def _collect(value: object, used: set[str]) -> None:
    """Every string that is a local reference: in a Reference, or as a uri or canonical anywhere."""
    if isinstance(value, dict):
        for part in value.values():
            _collect(part, used)
    elif isinstance(value, list):
        for part in value:
            _collect(part, used)
    elif isinstance(value, str) and value[:1] == "#":
        used.add(value)


def _no_versions(value: JsonObject, _visit: Visit) -> bool:
    return all(not ({"versionId", "lastUpdated"} & _meta(one).keys()) for one in _resources(value))


def _no_labels(value: JsonObject, _visit: Visit) -> bool:
    return all("security" not in _meta(one) for one in _resources(value))


def _has_narrative(value: JsonObject, visit: Visit) -> bool:
    """A contained resource is told by the narrative of its container."""
    if visit.resource is not visit.root:
        return True
    text = value.get("text")
    return isinstance(text, dict) and "div" in text


def _value_or_extensions(value: JsonObject, _visit: Visit) -> bool:
    has_value = any(name.lstrip("_").startswith("value") for name in value)
    return ("extension" in value) != has_value


def _local_reference(value: JsonObject, visit: Visit) -> bool:
    reference = value.get("reference")
    if not isinstance(reference, str) or reference[:1] != "#":
        return True
    return reference == "#" or visit.resolve(reference) is not None


def _resources(value: JsonObject) -> list[JsonObject]:
    contained = value.get("contained")
    return [one for one in contained if isinstance(one, dict)] if isinstance(contained, list) else []


def _meta(resource: JsonObject) -> JsonObject:
    meta = resource.get("meta")
    return meta if isinstance(meta, dict) else {}


_NATIVE: dict[str, Native] = {
    "contained.contained.empty()": _no_nested,
    (
        "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().ofType(canonical) | "
        "%resource.descendants().ofType(uri) | %resource.descendants().ofType(url))) or descendants().where(reference "
        "= '#').exists() or descendants().where(as(canonical) = '#').exists() or descendants().where(as(canonical) = "
        "'#').exists()).not()).trace('unmatched', id).empty()"
    ): _all_used,
    "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()": _no_versions,
    "contained.meta.security.empty()": _no_labels,
    "text.`div`.exists()": _has_narrative,
    "extension.exists() != value.exists()": _value_or_extensions,
    (
        "reference.startsWith('#').not() or (reference.substring(1).trace('url') in "
        "%rootResource.contained.id.trace('ids'))"
    ): _local_reference,
}
"""Rules of R4 by their expression, as code."""
