"""How far each feed of each connection has been read. Store the cursor in the transaction that stores its rows."""

from __future__ import annotations

from chartline.domains.sync.tables import sync_cursor_table
from chartline.platform.database import Work


def read_cursor(work: Work, connection: str, feed: str) -> str:
    """The stored cursor of a feed; empty text when it was never read."""
    columns = sync_cursor_table.c
    here = (columns.connection == connection, columns.feed == feed)
    return work.scalar(work.select(sync_cursor_table, columns.cursor).where(*here)) or ""


def store_cursor(work: Work, connection: str, feed: str, cursor: str) -> None:
    """Remember how far a feed was read, in the transaction of its rows."""
    work.upsert(sync_cursor_table, {"connection": connection, "feed": feed}, cursor=cursor, at=work.now)
