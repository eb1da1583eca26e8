"""Nothing outside a reach is seen, nor can it be told that it is there."""

from __future__ import annotations

import pytest
from tests.platform.records.ward import Asker

from chartline.kernel.errors import ChartlineError
from chartline.platform.records import Reach

MINE = Reach("p1", None)
FEW = Reach(None, frozenset({"Patient", "Observation"}))


@pytest.mark.parametrize(
    ("rtype", "query", "mine", "all_of_them"),
    [
        ("Patient", "", "p1", "p1 p2 p3"),
        ("Observation", "code=718-7", "o1", "o1 o3"),
        ("Observation", "_sort=-date", "o2 o1", "o3 o2 o1 o4"),
        ("Observation", "_sort=status", "o1 o2", "o4 o1 o2 o3"),
        ("Observation", "patient.gender=male", "", "o3"),
        ("Observation", "subject.name=marrow", "", "o3"),
        ("Organization", "", "house group", "house group"),
        ("Organization", "_has:Patient:organization:gender=male", "", "group"),
        ("Organization", "_has:Patient:organization:gender=female", "house", "house"),
        ("Organization", "_has:Patient:organization:name=marrow", "", "group"),
        ("Practitioner", "_has:Provenance:agent:target=Observation/o3", "", "d1"),
        ("Patient", "_has:Observation:patient:value-quantity=lt10", "p1", "p1 p2 p3"),
        ("Patient", "_id=p2", "", "p2"),
        ("Patient", "_list=l1", "", "p1 p3"),
        ("Patient,Observation", "_sort=_id", "o1 o2 p1", "o1 o2 o3 o4 p1 p2 p3"),
    ],
)
def test_a_patients_own_token_finds_its_own(
    still_ward: Asker, rtype: str, query: str, mine: str, all_of_them: str
) -> None:
    for reach, expected in ((MINE, mine.split()), (Reach(), all_of_them.split())):
        found = still_ward.ids(rtype, query, reach)
        assert (found if "_sort" in query else sorted(found)) == (expected if "_sort" in query else sorted(expected))
        assert still_ward.page(rtype, f"{query}&_summary=count", reach).total == len(expected)
        assert still_ward.page(rtype, f"{query}&_total=accurate&_count=1", reach).total == len(expected)
        assert still_ward.walked(rtype, query, 1, reach) == found


@pytest.mark.parametrize(
    ("rtype", "query", "reach", "expected"),
    [
        ("Provenance", "_include=Provenance:target", Reach(None, None), "Provenance/v1 Observation/o1 Observation/o3"),
        ("Practitioner", "_revinclude=Patient:general-practitioner", MINE, "Practitioner/d1 Patient/p1"),
        ("Organization", "_revinclude=Patient:organization", MINE, "Organization/house Organization/group Patient/p1"),
        ("Organization", "_revinclude=*", MINE, "Organization/house Organization/group Patient/p1"),
        ("Observation", "_id=o2&_include=*", FEW, "Observation/o2 Patient/p1"),
        ("Patient", "_id=p1&_revinclude=*", FEW, "Patient/p1 Observation/o1 Observation/o2"),
        ("Encounter", "", FEW, ""),
        ("Observation", "encounter.class=AMB", FEW, ""),
        ("Patient", "_has:Encounter:patient:class=IMP", FEW, ""),
        ("Patient", "_list=l1", FEW, ""),
        ("", "_id=p1,e1", FEW, "Patient/p1"),
    ],
)
def test_includes_and_hops_stop_at_the_reach(
    still_ward: Asker, rtype: str, query: str, reach: Reach, expected: str
) -> None:
    assert still_ward.found(rtype, query, reach) == set(expected.split())


def test_reads_and_histories_stop_at_the_reach(still_ward: Asker) -> None:
    records, work = still_ward.records, still_ward.work
    for rtype, identity, reach in (("Patient", "p2", MINE), ("Observation", "o3", MINE), ("Encounter", "e1", FEW)):
        for call in (records.read, records.history):
            with pytest.raises(ChartlineError) as error:
                call(work, rtype, identity, reach)
            assert error.value.problem.code == "records.not_found"
        with pytest.raises(ChartlineError) as error:
            records.version(work, rtype, identity, 1, reach)
        assert error.value.problem.code == "records.not_found"
        with pytest.raises(ChartlineError) as error:
            records.history_page(work, rtype, identity, reach=reach)
        assert error.value.problem.code == "records.not_found"
        assert records.find(work, rtype, identity, reach) is None
        assert records.read_many(work, [(rtype, identity)], reach) == {}
    assert set(records.read_many(work, [("Patient", "p1"), ("Practitioner", "d1"), ("Patient", "p2")], MINE)) == {
        ("Patient", "p1"),
        ("Practitioner", "d1"),
    }
    seen = {one.reference for one in records.history_page(work, reach=MINE).versions}
    assert "Patient/p1" in seen
    assert "Organization/house" in seen
    assert not seen & {"Patient/p2", "Patient/p3", "Observation/o3", "Observation/o4", "Encounter/e2"}
    assert {one.type for one in records.history_page(work, reach=FEW).versions} == {"Patient", "Observation"}
