"""Rules that a practice writes for itself: a condition, and what follows of it: hold, warn, or set a field.

A rule counts from its activation; before, it is tested on past claims. Refuses to set anything of the care itself, and
to activate a version that nobody has tested.
"""

from chartline.domains.claims.practice_rules.applying import ActiveRule, active_rules, apply_settings, rule_findings
from chartline.domains.claims.practice_rules.back_test import BackTest, Caught, back_test
from chartline.domains.claims.practice_rules.definition import (
    SETTABLE,
    Definition,
    Effect,
    EffectKind,
    read_definition,
)
from chartline.domains.claims.practice_rules.stored import (
    PracticeRule,
    RuleEvent,
    RuleState,
    RuleVersion,
    activate,
    change,
    list_rules,
    propose,
    read_rule,
    read_versions,
    record_test,
    retire,
    rule_history,
)

__all__ = [
    "SETTABLE",
    "ActiveRule",
    "BackTest",
    "Caught",
    "Definition",
    "Effect",
    "EffectKind",
    "PracticeRule",
    "RuleEvent",
    "RuleState",
    "RuleVersion",
    "activate",
    "active_rules",
    "apply_settings",
    "back_test",
    "change",
    "list_rules",
    "propose",
    "read_definition",
    "read_rule",
    "read_versions",
    "record_test",
    "retire",
    "rule_findings",
    "rule_history",
]
