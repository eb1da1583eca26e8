"""Search parameters by resource type, US Core's merged in, each with the expression for that type alone.

Refuses types that R4 does not define (``KeyError``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from chartline.formats.fhir.definitions.model import Component, SearchParameter
from chartline.formats.fhir.definitions.pack import pack
from chartline.formats.fhir.definitions.structures import resource_types
from chartline.formats.fhir.elements import text, texts
from chartline.formats.fhir.json import JsonObject


@cache
def search_parameters(rtype: str) -> Mapping[str, SearchParameter]:
    """The parameters of a resource type by code, those of every resource (``_id``, ``_tag`` ...) among them.

    Every expression begins with the type's own name. A reference to anything has as ``targets`` all types but
    Parameters, which are not stored.
    Raises ``KeyError``.
    """
    rows = pack("parameters").record(rtype)
    return MappingProxyType({code: _parameter(code, row) for code, row in rows.items() if isinstance(row, dict)})


def _parameter(code: str, row: JsonObject) -> SearchParameter:
    targets = _anything() if row.get("targets") == "*" else tuple(texts(row, "targets"))
    parts = row.get("components")
    components = (
        [Component(*(str(word) for word in part)) for part in parts if isinstance(part, list)]
        if isinstance(parts, list)
        else []
    )
    return SearchParameter(
        code=code,
        type=text(row, "type") or "",
        expression=text(row, "expression") or "",
        urls=tuple(texts(row, "urls")),
        targets=targets,
        components=tuple(components),
    )


@cache
def _anything() -> tuple[str, ...]:
    return tuple(sorted(resource_types() - {"Parameters"}))
