"""What rules may know beside the copy: the day, the lists of codes, the patient's other claims, what payers said.

Everything in it was loaded before, for many claims at once; a rule asks for nothing. A part that is not known is
empty, and an empty part is no reason to find anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chartline.domains.codes import CodeBook
from chartline.domains.codes.edits import NO_EDITS, EditBook


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line of another claim of the same patient."""

    number: str
    procedure: str
    modifiers: tuple[str, ...]
    service_date: date
    units: int = 1
    rendering: str = ""
    """NPI of who rendered it; empty where nobody was named."""
    teeth: bool = False
    """Whether it is a dental service, of which a day may have many."""


@dataclass(frozen=True, slots=True)
class KnownAuthorization:
    """A payer's authorization: for these procedures (none named: for all) through these days. ``units_left`` None:
    not counted."""

    number: str
    procedures: frozenset[str] = frozenset()
    begin: date | None = None
    end: date | None = None
    units_left: int | None = None
    id: str = ""

    def covers(self, procedure: str, on: date) -> bool:
        """Whether it stands for a procedure on a day."""
        known = not self.procedures or procedure in self.procedures
        return known and (self.begin is None or on >= self.begin) and (self.end is None or on <= self.end)


@dataclass(frozen=True, slots=True)
class KnownCoverage:
    """The payer's last word on the coverage: ``state`` as in ``coverage.CheckState``, of which day of service."""

    state: str
    service_date: date


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules may know beside the copy.

    ``own_history``: this is a correction of an earlier version. ``last_seen`` is the patient's service before this
    one, looked up only where a line says that the patient is new. ``inactive_npis`` are providers of the practice who
    left. ``fees`` are the practice's prices of one unit in cents, by procedure. ``to_authorize`` are procedures that
    the practice's checklists call in need of an authorization with this payer, and that nobody has called free of it.
    ``enrollment`` is where an enrolment stands that the payer wants and does not have; empty where none is missing.
    """

    today: date
    filing_days: int
    codes: CodeBook
    others: frozenset[OtherLine] = frozenset()
    own_history: bool = False
    edits: EditBook = NO_EDITS
    authorizations: tuple[KnownAuthorization, ...] = ()
    coverage: KnownCoverage | None = None
    last_seen: date | None = None
    inactive_npis: frozenset[str] = frozenset()
    fees: Mapping[str, int] = field(default_factory=dict)
    to_authorize: frozenset[str] = frozenset()
    enrollment: str = ""
