"""Houses for the stories: the embedded database by default, PostgreSQL where a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.house import House, house


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """A house on the embedded database, early in the morning of the day."""
    with house(tmp_path, template=sqlite_template) as made:
        yield made


@pytest.fixture
def grown_home(tmp_path: Path, postgresql_url: str) -> Iterator[House]:
    """The same on PostgreSQL."""
    with house(tmp_path, database=postgresql_url) as made:
        yield made
