"""Scrubbing rules, one small file each, in folders by what they look at, and the catalogue of them all.

Refuses rules with a side effect: a rule sees a frozen copy and answers with places.
"""

from chartline.domains.claims.rules.catalogue import as_markdown, catalogue, run_rules
from chartline.domains.claims.rules.context import KnownAuthorization, KnownCoverage, OtherLine, RuleContext
from chartline.domains.claims.rules.rule import Finding, Repair, Rule, Severity

__all__ = [
    "Finding",
    "KnownAuthorization",
    "KnownCoverage",
    "OtherLine",
    "Repair",
    "Rule",
    "RuleContext",
    "Severity",
    "as_markdown",
    "catalogue",
    "run_rules",
]
