"""Scrubbing: every rule looks at the claim before it is sent; an error holds it, a warning lets it go.

Findings are kept in the event's codes with the versions of the rules, and shown again from the catalogue.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.copy import ClaimCopy, open_copies
from chartline.domains.claims.custody import IN_FLIGHT, in_file
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.rules import Finding, OtherLine, Rule, RuleContext, Severity, catalogue, run_rules
from chartline.domains.claims.tables import claim_event_table, claim_line_table, claim_table
from chartline.domains.codes import CodeBook, CodeSystem, code_book
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

_BEFORE_SENDING = (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)


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
    """Run every rule; the claim ends ready or held. ``today`` is the practice's calendar day (the clock's UTC day when
    not given), ``filing_days`` the payer's limit. Validating again with the same findings notes nothing.

    Raises ``claims.not_found``, ``claims.in_flight``.
    """
    changes = ClaimChanges.of(work, [claim], actor)
    present = changes.claim(claim)
    over = present.submission not in _BEFORE_SENDING or present.work in (WorkAxis.CLOSED, WorkAxis.CANCELLED)
    if over or in_file(work, present):
        raise IN_FLIGHT.error(claim=claim)
    copy = open_copies(work, vault, [claim])[claim]
    context = RuleContext(
        today=today or work.now.date(),
        filing_days=filing_days,
        codes=_codes(work, copy),
        others=_others(work, claim, present.patient_id, copy.service_date),
        own_history=present.version > 1,
    )
    findings = run_rules(copy, context)
    held = any(finding.severity is Severity.ERROR for finding in findings)
    to = WorkAxis.HELD if held else WorkAxis.READY
    rules = _rules()
    codes: dict[str, object] = {"findings": [rules[finding.rule].kept(finding) for finding in findings]}
    if present.work is not to or codes != _last_findings(work, claim):
        changes.event(claim, EventKind.HELD if held else EventKind.VALIDATED, to, codes=codes)
        changes.change(claim, submission_axis=(SubmissionAxis.NONE if held else SubmissionAxis.VALIDATED).value)
        changes.save()
        publish_claims(work, vault, records, [changes.claim(claim)], {claim: copy})
    return findings


def findings_of(work: Work, claim: str) -> list[Finding]:
    """What the last validation of the present version found."""
    codes = _last_findings(work, claim)
    rules = _rules()
    kept = codes.get("findings") if codes else None
    known = [one for one in kept if one["rule"] in rules] if isinstance(kept, list) else []
    return [rules[one["rule"]].again(one) for one in known]


def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in catalogue()}


def _last_findings(work: Work, claim: str) -> dict[str, object] | None:
    events = claim_event_table.c
    kinds = (EventKind.VALIDATED, EventKind.HELD, EventKind.CORRECTED)
    query = (
        work.select(claim_event_table, events.kind, events.codes)
        .where(events.claim_id == claim, events.kind.in_([kind.value for kind in kinds]))
        .order_by(events.seq.desc())
        .limit(1)
    )
    row = work.row(query)
    return None if row is None or row["kind"] == EventKind.CORRECTED else dict(row["codes"])


def _codes(work: Work, copy: ClaimCopy) -> CodeBook:
    asked = [(CodeSystem.DIAGNOSIS, code) for code in copy.diagnoses]
    asked += [(CodeSystem.PROCEDURE, line.procedure) for line in copy.lines]
    return code_book(work, asked)


def _others(work: Work, claim: str, patient: str, on: date) -> frozenset[OtherLine]:
    """Lines of the patient's other claims, a day around; cancelled claims do not count."""
    claims, lines = claim_table.c, claim_line_table.c
    query = (
        sa.select(claims.number, lines.procedure, lines.modifiers, lines.service_date)
        .join(
            claim_line_table,
            sa.and_(lines.organisation_id == claims.organisation_id, lines.claim_id == claims.id),
        )
        .where(
            work.mine(claim_table),
            claims.patient_id == patient,
            claims.id != claim,
            claims.work_axis != WorkAxis.CANCELLED.value,
            claims.service_date.between(on - timedelta(days=1), on + timedelta(days=1)),
        )
    )
    return frozenset(
        OtherLine(row["number"], row["procedure"], tuple(row["modifiers"].split()), row["service_date"])
        for row in work.rows(query)
    )
