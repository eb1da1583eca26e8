"""Whatever people, clearinghouse and payer do, in whatever order: a claim stays sound, and so does the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.domains.money_world import TODAY, Practice, open_practice, report, source

from chartline.domains.claims import (
    Correction,
    Decision,
    WorkAxis,
    appeal,
    apply_decisions,
    cancel,
    claim_lines,
    correct,
    draft,
    history,
    read_claim,
    record_reports,
    validate,
    withdraw_file,
)
from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis
from chartline.domains.claims.correction import resubmit
from chartline.domains.claims.custody import in_file
from chartline.domains.claims.ending import reopen, undo_appeal
from chartline.domains.claims.holding import hold, release
from chartline.domains.claims.tables import claim_file_item_table, claim_file_table
from chartline.domains.claims.voiding import undo_void, void
from chartline.domains.ledger import claim_balances, trial_balance
from chartline.domains.ledger.accounts import REVENUE
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.platform.database import Database, Work

Step = Callable[[Practice, Work, str], object]
_PLACES = iter(range(10**9))


def _report(status: str, *, from_payer: bool) -> Step:
    def take(practice: Practice, work: Work, claim: str) -> object:
        present = read_claim(work, claim)
        if not in_file(work, present):
            return None  # nobody reports on what never left the house
        told = report(present.reference, status, payer_number="ICN9", from_payer=from_payer, at=str(next(_PLACES)))
        return record_reports(work, practice.vault, practice.records, [told])

    return take


def _decide(paid: int, *, reversal: bool = False) -> Step:
    def take(practice: Practice, work: Work, claim: str) -> object:
        sign = -1 if reversal else 1
        one = Decision(
            claim,
            f"decision/{next(_PLACES)}",
            Money(sign * paid),
            Money(0),
            Money(0),
            Money(sign * (15000 - paid)),
            payer_number="ICN9",
            reversal=reversal,
        )
        return apply_decisions(work, practice.vault, practice.records, [one])

    return take


def _withdraw(practice: Practice, work: Work, claim: str) -> object:
    items, files = claim_file_item_table.c, claim_file_table.c
    query = sa.select(files.name).join(claim_file_item_table, items.file_id == files.id).where(items.claim_id == claim)
    name = work.scalar(query.order_by(items.version.desc()).limit(1))
    return withdraw_file(work, name) if name else None


def _edit(practice: Practice, work: Work, claim: str) -> object:
    place = ("02", "10", "11", "22")[next(_PLACES) % 4]
    amount = (15000, 12000)[next(_PLACES) % 2]
    return correct(
        work, practice.vault, practice.records, claim, Correction(place_of_service=place, total=amount), "user:1"
    )


STEPS: dict[str, Step] = {
    "validate": lambda p, w, c: validate(w, p.vault, p.records, c, today=TODAY),
    "withdraw": _withdraw,
    "accepted": _report("A", from_payer=False),
    "taken in": _report("A", from_payer=True),
    "rejected": _report("R", from_payer=True),
    "paid": _decide(15000),
    "denied": _decide(0),
    "reversed": _decide(15000, reversal=True),
    "edit": _edit,
    "again": lambda p, w, c: resubmit(w, p.vault, p.records, c, "user:1"),
    "hold": lambda p, w, c: hold(w, p.vault, p.records, c, "why", "user:1"),
    "release": lambda p, w, c: release(w, p.vault, p.records, c, "user:1"),
    "void": lambda p, w, c: void(w, p.vault, p.records, c, "user:1"),
    "undo void": lambda p, w, c: undo_void(w, p.vault, p.records, c, "user:1"),
    "cancel": lambda p, w, c: cancel(w, p.vault, p.records, c, "user:1"),
    "reopen": lambda p, w, c: reopen(w, p.vault, p.records, c, "user:1"),
    "appeal": lambda p, w, c: appeal(w, p.vault, p.records, c, "user:1"),
    "undo appeal": lambda p, w, c: undo_appeal(w, p.vault, p.records, c, "user:1"),
}
_NAMES = st.lists(st.sampled_from(["send", "send", "validate", *STEPS]), min_size=3, max_size=14)


@pytest.fixture
def practice(sqlite_database: Database, tmp_path: Path) -> Practice:
    return open_practice(sqlite_database, tmp_path)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(names=["validate", "send", "taken in", "void", "send", "rejected", "edit", "validate", "void", "undo void"])
@example(names=["validate", "send", "taken in", "paid", "void", "send", "reversed", "reopen", "edit"])
@given(names=_NAMES)
def test_any_order_of_acts_reports_and_decisions_leaves_claim_and_ledger_sound(
    practice: Practice, names: list[str]
) -> None:
    with practice.work() as work:
        claim = draft(work, practice.vault, practice.records, source())
    for name in names:
        try:
            if name == "send":
                practice.send(claim)
                continue
            with practice.work() as work:
                STEPS[name](practice, work, claim)
        except ChartlineError as error:
            assert error.problem.code.startswith("claims."), (names, error.problem.code)
        _sound(practice, claim)


def _sound(practice: Practice, claim: str) -> None:
    with practice.work() as work:
        present = read_claim(work, claim)
        events = history(work, claim)
        charged = -claim_balances(work, [claim]).get(claim, {}).get(REVENUE, Money(0))
        assert trial_balance(work) == {"USD": Money(0)}
        assert [one.seq for one in events] == list(range(1, present.events + 1))
        assert len(claim_lines(work, claim)) == 1
        items = claim_file_item_table.c
        filed = [row["version"] for row in work.rows(work.select(claim_file_item_table).where(items.claim_id == claim))]
    gone = present.work is WorkAxis.CANCELLED or present.frequency == "8"
    assert charged == (Money(0) if gone else present.total)
    assert len(filed) == len(set(filed))
    if present.submission in (SubmissionAxis.SUBMITTED, SubmissionAxis.ACKNOWLEDGED, SubmissionAxis.REJECTED):
        # A payer that decides has received it, whatever was sent.
        assert present.version in filed or present.adjudication is not AdjudicationAxis.NONE
    if present.work is WorkAxis.READY and present.submission is SubmissionAxis.NONE:
        assert present.adjudication is not AdjudicationAxis.NONE
    if present.hold_reason:
        assert present.work in (WorkAxis.HELD, WorkAxis.CANCELLED)
    for axis, now in (("work", present.work.value),):
        moved = [one.after for one in events if one.axis == axis]
        assert not moved or moved[-1] == now
