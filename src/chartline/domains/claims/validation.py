"""Scrubbing: every rule looks at the claim before it is sent; an error holds it, a warning lets it go.

First the practice's rules set what they set, then safe repairs are made, then everything is looked at again. What was
changed is an event of its own with both values, sealed. Findings are kept in the event's codes and as rows, and shown
again from the catalogue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import sqlalchemy as sa

from chartline.domains.claims.authorized import use_units
from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges, seal_messages
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy, open_copies, repair_copies
from chartline.domains.claims.custody import IN_FLIGHT, in_files
from chartline.domains.claims.drafting import facts_of
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.findings import keep_findings
from chartline.domains.claims.gathering import gather
from chartline.domains.claims.lines import replace_lines
from chartline.domains.claims.practice_rules.applying import ActiveRule, active_rules, apply_settings, rule_findings
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.rules.catalogue import check_rules, rules_by_id, with_writing
from chartline.domains.claims.rules.context import RuleContext
from chartline.domains.claims.rules.coverage import authorization_units
from chartline.domains.claims.rules.repairs import changes_between, mend_safely
from chartline.domains.claims.rules.rule import Finding, Repair, Severity, again_whole, kept_whole
from chartline.domains.claims.tables import claim_event_table
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
    """Run every rule on claims; each ends ready or held. A constant number of statements for any number of claims, and
    one more pair for each claim that is repaired.

    ``today`` is the practice's calendar day (the clock's UTC day when not given), ``filing_days`` the payer's limit.
    Validating again with the same findings notes nothing. Raises ``claims.not_found``, ``claims.in_flight``.
    """
    changes = ClaimChanges.of(work, claims, actor)
    present = changes.claims
    require_unsent(work, present.values())
    copies = open_copies(work, vault, claims)
    gathered = gather(work, present, copies, today or work.now.date(), filing_days)
    own = active_rules(work)
    before = _last_findings(work, claims)
    found: dict[str, list[Finding]] = {}
    repaired: dict[str, ClaimCopy] = {}
    for identity, claim in present.items():
        context = gathered.context(claim)
        new, made, findings = scrub(copies[identity], context, own)
        if new != copies[identity]:
            note_repair(work, vault, changes, identity, copies[identity], new, made)
            copies[identity] = repaired[identity] = new
        found[identity] = findings
    going = [identity for identity, findings in found.items() if not _held(findings)]
    for identity in use_units(work, copies, gathered.authorizations.known, going):
        # Another claim of the same hour took what was left.
        found[identity].append(authorization_units.RULE.found("prior authorization"))
    for identity, claim in present.items():
        findings, held = found[identity], _held(found[identity])
        to = WorkAxis.HELD if held or claim.hold_reason else WorkAxis.READY
        codes: dict[str, object] = {"findings": [_kept(finding) for finding in findings]}
        if claim.work is not to or codes != before.get(identity):
            changes.event(identity, EventKind.HELD if held else EventKind.VALIDATED, to, codes=codes)
            to_axis = SubmissionAxis.NONE if held else SubmissionAxis.VALIDATED
            changes.change(identity, submission_axis=to_axis.value)
    moved = changes.changed
    changes.save()
    repair_copies(work, vault, repaired)
    for identity, new in repaired.items():
        replace_lines(work, identity, new)
    keep_findings(work, found)
    publish_claims(work, vault, records, list(moved.values()), copies)
    return found


def require_unsent(work: Work, claims: Collection[Claim]) -> None:
    """Raises ``claims.in_flight`` when the present version of one of them was put into a file or has ended."""
    filed = in_files(work, claims)
    for claim in claims:
        over = claim.submission not in _BEFORE_SENDING or claim.work in (WorkAxis.CLOSED, WorkAxis.CANCELLED)
        if over or claim.id in filed:
            raise IN_FLIGHT.error(claim=claim.id)


def scrub(
    copy: ClaimCopy, context: RuleContext, own: Collection[ActiveRule] = ()
) -> tuple[ClaimCopy, tuple[str, ...], list[Finding]]:
    """The copy as rules of the practice set it and safe repairs left it, the rules that changed it, and what is found
    on it then. Pure."""
    rules = tuple(own)
    copy, made = apply_settings(copy, rules, context.today) if rules else (copy, ())
    findings = check_rules(copy, context)
    if any(finding.repair is Repair.SAFE for finding in findings):
        mended = mend_safely(copy, context, findings, rules_by_id())
        if mended.rules:
            copy, made = mended.copy, made + mended.rules
            findings = check_rules(copy, context)
    findings += rule_findings(copy, rules, context.today)
    return copy, made, with_writing(copy, context, findings)


def note_repair(
    work: Work,
    vault: Vault,
    changes: ClaimChanges,
    claim: str,
    old: ClaimCopy,
    new: ClaimCopy,
    rules: Iterable[str],
) -> None:
    """Note an event with the rules that repaired, the fields that changed, and both values of each, sealed."""
    differences = changes_between(old, new)
    texts = [
        {
            "level": "I",
            "code": one.field[:60],
            "text": f"{one.before or '(empty)'} → {one.after or '(empty)'}",
            "fields": "",
        }
        for one in differences
    ]
    codes: dict[str, object] = {"rules": list(rules), "fields": [one.field for one in differences]}
    changes.event(claim, EventKind.REPAIRED, codes=codes, sealed=seal_messages(work, vault, claim, texts))
    changes.change(claim, **facts_of(new))


def findings_of(work: Work, claim: str) -> list[Finding]:
    """What the last validation of the present version found."""
    codes = _last_findings(work, [claim]).get(claim)
    kept = codes.get("findings") if codes else None
    return [finding for one in kept if (finding := _again(one))] if isinstance(kept, list) else []


def _held(findings: Collection[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _kept(finding: Finding) -> dict[str, str]:
    rule = rules_by_id().get(finding.rule)
    return rule.kept(finding) if rule else kept_whole(finding)


def _again(codes: Mapping[str, str]) -> Finding | None:
    rule = rules_by_id().get(codes["rule"])
    if rule is not None:
        return rule.again(codes)
    return again_whole(codes) if "say" in codes else None


def _last_findings(work: Work, claims: Collection[str]) -> dict[str, dict[str, object]]:
    """The codes of each claim's last validation, unless a correction came after it; one query."""
    events = claim_event_table.c
    begun = (EventKind.CORRECTED, EventKind.REFRESHED, EventKind.RESUBMITTED)
    kinds = (EventKind.VALIDATED, EventKind.HELD, *begun)
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
    return {row["claim_id"]: dict(row["codes"]) for row in rows if row["kind"] not in begun}
