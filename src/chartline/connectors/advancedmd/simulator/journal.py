"""Every request in one line without a single value: what was called, how it ended (row 27). Kept in memory only."""

from __future__ import annotations

from collections import deque

MOST = 5000


class Journal:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._lines: deque[dict[str, str]] = deque(maxlen=MOST)

    def write(self, **line: str) -> None:
        """Add a line; callers pass names, numbers and codes of ours only, never text that was sent."""
        self._lines.append(line)

    def entries(self) -> list[dict[str, str]]:
        """A copy of the lines."""
        return list(self._lines)
