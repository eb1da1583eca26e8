from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.platform.records.people import encounter, patient

from chartline.formats.fhir import JsonObject, children, parse
from chartline.formats.fhir.elements import child
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import tally
from chartline.platform.database import Database
from chartline.platform.records import Criterion, Records, protect
from chartline.platform.records.tables import resource_history_table, resource_table
from chartline.platform.vault import Vault


@pytest.fixture
def records(vault: Vault) -> Records:
    """The records under test."""
    return Records(vault)


def code_of(error: pytest.ExceptionInfo[ChartlineError]) -> str:
    return error.value.problem.code


def test_a_created_resource_gets_an_id_of_ours_and_its_meta(
    database: Database, records: Records, organisation: str
) -> None:
    with database.work(organisation) as work:
        made = records.create(work, {**patient(identity="theirs"), "meta": {"source": "urn:example:emr"}})
    with database.read(organisation) as work:
        kept = records.read(work, "Patient", made.id)
    content = kept.reveal(Purpose.SHOW)
    assert made.id != "theirs"
    assert made.id[14] == "7"
    assert (made.id, 1, kept.body) == (content["id"], kept.version, made.body)
    meta = child(content, "meta") or {}
    assert (meta["versionId"], meta["source"]) == ("1", "urn:example:emr")
    assert kept.updated == datetime.fromisoformat(str(meta["lastUpdated"]).replace("Z", "+00:00"))
    assert list(content)[:4] == ["resourceType", "id", "meta", "identifier"]


def test_put_keeps_every_version(database: Database, records: Records, organisation: str) -> None:
    for family in ("Quillfeather", "Marrowby", "Thistlewane"):
        with database.work(organisation) as work:
            records.put(work, patient(family, identity="p1"))
    with database.read(organisation) as work:
        assert [one.version for one in records.history(work, "Patient", "p1")] == [3, 2, 1]
        second = records.version(work, "Patient", "p1", 2).reveal(Purpose.SHOW)
        assert children(second, "name")[0]["family"] == "Marrowby"
        with pytest.raises(ChartlineError) as error:
            records.version(work, "Patient", "p1", 4)
    assert code_of(error) == "records.not_found"


def test_putting_the_same_content_makes_no_version(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        first = records.put(work, patient(identity="p1"))
        again = records.put(work, patient(identity="p1"))
        readback = records.put(work, first.reveal(Purpose.MATCH))
        shuffled = records.put(work, dict(reversed(list(patient(identity="p1").items()))))
        assert {1} == {first.version, again.version, readback.version, shuffled.version}
        assert len(records.history(work, "Patient", "p1")) == 1


def test_a_decimal_of_another_precision_is_another_content(
    database: Database, records: Records, organisation: str
) -> None:
    def invoice(amount: str) -> JsonObject:
        return {
            "resourceType": "Invoice",
            "id": "i1",
            "status": "issued",
            "totalNet": {"value": Decimal(amount), "currency": "USD"},
        }

    with database.work(organisation) as work:
        records.put(work, invoice("1.10"))
        assert b'"value":1.10,' in records.read(work, "Invoice", "i1").body.reveal(Purpose.SHOW)
        assert records.put(work, invoice("1.1")).version == 2


def test_a_wrong_version_stores_nothing(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        records.put(work, patient(identity="p1"), if_version=0)
        records.put(work, patient("Marrowby", identity="p1"), if_version=1)
        for wrong in (0, 1, 3):
            with pytest.raises(ChartlineError) as error:
                records.put(work, patient("Thistlewane", identity="p1"), if_version=wrong)
            assert code_of(error) == "records.version_conflict"
        with pytest.raises(ChartlineError) as error:
            records.delete(work, "Patient", "p1", if_version=1)
        assert records.read(work, "Patient", "p1").version == 2
    assert code_of(error) == "records.version_conflict"


def test_a_deleted_resource_is_gone_but_remembered(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        records.put(work, patient(identity="p1"))
        assert records.delete(work, "Patient", "p1").version == 2
        assert records.delete(work, "Patient", "p1").version == 2
        with pytest.raises(ChartlineError) as error:
            records.read(work, "Patient", "p1")
        assert code_of(error) == "records.deleted"
        assert records.find(work, "Patient", "p1") is None
        assert [one.deleted for one in records.history(work, "Patient", "p1")] == [True, False]
        assert records.search(work, "Patient", [Criterion("family", "quill")]).found == []
        with pytest.raises(ChartlineError) as error:
            records.history(work, "Patient", "p1")[0].reveal(Purpose.SHOW)
        assert code_of(error) == "records.deleted"
        assert records.put(work, patient(identity="p1")).version == 3
        assert len(records.search(work, "Patient", [Criterion("family", "quill")]).found) == 1


def test_what_was_never_there_is_not_found(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        for call in (records.read, records.delete, records.history):
            with pytest.raises(ChartlineError) as error:
                call(work, "Patient", "nobody")
            assert code_of(error) == "records.not_found"


@pytest.mark.parametrize(
    "bad",
    [
        {"resourceType": "Patient", "id": "p1", "surname": "Quillfeather"},
        {"resourceType": "Spaceship", "id": "p1"},
        {"resourceType": "Patient"},
    ],
)
def test_bad_structure_is_refused(database: Database, records: Records, organisation: str, bad: JsonObject) -> None:
    with database.work(organisation) as work, pytest.raises(ChartlineError) as error:
        records.put(work, bad)
    assert code_of(error) == "fhir.bad_shape"
    assert "Quillfeather" not in str(error.value.problem)


def test_another_organisation_neither_reads_nor_finds_nor_opens(
    database: Database, records: Records, organisation: str, stranger: str
) -> None:
    with database.work(organisation) as work:
        records.put(work, patient(identity="p1"))
    with database.work(stranger) as work:
        assert records.find(work, "Patient", "p1") is None
        assert records.search(work, "Patient", [Criterion("family", "quill")]).found == []
        assert records.search(work, "Patient").found == []
        assert records.put(work, patient("Marrowby", identity="p1")).version == 1
        row = work.row(resource_table.select().where(resource_table.c.organisation_id == organisation))
        if row is not None:  # a second lock may hide it altogether
            mine = work.update(resource_table).where(resource_table.c.id == "p1")
            work.execute(mine.values(body=row["body"], version=row["version"]))
            with pytest.raises(ChartlineError) as error:
                records.read(work, "Patient", "p1")
            assert code_of(error) == "vault.unreadable"


def test_a_tampered_body_does_not_open(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        records.put(work, patient(identity="p1"))
        body = bytearray(work.scalar(work.select(resource_table, resource_table.c.body)))
        body[-1] ^= 1
        work.execute(work.update(resource_table).values(body=bytes(body)))
        with pytest.raises(ChartlineError) as error:
            records.read(work, "Patient", "p1")
    assert code_of(error) == "vault.unreadable"


def test_an_old_body_put_back_does_not_open(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        records.put(work, patient(identity="p1"))
        old = work.scalar(work.select(resource_table, resource_table.c.body))
        records.put(work, patient("Marrowby", identity="p1"))
        work.execute(work.update(resource_table).values(body=old))
        with pytest.raises(ChartlineError) as error:
            records.read(work, "Patient", "p1")
    assert code_of(error) == "vault.unreadable"


def test_history_refuses_changes(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        protect(work.connection)
        records.put(work, encounter("2026-03-02") | {"id": "e1"})
        records.put(work, encounter("2026-03-03") | {"id": "e1"})
    with pytest.raises(ChartlineError, match=r"database\.rejected"), database.work(organisation) as work:
        work.execute(work.delete(resource_history_table))


def test_writers_at_the_same_time_lose_nothing(database: Database, records: Records, organisation: str) -> None:
    def write(number: int) -> None:
        with database.work(organisation) as work:
            records.put(work, patient(f"Quill{'abcdefgh'[number]}", identity="p1"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read(organisation) as work:
        history = records.history(work, "Patient", "p1")
        assert list(range(8, 0, -1)) == [one.version for one in history]
        assert len({one.body for one in history}) == 8
        assert records.count(work, "Patient", [Criterion("family", "quill")]) == 1


def test_storing_and_searching_open_nothing_for_the_audit(
    database: Database, records: Records, organisation: str
) -> None:
    with tally() as counted, database.work(organisation) as work:
        made = records.create(work, patient())
        records.put(work, patient("Marrowby") | {"id": made.id})
        found = records.search(work, "Patient", [Criterion("family", "marrow")]).found
        assert counted.counts == {}
        found[0].reveal(Purpose.SHOW)
        assert counted.counts == {Purpose.SHOW: 1}


def test_a_revealed_resource_is_a_copy(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        made = records.create(work, patient())
        made.reveal(Purpose.SHOW)["name"] = "changed"
        assert parse(made.body.reveal(Purpose.SHOW)) == made.reveal(Purpose.SHOW)
        assert "Quill" not in repr(made)
        assert f"Patient/{made.id}" == made.reference


def test_times_are_of_the_clock_in_utc(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        made = records.put(work, patient(identity=new_id()))
        assert made.updated.tzinfo is UTC
        assert made.updated <= work.now
