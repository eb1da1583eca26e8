"""Which claims wait to be put into a file, oldest first. One query."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.tables import claim_file_item_table, claim_table
from chartline.platform.database import Work


def ready_claims(work: Work, limit: int) -> list[str]:
    """Ids of claims that passed the rules and whose present version is in no file."""
    columns, items = claim_table.c, claim_file_item_table.c
    filed = sa.exists().where(
        items.organisation_id == columns.organisation_id,
        items.claim_id == columns.id,
        items.version == columns.version,
    )
    statement = work.select(claim_table, columns.id).where(
        columns.work_axis == WorkAxis.READY.value,
        columns.submission_axis == SubmissionAxis.VALIDATED.value,
        ~filed,
    )
    return [row["id"] for row in work.rows(statement.order_by(columns.id).limit(limit))]
