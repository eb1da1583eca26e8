"""One running FHIR server for each file of tests and make of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.support.databases import Databases
from tests.support.fhir import Site, site, sqlite_site


@pytest.fixture(scope="module")
def site_sqlite(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    with sqlite_site(sqlite_template, tmp_path_factory.mktemp("fhir")) as made:
        yield made


@pytest.fixture(scope="module")
def site_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql_databases: Databases) -> Iterator[Site]:
    with postgresql_databases.lend() as url, site(url, tmp_path_factory.mktemp("fhir")) as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fhir(request: pytest.FixtureRequest) -> Site:
    """A server on each make of database; tests of one file share it, so each makes resources of its own."""
    return request.getfixturevalue(f"site_{request.param}")


@pytest.fixture
def client(fhir: Site) -> Iterator[httpx2.Client]:
    """The owner, on both makes of database."""
    with fhir.client() as made:
        yield made


@pytest.fixture
def one(site_sqlite: Site) -> Iterator[httpx2.Client]:
    """The owner on SQLite, for what the database has no part in."""
    with site_sqlite.client() as made:
        yield made
