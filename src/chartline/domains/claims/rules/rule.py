"""What a rule is: a check of one frozen copy, with its reason, its repair, and the denial it prevents.

Rules are pure and know nothing of the database; what they need beside the copy is in the context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Violation:
    """A place with words of its own, for a rule that finds many different things; static texts, no patient value."""

    place: str
    say: str
    do: str


Check = Callable[[ClaimCopy, RuleContext], Iterator[str | Violation]]
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
        return [self._finding(self.severity, found) for found in self.places(copy, context)]

    def kept(self, finding: Finding) -> dict[str, str]:
        """What is kept of one of its findings: the texts come from the rule again, unless the finding has its own."""
        codes = {"rule": self.id, "severity": finding.severity.value, "place": finding.place}
        return codes if finding.say == self.what else {**codes, "say": finding.say, "do": finding.do}

    def again(self, codes: Mapping[str, str]) -> Finding:
        """The finding of which ``codes`` were kept."""
        place = codes["place"]
        own = Violation(place, codes["say"], codes["do"]) if "say" in codes else place
        return self._finding(Severity(codes["severity"]), own)

    def _finding(self, severity: Severity, found: str | Violation) -> Finding:
        own = Violation(found, self.what, self.fix) if isinstance(found, str) else found
        return Finding(self.id, severity, own.place, own.say, own.do, self.repair)
