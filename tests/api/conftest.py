"""A filled practice behind a real server, once for each make of database and test file."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from tests.support.filled import Filled
from tests.support.server import serving


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Filled:
    """A practice in the middle of its day. Tests of one file share it, so each looks at rows of its own."""
    return request.getfixturevalue(f"filled_{request.param}")


@pytest.fixture(scope="module")
def address(filled: Filled) -> Iterator[str]:
    with serving(filled.services) as base:
        yield base


@pytest.fixture
def api(filled: Filled, address: str) -> Iterator[httpx2.Client]:
    """A caller with the owner's token."""
    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {filled.token}"}, timeout=30) as client:
        yield client
