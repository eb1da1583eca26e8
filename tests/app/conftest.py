"""Opened services on an embedded database of the test's own, with an organisation in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chartline.app.services import Services, open_services
from chartline.app.upgrade import upgrade
from chartline.kernel.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "data"), http_timeout_seconds=2.0)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    upgrade(settings)
    opened = open_services(settings)
    yield opened
    opened.close()


@pytest.fixture
def organisation(services: Services) -> str:
    return services.access.create_organisation("INVENTED PRACTICE")
