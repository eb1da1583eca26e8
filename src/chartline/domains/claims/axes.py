"""Where a claim stands, on three small axes, and the one word that people use for it.

The balance is the fourth axis and lives in the ledger. The word is derived, never stored.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import product


class WorkAxis(StrEnum):
    """What our own side has done with it."""

    DRAFT = "draft"
    HELD = "held"
    """A rule found something that would get it refused."""
    READY = "ready"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SubmissionAxis(StrEnum):
    """How far the present version got on its way to the payer."""

    NONE = "none"
    VALIDATED = "validated"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


class AdjudicationAxis(StrEnum):
    """What the payer decided."""

    NONE = "none"
    PENDING = "pending"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"
    REVERSED = "reversed"
    """The payer took its decision back and has not given a new one."""
    APPEALED = "appealed"


class Word(StrEnum):
    """The one word."""

    DRAFT = "draft"
    VALIDATED = "validated"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"
    APPEALED = "appealed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


DECIDED = frozenset({AdjudicationAxis.PAID, AdjudicationAxis.PARTIALLY_PAID, AdjudicationAxis.DENIED})
"""The payer has spoken, and its word stands."""

_BY_WORK = {WorkAxis.CLOSED: Word.CLOSED, WorkAxis.CANCELLED: Word.CANCELLED}
_BY_ADJUDICATION = {
    AdjudicationAxis.PAID: Word.PAID,
    AdjudicationAxis.PARTIALLY_PAID: Word.PARTIALLY_PAID,
    AdjudicationAxis.DENIED: Word.DENIED,
    AdjudicationAxis.APPEALED: Word.APPEALED,
}
_BY_SUBMISSION = {
    SubmissionAxis.NONE: Word.DRAFT,
    SubmissionAxis.VALIDATED: Word.VALIDATED,
    SubmissionAxis.SUBMITTED: Word.SUBMITTED,
    SubmissionAxis.ACKNOWLEDGED: Word.ACCEPTED,
    SubmissionAxis.REJECTED: Word.REJECTED,
}


def word_of(work: WorkAxis, submission: SubmissionAxis, adjudication: AdjudicationAxis) -> Word:
    """The word: our own last word first, then the payer's decision, then the way there."""
    return _BY_WORK.get(work) or _BY_ADJUDICATION.get(adjudication) or _BY_SUBMISSION[submission]


def axes_of(word: Word) -> list[tuple[str, str, str]]:
    """Every combination of the three axes that this word stands for, for a query."""
    return [
        (work.value, submission.value, adjudication.value)
        for work, submission, adjudication in product(WorkAxis, SubmissionAxis, AdjudicationAxis)
        if word_of(work, submission, adjudication) is word
    ]
