"""Every rule, in the order in which findings are shown, and the page that documents them."""

from __future__ import annotations

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules import (
    coverage,
    dates,
    dental,
    diagnoses,
    edits,
    history,
    institutional,
    modifiers,
    parties,
    payers,
    places,
    procedures,
    sums,
    writable,
)
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.rule import EVERY_KIND, Finding, Rule, Severity

GROUPS: dict[str, tuple[Rule, ...]] = {
    "parties": parties.RULES,
    "dates": dates.RULES,
    "sums": sums.RULES,
    "diagnoses": diagnoses.RULES,
    "procedures": procedures.RULES,
    "modifiers": modifiers.RULES,
    "places": places.RULES,
    "coverage": coverage.RULES,
    "history": history.RULES,
    "edits": edits.RULES,
    "institutional": institutional.RULES,
    "dental": dental.RULES,
    "payers": payers.RULES,
    "file": (writable.RULE,),
}
"""The rules by what they look at."""

_RULES = tuple(rule for group in GROUPS.values() for rule in group)
_BY_ID = {rule.id: rule for rule in _RULES}
_OF_KIND = {
    kind: tuple(rule for rule in _RULES if kind in rule.kinds and rule is not writable.RULE) for kind in EVERY_KIND
}


def catalogue() -> tuple[Rule, ...]:
    """All rules."""
    return _RULES


def rules_by_id() -> dict[str, Rule]:
    """All rules by their ids."""
    return _BY_ID


def run_rules(copy: ClaimCopy, context: RuleContext) -> list[Finding]:
    """What all rules find on a copy. Whether it can be written is asked only of a copy without other errors."""
    return with_writing(copy, context, check_rules(copy, context))


def check_rules(copy: ClaimCopy, context: RuleContext) -> list[Finding]:
    """What all rules find, save whether the copy can be written."""
    return [finding for rule in _OF_KIND.get(copy.kind, _RULES) for finding in rule.check(copy, context)]


def with_writing(copy: ClaimCopy, context: RuleContext, findings: list[Finding]) -> list[Finding]:
    """The findings, and what the file would not take where nothing else holds the claim."""
    held = any(finding.severity is Severity.ERROR for finding in findings)
    return findings if held else findings + writable.RULE.check(copy, context)


def as_markdown() -> str:
    """The documentation page of the rules."""
    parts = [
        "# Claim rules",
        "",
        f"{len(_RULES)} rules look at every claim before it is sent. An error holds the claim; a warning lets it go.",
        "A safe repair is made and noted; one that is asked for waits for a click.",
        "",
    ]
    for group, rules in GROUPS.items():
        parts += [f"## {group.capitalize()}", ""]
        for rule in rules:
            parts += _described(rule)
    return "\n".join(parts)


def _described(rule: Rule) -> list[str]:
    kinds = "" if rule.kinds == EVERY_KIND else f"- Claims: {', '.join(sorted(rule.kinds))}"
    return [
        f"### {rule.id}",
        "",
        f"**{rule.severity.value.capitalize()}.** {rule.what}",
        "",
        f"- Why: {rule.why}",
        f"- What to do: {rule.fix}",
        f"- Example: {rule.example}",
        f"- Repair: {rule.repair.value}",
        f"- Prevents: {', '.join(f'CO-{code}' for code in rule.prevents)}",
        *([kinds] if kinds else []),
        f"- Source: {rule.source}",
        "",
    ]
