"""Balances of few claims or patients read the lines of their entries, and no others, also without statistics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.domains.money_world import Practice, open_practice, source
from tests.support.plans import plan_of

from chartline.domains.ledger import claim_balances, patient_balances
from chartline.platform.database import Database


@pytest.fixture
def practice(sqlite_database: Database, tmp_path: Path) -> Practice:
    return open_practice(sqlite_database, tmp_path)


@pytest.mark.parametrize("ask", [claim_balances, patient_balances])
def test_few_balances_find_their_lines_by_their_entries(practice: Practice, ask: Callable[..., object]) -> None:
    practice.drafted(source())
    with practice.work() as work:
        plan = plan_of(work, "entry_line", lambda: ask(work, ["01a203d4-1b9a-7bb3-89a4-7b1813af89c7"]))
    assert "(organisation_id=? AND entry_id=?)" in plan, plan
