"""Fifty rows a page, with the counters that every list carries (vendor sheet 9.1, 9.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from chartline.connectors.advancedmd.simulator.operation import Call, invalid

PAGE = 50

T = TypeVar("T")


def page_of(call: Call, rows: Sequence[T], attribute: str = "page") -> tuple[dict[str, str], Sequence[T]]:
    """The counters and the rows of the asked page (1-based, default 1); a page past the end has no rows.

    An empty list still has one page, as the sheet's own sample shows.
    """
    text = call.message.get(attribute) or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise invalid(attribute)
    page, pages = int(text), max(1, -(-len(rows) // PAGE))
    counters = {"itemcount": str(len(rows)), "page": str(page), "pagecount": str(pages)}
    return counters, rows[(page - 1) * PAGE : page * PAGE]
