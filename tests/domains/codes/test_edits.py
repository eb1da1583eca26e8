"""The edits of the NCCI: read as CMS lays them out, loaded as a whole or not at all, and answered by date."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from tests.domains.money_world import counted

from chartline.domains.codes.edits import NO_EDITS, Setting, edit_book
from chartline.domains.codes.edits.loading import load_pairs, load_units, loaded_edits
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database

BEGIN = date(2026, 4, 1)
PAIRS = (
    "Invented notes stand above the table, in as many lines as they like\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tRationale\n"
    "90837\t96127\t\t20200101\t*\t1\tInvented reason\n"
    "90837\t99406\t\t20200101\t20250101\t0\tInvented reason\n"
    "90837\t99406\t\t20200101\t20250101\t0\tStands twice\n"
    "90837\t99407\t\t20200101\t20200101\t9\tNever held\n"
)
UNITS = (
    '"Invented notes"\n'
    "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"
    '96127,2,"3 Date of Service Edit: Clinical","Invented, with a comma"\n'
    '90785,1,"1 Line Edit",Invented\n'
)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_pairs_are_answered_in_their_order_and_days(database: Database, tmp_path: Path) -> None:
    done = load_pairs(database, [written(tmp_path, "f1.txt", PAIRS)], Setting.PRACTITIONER, BEGIN)
    assert done.rows == 2
    with database.read(new_id()) as work:
        book = edit_book(work, {"90837", "96127", "99406"})
        with counted(database) as statements:
            edit_book(work, {"90837", "96127", "99406"})
    found = book.pair(Setting.PRACTITIONER, "90837", "96127", date(2026, 4, 2))
    assert found is not None
    assert found.modifier_allowed
    assert book.pair(Setting.PRACTITIONER, "96127", "90837", date(2026, 4, 2)) is None
    assert book.pair(Setting.OUTPATIENT, "90837", "96127", date(2026, 4, 2)) is None
    assert book.pair(Setting.PRACTITIONER, "90837", "99406", date(2024, 12, 31)) is not None
    assert book.pair(Setting.PRACTITIONER, "90837", "99406", date(2025, 1, 1)) is None
    assert len(statements) == 2


def test_the_parts_of_a_publication_are_loaded_together_and_replace_the_one_before(
    database: Database, tmp_path: Path
) -> None:
    one = written(tmp_path, "f1.txt", PAIRS)
    with zipfile.ZipFile(tmp_path / "f2.zip", "w") as archive:
        archive.writestr("part/f2.csv", "97110,97140,,20210101,*,1,Invented\n")
    load_pairs(database, [one], Setting.PRACTITIONER, date(2026, 1, 1))
    done = load_pairs(database, [one, tmp_path / "f2.zip"], Setting.PRACTITIONER, BEGIN)
    assert done.rows == 3
    assert [(each.kind, each.begin, each.rows) for each in loaded_edits(database)] == [("ncci", BEGIN, 3)]


def test_units_are_those_of_the_service_date(database: Database, tmp_path: Path) -> None:
    load_units(
        database,
        written(tmp_path, "old.csv", UNITS.replace("96127,2", "96127,4")),
        Setting.PRACTITIONER,
        date(2026, 1, 1),
    )
    load_units(database, written(tmp_path, "new.csv", UNITS), Setting.PRACTITIONER, BEGIN)
    with database.read(new_id()) as work:
        book = edit_book(work, {"96127", "90785"})
    march = book.most(Setting.PRACTITIONER, "96127", date(2026, 3, 31))
    april = book.most(Setting.PRACTITIONER, "96127", BEGIN)
    assert march is not None
    assert april is not None
    assert (march.most, april.most, april.per_day) == (4, 2, True)
    line = book.most(Setting.PRACTITIONER, "90785", BEGIN)
    assert line is not None
    assert not line.per_day
    assert book.most(Setting.PRACTITIONER, "96127", date(2025, 12, 31)) is None


def test_a_file_without_edits_changes_nothing(database: Database, tmp_path: Path) -> None:
    load_units(database, written(tmp_path, "mue.csv", UNITS), Setting.PRACTITIONER, BEGIN)
    with pytest.raises(ChartlineError) as refused:
        load_units(database, written(tmp_path, "empty.csv", "nothing,here\n"), Setting.PRACTITIONER, BEGIN)
    assert refused.value.problem.code == "edits.nothing_to_load"
    assert [one.rows for one in loaded_edits(database)] == [2]


def test_nothing_loaded_is_nothing_found(database: Database) -> None:
    with database.read(new_id()) as work:
        assert edit_book(work, {"90837"}) == NO_EDITS
