"""The vendor's three date formats and its local time (sheet 14.21, 13).

Zone of timestamps: unknown; United States Central is the sheet's guess. Refuses dates in the wrong format by
answering None, as each service wants exactly its own.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

CENTRAL = ZoneInfo("America/Chicago")


def local(at: datetime) -> str:
    """A timestamp as feeds show it, ``YYYY-MM-DD HH:MM:SS``."""
    return f"{at.astimezone(CENTRAL):%Y-%m-%d %H:%M:%S}"


def local_day(at: datetime) -> date:
    """The vendor's calendar day of a moment."""
    return at.astimezone(CENTRAL).date()


def iso(day: date | None) -> str:
    """``YYYY-MM-DD``; empty text for no date."""
    return day.isoformat() if day else ""


def compact_day(text: str) -> date | None:
    """``yyyymmdd``, as eligdata/ wants it."""
    return _parse(text, r"\d{8}", "%Y%m%d")


def dashed_day(text: str) -> date | None:
    """``yyyy-mm-dd``, as uploadlist/ wants it."""
    return _parse(text, r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d")


def american_day(text: str, now: datetime) -> date | None:
    """``mm-dd-yyyy``, as eralist/ wants it, or the word ``today``."""
    return local_day(now) if text.lower() == "today" else _parse(text, r"\d{2}-\d{2}-\d{4}", "%m-%d-%Y")


def _parse(text: str, shape: str, pattern: str) -> date | None:
    if not re.fullmatch(shape, text):
        return None
    try:
        return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return None
