"""Where every claim stood at a moment: from its row for now, from its events for any moment before.

A new version of a claim begins its submission and its decision anew, whether or not an event says so for each axis;
and a payer that decides has received the claim. Refuses to guess positions that lead to no other word.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis, word_of
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.platform.database import Work

NEW_VERSIONS = (
    EventKind.CORRECTED,
    EventKind.RESUBMITTED,
    EventKind.REFRESHED,
    EventKind.VOIDING,
    EventKind.VOID_UNDONE,
)
"""Events with which a new version begins."""
_AXES = ("work", "submission", "adjudication")
_START = {
    "work": WorkAxis.DRAFT.value,
    "submission": SubmissionAxis.NONE.value,
    "adjudication": AdjudicationAxis.NONE.value,
}


def standings(work: Work, until: datetime | None) -> sa.Subquery:
    """Each claim (``id``) with its three axes, as they were before ``until``; as they are now without it.

    A claim that had no event yet is not among them.
    """
    claim = claim_table.c
    if until is None:
        return (
            sa.select(claim.id, claim.work_axis, claim.submission_axis, claim.adjudication_axis)
            .where(work.mine(claim_table))
            .subquery("standing")
        )
    event = claim_event_table.c
    renewed = sa.case((event.kind.in_([one.value for one in NEW_VERSIONS]), event.seq))
    last = (
        sa.select(
            event.claim_id,
            *(sa.func.max(sa.case((event.axis == axis, event.seq))).label(axis) for axis in _AXES),
            sa.func.coalesce(sa.func.max(renewed), 0).label("renewed"),
            sa.func.max(sa.case((event.kind == EventKind.VOIDING.value, event.seq))).label("voiding"),
            sa.func.max(sa.case((event.kind == EventKind.ADJUDICATED.value, event.seq))).label("decided"),
        )
        .where(work.mine(claim_event_table), event.at < until)
        .group_by(event.claim_id)
        .subquery("last_event")
    )
    joined: sa.FromClause = last
    found: list[sa.ColumnElement[str]] = []
    for axis in _AXES:
        one = claim_event_table.alias(f"{axis}_event")
        same = [
            one.c.organisation_id == work.organisation,
            one.c.claim_id == last.c.claim_id,
            one.c.seq == last.c[axis],
        ]
        if axis != "work":
            same.append(one.c.seq >= last.c.renewed)
        joined = joined.outerjoin(one, sa.and_(*same))
        # A void is ready to go out at once: nothing in it is new.
        begun: sa.ColumnElement[str] = sa.literal(_START[axis])
        if axis == "submission":
            begun = sa.case((last.c.voiding == last.c.renewed, SubmissionAxis.VALIDATED.value), else_=begun)
        found.append(sa.func.coalesce(one.c.after, begun))
    submitted = sa.case(
        (
            sa.and_(last.c.decided > last.c.renewed, found[1] == SubmissionAxis.SUBMITTED.value),
            SubmissionAxis.ACKNOWLEDGED.value,
        ),
        else_=found[1],
    )
    return (
        sa.select(
            last.c.claim_id.label("id"),
            found[0].label("work_axis"),
            submitted.label("submission_axis"),
            found[2].label("adjudication_axis"),
        )
        .select_from(joined)
        .subquery("standing")
    )


def word_case(
    work_axis: sa.ColumnElement[str],
    submission_axis: sa.ColumnElement[str],
    adjudication_axis: sa.ColumnElement[str],
) -> sa.ColumnElement[str]:
    """The one word (``claims.axes.word_of``) as an expression over three columns."""
    draft, unsent, undecided = WorkAxis.DRAFT, SubmissionAxis.NONE, AdjudicationAxis.NONE
    plain = word_of(draft, unsent, undecided)
    by_work = [(one, word_of(one, unsent, undecided)) for one in WorkAxis]
    by_decision = [(one, word_of(draft, unsent, one)) for one in AdjudicationAxis]
    return sa.case(
        *((work_axis == one.value, word.value) for one, word in by_work if word is not plain),
        *((adjudication_axis == one.value, word.value) for one, word in by_decision if word is not plain),
        *((submission_axis == one.value, word_of(draft, one, undecided).value) for one in SubmissionAxis),
        else_=plain.value,
    )
