"""Who writes a Subscription, known to the room that keeps it without passing through every store on the way.

What a subscription may see is what its author may see. A surface says so around its work (``writing_as``); the
server's own changes of a status are made in ``as_server``. Outside of both the author is the practice itself.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from chartline.platform.records.reach import EVERYTHING, Reach


@dataclass(frozen=True, slots=True)
class Author:
    """``actor`` is ``token:<id>`` or ``user:<id>`` (empty: the practice itself); ``base`` is the server's address as
    the author sees it."""

    actor: str = ""
    reach: Reach = EVERYTHING
    base: str = ""


_PRACTICE = Author()
_author: ContextVar[Author | None] = ContextVar("subscription_author", default=None)
_server: ContextVar[bool] = ContextVar("subscription_server", default=False)


def author() -> Author:
    """Who writes at the moment."""
    return _author.get() or _PRACTICE


def server_writes() -> bool:
    """Whether the server itself changes a Subscription at the moment."""
    return _server.get()


@contextmanager
def writing_as(one: Author) -> Generator[None]:
    """Everything written inside is this author's."""
    token = _author.set(one)
    try:
        yield
    finally:
        _author.reset(token)


@contextmanager
def as_server() -> Generator[None]:
    """Subscriptions written inside are stored as they are, and nothing begins by it."""
    token = _server.set(True)
    try:
        yield
    finally:
        _server.reset(token)
