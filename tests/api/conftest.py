"""A filled practice behind a real server, once for each make of database and test file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.api.filled import Filled, open_filled
from tests.api.server import serving
from tests.conftest import create_tables
from tests.support import postgresql

from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.platform.database import open_database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A practice in the middle of its day. Tests of one file share it, so each looks at rows of its own."""
    folder = tmp_path_factory.mktemp("practice")
    if request.param == "sqlite":
        yield from _filled(f"sqlite:///{folder / 'data' / 'chartline.db'}", folder)
        return
    server = request.getfixturevalue("postgresql_server")
    with postgresql.fresh_database(server, f"t{new_id().replace('-', '')}") as url:
        yield from _filled(url, folder)


def _filled(url: str, folder: Path) -> Iterator[Filled]:
    database = open_database(url, SystemClock())
    create_tables(database)
    database.close()
    made = open_filled(url, folder)
    yield made
    made.services.close()


@pytest.fixture(scope="module")
def address(filled: Filled) -> Iterator[str]:
    with serving(filled.services) as base:
        yield base


@pytest.fixture
def api(filled: Filled, address: str) -> Iterator[httpx2.Client]:
    """A caller with the owner's token."""
    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {filled.token}"}, timeout=30) as client:
        yield client
