"""Brings everything that is kept to this version: our tables, then the durable engine's own."""

from __future__ import annotations

from chartline.kernel.settings import Settings
from chartline.platform.database.migrations import migrate


def upgrade(settings: Settings) -> str:
    """Create or update the database of an installation; answers the revision. Safe to repeat, and to race."""
    from chartline.platform.jobs.durable import migrate as migrate_engine

    settings.data_path.mkdir(parents=True, exist_ok=True)
    revision = migrate(settings.database_url)
    migrate_engine(settings.database_url)
    return revision
