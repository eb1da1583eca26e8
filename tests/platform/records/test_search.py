from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.platform.records.people import MEMBER, appointment, coverage, encounter, patient
from tests.platform.records.watching import counted_statements, index_of
from tests.platform.vault.fixtures import readable

from chartline.formats.fhir import JsonObject, human_name
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Database, Work
from chartline.platform.records import Criterion, Records
from chartline.platform.records.tables import resource_eq_table, resource_table
from chartline.platform.vault import Vault


@pytest.fixture
def records(vault: Vault) -> Records:
    """The records under test."""
    return Records(vault)


@pytest.fixture
def work(database: Database, records: Records, organisation: str) -> Iterator[Work]:
    """A transaction in which a small practice is stored."""
    with database.work(organisation) as open_work:
        for one in practice():
            records.put(open_work, one)
        yield open_work


def practice() -> list[JsonObject]:
    """Three people, their coverages, appointments and visits."""
    return [
        patient(identity="p1"),
        patient("Marrowby-Quill", "Ansel", "1984-07-02", "ZQX995678", identity="p2"),
        patient("Thistlewanesborough", "Zoë", "1990-01-31", "ZQX990000", identity="p3"),
        coverage("Patient/p1") | {"id": "c1"},
        coverage("Patient/p2", "ZQX995678") | {"id": "c2"},
        appointment("2026-03-02T15:00:00Z", "2026-03-02T15:50:00Z") | {"id": "a1"},
        appointment("2026-03-02T23:30:00-07:00", "2026-03-03T00:20:00-07:00", "Patient/p2") | {"id": "a2"},
        appointment("2026-03-04T15:00:00Z", "2026-03-04T15:50:00Z", status="cancelled") | {"id": "a3"},
        encounter("2026-03-02T15:00:00Z", "2026-03-02T15:50:00Z") | {"id": "e1"},
        encounter("2026-03-02T15:00:00Z", subject="Patient/p2", status="in-progress") | {"id": "e2"},
    ]


def ids(records: Records, work: Work, rtype: str, *criteria: Criterion) -> list[str]:
    return [one.id for one in records.search(work, rtype, criteria).found]


@pytest.mark.parametrize(
    ("expected", "criterion"),
    [
        (["p1"], Criterion("_id", "p1", "nobody")),
        (["p1"], Criterion("identifier", f"{MEMBER}|ZQX991234")),
        (["p1"], Criterion("identifier", "ZQX991234")),
        (["p1", "p2", "p3"], Criterion("identifier", f"{MEMBER}|")),
        (["p1", "p2"], Criterion("identifier", f"{MEMBER}|ZQX991234", "ZQX995678")),
        ([], Criterion("identifier", "urn:other|ZQX991234")),
        ([], Criterion("identifier", "|ZQX991234")),
        (["p1", "p2"], Criterion("name", "quill")),
        (["p1"], Criterion("name", "QUILLFEATHER")),
        (["p1"], Criterion("name", "quillfeath")),
        (["p1"], Criterion("name", "isol quillf")),
        (["p1", "p3"], Criterion("name", "isol quillf", "zoe")),
        ([], Criterion("name", "ansel quillf")),
        (["p3"], Criterion("given", "zoe")),
        (["p3"], Criterion("family", "Thistlewanesb")),
        ([], Criterion("family", "Thistlewanesx")),
        (["p1"], Criterion("family", "quillfeather")),
        ([], Criterion("family", "isolde")),
        (["p1"], Criterion("birthdate", "1984-07-19")),
        (["p1", "p2"], Criterion("birthdate", "1984-07")),
        (["p3"], Criterion("birthdate", "1990")),
        (["p1", "p2", "p3"], Criterion("telecom", "+1 303.555.0147")),
        (["p1", "p2", "p3"], Criterion("active", "true")),
        ([], Criterion("active", "false")),
    ],
    ids=lambda value: f"{value.name}={','.join(value.values)}" if isinstance(value, Criterion) else "",
)
def test_patients_are_found(records: Records, work: Work, expected: list[str], criterion: Criterion) -> None:
    assert expected == ids(records, work, "Patient", criterion)


@pytest.mark.parametrize(
    ("expected", "rtype", "criteria"),
    [
        (["c1"], "Coverage", [Criterion("beneficiary", "Patient/p1")]),
        (["c1"], "Coverage", [Criterion("patient", "p1")]),
        (["c1", "c2"], "Coverage", [Criterion("type", "urn:example:plans|PPO"), Criterion("payor", "payer1")]),
        (["a1", "a3"], "Appointment", [Criterion("patient", "Patient/p1")]),
        ([], "Appointment", [Criterion("patient", "Practitioner/d1")]),
        (["a1", "a2", "a3"], "Appointment", [Criterion("actor", "Practitioner/d1")]),
        (["a1"], "Appointment", [Criterion("patient", "p1"), Criterion("status", "booked", "arrived")]),
        (["a1"], "Appointment", [Criterion("date", "2026-03-02")]),
        (["a2"], "Appointment", [Criterion("date", "2026-03-03")]),
        (["a1", "a2"], "Appointment", [Criterion("date", "ge2026-03-02"), Criterion("date", "lt2026-03-04")]),
        (["a3"], "Appointment", [Criterion("date", "gt2026-03-03")]),
        (["a3"], "Appointment", [Criterion("date", "sa2026-03-03")]),
        (["a1"], "Appointment", [Criterion("date", "eb2026-03-03")]),
        (["a1", "a2"], "Appointment", [Criterion("date", "le2026-03-03")]),
        (["a2", "a3"], "Appointment", [Criterion("date", "ne2026-03-02")]),
        (["a1", "a3"], "Appointment", [Criterion("date", "2026-03-02", "2026-03-04")]),
        (["e1", "e2"], "Encounter", [Criterion("date", "ge2026-03-02T15:00:00Z")]),
        (["e1"], "Encounter", [Criterion("date", "eb2026-03-02T15:51:00Z")]),
        (["e2"], "Encounter", [Criterion("date", "ge2027"), Criterion("subject", "Patient/p2")]),
        (["e2"], "Encounter", [Criterion("status", "in-progress"), Criterion("class", "AMB")]),
        (["e1", "e2"], "Encounter", [Criterion("_lastUpdated", "gt2020-01-01")]),
        ([], "Encounter", [Criterion("_lastUpdated", "lt2020-01-01")]),
    ],
)
def test_the_days_searches_find(
    records: Records, work: Work, expected: list[str], rtype: str, criteria: list[Criterion]
) -> None:
    assert expected == ids(records, work, rtype, *criteria)
    assert len(expected) == records.count(work, rtype, criteria)


@pytest.mark.parametrize(
    ("rtype", "criterion"),
    [
        ("Patient", Criterion("surname", "x")),
        ("Patient", Criterion("name")),
        ("Patient", Criterion("name", "")),
        ("Patient", Criterion("name", "!!")),
        ("Appointment", Criterion("date", "tomorrow")),
        ("Appointment", Criterion("date", "about2026")),
        ("Appointment", Criterion("date", "2026-13-01")),
        ("Spaceship", Criterion("identifier", "x")),
    ],
    ids=str,
)
def test_a_search_that_cannot_be_meant_is_refused(
    records: Records, work: Work, rtype: str, criterion: Criterion
) -> None:
    with pytest.raises(ChartlineError) as error:
        records.search(work, rtype, [criterion])
    assert error.value.problem.code == "records.bad_search"


@pytest.mark.parametrize("cursor", ["", "x", "00", b"[1]".hex(), b"[99999999999999999999999,'a']".hex()])
def test_a_foreign_cursor_is_refused(records: Records, work: Work, cursor: str) -> None:
    with pytest.raises(ChartlineError) as error:
        records.search(work, "Patient", cursor=cursor)
    assert error.value.problem.code == "records.bad_search"


def test_an_unknown_sort_is_refused(records: Records, work: Work) -> None:
    with pytest.raises(ChartlineError) as error:
        records.search(work, "Patient", sort="nonsense")
    assert error.value.problem.code == "records.bad_search"


@pytest.mark.parametrize("sort", ["_id", "-_id", "_lastUpdated", "-_lastUpdated", "date", "-date"])
def test_paging_shows_each_once_in_order(records: Records, work: Work, sort: str) -> None:
    undated: JsonObject = {"resourceType": "Appointment", "status": "proposed", "id": "a9"}
    undated["participant"] = [{"status": "needs-action"}]
    records.put(work, undated)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = records.search(work, "Appointment", sort=sort, cursor=cursor, limit=1)
        seen += [one.id for one in page.found]
        cursor = page.next
        if cursor is None:
            break
    expected = ["a1", "a2", "a3", "a9"]
    if sort == "-date":  # what has no date comes last, whatever the direction
        assert seen == ["a3", "a2", "a1", "a9"]
    else:
        assert (expected[::-1] if sort.startswith("-") else expected) == seen


def test_a_changed_resource_is_found_by_its_new_values_only(records: Records, work: Work) -> None:
    records.put(work, patient("Fennimore", "Isolde", "1985-07-19", "ZQX991234", identity="p1"))
    assert ids(records, work, "Patient", Criterion("family", "quill")) == ["p2"]
    assert ids(records, work, "Patient", Criterion("family", "fenni")) == ["p1"]
    assert ids(records, work, "Patient", Criterion("birthdate", "1984-07-19")) == []
    records.put(work, appointment("2026-04-02T15:00:00Z", "2026-04-02T15:50:00Z") | {"id": "a1"})
    assert ids(records, work, "Appointment", Criterion("date", "2026-04")) == ["a1"]
    assert ids(records, work, "Appointment", Criterion("date", "2026-03-02")) == []


def test_a_name_of_several_words_is_found_by_each(records: Records, work: Work) -> None:
    dutch = patient(identity="p4") | {"name": [human_name("van der Quist", ["José María"])]}
    records.put(work, dutch)
    for words in ("van der q", "quist maria", "jose"):
        assert ids(records, work, "Patient", Criterion("name", words)) == ["p4"]


def test_the_index_is_rebuilt_from_the_bodies(records: Records, work: Work) -> None:
    records.delete(work, "Patient", "p3")

    before = index_of(work)
    work.execute(resource_eq_table.delete())
    assert ids(records, work, "Patient", Criterion("family", "quill")) == []
    assert records.rebuild_index(work, batch=3) == 9
    assert before == index_of(work)


def test_a_hash_that_lies_joins_nobody(records: Records, work: Work) -> None:
    numbers = {row["id"]: row["pk"] for row in work.rows(work.select(resource_table)) if row["rtype"] == "Patient"}
    lists = {one: {h for h, pk in index_of(work)["resource_eq"] if pk == numbers[one]} for one in ("p1", "p2")}
    for h in lists["p1"] - lists["p2"]:
        work.execute(resource_eq_table.insert(), {"h": h, "pk": numbers["p2"]})
    assert ids(records, work, "Patient", Criterion("identifier", "ZQX991234")) == ["p1"]
    assert ids(records, work, "Patient", Criterion("given", "isolde")) == ["p1"]


def test_a_page_is_one_query_whatever_its_size(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        for number in range(30):
            records.put(work, patient(member=f"M{number}", identity=f"p{number}"))
        criteria = [
            Criterion("name", "isolde quill"),
            Criterion("birthdate", "1984-07-19"),
            Criterion("active", "true"),
        ]
        records.search(work, "Patient", criteria)  # the organisation's own parameters are known from here on
        for limit in (1, 10, 50):
            with counted_statements(database) as seen:
                assert min(limit, 30) == len(records.search(work, "Patient", criteria, limit=limit).found)
            assert len(seen) == 1


def test_the_database_file_shows_no_patient(
    sqlite_database: Database, records: Records, organisation: str, tmp_path: Path
) -> None:
    with sqlite_database.work(organisation) as work:
        for one in practice():
            records.put(work, one)
        records.put(work, patient("Fennimore", identity="p1"))
        records.delete(work, "Patient", "p2")
    words = ["Quillfeather", "quillf", "Isolde", "Marrowby", "Ansel", "Thistlewane", "Fennimore"]
    secret = [*words, "1984-07-19", "19840719", "ZQX99", "3035550147", "555-0147", MEMBER]
    assert readable(tmp_path, [*secret, "p3"]) == ["p3"]
    sqlite_database.close()
    assert readable(tmp_path, [*secret, "p3"]) == ["p3"]
