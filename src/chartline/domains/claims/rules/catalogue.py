"""Every rule, in the order in which findings are shown, and the page that documents them."""

from __future__ import annotations

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules import (
    billing_npi,
    birth_before_service,
    charge_positive,
    coverage_dates,
    diagnosis_codes,
    diagnosis_count,
    diagnosis_pointers,
    duplicate_claim,
    duplicate_line,
    filing_limit,
    member_id,
    modifiers,
    payer_known,
    place_known,
    procedure_codes,
    rendering_npi,
    replacement_number,
    required_fields,
    service_not_future,
    subscriber_present,
    tax_id,
    taxonomy,
    telehealth_modifier,
    telehealth_place,
    totals_match_lines,
    units_positive,
    writable,
)
from chartline.domains.claims.rules.rule import Finding, Rule, RuleContext, Severity

_RULES: tuple[Rule, ...] = (
    required_fields.RULE,
    billing_npi.RULE,
    rendering_npi.RULE,
    tax_id.RULE,
    taxonomy.RULE,
    totals_match_lines.RULE,
    units_positive.RULE,
    charge_positive.RULE,
    diagnosis_pointers.RULE,
    diagnosis_count.RULE,
    diagnosis_codes.RULE,
    procedure_codes.RULE,
    modifiers.RULE,
    birth_before_service.RULE,
    service_not_future.RULE,
    filing_limit.RULE,
    telehealth_place.RULE,
    telehealth_modifier.RULE,
    place_known.RULE,
    member_id.RULE,
    payer_known.RULE,
    coverage_dates.RULE,
    subscriber_present.RULE,
    duplicate_line.RULE,
    duplicate_claim.RULE,
    replacement_number.RULE,
    writable.RULE,
)


def catalogue() -> tuple[Rule, ...]:
    """All rules."""
    return _RULES


def run_rules(copy: ClaimCopy, context: RuleContext) -> list[Finding]:
    """What all rules find on a copy. Whether it can be written is asked only of a copy without other errors."""
    findings = [finding for rule in _RULES if rule is not writable.RULE for finding in rule.check(copy, context)]
    held = any(finding.severity is Severity.ERROR for finding in findings)
    return findings if held else findings + writable.RULE.check(copy, context)


def as_markdown() -> str:
    """The documentation page of the rules."""
    parts = ["# Claim rules", "", "An error holds the claim; a warning lets it go.", ""]
    for rule in _RULES:
        parts += [
            f"## {rule.id}",
            "",
            f"**{rule.severity.value.capitalize()}.** {rule.what}",
            "",
            f"- Why: {rule.why}",
            f"- What to do: {rule.fix}",
            f"- Example: {rule.example}",
            f"- Repair: {rule.repair.value}",
            f"- Prevents: {', '.join(f'CO-{code}' for code in rule.prevents)}",
            "",
        ]
    return "\n".join(parts)
