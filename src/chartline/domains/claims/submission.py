"""What clearinghouses and payers say of claims: handed over, accepted, rejected.

A report is matched by our reference, then the clearinghouse's id, then our control number. The same report twice
changes nothing; a report on an earlier version is noted and moves nothing; a report on no claim of ours is kept as a
stray and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from chartline.connect.facts import ClaimFile, ClaimReport
from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges, seal_messages
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.numbers import read_reference
from chartline.domains.claims.publish import publish_claims, shows_the_same
from chartline.domains.claims.tables import claim_table, stray_report_table
from chartline.kernel.ids import derived_id
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

_UNDECIDED = (AdjudicationAxis.NONE, AdjudicationAxis.PENDING)
_UNSENT = (SubmissionAxis.NONE, SubmissionAxis.VALIDATED)
VOID = "8"
"""The frequency of a version that asks the payer to void the claim."""


@dataclass(frozen=True, slots=True)
class ReportsTaken:
    """How many reports were applied, known already, about an earlier version, and about no claim of ours."""

    applied: int = 0
    repeated: int = 0
    stale: int = 0
    stray: int = 0


def mark_submitted(
    work: Work,
    vault: Vault,
    records: Records,
    file: ClaimFile,
    *,
    exchange: str | None = None,
    actor: str = "chartline",
) -> int:
    """The file has arrived: its claims are submitted. Returns how many moved; doing it again moves none."""
    versions = dict(found for found in map(read_reference, file.references) if found is not None)
    changes = ClaimChanges(work, claim_table.c.number.in_(list(versions)), actor)
    for claim in changes.claims.values():
        if claim.version == versions[claim.number] and claim.submission is SubmissionAxis.VALIDATED:
            codes: dict[str, object] = {"file": file.name, "version": claim.version}
            changes.event(claim.id, EventKind.SUBMITTED, SubmissionAxis.SUBMITTED, codes=codes, exchange=exchange)
            if claim.submitted is None:
                changes.change(claim.id, submitted=work.now)
    moved = changes.changed
    changes.save()
    publish_claims(work, vault, records, list(moved.values()))
    return len(moved)


def record_reports(
    work: Work,
    vault: Vault,
    records: Records,
    reports: Sequence[ClaimReport],
    *,
    exchange: str | None = None,
    actor: str = "clearinghouse",
) -> ReportsTaken:
    """Take reports in their order; a constant number of queries apart from publishing the claims that moved."""
    changes = ClaimChanges(work, _asked(reports), actor)
    before = changes.claims
    finder = _Finder(before)
    known = changes.known_sources([_source(report) for report in reports])
    applied = repeated = stale = stray = 0
    for report in reports:
        found = finder.find(report)
        if found is None:
            stray += _keep_stray(work, report)
            continue
        identity, version = found
        source = _source(report)
        if (identity, source) in known:
            repeated += 1
            continue
        known.add((identity, source))
        claim = changes.claim(identity)
        if _is_stale(claim, version, report):
            _note(changes, work, vault, claim, report, EventKind.STALE, None, exchange)
            stale += 1
        else:
            _apply(changes, work, vault, claim, report, exchange)
            applied += 1
    moved = changes.changed
    changes.save()
    # Most reports say again what is known: a version of each would tell nobody anything.
    news = [claim for identity, claim in moved.items() if not shows_the_same(before[identity], claim)]
    publish_claims(work, vault, records, news)
    return ReportsTaken(applied, repeated, stale, stray)


class _Finder:
    """Claims by each of the three names that a report may give them."""

    def __init__(self, claims: dict[str, Claim]) -> None:
        self._numbers = {claim.number: claim.id for claim in claims.values()}
        self._vendor = {claim.vendor_claim_id: claim.id for claim in claims.values() if claim.vendor_claim_id}

    def find(self, report: ClaimReport) -> tuple[str, int | None] | None:
        """The claim's id, and the version where the report names it."""
        named = read_reference(report.reference)
        if named is not None and named[0] in self._numbers:
            return self._numbers[named[0]], named[1]
        identity = self._vendor.get(report.vendor_id) or self._numbers.get(report.control_number)
        return (identity, None) if identity else None


def _asked(reports: Sequence[ClaimReport]) -> sa.ColumnElement[bool]:
    named = {found[0] for found in map(read_reference, (report.reference for report in reports)) if found}
    numbers = named | {report.control_number for report in reports}
    vendor = {report.vendor_id for report in reports if report.vendor_id}
    columns = claim_table.c
    return sa.or_(columns.number.in_(sorted(numbers)), columns.vendor_claim_id.in_(sorted(vendor)))


def _is_stale(claim: Claim, version: int | None, report: ClaimReport) -> bool:
    if version is not None:
        return version != claim.version
    other_id = bool(claim.vendor_claim_id and report.vendor_id and claim.vendor_claim_id != report.vendor_id)
    return other_id or claim.submission in _UNSENT


def _apply(
    changes: ClaimChanges, work: Work, vault: Vault, claim: Claim, report: ClaimReport, exchange: str | None
) -> None:
    if report.vendor_id:
        changes.change(claim.id, vendor_claim_id=report.vendor_id[:60])
    if report.payer_number:
        changes.change(claim.id, payer_number=report.payer_number[:60])
    if claim.submitted is None:
        changes.change(claim.id, submitted=work.now)
    over = claim.work in (WorkAxis.CLOSED, WorkAxis.CANCELLED) or claim.adjudication not in _UNDECIDED
    status = report.status.upper()
    if status == "R" and not over:
        _note(changes, work, vault, claim, report, EventKind.REJECTED, SubmissionAxis.REJECTED, exchange)
    elif status == "A" and not over:
        _note(changes, work, vault, claim, report, EventKind.ACKNOWLEDGED, SubmissionAxis.ACKNOWLEDGED, exchange)
        if report.from_payer and claim.frequency == VOID:
            changes.event(claim.id, EventKind.VOIDED, WorkAxis.CANCELLED)
        elif report.from_payer:
            changes.change(claim.id, adjudication_axis=AdjudicationAxis.PENDING.value)
    else:
        _note(changes, work, vault, claim, report, EventKind.REPORTED, None, exchange)


def _note(
    changes: ClaimChanges,
    work: Work,
    vault: Vault,
    claim: Claim,
    report: ClaimReport,
    kind: EventKind,
    to: SubmissionAxis | None,
    exchange: str | None,
) -> None:
    texts = [{"level": one.level, "code": one.code, "text": one.text, "fields": one.fields} for one in report.messages]
    codes = _codes(report) | {"reference": report.reference[:60], "from_payer": report.from_payer}
    sealed = seal_messages(work, vault, claim.id, texts) if texts else None
    changes.event(claim.id, kind, to, codes=codes, source=_source(report), exchange=exchange, sealed=sealed)


def _codes(report: ClaimReport) -> dict[str, object]:
    messages = [{"level": one.level, "code": one.code, "fields": one.fields} for one in report.messages]
    return {"status": report.status, "messages": messages}


def _source(report: ClaimReport) -> str:
    """The same text for the same report, however often a feed repeats it."""
    messages = [part for one in report.messages for part in (one.level, one.code, one.text, one.fields)]
    names = (report.reference, report.control_number, report.vendor_id, report.status, report.sender)
    return "report/" + derived_id(*names, report.payer_number, report.at, *messages)


def _keep_stray(work: Work, report: ClaimReport) -> int:
    """Keep a report on no claim of ours; 1 also for one that is kept already."""
    work.insert_new(
        stray_report_table,
        id=_source(report).removeprefix("report/"),
        at=work.now,
        reference=report.reference[:60],
        control_number=report.control_number[:60],
        vendor_id=report.vendor_id[:60],
        status=report.status[:10],
        codes=_codes(report),
    )
    return 1
