"""The books on each make of database."""

from __future__ import annotations

import pytest
from tests.domains.payments.world import Books

from chartline.platform.database import Database


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database)


@pytest.fixture
def sqlite_books(sqlite_database: Database) -> Books:
    return Books(sqlite_database)
