"""Reads all pages of a list before anything is said about what is not on it (vendor sheet, trap 12).

Refuses to call a list complete when fewer rows came than the vendor counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Listed, Read
from chartline.kernel.outcome import Receipt, Refused

PAGE_ROWS: Final = 50
MOST_PAGES: Final = 1000


class HasId(Protocol):
    """A row with the vendor's id."""

    @property
    def id(self) -> str:
        """The bare id."""
        ...


R = TypeVar("R", bound=HasId)


def every_row(page: Callable[[int], Read[Listed[R]]], action: str) -> Read[tuple[R, ...]]:
    """The rows of all pages, each id once; ``page`` reads one page by its number from 1."""
    rows: dict[str, R] = {}
    exchange: str | None = None
    for number in range(1, MOST_PAGES + 1):
        answer = page(number)
        if not isinstance(answer, Receipt):
            return answer
        exchange = answer.exchange
        listed = answer.value
        before = len(rows)
        rows.update({row.id: row for row in listed.rows})
        if is_last(listed, number) or len(rows) == before:
            if len(rows) < listed.paging.items:
                break
            return Receipt(tuple(rows.values()), exchange)
    return Refused(problems.INCOMPLETE.problem(evidence=exchange, action=action, rows=str(len(rows))))


def is_last(listed: Listed[R], number: int) -> bool:
    """Whether no page comes after this one: by the vendor's count, else because it is not full."""
    pages = listed.paging.pages
    return number >= pages if pages >= 0 else len(listed.rows) < PAGE_ROWS
