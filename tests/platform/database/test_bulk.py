"""Many rows in one statement hold what they would hold one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from chartline.kernel.ids import new_id
from chartline.platform.database import Database, Id, Instant, Work
from chartline.platform.database.bulk import FEW

_metadata = sa.MetaData()
thing = sa.Table(
    "bulk_thing",
    _metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("day", sa.Date),
    sa.Column("at", Instant, nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("made", sa.String(10), nullable=False, default="by itself"),
    sa.UniqueConstraint("organisation_id", "number"),
)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def things(database: Database) -> Database:
    _metadata.create_all(database.engine)
    return database


def rows(count: int, start: int = 1) -> list[dict[str, object]]:
    """Values of every kind, some the same in all rows and some missing in some."""
    return [
        {
            "id": new_id(),
            "number": number,
            "amount": -number * 100,
            "day": date(2026, 3, 2) if number % 3 else None,
            "at": AT,
            "codes": {"one": 1, "many": [number, "ü"]} if number % 2 else {},
            "sealed": bytes([number % 256]) if number % 5 else None,
            "made": "by us",
        }
        for number in range(start, start + count)
    ]


def kept(work: Work) -> list[dict[str, object]]:
    found = work.rows(work.select(thing).order_by(thing.c.number))
    return [{name: value for name, value in row.items() if name != "organisation_id"} for row in found]


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 3000])
def test_what_is_inserted_is_read_again(things: Database, count: int) -> None:
    made = rows(count)
    with things.work(new_id()) as work:
        work.insert_many(thing, [])
        work.insert_many(thing, made)
        assert kept(work) == made


def test_only_rows_with_a_new_key_are_inserted_and_counted(things: Database) -> None:
    made = rows(100)
    with things.work(new_id()) as work:
        assert work.insert_new_rows(thing, made) == 100
        assert work.insert_new_rows(thing, rows(150, 51)) == 100
        assert work.insert_new_rows(thing, rows(10)) == 0
        assert [one["number"] for one in kept(work)] == list(range(1, 201))
        assert kept(work)[:100] == made


def test_an_update_changes_the_rows_of_its_own_organisation_each_by_its_values(things: Database) -> None:
    made = rows(FEW * 2)
    other = new_id()
    with things.work(other) as work:
        work.insert_many(thing, made)
    with things.work(new_id()) as work:
        work.insert_many(thing, made)
        statement = work.update(thing).where(thing.c.id == sa.bindparam("key"))
        statement = statement.values(amount=sa.bindparam("new_amount"), day=sa.bindparam("new_day"), codes={"all": 1})
        changed: list[dict[str, object]] = [
            {"key": one["id"], "new_amount": place, "new_day": None} for place, one in enumerate(made)
        ]
        work.update_many(statement, changed)
        expected = [{**one, "amount": at, "day": None, "codes": {"all": 1}} for at, one in enumerate(made)]
        assert kept(work) == expected
    with things.work(other) as work:
        assert kept(work) == made


def test_defaults_of_a_column_are_made_for_many_rows_too(things: Database) -> None:
    made = [{name: value for name, value in one.items() if name != "made"} for one in rows(FEW + 5)]
    with things.work(new_id()) as work:
        work.insert_many(thing, made)
        assert {one["made"] for one in kept(work)} == {"by itself"}
