"""Scrubbing: every rule looks at the claim before it is sent; an error holds it, a warning lets it go.

Findings are kept in the event's codes with the versions of the rules, and shown again from the catalogue.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.claims.custody import IN_FLIGHT, in_files
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.rules import Finding, OtherLine, Rule, RuleContext, Severity, catalogue, run_rules
from chartline.domains.claims.tables import claim_event_table, claim_line_table, claim_table
from chartline.domains.codes import CodeBook, CodeSystem, code_book
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

_BEFORE_SENDING = (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)
_NEAR = timedelta(days=1)


def validate(
    work: Work,
    vault: Vault,
    records: Records,
    claim: str,
    *,
    filing_days: int = 365,
    today: date | None = None,
    actor: str = "chartline",
) -> list[Finding]:
    """Run every rule on one claim, as ``validate_many`` does; what was found.

    Raises ``claims.not_found``, ``claims.in_flight``.
    """
    found = validate_many(work, vault, records, [claim], filing_days=filing_days, today=today, actor=actor)
    return found[claim]


def validate_many(
    work: Work,
    vault: Vault,
    records: Records,
    claims: Collection[str],
    *,
    filing_days: int = 365,
    today: date | None = None,
    actor: str = "chartline",
) -> dict[str, list[Finding]]:
    """Run every rule on claims; each ends ready or held. A constant number of statements for any number of claims.

    ``today`` is the practice's calendar day (the clock's UTC day when not given), ``filing_days`` the payer's limit.
    Validating again with the same findings notes nothing. Raises ``claims.not_found``, ``claims.in_flight``.
    """
    changes = ClaimChanges.of(work, claims, actor)
    present = changes.claims
    filed = in_files(work, present.values())
    for claim in present.values():
        over = claim.submission not in _BEFORE_SENDING or claim.work in (WorkAxis.CLOSED, WorkAxis.CANCELLED)
        if over or claim.id in filed:
            raise IN_FLIGHT.error(claim=claim.id)
    copies = open_copies(work, vault, claims)
    book = _codes(work, copies.values())
    others = _others(work, present, copies)
    before = _last_findings(work, claims)
    rules = _rules()
    found: dict[str, list[Finding]] = {}
    for identity, claim in present.items():
        context = RuleContext(
            today=today or work.now.date(),
            filing_days=filing_days,
            codes=book,
            others=others[identity],
            own_history=claim.version > 1,
        )
        findings = found[identity] = run_rules(copies[identity], context)
        held = any(finding.severity is Severity.ERROR for finding in findings)
        to = WorkAxis.HELD if held or claim.hold_reason else WorkAxis.READY
        codes: dict[str, object] = {"findings": [rules[finding.rule].kept(finding) for finding in findings]}
        if claim.work is not to or codes != before.get(identity):
            changes.event(identity, EventKind.HELD if held else EventKind.VALIDATED, to, codes=codes)
            to_axis = SubmissionAxis.NONE if held else SubmissionAxis.VALIDATED
            changes.change(identity, submission_axis=to_axis.value)
    moved = changes.changed
    changes.save()
    publish_claims(work, vault, records, list(moved.values()), copies)
    return found


def findings_of(work: Work, claim: str) -> list[Finding]:
    """What the last validation of the present version found."""
    codes = _last_findings(work, [claim]).get(claim)
    rules = _rules()
    kept = codes.get("findings") if codes else None
    known = [one for one in kept if one["rule"] in rules] if isinstance(kept, list) else []
    return [rules[one["rule"]].again(one) for one in known]


def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in catalogue()}


def _last_findings(work: Work, claims: Collection[str]) -> dict[str, dict[str, object]]:
    """The codes of each claim's last validation, unless a correction came after it; one query."""
    events = claim_event_table.c
    kinds = (EventKind.VALIDATED, EventKind.HELD, EventKind.CORRECTED)
    mine = work.mine(claim_event_table), events.claim_id.in_(list(claims))
    last = (
        sa.select(events.claim_id, sa.func.max(events.seq).label("seq"))
        .where(*mine, events.kind.in_([kind.value for kind in kinds]))
        .group_by(events.claim_id)
        .subquery()
    )
    query = (
        sa.select(events.claim_id, events.kind, events.codes)
        .join(last, sa.and_(last.c.claim_id == events.claim_id, last.c.seq == events.seq))
        .where(*mine)
    )
    rows = work.rows(query) if claims else []
    return {row["claim_id"]: dict(row["codes"]) for row in rows if row["kind"] != EventKind.CORRECTED}


def _codes(work: Work, copies: Collection[ClaimCopy]) -> CodeBook:
    asked = {(CodeSystem.DIAGNOSIS, code) for copy in copies for code in copy.diagnoses}
    asked |= {(CodeSystem.PROCEDURE, line.procedure) for copy in copies for line in copy.lines if line.procedure}
    return code_book(work, asked)


def _others(
    work: Work, present: Mapping[str, Claim], copies: Mapping[str, ClaimCopy]
) -> dict[str, frozenset[OtherLine]]:
    """For each claim the lines of its patient's other claims, a day around; one query.

    Cancelled claims do not count, nor the claims of the same encounter to other payers.
    """
    claims, lines = claim_table.c, claim_line_table.c
    days = [copy.service_date for copy in copies.values()]
    near = claims.service_date.between(min(days) - _NEAR, max(days) + _NEAR) if days else sa.false()
    query = (
        sa.select(
            claims.id,
            claims.number,
            claims.patient_id,
            claims.encounter_id,
            claims.service_date.label("day"),
            lines.procedure,
            lines.modifiers,
            lines.service_date,
        )
        .join(
            claim_line_table,
            sa.and_(lines.organisation_id == claims.organisation_id, lines.claim_id == claims.id),
        )
        .where(
            work.mine(claim_table),
            claims.patient_id.in_(sorted({claim.patient_id for claim in present.values()})),
            claims.work_axis != WorkAxis.CANCELLED.value,
            near,
        )
    )
    by_patient: dict[str, list[sa.RowMapping]] = {}
    for row in work.rows(query):
        by_patient.setdefault(row["patient_id"], []).append(row)
    return {
        identity: frozenset(
            OtherLine(row["number"], row["procedure"], tuple(row["modifiers"].split()), row["service_date"])
            for row in by_patient.get(claim.patient_id, [])
            if row["encounter_id"] != claim.encounter_id and abs(row["day"] - copies[identity].service_date) <= _NEAR
        )
        for identity, claim in present.items()
    }
