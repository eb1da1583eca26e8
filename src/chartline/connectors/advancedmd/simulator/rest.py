"""What every REST call has in common: the call, the route it took, and readers of queries and JSON bodies.

Ids are bare integers on this surface and times are the office's wall clock (vendor sheet 6.1, 6).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from chartline.connect.simulation.web import Answer, Request
from chartline.connectors.advancedmd.simulator.model import Office
from chartline.connectors.advancedmd.simulator.refusals import HttpRefusal
from chartline.connectors.advancedmd.simulator.values import number
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, repr=False)
class RestCall(Masked):
    """An authenticated REST call; ``number`` is the id in the path, 0 when there is none."""

    world: World
    office: Office
    request: Request
    number: int = 0

    def query(self, name: str) -> str:
        """A query value, whatever the case of its name; empty when absent."""
        wanted = name.lower()
        return next((value for key, value in self.request.query.items() if key.lower() == wanted), "")

    def body(self) -> dict[str, object]:
        """The JSON object that was sent. Raises HttpRefusal 400."""
        try:
            data: object = json.loads(self.request.body, parse_float=str)
        except (ValueError, RecursionError):
            raise HttpRefusal(400, "The body is not JSON") from None
        if not isinstance(data, dict):
            raise HttpRefusal(400, "The body is not a JSON object")
        return cast("dict[str, object]", data)


@dataclass(frozen=True, slots=True)
class Route:
    """An operation as faults and counters know it, its function, and the id in the path."""

    name: str
    run: Callable[[RestCall], Answer]
    number: int = 0


def answer(data: object, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status, json.dumps(data, ensure_ascii=False).encode(), JSON_TYPE)


def text(body: dict[str, object], name: str) -> str:
    """A text or whole number of a body as text; empty for anything else."""
    value = body.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def whole(body: dict[str, object], name: str) -> int:
    """A whole number of a body, 0 when it is none."""
    return number(text(body, name), "") or 0


def amount(body: dict[str, object], name: str) -> Money | None:
    """An amount of money, as a JSON number or as text; None when it is neither."""
    try:
        return Money.parse(text(body, name))
    except ValueError:
        return None


def rows(body: dict[str, object], name: str) -> list[dict[str, object]]:
    """A list of objects of a body; anything else in it is left out."""
    value = body.get(name)
    items: list[object] = value if isinstance(value, list) else []
    return [cast("dict[str, object]", item) for item in items if isinstance(item, dict)]
