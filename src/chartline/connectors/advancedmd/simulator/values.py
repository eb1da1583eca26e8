"""How the vendor writes dates, times, phones, names and ids (vendor sheet 6 and 6.1).

Readers answer None for what the vendor would not understand; they never raise.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MOUNTAIN = ZoneInfo("America/Denver")
"""The vendor's own zone: peak hours by vendor sheet 5, and server time as well (our reading; the sheet is silent)."""

_DATES = ("%m/%d/%Y", "%Y-%m-%d")
_MOMENTS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y")


def number(text: str, prefix: str) -> int | None:
    """The number of an id given with its prefix or bare; None for another entity's prefix."""
    found = re.fullmatch(rf"(?:{prefix})?(\d{{1,15}})", text.strip(), re.IGNORECASE | re.ASCII)
    return int(found[1]) if found else None


def digits(text: str) -> str:
    """Only the digits of a phone or social security number."""
    return re.sub(r"[^0-9]", "", text)


def read_date(text: str) -> date | None:
    """A day as ``M/D/YYYY`` or ISO, also when a time follows an ISO day; years 1800 to 2999."""
    for form in _DATES:
        try:
            day = datetime.strptime(text.strip()[:10], form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        return day if 1800 <= day.year <= 2999 else None
    return None


def read_moment(text: str) -> datetime | None:
    """A moment in the vendor's zone, as UTC; the earlier one when a wall-clock time happens twice.

    Years before 1900 and after 2999, where zones no longer compute, are not understood.
    """
    moment = _wall_moment(text)
    return moment.astimezone(UTC) if moment and 1900 <= moment.year <= 2999 else None


def _wall_moment(text: str) -> datetime | None:
    for form in _MOMENTS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=MOUNTAIN)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=MOUNTAIN)


def read_minute(text: str) -> int | None:
    """Minutes after midnight from ``11:00``, ``0800``, ``7:00PM`` or ``7:00 PM``."""
    found = re.fullmatch(r"(\d{1,2}):?(\d\d)(?::\d\d)?\s*([AP]M)?", text.strip(), re.IGNORECASE | re.ASCII)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").upper()
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def shown_date(day: date | None) -> str:
    """``MM/DD/YYYY``, or empty."""
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}" if day else ""


def shown_moment(moment: datetime | None) -> str:
    """``M/D/YYYY h:mm:ss AM`` in the vendor's zone, or empty."""
    if moment is None:
        return ""
    local = moment.astimezone(MOUNTAIN)
    return f"{local.month}/{local.day}/{local.year} {local.hour % 12 or 12}:{local:%M:%S %p}"


def server_time(moment: datetime) -> str:
    """ISO with milliseconds and no zone, as in the feeds' ``servertime``."""
    return moment.astimezone(MOUNTAIN).replace(tzinfo=None).isoformat(timespec="milliseconds")


def shown_minute(minute: int | None) -> str:
    """``7:00PM`` without a space, or empty."""
    if minute is None:
        return ""
    hour, rest = divmod(minute, 60)
    return f"{hour % 12 or 12}:{rest:02d}{'AM' if hour < 12 else 'PM'}"


def iso_start(day: date, minute: int | None) -> str:
    """``YYYY-MM-DDThh:mm:ss`` on the office's wall clock."""
    hour, rest = divmod(minute or 0, 60)
    return f"{day.isoformat()}T{hour:02d}:{rest:02d}:00"


def shown_phone(text: str) -> str:
    """``(555) 555-0100`` for ten digits, anything else as it was kept."""
    bare = digits(text)
    return f"({bare[:3]}) {bare[3:6]}-{bare[6:]}" if len(bare) == 10 else text


def folded(text: str) -> str:
    """Upper case, accents removed, spaces joined: only for counting people who may be the same."""
    plain = unicodedata.normalize("NFKD", text.upper())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
