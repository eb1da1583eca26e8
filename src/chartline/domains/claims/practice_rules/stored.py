"""Practices' rules in the database: written, changed, tested, activated, retired; each step with who and when.

A change is a new version; the active one goes on counting until the new one is activated. Refuses to activate what was
not tested, and to change what was retired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from chartline.domains.claims.practice_rules.definition import Definition, read_definition
from chartline.domains.claims.practice_rules.tables import (
    practice_rule_event_table,
    practice_rule_table,
    practice_rule_version_table,
)
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

NO_RULE = ErrorKind(
    "rules.not_found",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such rule of the practice.",
    "Look the rule up in the list.",
    status=404,
)
UNTESTED = ErrorKind(
    "rules.untested",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This version of the rule was not tested on past claims.",
    "Test it first, look at what it would have caught, then activate it.",
    status=409,
)
RETIRED = ErrorKind(
    "rules.retired",
    Blame.PRACTICE,
    Again.NEVER,
    "The rule was retired.",
    "Write a new rule; this one stays for its history.",
    status=409,
)
TOO_MANY = ErrorKind(
    "rules.too_many",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The practice has as many active rules as one claim can be held to.",
    "Retire a rule that catches nothing any more.",
    status=409,
)
MOST_ACTIVE = 200


class RuleState(StrEnum):
    """How a rule stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    CHANGED = "changed"
    """An older version is active, a newer one waits."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class PracticeRule:
    """A rule with its newest version."""

    id: str
    state: RuleState
    version: int
    active_version: int | None
    definition: Definition
    tested: datetime | None
    test: Mapping[str, Any] | None
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule, with the numbers of its last test."""

    version: int
    definition: Definition
    made: datetime
    made_by: str
    tested: datetime | None
    test: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class RuleEvent:
    """One step: ``kind`` is written, changed, tested, activated or retired."""

    at: datetime
    actor: str
    kind: str
    version: int
    detail: Mapping[str, Any]


_rule, _version, _event = practice_rule_table.c, practice_rule_version_table.c, practice_rule_event_table.c


def propose(work: Work, definition: Definition, actor: str, cause: str = "") -> str:
    """Write a new rule, which counts for nothing before it is tested and activated; its id.

    ``cause`` is the id of what it was written for, such as a denial.
    """
    identity = new_id()
    work.insert(
        practice_rule_table,
        id=identity,
        name=definition.name,
        version=1,
        active_version=None,
        retired=None,
        events=0,
        created=work.now,
        updated=work.now,
    )
    _keep_version(work, identity, 1, definition, actor)
    _note(work, identity, 0, "written", 1, actor, {"cause": cause} if cause else {})
    return identity


def change(work: Work, rule: str, definition: Definition, actor: str) -> int:
    """Begin a new version; its number. The same words again change nothing.

    Raises ``rules.not_found``, ``rules.retired``.
    """
    row = _locked(work, rule)
    if _definition_of(work, rule, row["version"]) == definition:
        return int(row["version"])
    version = row["version"] + 1
    _keep_version(work, rule, version, definition, actor)
    mine = work.update(practice_rule_table).where(_rule.id == rule)
    work.execute(mine.values(version=version, name=definition.name))
    _note(work, rule, row["events"], "changed", version, actor, {})
    return int(version)


def record_test(work: Work, rule: str, result: Mapping[str, Any], actor: str) -> None:
    """Keep the numbers of a test of the newest version. Raises ``rules.not_found``, ``rules.retired``."""
    row = _locked(work, rule)
    mine = work.update(practice_rule_version_table).where(_version.rule_id == rule, _version.version == row["version"])
    work.execute(mine.values(tested=work.now, test=dict(result)))
    _note(work, rule, row["events"], "tested", row["version"], actor, result)


def activate(work: Work, rule: str, actor: str) -> None:
    """Let the newest version count from now on. Raises ``rules.not_found``, ``rules.retired``, ``rules.untested``,
    ``rules.too_many``."""
    row = _locked(work, rule)
    if row["active_version"] == row["version"]:
        return
    known = work.row(
        work.select(practice_rule_version_table, _version.tested).where(
            _version.rule_id == rule, _version.version == row["version"]
        )
    )
    if known is None or known["tested"] is None:
        raise UNTESTED.error(rule=rule)
    others = work.scalar(
        sa.select(sa.func.count()).where(
            work.mine(practice_rule_table), _rule.active_version.is_not(None), _rule.id != rule
        )
    )
    if others >= MOST_ACTIVE:
        raise TOO_MANY.error(rule=rule)
    work.execute(work.update(practice_rule_table).where(_rule.id == rule).values(active_version=row["version"]))
    _note(work, rule, row["events"], "activated", row["version"], actor, {})


def retire(work: Work, rule: str, actor: str) -> None:
    """Let it count no more, for good. Raises ``rules.not_found``, ``rules.retired``."""
    row = _locked(work, rule)
    mine = work.update(practice_rule_table).where(_rule.id == rule)
    work.execute(mine.values(active_version=None, retired=work.now))
    _note(work, rule, row["events"], "retired", row["version"], actor, {})


def read_rule(work: Work, rule: str) -> PracticeRule:
    """One rule. Raises ``rules.not_found``."""
    row = work.row(_newest(work).where(_rule.id == rule))
    if row is None:
        raise NO_RULE.error(rule=rule)
    return _made(row)


def list_rules(work: Work, state: RuleState | None = None, limit: int = 500) -> list[PracticeRule]:
    """The rules, the newest change first, retired ones last; one query."""
    rows = work.rows(_newest(work).order_by(_rule.retired.is_not(None), _rule.updated.desc(), _rule.id).limit(limit))
    return [rule for rule in map(_made, rows) if state is None or rule.state is state]


def read_versions(work: Work, rule: str) -> list[RuleVersion]:
    """Every version, the newest first."""
    query = work.select(practice_rule_version_table).where(_version.rule_id == rule)
    return [
        RuleVersion(
            row["version"],
            read_definition(row["definition"]),
            row["made"],
            row["made_by"],
            row["tested"],
            row["test"],
        )
        for row in work.rows(query.order_by(_version.version.desc()))
    ]


def rule_history(work: Work, rule: str) -> list[RuleEvent]:
    """Everything that was done with it, oldest first."""
    query = work.select(practice_rule_event_table).where(_event.rule_id == rule).order_by(_event.seq)
    return [
        RuleEvent(row["at"], row["actor"], row["kind"], row["version"], row["detail"] or {}) for row in work.rows(query)
    ]


def state_of(row: Mapping[str, Any]) -> RuleState:
    """The state of a row."""
    if row["retired"] is not None:
        return RuleState.RETIRED
    if row["active_version"] is None:
        return RuleState.DRAFT
    return RuleState.ACTIVE if row["active_version"] == row["version"] else RuleState.CHANGED


def _newest(work: Work) -> sa.Select[Any]:
    return (
        sa.select(*practice_rule_table.c, _version.definition, _version.tested, _version.test)
        .join(
            practice_rule_version_table,
            sa.and_(
                _version.organisation_id == _rule.organisation_id,
                _version.rule_id == _rule.id,
                _version.version == _rule.version,
            ),
        )
        .where(work.mine(practice_rule_table))
    )


def _made(row: sa.RowMapping) -> PracticeRule:
    return PracticeRule(
        row["id"],
        state_of(row),
        row["version"],
        row["active_version"],
        read_definition(row["definition"]),
        row["tested"],
        row["test"],
        row["created"],
        row["updated"],
    )


def _locked(work: Work, rule: str) -> sa.RowMapping:
    row = work.row(work.select(practice_rule_table).where(_rule.id == rule).with_for_update())
    if row is None:
        raise NO_RULE.error(rule=rule)
    if row["retired"] is not None:
        raise RETIRED.error(rule=rule)
    return row


def _definition_of(work: Work, rule: str, version: int) -> Definition:
    mine = work.select(practice_rule_version_table, _version.definition)
    return read_definition(work.scalar(mine.where(_version.rule_id == rule, _version.version == version)))


def _keep_version(work: Work, rule: str, version: int, definition: Definition, actor: str) -> None:
    work.insert(
        practice_rule_version_table,
        rule_id=rule,
        version=version,
        definition=definition.as_data(),
        made=work.now,
        made_by=actor,
        tested=None,
        test=None,
    )


def _note(work: Work, rule: str, events: int, kind: str, version: int, actor: str, detail: Mapping[str, Any]) -> None:
    work.insert(
        practice_rule_event_table,
        rule_id=rule,
        seq=events + 1,
        at=work.now,
        actor=actor,
        kind=kind,
        version=version,
        detail=dict(detail),
    )
    work.execute(work.update(practice_rule_table).where(_rule.id == rule).values(events=events + 1, updated=work.now))
