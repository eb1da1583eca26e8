"""What a rule is: a check of one frozen copy, with its reason, its repair, and the denial it prevents.

Rules are pure and know nothing of the database; what they need beside the copy is in the context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import RuleContext


class Severity(StrEnum):
    """An error holds the claim; a warning lets it go."""

    ERROR = "error"
    WARNING = "warning"


class Repair(StrEnum):
    """Who can repair it: the product without doubt, the product after asking, or only a person."""

    SAFE = "safe"
    ASK = "ask"
    NONE = "none"


PROFESSIONAL, INSTITUTIONAL, DENTAL = "professional", "institutional", "dental"
EVERY_KIND = frozenset({PROFESSIONAL, INSTITUTIONAL, DENTAL})
MEDICAL = frozenset({PROFESSIONAL, INSTITUTIONAL})


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
Mend = Callable[[ClaimCopy, RuleContext], ClaimCopy]
"""The copy without what the rule finds, or as it is where it cannot be mended. Pure."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``prevents`` are the adjustment reasons (CARC) a payer would answer with; ``kinds`` the claims that it
    looks at; ``source`` where the rule comes from. A repair that is safe or asked for has a ``mend``."""

    id: str
    what: str
    why: str
    fix: str
    example: str
    repair: Repair
    prevents: tuple[str, ...]
    places: Check
    source: str
    severity: Severity = Severity.ERROR
    kinds: frozenset[str] = EVERY_KIND
    mend: Mend | None = None

    def check(self, copy: ClaimCopy, context: RuleContext) -> list[Finding]:
        """The rule's findings on a copy."""
        return [self.found(place) for place in self.places(copy, context)]

    def found(self, place: str | Violation) -> Finding:
        """What it says about a place."""
        return self._finding(self.severity, place)

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


def kept_whole(finding: Finding) -> dict[str, str]:
    """What is kept of a finding whose rule is not in the catalogue: everything, for the rule may change."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "place": finding.place,
        "say": finding.say,
        "do": finding.do,
    }


def again_whole(codes: Mapping[str, str]) -> Finding:
    """The finding that ``kept_whole`` kept."""
    return Finding(codes["rule"], Severity(codes["severity"]), codes["place"], codes["say"], codes["do"], Repair.NONE)
