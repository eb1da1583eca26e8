"""Houses for the stories: the embedded database by default, PostgreSQL where a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.house import House, house

from chartline.app.upgrade import upgrade
from chartline.kernel.settings import Settings


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(Settings(data=str(folder)))
    return folder / "chartline.db"


@pytest.fixture
def home(tmp_path: Path, template: Path) -> Iterator[House]:
    """A house on the embedded database, early in the morning of the day."""
    with house(tmp_path, template=template) as made:
        yield made


@pytest.fixture
def grown_home(tmp_path: Path, postgresql_url: str) -> Iterator[House]:
    """The same on PostgreSQL."""
    upgrade(Settings(data=str(tmp_path / "data"), database=postgresql_url))
    with house(tmp_path, database=postgresql_url) as made:
        yield made
