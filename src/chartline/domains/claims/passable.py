"""Which decided claims might go on to a next payer, in the order in which they were decided. One query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from chartline.domains.claims.axes import DECIDED, WorkAxis
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.passing_on import LAST_ORDER
from chartline.domains.claims.tables import claim_table
from chartline.platform.database import Work

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def passable_claims(work: Work, cursor: str, limit: int) -> tuple[list[Claim], str]:
    """Claims that were decided behind the cursor and have no claim behind them, and the cursor behind these.

    A claim that changes again comes again; ``passing_on`` makes sure that it is passed on once.
    """
    columns, later = claim_table.c, claim_table.alias("later")
    at, identity = _read(cursor)
    behind = (
        sa.or_(columns.updated > at, sa.and_(columns.updated == at, columns.id > identity)) if cursor else sa.true()
    )
    followed = sa.exists().where(
        later.c.organisation_id == columns.organisation_id, later.c.primary_claim_id == columns.id
    )
    query = (
        work.select(claim_table)
        .where(
            columns.work_axis == WorkAxis.READY.value,
            columns.adjudication_axis.in_(sorted(one.value for one in DECIDED)),
            columns.payer_order < LAST_ORDER,
            columns.patient_responsibility > 0,
            behind,
            ~followed,
        )
        .order_by(columns.updated, columns.id)
        .limit(limit)
    )
    found = [Claim.of(row) for row in work.rows(query)]
    return found, _cursor(found[-1]) if found else cursor


def _cursor(claim: Claim) -> str:
    return f"{(claim.updated - _EPOCH) // timedelta(microseconds=1)}~{claim.id}"


def _read(cursor: str) -> tuple[datetime, str]:
    micros, _, identity = cursor.partition("~")
    return _EPOCH + timedelta(microseconds=int(micros or "0")), identity
