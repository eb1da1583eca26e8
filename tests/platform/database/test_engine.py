"""Both databases keep the same promises."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from chartline.kernel.clock import SystemClock
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database, Id, Instant, metadata, open_database
from chartline.platform.database.engine import probe

thing = sa.Table(
    "test_thing",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("count", sa.Integer, nullable=False, default=0),
)


@pytest.fixture(autouse=True)
def tables(database: Database) -> None:
    with database.engine.begin() as connection:
        thing.create(connection, checkfirst=True)


def test_a_moment_comes_back_to_the_microsecond(database: Database) -> None:
    organisation, moment = new_id(), datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=UTC)
    with database.work(organisation) as work:
        work.insert(thing, id=new_id(), at=moment)
    with database.read(organisation) as work:
        assert moment == work.scalar(work.select(thing, thing.c.at))


def test_a_naive_moment_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="time zone"), database.work(new_id()) as work:
        work.insert(thing, id=new_id(), at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_failed_work_leaves_nothing(database: Database) -> None:
    organisation = new_id()
    with pytest.raises(KeyError), database.work(organisation) as work:
        work.insert(thing, id=new_id())
        raise KeyError
    with database.read(organisation) as work:
        assert work.rows(work.select(thing)) == []


def test_the_same_key_is_inserted_once_and_upserted_in_place(database: Database) -> None:
    organisation, identity = new_id(), new_id()
    with database.work(organisation) as work:
        assert work.insert_new(thing, id=identity, count=1)
        assert not work.insert_new(thing, id=identity, count=2)
        work.upsert(thing, {"id": identity}, count=3)
        assert [row["count"] for row in work.rows(work.select(thing))] == [3]


def test_another_organisation_sees_nothing(database: Database) -> None:
    with database.work(new_id()) as work:
        work.insert(thing, id=new_id())
    with database.read(new_id()) as work:
        assert work.rows(work.select(thing)) == []


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    organisation, identity = new_id(), new_id()
    with database.work(organisation) as work:
        work.insert(thing, id=identity, count=0)

    def add() -> None:
        for _ in range(20):
            with database.work(organisation) as work:
                work.execute(work.update(thing).values(count=thing.c.count + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read(organisation) as work:
        assert work.scalar(work.select(thing, thing.c.count)) == 80


def test_errors_never_quote_parameters(database: Database) -> None:
    organisation, identity = new_id(), new_id()
    with pytest.raises(Exception) as caught, database.work(organisation) as work:
        work.insert(thing, id=identity)
        work.insert(thing, id=identity)
    assert identity not in str(caught.value)


def test_a_database_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    absent = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none", SystemClock())
    with pytest.raises(ChartlineError) as caught:
        probe(absent.engine)
    assert caught.value.problem.code == "database.unreachable"


def test_a_full_disk_is_said_plainly_and_nothing_is_lost(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'small.db'}", SystemClock())
    metadata.create_all(database.engine, [thing])
    organisation = new_id()
    with database.work(organisation) as work:
        work.insert(thing, id=new_id())
        pages = work.scalar(sa.text("PRAGMA page_count"))
    with pytest.raises(ChartlineError) as caught:
        for _ in range(50):
            with database.work(organisation) as work:
                work.execute(sa.text(f"PRAGMA max_page_count={pages}"))
                work.insert_many(thing, [{"id": new_id()} for _ in range(2000)])
    assert caught.value.problem.code == "database.disk_full"
    with database.read(organisation) as work:
        assert len(work.rows(work.select(thing))) >= 1
