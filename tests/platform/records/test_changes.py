"""Many writes at once, conditional writes, and what interruptions leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.platform.records.people import patient
from tests.platform.records.ward import MRN, Asker, observation, ward
from tests.platform.records.ward import amount as quantity
from tests.platform.records.watching import index_of

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.search import read_query
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database
from chartline.platform.records import Change, Records
from chartline.platform.records.tables import resource_table
from chartline.platform.vault import Vault


@pytest.fixture
def records(vault: Vault) -> Records:
    """The records under test."""
    return Records(vault)


def test_creates_updates_and_deletes_go_together_in_the_order_asked(
    database: Database, records: Records, organisation: str
) -> None:
    with database.work(organisation) as work:
        records.write_many(work, [Change.put(one) for one in ward()])
    with database.work(organisation) as work:
        done = records.write_many(
            work,
            [
                Change.delete("Observation", "o1"),
                Change.put({**ward()[3], "active": False}, if_version=1, method="PATCH"),
                Change.put(patient(identity=new_id()), method="POST", fresh=True),
                Change.put(ward()[4]),
            ],
        )
        assert [(one.type, one.version, one.method) for one in done] == [
            ("Observation", 2, "DELETE"),
            ("Patient", 2, "PATCH"),
            ("Patient", 1, "POST"),
            ("Patient", 1, "PUT"),
        ]
        ask = Asker(records, work)
        assert ask.ids("Patient", "active=false") == ["p1"]
        assert ask.ids("Observation", "code=718-7") == ["o3"]
        assert [one.method for one in records.history(work, "Patient", "p1")] == ["PATCH", "PUT"]


def test_one_wrong_version_and_nothing_is_left(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        records.write_many(work, [Change.put(one) for one in ward()])
        before = index_of(work)
    changes = [Change.put(patient(identity="new")), Change.delete("Patient", "p1"), Change.put(ward()[4], if_version=7)]
    with pytest.raises(ChartlineError) as error, database.work(organisation) as work:
        records.write_many(work, changes)
    assert error.value.problem.code == "records.version_conflict"
    with pytest.raises(ZeroDivisionError), database.work(organisation) as work:
        records.write_many(work, changes[:2])
        raise ZeroDivisionError
    with database.read(organisation) as work:
        assert index_of(work) == before
        assert records.find(work, "Patient", "new") is None
        assert records.read(work, "Patient", "p1").version == 1


def test_the_same_resource_twice_is_refused(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work, pytest.raises(ChartlineError) as error:
        records.write_many(work, [Change.put(ward()[3]), Change.delete("Patient", "p1")])
    assert error.value.problem.code == "records.twice"


def test_conditional_creates_at_the_same_time_make_one(database: Database, records: Records, organisation: str) -> None:
    query = read_query(("Patient",), [("identifier", f"{MRN}|same")], strict=True)

    def create() -> None:
        with database.work(organisation) as work:
            records.lock_criteria(work, "Patient?identifier=same")
            if not records.matching(work, "Patient", query.criteria[0]):
                records.create(work, {**patient(), "identifier": [{"system": MRN, "value": "same"}]})

    _all_at_once([create] * 8)
    with database.read(organisation) as work:
        assert len(records.matching(work, "Patient", query.criteria[0], limit=9)) == 1


def test_puts_of_the_same_new_ids_in_another_order_make_no_deadlock(
    database: Database, records: Records, organisation: str
) -> None:
    def write(turn: int) -> None:
        ids = [f"x{number}" for number in range(6)]
        for _ in range(3):
            with database.work(organisation) as work:
                made = [Change.put({**patient(f"Q{turn}abc"), "id": one}) for one in (ids if turn % 2 else ids[::-1])]
                records.write_many(work, made)

    _all_at_once([lambda turn=turn: write(turn) for turn in range(4)])
    with database.work(organisation) as work:
        assert records.count(work, "Patient") == 6
        before = index_of(work)
        records.rebuild_index(work)
        assert index_of(work) == before


def _all_at_once(calls: list[Callable[[], None]]) -> None:
    failed: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_deleted_id_comes_back_only_by_put(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        records.write_many(work, [Change.put(one) for one in ward()])
        records.delete(work, "Patient", "p1")
        ask = Asker(records, work)
        assert ask.ids("Observation", "patient.gender=female") == []
        assert ask.ids("Observation", "patient=p1") == ["o1", "o2"]
        assert ask.page("Observation", "_id=o1&_include=Observation:patient").included == []
        back = records.put(work, ward()[3])
        assert (back.version, ask.ids("Observation", "patient.gender=female")) == (3, ["o1", "o2"])


def test_pages_neither_repeat_nor_lose_while_others_write(
    database: Database, records: Records, organisation: str
) -> None:
    def made(number: int, day: int) -> JsonObject:
        return observation(f"w{number}", "p1", "718-7", f"2026-03-{day:02}", quantity("1"))

    with database.work(organisation) as work:
        records.write_many(work, [Change.put(made(number, number + 1)) for number in range(12)])
    for sort in ("", "_sort=date", "_sort=-date", "_sort=code,-date"):
        seen: list[str] = []
        cursor, turn = "", 0
        while True:
            with database.work(organisation) as work:
                page = Asker(records, work).page(
                    "Observation", f"code=718-7&{sort}&_cursor={cursor}".removesuffix("&_cursor="), page=3
                )
                seen += [one.id for one in page.matches]
                turn += 1
                records.put(work, made(100 + turn, 1 + 2 * turn))  # before and behind where the pages are
                if turn == 2:
                    records.delete(work, "Observation", "w101")
            if page.next is None:
                break
            cursor = page.next
        assert len(seen) == len(set(seen))
        assert {f"w{number}" for number in range(12)} <= set(seen)


def test_histories_show_what_was_present_and_since_when(
    database: Database, records: Records, organisation: str
) -> None:
    with database.work(organisation) as work:
        for family in ("Quillfeather", "Marrowby", "Thistlewane"):
            records.put(work, patient(family, identity="p1"))
        records.put(work, patient(identity="p2"))
        records.delete(work, "Patient", "p2")
        # Spread over time: an hour a version.
        step = timedelta(hours=1)
        start = work.now - 9 * step
    with database.work(organisation) as work:
        work.execute(work.update(resource_table).where(resource_table.c.id == "p1").values(updated=start + 2 * step))
        whole = records.history_page(work, "Patient", "p1")
        assert [one.version for one in whole.versions] == [2, 1, 3]  # by time, newest first
        assert whole.next is None
        since = records.history_page(work, since=start + step)
        assert [(one.id, one.version) for one in since.versions][:2] == [("p2", 2), ("p2", 1)]
        pages: list[str] = []
        cursor = None
        while True:
            page = records.history_page(work, "Patient", count=2, cursor=cursor)
            pages += [f"{one.id}/{one.version}" for one in page.versions]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(pages) == ["p1/1", "p1/2", "p1/3", "p2/1", "p2/2"]
        assert [one.deleted for one in records.history_page(work, "Patient", "p2").versions] == [True, False]
        with pytest.raises(ChartlineError):
            records.history_page(work, "Patient", "nobody")
        at = (start + 2 * step, start + 3 * step)
        assert [(one.id, one.version) for one in records.history_page(work, at=at).versions] == [("p1", 3)]
