"""Messages that crossed a wire: meaning and outcome for everybody at the desk, contents on a click, audited."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter

from chartline.console.visitor import DESK, READERS, Visiting
from chartline.kernel.errors import CATALOGUE
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target
from chartline.platform.exchange import ExchangeFilter, Word

PAGE = 100
MOST_SHOWN = 200_000
"""Characters of a message that a page shows; the API gives all of it."""
Choice = Annotated[str, Parameter(max_length=128)]


@get("/exchanges", sync_to_thread=True)
def exchanges_page(
    visitor: Visiting, connection: Choice = "", outcome: Choice = "", operation: Choice = "", cursor: str | None = None
) -> Response:
    """Messages, newest first."""
    visitor.require(DESK)
    wanted = ExchangeFilter(
        connection=connection or None,
        operation=operation or None,
        outcome=Word(outcome) if outcome in {one.value for one in Word} else None,
    )
    with visitor.read() as work:
        page = visitor.services.exchanges.entries(work, wanted, cursor or None, PAGE)
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    return visitor.page(
        "exchanges.html",
        "exchanges",
        entries=page.entries,
        cursor=page.next,
        names=names,
        outcomes=list(Word),
        chosen={"connection": connection, "outcome": outcome, "operation": operation},
    )


@get("/exchanges/{exchange_id:uuid}", sync_to_thread=True)
def exchange_page(visitor: Visiting, exchange_id: UUID) -> Response:
    """One message without its contents."""
    visitor.require(DESK)
    with visitor.read() as work:
        message = visitor.services.exchanges.read(work, str(exchange_id))
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
    entry = message.entry
    return visitor.page(
        "exchange.html", "exchanges", entry=entry, names=names, trouble=CATALOGUE.get(entry.problem or ""), bodies=None
    )


@post("/exchanges/{exchange_id:uuid}", sync_to_thread=True, status_code=200)
def open_exchange(visitor: Visiting, exchange_id: UUID) -> Response:
    """One message with its contents; who looked is in the audit trail."""
    identity = str(exchange_id)
    with visitor.showing("console.exchange", Target("exchange", identity), READERS) as work:
        message = visitor.services.exchanges.read(work, identity)
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
        bodies = {
            "request": _text(message.request),
            "response": _text(message.response) if message.response is not None else None,
        }
    entry = message.entry
    return visitor.page(
        "exchange.html",
        "exchanges",
        entry=entry,
        names=names,
        trouble=CATALOGUE.get(entry.problem or ""),
        bodies=bodies,
    )


def _text(body: Sealed[bytes]) -> str:
    return body.reveal(Purpose.SHOW).decode("utf-8", "replace")[:MOST_SHOWN]


PAGES = [exchanges_page, exchange_page, open_exchange]
