"""Active rules of a practice on a copy: first what they set, then what they hold or warn of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.claims.conditions import Question, compiled
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.practice_rules.definition import SETTABLE, Definition, EffectKind, read_definition
from chartline.domains.claims.practice_rules.tables import practice_rule_table, practice_rule_version_table
from chartline.domains.claims.rules.rule import Finding, Repair, Severity
from chartline.platform.database import Work

PREFIX = "practice:"
"""In front of the id of a practice's rule, where ids of rules stand."""


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule ready to be asked."""

    id: str
    definition: Definition
    question: Question

    @property
    def key(self) -> str:
        """Its name among the ids of rules."""
        return PREFIX + self.id

    @classmethod
    def of(cls, identity: str, definition: Definition) -> ActiveRule:
        """A rule made ready."""
        return cls(identity, definition, compiled(definition.when))


def active_rules(work: Work) -> tuple[ActiveRule, ...]:
    """The practice's active rules in their active versions, the oldest first; one query."""
    rule, version = practice_rule_table.c, practice_rule_version_table.c
    query = (
        sa.select(rule.id, version.definition)
        .join(
            practice_rule_version_table,
            sa.and_(
                version.organisation_id == rule.organisation_id,
                version.rule_id == rule.id,
                version.version == rule.active_version,
            ),
        )
        .where(work.mine(practice_rule_table), rule.active_version.is_not(None))
        .order_by(rule.id)
    )
    return tuple(ActiveRule.of(row["id"], read_definition(row["definition"])) for row in work.rows(query))


def apply_settings(copy: ClaimCopy, rules: Sequence[ActiveRule], today: date) -> tuple[ClaimCopy, tuple[str, ...]]:
    """The copy with what rules set, and the rules that changed something."""
    fired: list[str] = []
    for rule in rules:
        effect = rule.definition.effect
        if effect.kind is EffectKind.SET and rule.question.places(copy, today):
            new = SETTABLE[effect.field].put(copy, effect.value)
            if new != copy:
                copy = new
                fired.append(rule.key)
    return copy, tuple(fired)


def rule_findings(copy: ClaimCopy, rules: Sequence[ActiveRule], today: date) -> list[Finding]:
    """What rules hold or warn of."""
    return [
        Finding(
            rule.key,
            _SEVERITY[rule.definition.effect.kind],
            place,
            rule.definition.say,
            rule.definition.do,
            Repair.NONE,
        )
        for rule in rules
        if rule.definition.effect.kind is not EffectKind.SET
        for place in rule.question.places(copy, today)
    ]


_SEVERITY = {EffectKind.HOLD: Severity.ERROR, EffectKind.WARN: Severity.WARNING}
