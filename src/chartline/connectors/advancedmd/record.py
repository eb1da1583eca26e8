"""Reads the JSON of AdvancedMD's REST surfaces, tolerantly: keys in any case of letters, values as text.

One row may come bare instead of in a list, and none as null or nothing (vendor sheet, trap 8). Refuses what is no JSON,
and depth without end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from chartline.connectors.advancedmd.tree import Unreadable
from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class Record(Masked):
    """One JSON object; its keys are in lower case."""

    fields: Mapping[str, object] = field(default_factory=dict)

    def text(self, *names: str) -> str:
        """The first of these fields that holds a text, a number or a truth value, as text; empty when none does."""
        for name in names:
            value = self.fields.get(name.lower())
            if isinstance(value, bool):
                return "1" if value else "0"
            if isinstance(value, str | int) and str(value).strip():
                return str(value).strip()
        return ""

    def rows(self, name: str) -> tuple[Record, ...]:
        """The objects of a list, or the one object that stands in its place."""
        return _rows(self.fields.get(name.lower()))

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a list of plain values."""
        value = self.fields.get(name.lower())
        listed = cast("list[object]", value) if isinstance(value, list) else [value]
        return tuple(str(each) for each in listed if isinstance(each, str | int) and not isinstance(each, bool))


def read_records(body: bytes) -> tuple[Record, ...]:
    """The objects of an answer; nothing at all is none. Raises Unreadable."""
    if not body.strip():
        return ()
    try:
        # Numbers with a fraction stay text: money is never a float.
        data: object = json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    return _rows(data)


def _rows(value: object) -> tuple[Record, ...]:
    listed = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(_record(cast("dict[str, object]", each)) for each in listed if isinstance(each, dict))


def _record(value: Mapping[str, object]) -> Record:
    return Record({name.lower(): each for name, each in value.items()})
