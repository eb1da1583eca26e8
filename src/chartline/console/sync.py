"""The sync log: record by record, what came in and went out, with the message that proves it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import UUID

from litestar import Response, get
from litestar.params import Parameter

from chartline.console.visitor import DESK, Visiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, EventFilter, Happened, list_events

PAGE = 100
Choice = Annotated[str, Parameter(max_length=64)]
Word = TypeVar("Word", bound=StrEnum)
_PLACES = {Kind.PATIENT: "/patients/", Kind.VISIT: "/visits/"}


@get("/sync", sync_to_thread=True)
def sync_page(
    visitor: Visiting,
    connection: Choice = "",
    direction: Choice = "",
    kind: Choice = "",
    outcome: Choice = "",
    cursor: UUID | None = None,
) -> Response:
    """Lines of the log, newest first."""
    visitor.require(DESK)
    wanted = EventFilter(
        connection=connection or None,
        direction=_word(Direction, direction),
        kind=_word(Kind, kind),
        outcome=_word(Happened, outcome),
    )
    with visitor.read() as work:
        page = list_events(work, wanted, str(cursor) if cursor else "", PAGE)
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    return visitor.page(
        "sync.html",
        "sync",
        events=page.events,
        cursor=page.cursor,
        names=names,
        places=_PLACES,
        chosen={"connection": connection, "direction": direction, "kind": kind, "outcome": outcome},
        choices={"direction": list(Direction), "kind": list(Kind), "outcome": list(Happened)},
    )


def _word(words: type[Word], text: str) -> Word | None:
    """The chosen word; anything else filters nothing."""
    return words(text) if text in {one.value for one in words} else None


PAGES = [sync_page]
