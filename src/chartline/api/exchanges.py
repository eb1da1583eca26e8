"""The exchange log: what crossed a wire, when, and how it ended. Contents only one at a time, and audited."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.caller import DESK, OPERATIONS, Calling
from chartline.api.routes import Cursor, Limit, read, stated
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.access import Permission
from chartline.platform.audit import Target
from chartline.platform.exchange import ExchangeFilter, Word

READERS = (*OPERATIONS, Permission.BILLING_MANAGE)
"""Who may open the contents of a message."""

Filter = Annotated[str | None, Parameter(max_length=128)]


class ExchangeRow(msgspec.Struct, kw_only=True):
    """One exchange without its contents. ``duration_ms`` is real milliseconds, ``size`` bytes both ways."""

    id: str
    connection: str
    vendor: str
    operation: str
    direction: str
    started: datetime
    duration_ms: int
    outcome: str
    status: int | None
    problem: str | None
    size: int
    cost_minor: int | None


class ExchangePage(msgspec.Struct):
    """Exchanges, newest first, and the cursor of the next page."""

    exchanges: list[ExchangeRow]
    next: str | None


class ExchangeBodies(msgspec.Struct, kw_only=True):
    """One exchange with what was on the wire, credentials taken out; bytes that are no UTF-8 are replaced."""

    exchange: ExchangeRow
    request: str
    response: str | None


@read("/", summary="List what crossed the wires")
def list_exchanges(
    caller: Calling,
    connection: Filter = None,
    operation: Filter = None,
    outcome: Word | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ExchangePage:
    """Exchanges by connection, operation, outcome and time (``since`` is in, ``until`` is out)."""
    caller.require(DESK)
    wanted = ExchangeFilter(
        connection=connection, operation=operation, outcome=outcome, since=_aware(since), until=_aware(until)
    )
    with caller.read() as work:
        page = caller.services.exchanges.entries(work, wanted, cursor, limit)
    return ExchangePage([stated(one, ExchangeRow) for one in page.entries], page.next)


@read("/{exchange_id:uuid}", summary="Open one message")
def read_exchange(caller: Calling, exchange_id: UUID) -> ExchangeBodies:
    """One exchange with its contents; the look is written into the audit trail."""
    with caller.showing("api.exchange.read", Target("exchange", str(exchange_id)), READERS) as work:
        message = caller.services.exchanges.read(work, str(exchange_id))
        return ExchangeBodies(
            exchange=stated(message.entry, ExchangeRow),
            request=_text(message.request),
            response=None if message.response is None else _text(message.response),
        )


def _text(body: Sealed[bytes]) -> str:
    return body.reveal(Purpose.SHOW).decode("utf-8", "replace")


def _aware(moment: datetime | None) -> datetime | None:
    """A moment without a zone is read as UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


router = Router(path="/exchanges", tags=["operations"], route_handlers=[list_exchanges, read_exchange])
