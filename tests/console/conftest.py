"""A filled practice behind a real server; on SQLite, since what the other make changes is tested below the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest
from tests.support.filled import PASSWORD, Filled
from tests.support.server import serving

from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed

Entry = Callable[[str], httpx2.Client]


@pytest.fixture(scope="module")
def filled(filled_sqlite: Filled) -> Filled:
    return filled_sqlite


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
