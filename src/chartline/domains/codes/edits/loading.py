"""A file of edits into the database: all of it or nothing, by short transactions under a version nobody sees yet.

Pairs take the place of every older version of their setting, for each file is complete from the beginning. Units take
the place of the same begin only: a service of last year is held to last year's number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from chartline.domains.codes.edits.book import Setting
from chartline.domains.codes.edits.files import read_pairs, read_units
from chartline.domains.codes.edits.tables import (
    ACTIVE,
    CONTENT,
    LOADING,
    PAIRS,
    REMOVED,
    UNITS,
    edit_version_table,
)
from chartline.domains.codes.terminology.bulk import Cell, batches, insert_rows
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Database, System

NOTHING = ErrorKind(
    "edits.nothing_to_load",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No edits were found in the file.",
    "Give the table itself as text, CSV or ZIP, as CMS publishes it; a workbook has to be saved as CSV first.",
    status=422,
)

_AT_ONCE = 50_000
_columns = edit_version_table.c

Progress = Callable[[int], None]
"""Told how many rows were stored so far."""


@dataclass(frozen=True, slots=True)
class EditVersion:
    """One loaded file: ``kind`` is ``ncci`` or ``mue``, ``begin`` the first service date it is for."""

    id: int
    kind: str
    setting: Setting
    begin: date
    rows: int
    loaded: datetime


def load_pairs(
    database: Database, paths: Sequence[Path], setting: Setting, begin: date, progress: Progress | None = None
) -> EditVersion:
    """Load all files of one publication of pairs. Raises ``terminology.file_missing``,
    ``terminology.file_unreadable``, ``edits.nothing_to_load``; then nothing was loaded."""
    return _load(database, PAIRS, setting, begin, read_pairs(paths), progress)


def load_units(
    database: Database, path: Path, setting: Setting, begin: date, progress: Progress | None = None
) -> EditVersion:
    """Load a file of most units, which hold from ``begin``. Raises as ``load_pairs``."""
    rows = ((code, *rest) for code, rest in {one[0]: one[1:] for one in read_units(path)}.items())
    return _load(database, UNITS, setting, begin, rows, progress)


def loaded_edits(database: Database) -> list[EditVersion]:
    """What is loaded, by kind, setting and begin."""
    query = sa.select(edit_version_table).where(_columns.state == ACTIVE)
    with database.system() as system:
        rows = system.rows(query.order_by(_columns.kind, _columns.setting, _columns.begin_date))
    return [_version(row) for row in rows]


def _load(
    database: Database,
    kind: str,
    setting: Setting,
    begin: date,
    rows: Iterable[Sequence[Cell]],
    progress: Progress | None,
) -> EditVersion:
    with database.system() as system:
        abandoned = sa.and_(_columns.kind == kind, _columns.setting == setting.value, _columns.state == LOADING)
        _put_away(system, abandoned)
        version = _begin(system, kind, setting, begin)
    count = 0
    try:
        for batch in batches(((version, *row) for row in rows), _AT_ONCE):
            with database.system() as system:
                insert_rows(system, CONTENT[kind], batch)
            count += len(batch)
            (progress or _silent)(count)
        if not count:
            raise NOTHING.error(kind=kind)
    except BaseException:
        with database.system() as system:
            _put_away(system, _columns.id == version)
        _purge(database)
        raise
    with database.system() as system:
        older = sa.and_(_columns.kind == kind, _columns.setting == setting.value, _columns.state == ACTIVE)
        _put_away(system, older if kind == PAIRS else sa.and_(older, _columns.begin_date == begin))
        shown = sa.update(edit_version_table).where(_columns.id == version)
        row = system.row(
            shown.values(state=ACTIVE, rows=count, loaded=system.now).returning(*edit_version_table.columns)
        )
    _purge(database)
    if row is None:
        raise NOTHING.error(kind=kind)
    return _version(row)


def _begin(system: System, kind: str, setting: Setting, begin: date) -> int:
    new = sa.insert(edit_version_table).values(
        kind=kind, setting=setting.value, begin_date=begin, state=LOADING, rows=0, loaded=system.now
    )
    return system.execute(new.returning(_columns.id)).scalar_one()


def _put_away(system: System, which: sa.ColumnElement[bool]) -> None:
    system.execute(sa.update(edit_version_table).where(which).values(state=REMOVED))


def _purge(database: Database) -> None:
    """Remove the rows of versions that were put away; a cut-off purge is taken up by the next load."""
    with database.system() as system:
        gone = system.rows(sa.select(_columns.id, _columns.kind).where(_columns.state == REMOVED))
    for row in gone:
        content = CONTENT[row["kind"]]
        with database.system() as system:
            system.execute(sa.delete(content).where(content.c.version_id == row["id"]))
            system.execute(sa.delete(edit_version_table).where(_columns.id == row["id"]))


def _silent(count: int) -> None:
    """Nobody is told."""


def _version(row: sa.RowMapping) -> EditVersion:
    return EditVersion(row["id"], row["kind"], Setting(row["setting"]), row["begin_date"], row["rows"], row["loaded"])
