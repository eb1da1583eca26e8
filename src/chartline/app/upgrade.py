"""Brings everything that is kept to this version: our tables, the durable engine's own, the index of the records."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.kernel.clock import SystemClock
from chartline.kernel.settings import Settings
from chartline.platform.access.tables import organisation_table
from chartline.platform.database import Database, open_database
from chartline.platform.database.migrations import migrate
from chartline.platform.records import Records
from chartline.platform.vault import Vault


def upgrade(settings: Settings) -> str:
    """Create or update the database of an installation; answers the revision. Safe to repeat, and to race."""
    from chartline.platform.jobs.durable import migrate as migrate_engine

    settings.data_path.mkdir(parents=True, exist_ok=True)
    revision = migrate(settings.database_url)
    migrate_engine(settings.database_url)
    _index_records(settings)
    return revision


def _index_records(settings: Settings) -> None:
    """Index what an earlier release stored, batch by batch; a cut-off is gone on with at the next start."""
    database = open_database(settings.database_url, SystemClock(), pool=1)
    try:
        with database.system() as system:
            organisations = system.rows(sa.select(organisation_table.c.id))
        if not organisations:
            return
        records = Records(Vault.open(settings.data_path))
        for row in organisations:
            while _index_some(database, records, row["id"]):
                pass
    finally:
        database.close()


def _index_some(database: Database, records: Records, organisation: str) -> int:
    with database.read(organisation) as work:
        if not records.waits_for_upgrade(work):
            return 0
    with database.work(organisation) as work:
        return records.upgrade_step(work)
