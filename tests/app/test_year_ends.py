"""What the year calls an end: nothing open is left without a name, and a name holds only for so long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chartline.app.scenarios.year_state import WAITS, WORKED, OurClaim, end_of
from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.ledger.accounts import INSURANCE, PATIENT, REVENUE

NOW = datetime(2026, 12, 31, 18, 2, tzinfo=UTC)
OPEN = OurClaim(
    id="claim",
    number="C000001",
    payer="00123",
    payer_order=1,
    total=15_000,
    work=WorkAxis.READY,
    submission=SubmissionAxis.ACKNOWLEDGED,
    adjudication=AdjudicationAxis.PENDING,
    served=date(2026, 12, 1),
    submitted=NOW - timedelta(days=3),
    moved=NOW - timedelta(days=1),
    accounts={REVENUE: -15_000, INSURANCE: 15_000},
)
LATE, YESTERDAY = NOW - WAITS - timedelta(days=1), NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("claim", "end"),
    [
        (OPEN, "with the payer"),
        (replace(OPEN, moved=LATE), ""),
        (replace(OPEN, adjudication=AdjudicationAxis.DENIED), "denied, on the desk"),
        (replace(OPEN, adjudication=AdjudicationAxis.DENIED, moved=NOW - WORKED - timedelta(hours=1)), ""),
        (replace(OPEN, adjudication=AdjudicationAxis.PAID), ""),
        (replace(OPEN, submission=SubmissionAxis.REJECTED), "rejected"),
        (replace(OPEN, submission=SubmissionAxis.VALIDATED), "not sent yet"),
        (replace(OPEN, submission=SubmissionAxis.VALIDATED, work=WorkAxis.HELD), "held"),
        (replace(OPEN, accounts={REVENUE: -15_000, PATIENT: 2_000}), "patient owes"),
        (replace(OPEN, accounts={REVENUE: -15_000}), "settled"),
        (replace(OPEN, accounts={REVENUE: -14_000, INSURANCE: 14_000}), ""),
        (replace(OPEN, work=WorkAxis.CANCELLED, accounts={INSURANCE: 0}), "cancelled"),
        (replace(OPEN, work=WorkAxis.CANCELLED), ""),
    ],
)
def test_every_end_has_its_name_and_what_is_left_open_too_long_has_none(claim: OurClaim, end: str) -> None:
    assert end_of(claim, NOW) == end
