"""Every check that the tables may name (``check balance_835``), by its name.

Checks are the arithmetic that a table cannot say. A table that names one that is not here cannot be used.
"""

from __future__ import annotations

from chartline.formats.x12 import payment_signs, status_sums, sums
from chartline.formats.x12.sums import Check

CHECKS: dict[str, Check] = {**sums.CHECKS, **status_sums.CHECKS, **payment_signs.CHECKS}
