"""What people do with rules: write, test, activate and retire their own, and accept a repair that a rule proposes.

Each act is one transaction with its line in the audit trail; every surface calls here. Refuses nothing by itself: what
may be done is decided by ``domains/claims/practice_rules`` and ``domains/claims/accepting``.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date

from chartline.domains.claims.accepting import accept_repair, proposals
from chartline.domains.claims.practice_rules import (
    BackTest,
    Definition,
    activate,
    back_test,
    change,
    propose,
    read_rule,
    record_test,
    retire,
)
from chartline.domains.claims.rules import Finding
from chartline.domains.claims.rules.repairs import Change
from chartline.domains.practice.settings import Practice, office_zone, read_practice
from chartline.flows.ground import Ground
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work


def write_rule(ground: Ground, organisation: str, actor: str, definition: Definition, cause: str = "") -> str:
    """Write a rule of the practice, which counts for nothing yet; its id."""
    with ground.database.work(organisation) as work:
        rule = propose(work, definition, actor, cause)
        _note(ground, work, actor, "rule.write", rule)
    return rule


def change_rule(ground: Ground, organisation: str, actor: str, rule: str, definition: Definition) -> int:
    """Begin a new version of a rule; its number. Raises ``rules.not_found``, ``rules.retired``."""
    with _acting(ground, organisation, actor, "rule.change", rule) as work:
        return change(work, rule, definition, actor)


def try_definition(ground: Ground, organisation: str, definition: Definition, limit: int = 500) -> BackTest:
    """Test words that are not stored on past claims; nothing is kept."""
    with ground.database.read(organisation) as work:
        return back_test(work, ground.vault, definition, limit)


def test_rule(ground: Ground, organisation: str, actor: str, rule: str, limit: int = 500) -> BackTest:
    """Test the newest version of a rule on the last ``limit`` claims that were sent, and keep the numbers.

    Raises ``rules.not_found``, ``rules.retired``.
    """
    with _acting(ground, organisation, actor, "rule.test", rule) as work:
        result = back_test(work, ground.vault, read_rule(work, rule).definition, limit)
        record_test(work, rule, result.numbers(), actor)
        return result


def activate_rule(ground: Ground, organisation: str, actor: str, rule: str) -> None:
    """Let a rule count. Raises ``rules.not_found``, ``rules.retired``, ``rules.untested``, ``rules.too_many``."""
    with _acting(ground, organisation, actor, "rule.activate", rule) as work:
        activate(work, rule, actor)


def retire_rule(ground: Ground, organisation: str, actor: str, rule: str) -> None:
    """Let a rule count no more. Raises ``rules.not_found``, ``rules.retired``."""
    with _acting(ground, organisation, actor, "rule.retire", rule) as work:
        retire(work, rule, actor)


def proposed_repairs(ground: Ground, work: Work, claim: str) -> dict[str, list[Change]]:
    """For each finding with a repair to ask about what it would change. Raises ``claims.not_found``."""
    practice = read_practice(work)
    return proposals(work, ground.vault, claim, filing_days=practice.filing_days, today=_today(work, practice))


def repair_claim(ground: Ground, organisation: str, actor: str, claim: str, rule: str) -> list[Finding]:
    """Make the repair that a rule proposes, and let all rules look again; what they find then.

    Raises ``claims.not_found``, ``claims.in_flight``, ``rules.no_repair``.
    """
    with ground.database.work(organisation) as work:
        practice = read_practice(work)
        found = accept_repair(
            work,
            ground.vault,
            ground.records,
            claim,
            rule,
            actor,
            filing_days=practice.filing_days,
            today=_today(work, practice),
        )
        ground.audit.record(work, AuditEvent(actor, "claim.repair", Target("Claim", claim), detail={"rule": rule}))
    return found


@contextmanager
def _acting(ground: Ground, organisation: str, actor: str, action: str, rule: str) -> Generator[Work]:
    with ground.database.work(organisation) as work:
        yield work
        _note(ground, work, actor, action, rule)


def _note(ground: Ground, work: Work, actor: str, action: str, rule: str) -> None:
    ground.audit.record(work, AuditEvent(actor, action, Target("rule", rule)))


def _today(work: Work, practice: Practice) -> date:
    return work.now.astimezone(office_zone(practice)).date()
