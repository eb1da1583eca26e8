from __future__ import annotations

from pathlib import Path

import pytest
from tests.domains.codes.terminology import releases

from chartline.domains.codes.terminology import practice_terminology
from chartline.domains.codes.terminology.kinds import Wanted, load
from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.terminology import Asked, Coding
from chartline.formats.fhir.terminology import Wanted as WantedMap
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Database
from chartline.platform.records import Reach, Records
from chartline.platform.vault import Vault

ROOMS: JsonObject = {
    "resourceType": "CodeSystem",
    "url": "http://practice.example/rooms",
    "version": "1",
    "status": "active",
    "content": "complete",
    "concept": [{"code": "blue", "display": "Blue room"}, {"code": "green", "display": "Green room"}],
}


def value_set(version: str, *codes: str, url: str = "http://practice.example/in-use") -> JsonObject:
    listed = [{"code": code} for code in codes]
    return {
        "resourceType": "ValueSet",
        "url": url,
        "version": version,
        "status": "active",
        "compose": {"include": [{"system": ROOMS["url"], "concept": listed}]},
    }


@pytest.fixture
def records(vault: Vault) -> Records:
    return Records(vault)


def test_what_a_practice_stores_is_used_and_the_newest_version_counts(
    database: Database, records: Records, organisation: str, stranger: str
) -> None:
    url = "http://practice.example/in-use"
    with database.work(organisation) as work:
        records.create(work, ROOMS)
        records.create(work, value_set("1", "blue"))
        made = records.create(work, value_set("2", "blue", "green"))
    with database.read(organisation) as work:
        terminology = practice_terminology(work, records)
        assert terminology.member(url, str(ROOMS["url"]), "green") is True
        assert terminology.member(f"{url}|1", str(ROOMS["url"]), "green") is False
        assert terminology.member(f"{url}|3", str(ROOMS["url"]), "green") is None
        found = terminology.expand(terminology.value_set(f"ValueSet/{made.id}"), Asked(filter="gre"))
        assert [(entry.code, entry.display) for entry in found.entries] == [("green", "Green room")]
        assert terminology.member("http://hl7.org/fhir/ValueSet/administrative-gender", None, "male") is True
    with database.read(stranger) as work:
        assert practice_terminology(work, records).member(url, str(ROOMS["url"]), "green") is None


def test_canonicals_with_signs_of_a_search_are_found(database: Database, records: Records, organisation: str) -> None:
    url = "http://practice.example/a,b$c"
    with database.work(organisation) as work:
        records.create(work, value_set("1", "blue", url=url))
    with database.read(organisation) as work:
        assert practice_terminology(work, records).member(url, str(ROOMS["url"]), "blue") is True


def test_stored_maps_translate_into_what_is_loaded(
    database: Database, records: Records, organisation: str, tmp_path: Path
) -> None:
    load(database, Wanted("icd10cm", releases.icd10cm(tmp_path)))
    target = "http://hl7.org/fhir/sid/icd-10-cm"
    element = {"code": "blue", "target": [{"code": "Q98.0", "equivalence": "equivalent"}]}
    group = {"source": ROOMS["url"], "target": target, "element": [element]}
    made: JsonObject = {"resourceType": "ConceptMap", "url": "urn:map", "status": "active", "group": [group]}
    with database.work(organisation) as work:
        records.create(work, made)
    with database.read(organisation) as work:
        terminology = practice_terminology(work, records)
        for wanted in (WantedMap("urn:map"), WantedMap(target_system=target)):
            (match,) = terminology.translate([Coding(str(ROOMS["url"]), "blue")], wanted)
            assert (match.code, match.display) == ("Q98.0", "Invented fever, unspecified")


def test_a_caller_who_may_not_see_value_sets_does_not_use_them(
    database: Database, records: Records, organisation: str
) -> None:
    with database.work(organisation) as work:
        records.create(work, value_set("1", "blue"))
    with database.read(organisation) as work:
        narrow = practice_terminology(work, records, Reach(None, frozenset({"Patient"})))
        assert narrow.member("http://practice.example/in-use", None, "blue") is None


def test_a_value_set_that_cannot_be_used_is_refused(database: Database, records: Records, organisation: str) -> None:
    broken = value_set("1", "blue")
    broken["compose"] = {"include": [{"concept": [{"code": "blue"}]}]}
    with database.work(organisation) as work:
        records.create(work, broken)
    with database.read(organisation) as work, pytest.raises(ChartlineError, match="bad_content"):
        practice_terminology(work, records).value_set("http://practice.example/in-use")
