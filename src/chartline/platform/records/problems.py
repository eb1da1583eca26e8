"""What can be wrong with a search of the records."""

from __future__ import annotations

from chartline.kernel.errors import Again, Blame, ErrorKind

BAD_SEARCH = ErrorKind(
    "records.bad_search",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This search is not possible: the parameter is unknown for the type, or its value cannot be read.",
    "Use a parameter listed for the type, dates as 2026-03-02 with eq, ne, lt, le, gt, ge, sa or eb in front.",
)
