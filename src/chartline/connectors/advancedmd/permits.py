"""Which operations a connection may use. Refuses to write by an operation that nobody has shown to work.

What is unverified follows from the grade in ``about.toml`` and from nothing else. The practice switches such
operations on for a connection, after it asked the vendor. Reading by them is always allowed: it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from chartline.connectors.advancedmd.about import ABOUT
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Refused

UNVERIFIED = ErrorKind(
    "advancedmd.unverified",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Nobody has shown yet that AdvancedMD takes this operation in the shape we know, so nothing was sent.",
    "Ask AdvancedMD whether the operation works for your office; then set the option `unverified` of the connection "
    "to yes.",
    status=409,
)


class Permits:
    """What one connection has switched on."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._unverified = options.get("unverified") == "yes"

    def refusal(self, operation: str) -> Refused | None:
        """Why this operation may not be used, or None. Raises KeyError for one that ``about.toml`` does not list."""
        known = ABOUT.operation(operation)
        if known is None:
            raise KeyError(operation)
        if known.writes and known.unverified and not self._unverified:
            return Refused(UNVERIFIED.problem(operation=known.name, grade=known.grade))
        return None
