"""The operations R4 and US Core 6.1.0 define: code, levels, types and parameters, for statements and dispatch."""

from __future__ import annotations

from functools import lru_cache

from chartline.formats.fhir.definitions.model import Operation, OperationParameter
from chartline.formats.fhir.definitions.pack import pack
from chartline.formats.fhir.elements import children, flag, text, texts
from chartline.formats.fhir.json import JsonObject


@lru_cache(maxsize=1)
def operation_definitions() -> tuple[Operation, ...]:
    """Every operation, by canonical."""
    table = pack("operations")
    return tuple(_operation(url, table.record(url)) for url in sorted(table.keys()))


def _operation(url: str, row: JsonObject) -> Operation:
    return Operation(
        url=url,
        name=text(row, "name") or "",
        code=text(row, "code") or "",
        system=flag(row, "system") or False,
        type=flag(row, "type") or False,
        instance=flag(row, "instance") or False,
        affects_state=flag(row, "affectsState") or False,
        resources=tuple(texts(row, "resource")),
        parameters=tuple(_parameter(one) for one in children(row, "parameter")),
    )


def _parameter(row: JsonObject) -> OperationParameter:
    least = row.get("min")
    return OperationParameter(
        name=text(row, "name") or "",
        use=text(row, "use") or "",
        least=least if isinstance(least, int) else 0,
        most=text(row, "max") or "*",
        type=text(row, "type"),
    )
