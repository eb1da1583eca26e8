"""What a check found wrong in an X12 file, without stopping the reading.

Findings carry places and codes, never names or member ids.
"""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One defect: a stable ``code``, the ``place`` in the file, what is wrong, and what to do about it.

    ``expected`` and ``found`` are counts, control numbers or decimal amounts, where the check compares two.
    """

    code: str
    place: str
    say: str
    do: str
    expected: str = ""
    found: str = ""
