"""CCYYMMDD texts into dates, each text read once.

Most dates of a file are a few hundred days. Refuses days that do not exist. The memory is bounded.
"""

from __future__ import annotations

import re
from datetime import date

MOST_REMEMBERED = 1 << 14

_day = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


class Days(dict[str, date]):
    """Dates by their text: ``DAYS["20260105"]``; blanks around the text do not matter.

    Raises ValueError for a text that is no day of the calendar, also for an empty one.
    """

    __slots__ = ()

    def __missing__(self, text: str) -> date:
        match = _day.fullmatch(text.strip())
        if match is None:
            raise ValueError("not a date")
        value = date(int(match[1]), int(match[2]), int(match[3]))
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = value
        return value


DAYS = Days()
