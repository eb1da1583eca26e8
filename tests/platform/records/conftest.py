"""Fixtures of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.platform.records.ward import Asker, ward
from tests.platform.vault.fixtures import organisation, stranger, vault
from tests.support.databases import Databases

from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.platform.database import open_database
from chartline.platform.records import Change, Records
from chartline.platform.vault import Key, KeyRing, Vault

__all__ = ["organisation", "stranger", "vault"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def still_ward(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Asker]:
    """A ward in a database of each make that the tests of a file share, so none may change it."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('ward') / 'chartline.db')}"
        else:
            databases: Databases = request.getfixturevalue("postgresql_databases")
            url = stack.enter_context(databases.lend())
        database = open_database(url, SystemClock())
        stack.callback(database.close)
        records, mine = Records(Vault(KeyRing((Key.generate(),)))), new_id()
        with database.work(mine) as work:
            records.write_many(work, [Change.put(one) for one in ward()])
        yield Asker(records, stack.enter_context(database.read(mine)))
