"""Every test of the transport has a stage of its own; ``both`` is on each make of database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.connect.stage import RawVendor, Stage, raw_vendor

from chartline.platform.database import Database


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(sqlite_database, tmp_path)
    yield made
    made.close()


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(database, tmp_path)
    yield made
    made.close()


@pytest.fixture
def vendor() -> Iterator[RawVendor]:
    with raw_vendor() as served:
        served.says(b"fine")
        yield served
