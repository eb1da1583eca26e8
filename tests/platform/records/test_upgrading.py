"""What an earlier release stored is found after the upgrade, also when the upgrade was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from tests.platform.records.people import patient
from tests.support import postgresql

from chartline.app.upgrade import upgrade
from chartline.formats.fhir import JsonObject, encode
from chartline.kernel.clock import SystemClock
from chartline.kernel.ids import new_id
from chartline.kernel.settings import Settings
from chartline.platform.database import migrations, open_database
from chartline.platform.database.engine import make_engine
from chartline.platform.records import Criterion, Records
from chartline.platform.vault import Vault

COLUMNS = "organisation_id, rtype, id, version, updated, deleted, body"


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An installation at revision 0003."""
    if request.param == "sqlite":
        settings = Settings(data=str(tmp_path))
        _migrate(settings, "0003")
        yield settings
        return
    server = request.getfixturevalue("postgresql_server")
    with postgresql.fresh_database(server, f"t{new_id().replace('-', '')}") as url:
        settings = Settings(data=str(tmp_path), database=url)
        _migrate(settings, "0003")
        yield settings


def _migrate(settings: Settings, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = make_engine(settings.database_url, pool=1)
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _store_as_before(settings: Settings, vault: Vault, organisation: str) -> None:
    database = open_database(settings.database_url, SystemClock())
    claim: JsonObject = {"resourceType": "Claim", "id": "c1", "status": "active"}
    rows = [patient(identity="p1"), patient("Marrowby", identity="p2"), claim]
    with database.system() as system:
        system.execute(
            sa.text("INSERT INTO organisation (id, name, created) VALUES (:o, 'Mossy Bank', 0)"),
            {"o": _plain(organisation, postgres=database.postgresql)},
        )
    with database.work(organisation) as work:
        for one in rows:
            rtype, identity = str(one["resourceType"]), str(one["id"])
            body = vault.seal(organisation, "resource", f"{rtype}/{identity}/1", encode(one))
            work.execute(
                sa.text(f"INSERT INTO resource ({COLUMNS}) VALUES (:o, :t, :i, 1, 1000, false, :b)"),
                {"o": _plain(organisation, postgres=database.postgresql), "t": rtype, "i": identity, "b": body},
            )
    database.close()


def _plain(organisation: str, *, postgres: bool) -> str:
    return organisation if postgres else organisation.replace("-", "")


def test_records_of_an_earlier_release_are_found_after_the_upgrade(before: Settings) -> None:
    vault, organisation = Vault.open(before.data_path), new_id()
    _store_as_before(before, vault, organisation)
    _migrate(before, "head")
    database, records = open_database(before.database_url, SystemClock()), Records(vault)
    with database.work(organisation) as work:
        assert records.waits_for_upgrade(work)
        assert records.upgrade_step(work, batch=1) == 1
    upgrade(before)
    with database.work(organisation) as work:
        assert not records.waits_for_upgrade(work)
        assert [one.id for one in records.search(work, "Patient", [Criterion("family", "marrow")]).found] == ["p2"]
        assert records.put(work, patient("Fennimore", identity="p1")).version == 2
        assert [one.version for one in records.history(work, "Patient", "p1")] == [2, 1]
        assert records.read(work, "Claim", "c1").owner == "billing"
        assert records.read(work, "Patient", "p1").owner == ""
    database.close()
