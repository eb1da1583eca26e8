"""The sync log: record by record, what came in and went out, with the message that proves it; as a page or as CSV."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.params import Parameter

from chartline.app.spreadsheet import as_csv
from chartline.console.actors import actor_names
from chartline.console.visitor import DESK, Visiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import Direction, EventFilter, Happened, SyncEvent, list_events

PAGE = 100
MOST_LINES = 20_000
"""Lines of one CSV file; narrow the filter for others."""
Choice = Annotated[str, Parameter(max_length=80)]
Word = TypeVar("Word", bound=StrEnum)
_PLACES = {Kind.PATIENT: "/patients/", Kind.VISIT: "/visits/"}
_COLUMNS = (
    "at",
    "connection",
    "direction",
    "kind",
    "operation",
    "outcome",
    "code",
    "local_id",
    "vendor_id",
    "http_status",
    "duration_ms",
    "actor",
    "run_id",
    "exchange_id",
)


@get("/sync/log", sync_to_thread=True)
def log_page(
    visitor: Visiting,
    connection: Choice = "",
    direction: Choice = "",
    kind: Choice = "",
    operation: Choice = "",
    outcome: Choice = "",
    record: Choice = "",
    actor: Choice = "",
    run: Choice = "",
    first: Annotated[date | None, Parameter(query="from")] = None,
    until: date | None = None,
    cursor: UUID | None = None,
    form: Annotated[str, Parameter(query="as", max_length=3)] = "",
) -> Response:
    """Lines of the log, newest first; ``as=csv`` is the same as a file."""
    visitor.require(DESK)
    chosen = {
        "connection": connection,
        "direction": direction,
        "kind": kind,
        "operation": operation,
        "outcome": outcome,
        "record": record,
        "actor": actor,
        "run": run,
        "from": first.isoformat() if first else "",
        "until": until.isoformat() if until else "",
    }
    with visitor.read() as work:
        wanted = EventFilter(
            connection=connection or None,
            direction=_word(Direction, direction),
            kind=_word(Kind, kind),
            operation=operation or None,
            outcome=_word(Happened, outcome),
            local_id=record or None,
            actor=actor or None,
            run_id=_identity(run),
            since=_midnight(first, visitor.zone),
            until=_midnight(until + timedelta(days=1) if until else None, visitor.zone),
        )
        names = {one.id: one.name for one in visitor.services.connections.all(work)}
        if form == "csv":
            return _csv(list_events(work, wanted, "", MOST_LINES).events, names)
        page = list_events(work, wanted, str(cursor) if cursor else "", PAGE)
    return visitor.page(
        "sync_log.html",
        "sync",
        events=page.events,
        cursor=page.cursor,
        names=names,
        actors=actor_names(visitor),
        places=_PLACES,
        chosen=chosen,
        address=urlencode({name: value for name, value in chosen.items() if value}),
        choices={"direction": list(Direction), "kind": list(Kind), "outcome": list(Happened)},
    )


def _csv(events: tuple[SyncEvent, ...], names: dict[str, str]) -> Response:
    rows = [
        {
            **{name: getattr(one, name) for name in _COLUMNS},
            "connection": names.get(one.connection, one.connection),
            "direction": one.direction.value,
            "kind": one.kind.value,
            "outcome": one.outcome.value,
        }
        for one in events
    ]
    headers = {"Content-Disposition": 'attachment; filename="sync-log.csv"'}
    return Response(as_csv(rows, _COLUMNS), media_type="text/csv; charset=utf-8", headers=headers)


def _word(words: type[Word], text: str) -> Word | None:
    """The chosen word; anything else filters nothing."""
    return words(text) if text in {one.value for one in words} else None


def _identity(text: str) -> str | None:
    """An id; anything else filters nothing."""
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The beginning of a day of the office."""
    return datetime.combine(day, time(), zone) if day else None


PAGES = [log_page]
