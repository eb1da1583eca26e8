"""Balances of few claims or patients read the lines of their entries, and no others, also without statistics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from tests.domains.money_world import Practice, open_practice, source

from chartline.domains.ledger import claim_balances, patient_balances
from chartline.platform.database import Database


@pytest.fixture
def practice(sqlite_database: Database, tmp_path: Path) -> Practice:
    return open_practice(sqlite_database, tmp_path)


@pytest.mark.parametrize("ask", [claim_balances, patient_balances])
def test_few_balances_find_their_lines_by_their_entries(practice: Practice, ask: Callable[..., object]) -> None:
    practice.drafted(source())
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _u: object, statement: str, parameters: Any, *_: object) -> None:
        if "entry_line" in statement:
            asked.append((statement, parameters))

    event.listen(practice.database.engine, "before_cursor_execute", note)
    with practice.work() as work:
        ask(work, ["01a203d4-1b9a-7bb3-89a4-7b1813af89c7"])
        (statement, parameters) = asked[0]
        raw = work.connection.connection.cursor()
        plan = " ".join(str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())
    assert "(organisation_id=? AND entry_id=?)" in plan, plan
