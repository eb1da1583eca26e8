"""What a rule is: a check of one frozen copy, with its reason, its repair, and the denial it prevents.

Rules are pure and know nothing of the database; what they need beside the copy is in the context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.codes import CodeBook


class Severity(StrEnum):
    """An error holds the claim; a warning lets it go."""

    ERROR = "error"
    WARNING = "warning"


class Repair(StrEnum):
    """Who can repair it: the product without doubt, the product after asking, or only a person."""

    SAFE = "safe"
    ASK = "ask"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line of another claim of the same patient."""

    number: str
    procedure: str
    modifiers: tuple[str, ...]
    service_date: date


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules may know beside the copy. ``own_history``: this is a correction of an earlier version."""

    today: date
    filing_days: int
    codes: CodeBook
    others: frozenset[OtherLine] = frozenset()
    own_history: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a rule found at a ``place`` such as ``line 2`` or ``patient``; no patient value in it."""

    rule: str
    severity: Severity
    place: str
    say: str
    do: str
    repair: Repair

    def as_codes(self) -> dict[str, str]:
        """What is kept of it: the texts come from the catalogue again."""
        return {"rule": self.rule, "severity": self.severity.value, "place": self.place}


Check = Callable[[ClaimCopy, RuleContext], Iterator[str]]
"""Yields the place of each violation."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``prevents`` are the adjustment reasons (CARC) a payer would answer with."""

    id: str
    what: str
    why: str
    fix: str
    example: str
    repair: Repair
    prevents: tuple[str, ...]
    places: Check
    severity: Severity = Severity.ERROR

    def check(self, copy: ClaimCopy, context: RuleContext) -> list[Finding]:
        """The rule's findings on a copy."""
        return [
            Finding(self.id, self.severity, place, self.what, self.fix, self.repair)
            for place in self.places(copy, context)
        ]
