"""How SQLite finds the rows of a statement, for tests that hold it to an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from chartline.platform.database import Work


def plan_of(work: Work, about: str, act: Callable[[], object]) -> str:
    """The plan of the first statement with ``about`` in it that ``act`` makes in the transaction."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _u: object, statement: str, parameters: Any, *_: object) -> None:
        if about in statement:
            asked.append((statement, parameters))

    engine: sa.Engine = work.connection.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    statement, parameters = asked[0]
    # What the hot paths say to the driver themselves is heard without its values; a plan needs none.
    values = parameters if parameters is not None else (None,) * statement.count("?")
    raw = work.connection.connection.cursor()
    return " ".join(str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall())
