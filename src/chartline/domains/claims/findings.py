"""What the last validation found on each claim, as rows: which rule holds how many claims, and the file of findings.

The history has the findings too, for ever; these rows are replaced by the next validation. Ids, codes and places only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from chartline.domains.claims.axes import WorkAxis
from chartline.domains.claims.rules.rule import Finding, Severity
from chartline.domains.claims.tables import claim_table
from chartline.platform.database import Id, Work, metadata

claim_finding_table = sa.Table(
    "claim_finding",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("claim_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("rule", sa.String(60), nullable=False),
    sa.Column("severity", sa.String(8), nullable=False),
    sa.Column("place", sa.String(60), nullable=False),
    sa.ForeignKeyConstraint(["organisation_id", "claim_id"], ["claim.organisation_id", "claim.id"]),
    sa.Index(None, "organisation_id", "rule"),
)

_finding, _claim = claim_finding_table.c, claim_table.c
_OPEN = (WorkAxis.DRAFT.value, WorkAxis.HELD.value, WorkAxis.READY.value)


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One finding of one claim that is still ours to send; ``seq`` counts the findings of the claim."""

    claim: str
    seq: int
    number: str
    payer_id: str
    service_date: date
    work: str
    rule: str
    severity: str
    place: str


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many claims a rule holds, and on how many it warns."""

    held: int
    warned: int


def keep_findings(work: Work, found: Mapping[str, Sequence[Finding]]) -> None:
    """Put the findings of claims in place of their earlier ones; two statements."""
    work.execute(work.delete(claim_finding_table).where(_finding.claim_id.in_(list(found))))
    work.insert_many(
        claim_finding_table,
        [
            {
                "claim_id": claim,
                "seq": number,
                "rule": one.rule[:60],
                "severity": one.severity.value,
                "place": one.place[:60],
            }
            for claim, findings in found.items()
            for number, one in enumerate(findings, 1)
        ],
    )


def list_findings(
    work: Work, rule: str = "", after: tuple[str, int] | None = None, limit: int = 200
) -> list[FoundLine]:
    """Findings of claims that were not sent, by claim; with a rule only its own. ``after`` is claim and number of the
    last one before."""
    query = _open_findings(work, _claim.id, _claim.number, _claim.payer_id, _claim.service_date, _claim.work_axis)
    if rule:
        query = query.where(_finding.rule == rule)
    if after is not None:
        claim, seq = after
        behind = sa.and_(_finding.claim_id == claim, _finding.seq > seq)
        query = query.where(sa.or_(_finding.claim_id > claim, behind))
    rows = work.rows(query.order_by(_finding.claim_id, _finding.seq).limit(limit))
    return [
        FoundLine(
            row["id"],
            row["seq"],
            row["number"],
            row["payer_id"],
            row["service_date"],
            row["work_axis"],
            row["rule"],
            row["severity"],
            row["place"],
        )
        for row in rows
    ]


def count_findings(work: Work) -> dict[str, RuleCount]:
    """For each rule the claims it holds and warns of now; one query."""
    query = (
        sa.select(_finding.rule, _finding.severity, sa.func.count(_finding.claim_id.distinct()).label("claims"))
        .join(claim_table, _same)
        .where(work.mine(claim_finding_table), _claim.work_axis.in_(_OPEN))
        .group_by(_finding.rule, _finding.severity)
    )
    counts: dict[str, dict[str, int]] = {}
    for row in work.rows(query):
        counts.setdefault(row["rule"], {})[row["severity"]] = row["claims"]
    return {
        rule: RuleCount(each.get(Severity.ERROR.value, 0), each.get(Severity.WARNING.value, 0))
        for rule, each in counts.items()
    }


_same = sa.and_(_claim.organisation_id == _finding.organisation_id, _claim.id == _finding.claim_id)


def _open_findings(work: Work, *columns: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
    own = (_finding.seq, _finding.rule, _finding.severity, _finding.place)
    return (
        sa.select(*own, *columns)
        .join(claim_table, _same)
        .where(work.mine(claim_finding_table), _claim.work_axis.in_(_OPEN))
    )
