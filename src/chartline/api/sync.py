"""What was exchanged with other systems, and where both sides changed the same thing apart."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Router
from litestar.params import Parameter

from chartline.api.caller import DESK, Calling
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, Limit, read, stated
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, EventFilter, Happened, list_events


class SyncRow(msgspec.Struct, kw_only=True):
    """One line of the sync log; ``code`` is a field name, a problem code or a choice, never a value."""

    id: str
    at: datetime | None
    connection: str
    direction: str
    kind: str
    outcome: str
    local_id: str | None
    vendor_id: str | None
    code: str
    exchange_id: str | None


class SyncPage(msgspec.Struct):
    """Lines, newest first, and the cursor of the next page."""

    events: list[SyncRow]
    next: str | None


@read("/events", summary="The sync log")
def list_sync_events(
    caller: Calling,
    connection: Annotated[str | None, Parameter(max_length=64)] = None,
    direction: Direction | None = None,
    kind: Kind | None = None,
    outcome: Happened | None = None,
    local_id: Annotated[str | None, Parameter(max_length=64)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SyncPage:
    """What came in and went out, record by record."""
    caller.require(DESK)
    wanted = EventFilter(connection=connection, direction=direction, kind=kind, outcome=outcome, local_id=local_id)
    with caller.read() as work:
        page = list_events(work, wanted, id_cursor(cursor), limit)
    return SyncPage([stated(one, SyncRow) for one in page.events], page.cursor or None)


router = Router(path="/sync", tags=["sync"], route_handlers=[list_sync_events])
