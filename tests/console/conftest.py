"""A filled practice behind a real server; on SQLite, since what the other make changes is tested below the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest
from tests.api.filled import PASSWORD, Filled, open_filled
from tests.api.server import serving
from tests.conftest import create_tables

from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import open_database

Entry = Callable[[str], httpx2.Client]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("practice")
    url = f"sqlite:///{folder / 'data' / 'chartline.db'}"
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
def entry(filled: Filled, address: str) -> Iterator[Entry]:
    """Signs a new person of a role in."""
    opened: list[httpx2.Client] = []

    def enter(role: str) -> httpx2.Client:
        email = f"{new_id()}@juniper-hollow.example"
        filled.services.access.create_user(filled.organisation, email, Sealed(PASSWORD), [role], name=f"Some {role}")
        client = httpx2.Client(base_url=address, timeout=30)
        opened.append(client)
        assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
        return client

    yield enter
    for client in opened:
        client.close()
