"""Scrubbing rules, one small file each, and the catalogue of them all.

Refuses rules with a side effect: a rule sees a frozen copy and answers with places.
"""

from chartline.domains.claims.rules.catalogue import as_markdown, catalogue, run_rules
from chartline.domains.claims.rules.rule import Finding, OtherLine, Repair, Rule, RuleContext, Severity

__all__ = [
    "Finding",
    "OtherLine",
    "Repair",
    "Rule",
    "RuleContext",
    "Severity",
    "as_markdown",
    "catalogue",
    "run_rules",
]
