"""An organisation's own search parameters: indexed from the start, searchable when all older resources are indexed."""

from __future__ import annotations

import pytest
from tests.platform.records.ward import Asker, ward
from tests.platform.records.watching import index_of

from chartline.formats.fhir import JsonObject
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Database
from chartline.platform.records import Change, Records, reindexing
from chartline.platform.vault import Vault


@pytest.fixture
def records(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Records:
    """The records under test; they need not wait for transactions that nobody has open."""
    monkeypatch.setattr(reindexing, "_OVERTAKEN", reindexing._OVERTAKEN * 0)
    return Records(vault)


def nickname(expression: str = "Patient.name.given | Practitioner.name.given", status: str = "active") -> JsonObject:
    """A search parameter that R4 does not have."""
    return {
        "resourceType": "SearchParameter",
        "id": "sp1",
        "url": "http://example.org/SearchParameter/nickname",
        "name": "Nickname",
        "status": status,
        "description": "By any given name",
        "code": "nickname",
        "base": ["Patient", "Practitioner"],
        "type": "string",
        "expression": expression,
    }


def _until_ready(database: Database, records: Records, organisation: str, batch: int = 2) -> int:
    steps = 0
    while True:
        with database.work(organisation) as work:
            steps += 1
            if not records.reindex_step(work, batch).waiting:
                return steps


def test_a_new_parameter_is_searchable_when_everything_is_indexed(
    database: Database, records: Records, organisation: str
) -> None:
    with database.work(organisation) as work:
        records.write_many(work, [Change.put(one) for one in ward()])
        records.put(work, nickname())
        assert records.custom_parameters(work) == {}
        with pytest.raises(ChartlineError):
            Asker(records, work).ids("Patient", "nickname=isol")
        records.put(work, {**ward()[4], "id": "p9"})
    assert _until_ready(database, records, organisation) > 2
    with database.work(organisation) as work:
        ask = Asker(records, work)
        assert set(records.custom_parameters(work)) == {"Patient", "Practitioner"}
        assert ask.ids("Patient", "nickname=isol") == ["p1"]
        assert ask.ids("Patient", "nickname=ans") == ["p2", "p9"]
        assert ask.ids("Practitioner", "nickname=odo") == ["d1"]
        assert ask.ids("Observation", "patient.nickname=isolde") == ["o1", "o2"]
        before = index_of(work)
        records.rebuild_index(work)
        assert index_of(work) == before


def test_a_changed_definition_is_another_parameter(database: Database, records: Records, organisation: str) -> None:
    with database.work(organisation) as work:
        records.write_many(work, [Change.put(one) for one in ward()])
        records.put(work, nickname())
    _until_ready(database, records, organisation)
    with database.work(organisation) as work:
        records.put(work, nickname("Patient.name.family"))
        assert records.custom_parameters(work) == {}
    _until_ready(database, records, organisation)
    with database.work(organisation) as work:
        ask = Asker(records, work)
        assert ask.ids("Patient", "nickname=isol") == []
        assert ask.ids("Patient", "nickname=quillf") == ["p1"]
        assert set(records.custom_parameters(work)) == {"Patient"}
        records.delete(work, "SearchParameter", "sp1")
        assert records.custom_parameters(work) == {}


@pytest.mark.parametrize(
    "unfit",
    [
        {"status": "draft"},
        {"code": "family"},
        {"type": "composite"},
        {"expression": "Observation.code"},
        {"base": ["Spaceship"]},
    ],
)
def test_what_defines_nothing_new_is_only_kept(
    database: Database, records: Records, organisation: str, unfit: JsonObject
) -> None:
    with database.work(organisation) as work:
        records.put(work, {**nickname(), **unfit}, checked=True)
        assert records.reindex_step(work).waiting == 0
        assert records.custom_parameters(work) == {}
