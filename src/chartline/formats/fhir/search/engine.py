"""Parameters whose expression is more than plain paths (custom ones mostly), read by the FHIRPath engine.

Refuses to fail: an expression that does not compile, or fails on a resource, finds nothing. Clients may write such
expressions; whether one compiles is checked where it is stored.
"""

from __future__ import annotations

from decimal import Decimal

from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.search.conversions import conversion
from chartline.formats.fhir.search.references import reading
from chartline.formats.fhir.search.tokens import plain_contact
from chartline.formats.fhir.search.values import Value
from chartline.kernel.errors import ChartlineError

_TEXTS = {"token": "string", "string": "string", "date": "dateTime", "reference": "canonical", "uri": "uri"}
"""What a bare text of the engine is taken for, by parameter type."""


def engine_values(resource: JsonObject, parameter: SearchParameter) -> list[Value]:
    """The values of a parameter on a resource, by its whole FHIRPath expression."""
    # Only custom parameters come here: most processes never need the engine, which takes a moment to load.
    from chartline.formats.fhir.fhirpath import compile

    try:
        found = compile(parameter.expression).nodes(resource, resolve=_resolved)
    except ChartlineError:
        return []
    values: list[Value] = []
    for one in found:
        kind, element, value = _described(parameter.type, one)
        # Case counts here: the query, which knows no types either, is read with case as well.
        convert = plain_contact if kind == "ContactPoint" else conversion(parameter.type, kind, element, False)
        if convert is not None:
            values.extend(convert(value))
    return values


def _resolved(text: str) -> JsonObject | None:
    """As much of a target as its reference tells: enough for ``resolve() is Patient``."""
    found = reading(text)
    return {"resourceType": found.type} if found.type is not None else None


def _described(type_: str, one: object) -> tuple[str, str, object]:
    """The FHIR type, the definition's path and the JSON value of something the engine found."""
    from chartline.formats.fhir.fhirpath import Node, Temporal

    if isinstance(one, Node):
        above = one.parent.type_name if one.parent is not None else ""
        kind = "Resource" if isinstance(one.value, dict) and "resourceType" in one.value else one.type_name
        return kind, f"{above}.{one.element}", one.value
    if isinstance(one, bool):
        return "boolean", "", one
    if isinstance(one, (int, Decimal)):
        return "decimal", "", one
    return _TEXTS.get(type_, ""), "", one.text() if isinstance(one, Temporal) else one
