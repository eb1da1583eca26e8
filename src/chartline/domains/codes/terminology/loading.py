"""One code system into the database: all of a file or nothing, without holding the database for long.

Rows go in by many short transactions under a version that nobody sees yet; the last one makes it visible and puts
away what it replaces. A load that was cut off leaves an unseen version, which the next load of that system removes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from chartline.domains.codes.terminology import tables
from chartline.domains.codes.terminology.bulk import Cell, batches, insert_rows
from chartline.domains.codes.terminology.closure import ancestors
from chartline.domains.codes.terminology.files import NOT_READABLE
from chartline.formats.fhir.terminology.words import code_forms, folded_words
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Database, System

NO_CONCEPTS = ErrorKind(
    "terminology.nothing_to_load",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No codes were found in the file.",
    "Check that the file is of the kind that was named; `chartline terminology load --help` says what each kind is.",
    status=422,
)

OVERTAKEN = ErrorKind(
    "terminology.overtaken",
    Blame.PRACTICE,
    Again.NOW,
    "Another load of the same code system began while this one was going on.",
    "Load again when the other one has ended. Nothing of this one was kept.",
    status=409,
)

_AT_ONCE = 20_000
_LONGEST_WORD = 60
_LONGEST_CODE = 100

Progress = Callable[[int], None]
"""Told how many concepts were stored so far."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What is loaded: canonical, version, a name for people; the practice that alone may see it, or None for all."""

    system: str
    version: str
    name: str
    licensee: str | None = None
    any_case: bool = False
    content: str = "complete"


class Loading:
    """A load that is going on. Call ``concept`` first for each code, then the rest in any order, then ``finish``.

    As a context it is abandoned when something goes wrong inside.
    """

    def __init__(self, database: Database, edition: Edition, progress: Progress | None = None) -> None:
        self._database, self._edition = database, edition
        self._progress = progress or (lambda _: None)
        self._numbers: dict[str, int] = {}
        self._parents: dict[int, list[int]] = {}
        self._waiting: list[tuple[str, str]] = []
        self._rows: dict[str, list[Sequence[Cell]]] = {table.name: [] for table in tables.CONTENT}
        self._count = 0
        with database.system() as system:
            put_away(system, _same_place(edition), (tables.LOADING,))
            self._id = _begin(system, edition)
        purge(database)

    def __enter__(self) -> Loading:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.abandon()

    def concept(self, code: str, display: str, *, inactive: bool = False) -> None:
        """Take a code. The first of several with the same code counts. Raises ``terminology.file_unreadable``."""
        if len(code) > _LONGEST_CODE:
            raise NOT_READABLE.error(part="code")
        if code in self._numbers or not code:
            return
        number = len(self._numbers) + 1
        self._numbers[code] = number
        self._add(tables.concept_table, (self._id, number, code, display, inactive))
        self._words(number, " ".join((*code_forms(code), display)))
        if number % _AT_ONCE == 0:
            self._flush()
            self._progress(number)

    def name(self, code: str, value: str, *, language: str = "", use: str = "") -> None:
        """Take another name of a code; names of unknown codes are passed over."""
        number = self._numbers.get(code)
        if number is not None and value:
            self._add(tables.name_table, (self._id, number, language[:20], use[:30], value))
            self._words(number, value)

    def property(self, code: str, name: str, value: str) -> None:
        """Take a property of a code."""
        number = self._numbers.get(code)
        if number is not None and value:
            self._add(tables.property_table, (self._id, number, name[:60], value[:500]))

    def parent(self, code: str, parent: str) -> None:
        """Note that a code is directly below another one; either may come later."""
        child, above = self._numbers.get(code), self._numbers.get(parent)
        if child is None or above is None:
            self._waiting.append((code, parent))
        elif child != above:
            known = self._parents.setdefault(child, [])
            if above not in known:
                known.append(above)

    def knows(self, code: str) -> bool:
        """Whether a code was taken."""
        return code in self._numbers

    def finish(self, version: str = "") -> int:
        """Store what is left and make the version visible; returns how many concepts it has.

        ``version`` is given when it was only learned from the file. Raises ``terminology.nothing_to_load``,
        ``terminology.circle``, ``terminology.overtaken``; then nothing was loaded.
        """
        if not self._numbers:
            raise NO_CONCEPTS.error(system=self._edition.system)
        waiting, self._waiting = self._waiting, []
        for code, parent in waiting:
            if code in self._numbers and parent in self._numbers:
                self.parent(code, parent)
        self._flush()
        pairs = ((self._id, child, above) for child, parents in self._parents.items() for above in parents)
        self._store(tables.parent_table, pairs)
        self._store(tables.ancestor_table, ((self._id, *pair) for pair in ancestors(self._parents)))
        count = len(self._numbers)
        self._progress(count)
        with self._database.system() as system:
            table = tables.version_table
            final = replace(self._edition, version=version or self._edition.version)
            same = sa.and_(_same_place(final), table.c.version == final.version, table.c.id != self._id)
            put_away(system, same, (tables.ACTIVE,))
            shown = system.execute(
                sa.update(table)
                .where(table.c.id == self._id, table.c.state == tables.LOADING)
                .values(state=tables.ACTIVE, concepts=count, version=final.version, loaded=system.now)
                .returning(table.c.id)
            )
            if shown.first() is None:
                raise OVERTAKEN.error(system=final.system)
        purge(self._database)
        self._measure()
        return count

    def _measure(self) -> None:
        """Let PostgreSQL look at the new rows: without it, it would plan for empty tables for a while."""
        if self._database.postgresql:
            with self._database.system() as system:
                system.execute(sa.text("ANALYZE " + ", ".join(table.name for table in tables.CONTENT)))

    def abandon(self) -> None:
        """Give up: what was stored so far is removed."""
        with self._database.system() as system:
            put_away(system, tables.version_table.c.id == self._id, (tables.LOADING,))
        purge(self._database)

    def _words(self, number: int, text: str) -> None:
        for word in dict.fromkeys(folded_words(text)):
            self._add(tables.word_table, (self._id, word[:_LONGEST_WORD], number))

    def _add(self, table: sa.Table, row: Sequence[Cell]) -> None:
        self._rows[table.name].append(row)
        self._count += 1
        if self._count >= 4 * _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._count:
            # In the order of its index a batch touches few pages of it.
            self._rows[tables.word_table.name].sort(key=lambda row: str(row[1]))
            with self._database.system() as system:
                for table in tables.CONTENT:
                    insert_rows(system, table, self._rows[table.name])
                    self._rows[table.name] = []
            self._count = 0

    def _store(self, table: sa.Table, rows: Iterable[Sequence[Cell]]) -> None:
        for batch in batches(rows, 4 * _AT_ONCE):
            batch.sort(key=lambda row: int(row[1] or 0))
            with self._database.system() as system:
                insert_rows(system, table, batch)


def _begin(system: System, edition: Edition) -> int:
    table = tables.version_table
    made = system.execute(
        sa.insert(table)
        .values(
            system=edition.system,
            version=edition.version,
            name=edition.name,
            licensee_id=edition.licensee,
            state=tables.LOADING,
            content=edition.content,
            any_case=edition.any_case,
            concepts=0,
            loaded=system.now,
        )
        .returning(table.c.id)
    )
    return made.scalar_one()


def _same_place(edition: Edition) -> sa.ColumnElement[bool]:
    columns = tables.version_table.c
    mine = columns.licensee_id.is_(None) if edition.licensee is None else columns.licensee_id == edition.licensee
    return sa.and_(columns.system == edition.system, mine)


def put_away(system: System, which: sa.ColumnElement[bool], states: Sequence[str]) -> int:
    """Make versions unseen; ``purge`` removes their rows. Returns how many."""
    table = tables.version_table
    changed = system.execute(
        sa.update(table).where(which, table.c.state.in_(states)).values(state=tables.REMOVED).returning(table.c.id)
    )
    return len(changed.fetchall())


def purge(database: Database) -> None:
    """Remove the rows of versions that were put away, by short transactions; a cut-off purge is taken up again."""
    table = tables.version_table
    with database.system() as system:
        gone = [row["id"] for row in system.rows(sa.select(table.c.id).where(table.c.state == tables.REMOVED))]
    for version in gone:
        for content in tables.CONTENT:
            _empty(database, content, version)
        with database.system() as system:
            system.execute(sa.delete(table).where(table.c.id == version))


def _empty(database: Database, content: sa.Table, version: int) -> None:
    """Delete a version's rows of a table, some at a time."""
    # Rows without a key of their own are known by their place, which every such table has on both databases.
    place = sa.literal_column("ctid" if database.postgresql else "rowid")
    keys = [column for column in content.primary_key if column.name != "version_id"]
    some = sa.select(*keys or [place]).select_from(content).where(content.c.version_id == version)
    wanted = sa.tuple_(*keys).in_(some.limit(_AT_ONCE)) if keys else place.in_(some.limit(_AT_ONCE))
    deleted = 1
    while deleted:
        with database.system() as system:
            deleted = system.execute(sa.delete(content).where(content.c.version_id == version, wanted)).rowcount
