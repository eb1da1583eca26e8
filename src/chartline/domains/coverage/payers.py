"""The payers that can be asked and billed: what each clearinghouse lists, a search, and our ids for theirs.

A directory is taken in page by page under a generation; only a whole one takes away what it does not name any more, and
only when it is not suspiciously small. So an answer that was cut off deletes nothing.

A search looks for payers that have, for every word, some word that begins with it, or an id that does. Words are in an
index of their own, so that ten thousand payers cost no more than a few rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.connect.clearing import PayerEntry, Support
from chartline.domains.coverage.payer_tables import (
    payer_directory_table,
    payer_entry_table,
    payer_number_table,
    payer_word_table,
)
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

SHRUNK = ErrorKind(
    "coverage.directory_shrunk",
    Blame.VENDOR,
    Again.AFTER_FIX,
    "The list of payers has lost so many entries that it is not believed; nothing was taken off ours.",
    "Look at the clearinghouse's own list. It is read again tomorrow; retry this job once the list is whole.",
    status=409,
)
NO_PAYER = ErrorKind(
    "coverage.no_payer",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "No clearinghouse that the practice is connected with lists this payer.",
    "Search for the payer by name, and use the id that the list shows.",
    status=404,
)

KEEPS_AT_LEAST = 0.8
"""A whole directory with fewer than this part of the payers before is not believed."""
SERVICES = (
    "professional",
    "institutional",
    "dental",
    "remittance",
    "eligibility",
    "secondary",
    "attachment",
    "workers_comp",
    "auto",
)
_entry, _word, _number, _directory = (
    payer_entry_table.c,
    payer_word_table.c,
    payer_number_table.c,
    payer_directory_table.c,
)
_CHUNK = 400
_LONGEST_WORD = 40
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class ListedPayer:
    """A payer as one connection lists it. ``services`` say what can be done with it there."""

    connection_id: str
    payer_id: str
    name: str
    kind: str
    state: str
    services: Mapping[str, Support]
    other_names: tuple[tuple[str, str], ...]
    enrollment_days: int | None

    def supports(self, service: str) -> Support:
        """What can be done for a service; nothing where the directory does not say."""
        return self.services.get(service, Support.NO)


@dataclass(frozen=True, slots=True)
class Directory:
    """How a connection's directory stands: when it was read whole last, and what kept it from being."""

    connection_id: str
    payers: int
    begun: datetime
    finished: datetime | None
    problem_code: str


def begin_directory(work: Work, connection_id: str, generation: str) -> None:
    """Begin to read a connection's directory; what was read before stays until the new one is whole."""
    known = work.row(work.select(payer_directory_table).where(_directory.connection_id == connection_id))
    if known is None:
        work.insert(
            payer_directory_table,
            connection_id=connection_id,
            generation=generation,
            begun=work.now,
            finished=None,
            payers=0,
            problem_code="",
        )
    else:
        change = work.update(payer_directory_table).where(_directory.connection_id == connection_id)
        work.execute(change.values(generation=generation, begun=work.now))


def take_page(work: Work, connection_id: str, generation: str, entries: Sequence[PayerEntry]) -> int:
    """Take in a page of a directory; how many rows are new or changed. Statements do not grow with single payers."""
    wanted = {entry.id.strip()[:40]: entry for entry in entries if entry.id.strip()}
    changed = 0
    ids = sorted(wanted)
    for start in range(0, len(ids), _CHUNK):
        changed += _take(work, connection_id, generation, {one: wanted[one] for one in ids[start : start + _CHUNK]})
    return changed


def finish_directory(work: Work, connection_id: str, generation: str) -> int:
    """The directory was read whole: what it does not name is taken off; how many.

    Raises ``coverage.directory_shrunk``.
    """
    here = (_entry.connection_id == connection_id,)
    named = _count(work, *here, _entry.generation == generation)
    before = _count(work, *here)
    if named < before * KEEPS_AT_LEAST:
        raise SHRUNK.stop(connection=connection_id, named=str(named), before=str(before))
    gone = sa.and_(*here, _entry.generation != generation)
    lost = sa.select(_entry.payer_id).where(work.mine(payer_entry_table), gone)
    words = sa.and_(_word.connection_id == connection_id, _word.payer_id.in_(lost))
    work.execute(work.delete(payer_word_table).where(words))
    removed = work.execute(work.delete(payer_entry_table).where(gone)).rowcount
    change = work.update(payer_directory_table).where(_directory.connection_id == connection_id)
    work.execute(change.values(finished=work.now, payers=named, problem_code=""))
    return removed


def note_directory_problem(work: Work, connection_id: str, code: str) -> None:
    """Say why the newest reading did not end."""
    change = work.update(payer_directory_table).where(_directory.connection_id == connection_id)
    work.execute(change.values(problem_code=code[:80]))


def directories(work: Work) -> dict[str, Directory]:
    """Every directory by connection."""
    return {
        row["connection_id"]: Directory(
            row["connection_id"], row["payers"], row["begun"], row["finished"], row["problem_code"]
        )
        for row in work.rows(work.select(payer_directory_table))
    }


def search_payers(
    work: Work, query: str = "", service: str = "", after: str = "", limit: int = 50
) -> tuple[list[ListedPayer], str | None]:
    """Payers in the order of their ids, from behind one of them, and the cursor of the next page; two queries.

    ``service`` keeps those that can do it, enrolled or not. A payer that several connections list is there once for
    each. Words of one letter count as any other beginning.
    """
    condition: list[sa.ColumnElement[bool]] = [_entry.payer_id > after] if after else []
    for word in words_of(query)[:_MOST_WORDS]:
        # Each word by itself through the index of words: their sets are small, and nothing is asked payer by payer.
        hit = sa.select(_word.payer_id).where(work.mine(payer_word_table), _begins(work, _word.word, word))
        condition.append(_entry.payer_id.in_(hit))
    ids = (
        sa.select(_entry.payer_id).where(work.mine(payer_entry_table), *condition).distinct().order_by(_entry.payer_id)
    )
    if service:
        ids = ids.where(_entry.services[service].as_string().in_([Support.YES.value, Support.ENROLLMENT.value]))
    found = [row["payer_id"] for row in work.rows(ids.limit(limit + 1))]
    shown = found[:limit]
    if not shown:
        return [], None
    rows = work.rows(
        work.select(payer_entry_table).where(_entry.payer_id.in_(shown)).order_by(_entry.payer_id, _entry.connection_id)
    )
    return [_listed(row) for row in rows], shown[-1] if len(found) > limit else None


def listed_payer(work: Work, payer_id: str) -> list[ListedPayer]:
    """A payer as each connection lists it, under its own id or under the number set for it; two queries."""
    return listed_payers(work, [payer_id])[payer_id]


def listed_payers(work: Work, payer_ids: Collection[str]) -> dict[str, list[ListedPayer]]:
    """Payers as ``listed_payer`` has each; two queries for any number of them."""
    numbers: dict[str, dict[str, str]] = {payer: {} for payer in payer_ids}
    for row in work.rows(work.select(payer_number_table).where(_number.payer_id.in_(sorted(numbers)))):
        numbers[row["payer_id"]][row["connection_id"]] = row["number"]
    wanted = {*numbers, *(number for each in numbers.values() for number in each.values())}
    by_number: dict[str, list[ListedPayer]] = {}
    for row in work.rows(work.select(payer_entry_table).where(_entry.payer_id.in_(sorted(wanted)))):
        by_number.setdefault(row["payer_id"], []).append(_listed(row))
    return {
        payer: [
            one
            for number in sorted({payer, *known.values()})
            for one in by_number.get(number, ())
            if one.payer_id == known.get(one.connection_id, payer)
        ]
        for payer, known in numbers.items()
    }


def listed_at(work: Work, connection_id: str, payer_id: str) -> ListedPayer | None:
    """A payer of ours as one connection lists it, or None."""
    return next((one for one in listed_payer(work, payer_id) if one.connection_id == connection_id), None)


def numbers_of(work: Work, payer_id: str) -> dict[str, str]:
    """The ids that connections have for a payer of ours, by connection; those that differ from ours only."""
    rows = work.rows(work.select(payer_number_table).where(_number.payer_id == payer_id))
    return {row["connection_id"]: row["number"] for row in rows}


def set_number(work: Work, payer_id: str, connection_id: str, number: str, actor: str) -> None:
    """Say by which id a connection knows a payer of ours; empty, or our own id, takes the setting away."""
    number = number.strip()[:40]
    if number in ("", payer_id):
        here = sa.and_(_number.payer_id == payer_id, _number.connection_id == connection_id)
        work.execute(work.delete(payer_number_table).where(here))
        return
    key: dict[str, object] = {"payer_id": payer_id, "connection_id": connection_id}
    work.upsert(payer_number_table, key, number=number, changed=work.now, changed_by=actor[:80])


def words_of(text: str) -> list[str]:
    """The words that a name is found by: letters and digits in lower case, each once."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in found))


def _take(work: Work, connection_id: str, generation: str, wanted: Mapping[str, PayerEntry]) -> int:
    ids = list(wanted)
    mine = (_entry.connection_id == connection_id, _entry.payer_id.in_(ids))
    known = {row["payer_id"]: row for row in work.rows(work.select(payer_entry_table).where(*mine))}
    fresh = {one: _row(entry) for one, entry in wanted.items()}
    changed = [
        one for one in ids if one not in known or any(known[one][name] != fresh[one][name] for name in fresh[one])
    ]
    if changed:
        touched = sa.and_(_entry.connection_id == connection_id, _entry.payer_id.in_(changed))
        words = sa.and_(_word.connection_id == connection_id, _word.payer_id.in_(changed))
        work.execute(work.delete(payer_entry_table).where(touched))
        work.execute(work.delete(payer_word_table).where(words))
        common: dict[str, object] = {"connection_id": connection_id}
        rows = [{**common, "payer_id": one, "generation": generation, **fresh[one]} for one in changed]
        work.insert_many(payer_entry_table, rows)
        found = [(one, word) for one in changed for word in _index_words(one, wanted[one])]
        work.insert_many(payer_word_table, [{**common, "payer_id": one, "word": word} for one, word in found])
    work.execute(work.update(payer_entry_table).where(*mine).values(generation=generation))
    return len(changed)


def _row(entry: PayerEntry) -> dict[str, object]:
    return {
        "name": entry.name.strip()[:200],
        "kind": entry.kind.strip()[:60],
        "state": entry.state.strip()[:20],
        "services": {name: Support(support).value for name, support in sorted(entry.services.items())},
        "other_names": [[number, name] for number, name in entry.other_names],
        "enrollment_days": entry.enrollment_days,
    }


def _index_words(payer_id: str, entry: PayerEntry) -> list[str]:
    texts = [payer_id, entry.name, *(part for pair in entry.other_names for part in pair)]
    return list(dict.fromkeys(word for one in texts for word in words_of(one)))


def _begins(work: Work, column: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Whether a word begins so; words hold no wildcard. Orders of letters differ by database, so one compares bytes."""
    if work.connection.dialect.name == "postgresql":
        return column.like(f"{word}%")
    return sa.and_(column >= word, column < f"{word}\U0010ffff")


def _count(work: Work, *condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(payer_entry_table).where(work.mine(payer_entry_table), *condition)
    return int(work.scalar(query) or 0)


def _listed(row: sa.RowMapping) -> ListedPayer:
    return ListedPayer(
        row["connection_id"],
        row["payer_id"],
        row["name"],
        row["kind"],
        row["state"],
        {name: Support(word) for name, word in row["services"].items()},
        tuple((number, name) for number, name in row["other_names"]),
        row["enrollment_days"],
    )
