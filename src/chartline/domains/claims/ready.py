"""Which claims wait to be put into a file, oldest first. One query."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from chartline.domains.claims.axes import SubmissionAxis, WorkAxis
from chartline.domains.claims.tables import claim_file_item_table, claim_table
from chartline.platform.database import Work


def ready_claims(
    work: Work, limit: int, *, only: Collection[str] | None = None, but: Collection[str] = ()
) -> list[str]:
    """Ids of claims that passed the rules and whose present version is in no file, of all payers or some.

    ``only`` names the payers; without it all count apart from those in ``but``. Claims that somebody holds wait.
    """
    columns, items = claim_table.c, claim_file_item_table.c
    filed = sa.exists().where(
        items.organisation_id == columns.organisation_id,
        items.claim_id == columns.id,
        items.version == columns.version,
    )
    payers = columns.payer_id.in_(sorted(only)) if only is not None else columns.payer_id.not_in(sorted(but))
    statement = work.select(claim_table, columns.id).where(
        columns.work_axis == WorkAxis.READY.value,
        columns.submission_axis == SubmissionAxis.VALIDATED.value,
        columns.hold_reason == "",
        payers,
        ~filed,
    )
    return [row["id"] for row in work.rows(statement.order_by(columns.id).limit(limit))]
