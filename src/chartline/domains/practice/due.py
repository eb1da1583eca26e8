"""Publications that are due: what a large piece of work changed, to be published soon after it in small portions.

What one act of a person changes is published in its own transaction. Work on very many claims at once (a file, a page
of reports, a large remittance) notes here what it changed, in its own transaction, and ``flows/publishing`` publishes
it. What was changed twice meanwhile is published once. Nothing reads what is published to decide anything, so money
never waits for it (decision 0020).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.platform.database import Id, Instant, Work, metadata

AT_ONCE = 50
"""So many are published in the transaction that changed them; more are noted as due."""

publication_due_table = sa.Table(
    "publication_due",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("subject", Id, primary_key=True),
    sa.Column("since", Instant, nullable=False),
)


class Due(StrEnum):
    """What is to be published again."""

    CLAIM = "claim"
    """A claim with its response, its invoice, and its patient's account."""
    STANDING = "standing"
    """A claim with its response: it has moved, and its money has not."""
    REMITTANCE = "remittance"
    """A posted remittance with its explanations."""


def owe(work: Work, kind: Due, subjects: Collection[str]) -> None:
    """Note that these are to be published; noting it twice is noting it once."""
    now = work.now
    rows: list[dict[str, object]] = [
        {"kind": kind.value, "subject": subject, "since": now} for subject in sorted(subjects)
    ]
    work.insert_new_rows(publication_due_table, rows)


def due(work: Work, kind: Due, limit: int, until: datetime) -> list[str]:
    """The oldest of one kind, of those that were noted until then; another worker passes over them meanwhile."""
    columns = publication_due_table.c
    query = work.select(publication_due_table, columns.subject)
    query = query.where(columns.kind == kind.value, columns.since <= until).order_by(columns.since, columns.subject)
    # Two that publish the same would only wait for each other.
    return [row["subject"] for row in work.rows(query.limit(limit).with_for_update(skip_locked=True))]


def take_off(work: Work, kind: Due, subjects: Collection[str]) -> None:
    """Take these off the list, for they are published in this transaction."""
    if subjects:
        columns = publication_due_table.c
        condition = sa.and_(columns.kind == kind.value, columns.subject.in_(list(subjects)))
        work.execute(work.delete(publication_due_table).where(condition))


def any_due(work: Work) -> bool:
    """Whether something is due."""
    query = work.select(publication_due_table, publication_due_table.c.kind).limit(1)
    return work.scalar(query) is not None


def count_due(work: Work) -> int:
    """How many publications are due."""
    query = sa.select(sa.func.count()).select_from(publication_due_table).where(work.mine(publication_due_table))
    return int(work.scalar(query))
