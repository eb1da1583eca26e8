from __future__ import annotations

import pytest
from tests.platform.records.ward import MRN, UCUM, Asker, ref, ward
from tests.platform.records.watching import counted_statements

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.search import InCompartment, Query
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Database
from chartline.platform.records import EVERYTHING, Change, Reach, Records
from chartline.platform.vault import Vault

CASES = [
    ("Patient", "_id=p1,p3,nobody", ["p1", "p3"]),
    ("Patient", f"identifier={MRN}|A1", ["p1"]),
    ("Patient", "identifier=A1,A2", ["p1", "p2"]),
    ("Patient", f"identifier={MRN}|", ["p1", "p2"]),
    ("Patient", "identifier=|A1", []),
    ("Patient", "identifier=a1", []),
    ("Patient", "identifier:missing=true", ["p3"]),
    ("Patient", "identifier:missing=false", ["p1", "p2"]),
    ("Patient", "gender=FEMALE", ["p1"]),
    ("Patient", "gender:not=female", ["p2", "p3"]),
    ("Patient", "gender:missing=true", ["p3"]),
    ("Patient", "active=true", ["p1"]),
    ("Patient", "name=q", ["p1", "p3"]),
    ("Patient", "name=quil", ["p1", "p3"]),
    ("Patient", "family=quillfea", ["p1"]),
    ("Patient", "family=quillfeather", ["p1"]),
    ("Patient", "family=isolde", []),
    ("Patient", "given=ann,ansel", ["p1", "p2"]),
    ("Patient", "given=ann&given=isolde", ["p1"]),
    ("Patient", "family:exact=Quillfeather", ["p1"]),
    ("Patient", "family:exact=quillfeather", []),
    ("Patient", "family:contains=row", ["p2"]),
    ("Patient", "address-city=our", ["p1"]),
    ("Patient", "address-state=our", []),
    ("Patient", "address=co", ["p1"]),
    ("Patient", "birthdate=1984-07-19", ["p1"]),
    ("Patient", "birthdate=1990", ["p2"]),
    ("Patient", "birthdate=1990-01-05", []),
    ("Patient", "birthdate=ge1984", ["p1", "p2"]),
    ("Patient", "birthdate=lt1984-07-19", ["p3"]),
    ("Patient", "birthdate=ge1980&birthdate=lt1990", ["p1"]),
    ("Patient", "birthdate=ne1984-07-19", ["p2", "p3"]),
    ("Patient", "birthdate:missing=false", ["p1", "p2", "p3"]),
    ("Patient", "birthdate=ap1984-07-19", ["p1"]),
    ("Patient", "general-practitioner=Practitioner/d1", ["p1"]),
    ("Patient", "general-practitioner=d1", ["p1"]),
    ("Patient", "general-practitioner:missing=true", ["p2", "p3"]),
    ("Patient", "_list=l1", ["p1", "p3"]),
    ("Patient", "_list=none", []),
    ("Observation", "code=http://loinc.org|718-7", ["o1", "o3"]),
    ("Observation", "code=718-7&patient=p1", ["o1"]),
    ("Observation", "patient=Patient/p1&code=718-7,2345-7&date=ge2026-03-03", ["o2"]),
    ("Observation", "date=2026-03", ["o1", "o2"]),
    ("Observation", "date=2025-06", []),
    ("Observation", "date=ge2026-03-03&date=lt2026-04", ["o2"]),
    ("Observation", "date=sa2026-03-31", ["o3"]),
    ("Observation", "date=eb2026", ["o4"]),
    ("Observation", "date=ne2026-03-03", ["o1", "o3", "o4"]),
    ("Observation", "value-quantity=gt5", ["o1", "o3"]),
    ("Observation", f"value-quantity=5.2|{UCUM}|mg", ["o2"]),
    ("Observation", f"value-quantity=gt5|{UCUM}|mg", ["o1", "o2", "o3"]),
    ("Observation", "value-quantity=13.5||mg", ["o1"]),
    ("Observation", f"code-value-quantity=http://loinc.org|718-7$lt10|{UCUM}|mg", ["o3"]),
    ("Observation", "code-value-quantity=718-7$gt10", ["o1"]),
    ("Observation", "status:not=final", ["o4"]),
    ("Observation", "subject:Patient.name=quill", ["o1", "o2", "o4"]),
    ("Observation", "subject.name=marrow", ["o3"]),
    ("Observation", "patient.gender=female&code=718-7", ["o1"]),
    ("Observation", "patient.organization.name=larkspur", ["o3"]),
    ("Observation", "patient.organization.partof.name=lark", ["o1", "o2"]),
    ("Observation", f"patient.identifier={MRN}|A2", ["o3"]),
    ("Observation", "patient.birthdate=lt1960", ["o4"]),
    ("Observation", "patient.gender:not=female", ["o3", "o4"]),
    ("Observation", "patient._id=p2", ["o3"]),
    ("Observation", "encounter.participant:Practitioner.family=wether", ["o2"]),
    ("Patient", "_has:Observation:patient:code=718-7", ["p1", "p2"]),
    ("Patient", "_has:Observation:patient:code=718-7&_has:Encounter:patient:class=IMP", ["p2"]),
    ("Patient", "_has:Observation:patient:_has:Provenance:target:agent=Practitioner/d1", ["p1", "p2"]),
    ("Patient", "_has:Observation:patient:encounter.class=AMB", ["p1"]),
    ("Practitioner", "_has:Patient:general-practitioner:family=quill", ["d1"]),
    ("Encounter", "date=2026-03", ["e1"]),
    ("Encounter", "date=ge2026-06", ["e2"]),
    ("Encounter", "date=ge2026-03-01&date=le2026-03-02", ["e1", "e2"]),
    ("Organization", "_has:Patient:organization:_has:Observation:patient:value-quantity=lt10", ["group", "house"]),
    ("Observation", "_sort=-date", ["o3", "o2", "o1", "o4"]),
    ("Observation", "_sort=status,-date", ["o4", "o3", "o2", "o1"]),
    ("Patient", "_sort=family", ["p2", "p3", "p1"]),
    ("Patient", "_sort=-birthdate", ["p2", "p1", "p3"]),
    ("Patient", "_sort=gender,-_id", ["p1", "p2", "p3"]),
    ("Observation", "_sort=-value-quantity", ["o1", "o3", "o2", "o4"]),
]


@pytest.mark.parametrize(("rtype", "query", "expected"), CASES, ids=[f"{one}?{two}" for one, two, _ in CASES])
def test_a_search_finds_exactly(still_ward: Asker, rtype: str, query: str, expected: list[str]) -> None:
    found = still_ward.ids(rtype, query)
    assert (found if "_sort" in query else sorted(found)) == expected
    assert still_ward.page(rtype, f"{query}&_summary=count").total == len(expected)


@pytest.mark.parametrize(
    ("rtype", "query", "expected"),
    [
        ("Observation", "_id=o1&_include=Observation:patient", "Observation/o1 Patient/p1"),
        ("Observation", "_id=o1&_include=Observation:subject:Group", "Observation/o1"),
        ("Observation", "_id=o2&_include=*", "Observation/o2 Patient/p1 Encounter/e1"),
        (
            "Observation",
            "code=718-7&_include=Observation:patient",
            "Observation/o1 Observation/o3 Patient/p1 Patient/p2",
        ),
        ("Patient", "_id=p1&_revinclude=Observation:patient", "Patient/p1 Observation/o1 Observation/o2"),
        (
            "Patient",
            "_id=p1&_revinclude=*",
            "Patient/p1 Observation/o1 Observation/o2 Encounter/e1 List/l1",
        ),
        ("Observation", "_id=o1,o2&_revinclude=Provenance:target", "Observation/o1 Observation/o2 Provenance/v1"),
        (
            "Observation",
            "_id=o1&_include=Observation:patient&_include:iterate=Patient:organization"
            "&_include:iterate=Organization:partof",
            "Observation/o1 Patient/p1 Organization/house Organization/group",
        ),
        (
            "Observation",
            "_id=o1&_include=Observation:patient&_include=Patient:organization",
            "Observation/o1 Patient/p1",
        ),
        (
            "Organization",
            "_id=house&_include:iterate=Organization:partof",
            "Organization/house Organization/group",
        ),
        (
            "Patient",
            "_id=p3&_revinclude=Observation:patient&_revinclude=Observation:subject",
            "Patient/p3 Observation/o4",
        ),
    ],
)
def test_includes_come_once_and_are_no_matches(still_ward: Asker, rtype: str, query: str, expected: str) -> None:
    page = still_ward.page(rtype, query)
    both = [one.reference for one in [*page.matches, *page.included]]
    assert sorted(both) == sorted(expected.split())
    assert page.total == len(page.matches) > 0
    assert not page.cut


def test_a_search_over_types_and_over_everything(still_ward: Asker) -> None:
    every = still_ward.ids("")
    assert len(every) == len(ward())
    assert sorted(still_ward.ids("", "_type=Patient,Practitioner&_sort=-_id")) == ["d1", "p1", "p2", "p3"]
    assert still_ward.ids("Patient,Practitioner", "_sort=-_id") == ["p3", "p2", "p1", "d1"]
    assert still_ward.ids("", "_lastUpdated=lt2000") == []
    assert sorted(still_ward.walked("", "_sort=_lastUpdated,_id", 4)) == sorted(every)
    assert still_ward.page("", "_id=p1,o1&_summary=count").total == 2


def test_a_compartment_is_one_list_for_all_types(still_ward: Asker) -> None:
    asker = still_ward
    types = ("Observation", "Encounter", "Patient", "Practitioner", "List")
    query = Query(types, tuple((InCompartment(one, "Patient", "p1"),) for one in types))
    found = asker.records.search_page(asker.work, query)
    assert {one.reference for one in found.matches} == {
        "Patient/p1",
        "Observation/o1",
        "Observation/o2",
        "Encounter/e1",
    }
    one_type = Query(("Observation",), ((InCompartment("Observation", "Practitioner", "d1"),),))
    assert asker.records.search_page(asker.work, one_type).matches == []


@pytest.mark.parametrize(
    "sort", ["", "_id", "-_id", "_lastUpdated", "-date", "date,status", "-status", "-value-quantity"]
)
@pytest.mark.parametrize("page", [1, 3])
def test_pages_walk_forth_and_back(still_ward: Asker, sort: str, page: int) -> None:
    query = f"_sort={sort}" if sort else ""
    whole = still_ward.ids("Observation", query)
    assert still_ward.walked("Observation", query, page) == whole
    first = still_ward.page("Observation", query, page=page)
    assert first.previous is None
    second = still_ward.page("Observation", f"{query}&_cursor={first.next}", page=page)
    back = still_ward.page("Observation", f"{query}&_cursor={second.previous}", page=page)
    assert [one.id for one in back.matches] == whole[:page]
    assert back.previous is None
    again = still_ward.page("Observation", f"{query}&_cursor={back.next}", page=page)
    assert [one.id for one in again.matches] == whole[page : 2 * page]


def test_a_cursor_is_of_its_search_and_its_reach_only(still_ward: Asker) -> None:
    cursor = still_ward.page("Patient", "name=q", page=1).next
    assert cursor is not None
    assert [one.id for one in still_ward.page("Patient", f"name=q&_cursor={cursor}").matches] == ["p3"]
    for rtype, query, reach in (
        ("Patient", "name=i", EVERYTHING),
        ("Patient", "name=q&gender=female", EVERYTHING),
        ("Practitioner", "name=q", EVERYTHING),
        ("Patient", "name=q", Reach("p1", None)),
        ("Patient", "name=q&_sort=_id", EVERYTHING),
    ):
        with pytest.raises(ChartlineError) as error:
            still_ward.page(rtype, f"{query}&_cursor={cursor}", reach)
        assert error.value.problem.code == "records.bad_search"
    assert "quill" not in cursor.lower()


def test_totals_are_told_when_known_or_asked_for(still_ward: Asker) -> None:
    assert still_ward.page("Patient", "", page=2).total is None
    assert still_ward.page("Patient", "", page=3).total == 3
    assert still_ward.page("Patient", "_total=accurate", page=1).total == 3
    assert still_ward.page("Patient", "name=quilly&_total=estimate", page=1).total == 0
    assert still_ward.page("Patient", "_count=0").total == 3
    assert still_ward.page("Patient", "_count=0").matches == []


def test_a_search_is_a_few_statements_whatever_it_finds(database: Database, vault: Vault, organisation: str) -> None:
    records = Records(vault)
    with database.work(organisation) as work:
        asker = Asker(records, work)
        counts: list[int] = []
        for size in (3, 40):
            made: list[JsonObject] = [*ward()]
            for number in range(size):
                made.append({**made[3], "id": f"x{number}"})
                made.append({**made[6], "id": f"y{number}", "subject": ref(f"Patient/x{number}")})
            with counted_statements(database) as seen:
                records.write_many(work, [Change.put(one) for one in made])
            counts.append(len(seen))
            asker.page("Observation", "patient.name=quill")
            with counted_statements(database) as seen:
                page = asker.page(
                    "Observation", "patient.name=quillf&_include=Observation:patient&_sort=-date", page=60
                )
            counts.append(len(seen))
            assert len(page.matches) == size + 2
    assert counts[1] == counts[3] == 3
    assert counts[0] <= 12
    assert counts[2] <= 12
