"""What is loaded: listed, and removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.domains.codes.terminology.loading import purge, put_away
from chartline.domains.codes.terminology.tables import ACTIVE, LOADING, version_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Database

NOT_LOADED = ErrorKind(
    "terminology.not_loaded",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No such code system is loaded.",
    "`chartline terminology list` shows what is there.",
    status=404,
)


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """One loaded version of a code system. ``licensee`` is the practice that alone sees it, or None for all."""

    system: str
    version: str
    name: str
    concepts: int
    licensee: str | None
    loaded: datetime


def loaded_versions(database: Database) -> list[LoadedVersion]:
    """All visible versions of the installation, by system and version."""
    columns = version_table.c
    query = (
        sa.select(version_table).where(columns.state == ACTIVE).order_by(columns.system, columns.version, columns.id)
    )
    with database.system() as system:
        return [
            LoadedVersion(
                row["system"], row["version"], row["name"], row["concepts"], row["licensee_id"], row["loaded"]
            )
            for row in system.rows(query)
        ]


def remove(database: Database, system: str, version: str | None = None) -> int:
    """Remove a code system, or one version of it; what was half loaded goes too. Returns how many versions.

    Raises ``terminology.not_loaded``.
    """
    columns = version_table.c
    which = columns.system == system
    if version is not None:
        which = sa.and_(which, columns.version == version)
    with database.system() as transaction:
        count = put_away(transaction, which, (ACTIVE, LOADING))
    if not count:
        raise NOT_LOADED.error(system=system)
    purge(database)
    return count
