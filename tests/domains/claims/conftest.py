"""A practice on each make of database."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.domains.money_world import Practice, open_practice

from chartline.platform.database import Database


@pytest.fixture
def practice(database: Database, tmp_path: Path) -> Practice:
    return open_practice(database, tmp_path)
