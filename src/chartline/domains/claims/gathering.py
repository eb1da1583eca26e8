"""Gathers what rules may know beside the copies, for many claims at once, by a constant number of statements.

What a practice does not have (loaded edits, authorizations, a fee schedule) costs one small query and leaves its rules
without anything to find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.claims.authorized import Authorizations, authorizations_of
from chartline.domains.claims.axes import WorkAxis
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.rules.context import KnownCoverage, OtherLine, RuleContext
from chartline.domains.claims.rules.procedure_sets import NEW_PATIENT
from chartline.domains.claims.tables import claim_line_table, claim_table
from chartline.domains.codes import CodeBook, CodeSystem, code_book
from chartline.domains.codes.edits import EditBook, edit_book
from chartline.domains.coverage.benefits import CheckState
from chartline.domains.coverage.enrollments import Enrolling, enrollment_gaps
from chartline.domains.coverage.tables import eligibility_check_table
from chartline.domains.practice.fees import fee_table
from chartline.domains.practice.providers import provider_table
from chartline.platform.database import Work

_NEAR = timedelta(days=1)
_LONG_AGO = timedelta(days=3 * 366)
_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything, by claim where it is of one."""

    today: date
    filing_days: int
    codes: CodeBook
    edits: EditBook
    others: Mapping[str, frozenset[OtherLine]]
    authorizations: Authorizations
    enrollments: Mapping[str, str]
    coverages: Mapping[str, KnownCoverage]
    seen: Mapping[str, date]
    inactive_npis: frozenset[str]
    fees: Mapping[str, Mapping[str, int]]

    def context(self, claim: Claim) -> RuleContext:
        """What rules may know of one claim."""
        return RuleContext(
            today=self.today,
            filing_days=self.filing_days,
            codes=self.codes,
            others=self.others.get(claim.id, frozenset()),
            own_history=claim.version > 1,
            edits=self.edits,
            authorizations=self.authorizations.known.get(claim.id, ()),
            coverage=self.coverages.get(claim.id),
            last_seen=self.seen.get(claim.id),
            inactive_npis=self.inactive_npis,
            fees=self.fees.get(claim.id, {}),
            to_authorize=self.authorizations.missing.get(claim.id, frozenset()),
            enrollment=self.enrollments.get(claim.id, ""),
        )


def gather(
    work: Work, claims: Mapping[str, Claim], copies: Mapping[str, ClaimCopy], today: date, filing_days: int
) -> Gathered:
    """What rules may know of these claims."""
    others, procedures = _others(work, claims, copies), _procedures(copies.values())
    beside = {one.procedure for each in others.values() for one in each}
    return Gathered(
        today=today,
        filing_days=filing_days,
        codes=_codes(work, copies.values()),
        edits=edit_book(work, procedures | beside),
        others=others,
        authorizations=authorizations_of(work, claims, copies),
        enrollments=_enrollments(work, copies),
        coverages=_coverages(work, claims, copies),
        seen=_seen(work, claims, copies),
        inactive_npis=_inactive(work),
        fees=_fees(work, procedures, copies),
    )


def _procedures(copies: Collection[ClaimCopy]) -> set[str]:
    return {line.procedure for copy in copies for line in copy.lines if line.procedure}


def _codes(work: Work, copies: Collection[ClaimCopy]) -> CodeBook:
    asked = {(CodeSystem.DIAGNOSIS, code) for copy in copies for code in copy.diagnoses}
    asked |= {(CodeSystem.PROCEDURE, procedure) for procedure in _procedures(copies)}
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
            claims.number,
            claims.patient_id,
            claims.encounter_id,
            claims.kind,
            claims.rendering_npi,
            claims.service_date.label("day"),
            lines.procedure,
            lines.modifiers,
            lines.units,
            lines.service_date,
        )
        .join(
            claim_line_table,
            sa.and_(lines.organisation_id == claims.organisation_id, lines.claim_id == claims.id),
        )
        .where(
            work.mine(claim_table),
            claims.patient_id.in_(_patients(present)),
            claims.work_axis != WorkAxis.CANCELLED.value,
            near,
        )
    )
    by_patient: dict[str, list[sa.RowMapping]] = defaultdict(list)
    for row in work.rows(query):
        by_patient[row["patient_id"]].append(row)
    return {
        identity: frozenset(
            OtherLine(
                row["number"],
                row["procedure"],
                tuple(row["modifiers"].split()),
                row["service_date"],
                row["units"],
                row["rendering_npi"],
            )
            for row in by_patient.get(claim.patient_id, ())
            if row["encounter_id"] != claim.encounter_id
            and row["kind"] == copies[identity].kind
            and abs(row["day"] - copies[identity].service_date) <= _NEAR
        )
        for identity, claim in present.items()
    }


def _coverages(work: Work, claims: Mapping[str, Claim], copies: Mapping[str, ClaimCopy]) -> dict[str, KnownCoverage]:
    """The payer's last clear word on each coverage around the days of service; one query."""
    columns = eligibility_check_table.c
    days = [copy.service_date for copy in copies.values()]
    if not days:
        return {}
    query = work.select(
        eligibility_check_table, columns.coverage_id, columns.state, columns.service_date, columns.answered
    ).where(
        columns.coverage_id.in_(sorted({claim.coverage_id for claim in claims.values()})),
        columns.state.in_([CheckState.ACTIVE.value, CheckState.INACTIVE.value]),
        columns.service_date.between(min(days) - _MONTH, max(days) + _MONTH),
        columns.answered.is_not(None),
    )
    said: dict[str, list[sa.RowMapping]] = defaultdict(list)
    for row in work.rows(query.order_by(columns.answered)):
        said[row["coverage_id"]].append(row)
    found: dict[str, KnownCoverage] = {}
    for identity, claim in claims.items():
        on = copies[identity].service_date
        same_month = [
            row
            for row in said.get(claim.coverage_id, ())
            if (row["service_date"].year, row["service_date"].month) == (on.year, on.month)
        ]
        if same_month:
            found[identity] = KnownCoverage(same_month[-1]["state"], same_month[-1]["service_date"])
    return found


def _enrollments(work: Work, copies: Mapping[str, ClaimCopy]) -> dict[str, str]:
    """Where the enrolment stands of claims whose payer wants one and does not have it; two queries, or three."""
    asked = {
        identity: Enrolling(copy.coverage.payer_id, copy.kind, copy.billing.npi) for identity, copy in copies.items()
    }
    gaps = enrollment_gaps(work, set(asked.values()))
    return {identity: gaps[one].state.value for identity, one in asked.items() if one in gaps}


def _seen(work: Work, claims: Mapping[str, Claim], copies: Mapping[str, ClaimCopy]) -> dict[str, date]:
    """For claims of new patients the last service before; one query, none where nobody is new."""
    new = {
        identity: claims[identity].patient_id
        for identity, copy in copies.items()
        if any(line.procedure in NEW_PATIENT for line in copy.lines)
    }
    if not new:
        return {}
    columns = claim_table.c
    days = [copies[identity].service_date for identity in new]
    query = (
        work.select(claim_table, columns.patient_id, columns.service_date)
        .where(
            columns.patient_id.in_(sorted(set(new.values()))),
            columns.service_date.between(min(days) - _LONG_AGO, max(days)),
            columns.work_axis != WorkAxis.CANCELLED.value,
        )
        .distinct()
    )
    dates: dict[str, list[date]] = defaultdict(list)
    for row in work.rows(query):
        dates[row["patient_id"]].append(row["service_date"])
    found: dict[str, date] = {}
    for identity, patient in new.items():
        before = [day for day in dates[patient] if day < copies[identity].service_date]
        if before:
            found[identity] = max(before)
    return found


def _inactive(work: Work) -> frozenset[str]:
    columns = provider_table.c
    rows = work.rows(work.select(provider_table, columns.npi).where(columns.active.is_(False)))
    return frozenset(row["npi"] for row in rows)


def _fees(work: Work, procedures: Collection[str], copies: Mapping[str, ClaimCopy]) -> dict[str, dict[str, int]]:
    """The practice's prices by claim: its payer's before everybody's, a later begin before an earlier; one query."""
    columns = fee_table.c
    if not procedures:
        return {}
    rows = work.rows(
        work.select(fee_table)
        .where(columns.procedure.in_(sorted(procedures)))
        .order_by(sa.case((columns.payer_id == "", 0), else_=1), columns.begin_date)
    )
    if not rows:
        return {}
    by_procedure: dict[str, list[sa.RowMapping]] = defaultdict(list)
    for row in rows:
        by_procedure[row["procedure"]].append(row)
    found: dict[str, dict[str, int]] = {}
    for identity, copy in copies.items():
        on, payer = copy.service_date, copy.coverage.payer_id
        found[identity] = {
            line.procedure: row["amount"]
            for line in copy.lines
            for row in by_procedure.get(line.procedure, ())
            if row["payer_id"] in ("", payer)
            and row["begin_date"] <= on
            and (row["end_date"] is None or row["end_date"] >= on)
        }
    return found


def _patients(claims: Mapping[str, Claim]) -> list[str]:
    return sorted({claim.patient_id for claim in claims.values()})
