"""Row S28: a search parameter of the practice's own finds older resources too, once a worker has indexed them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from tests.support.fhir import Json, Site, patient
from tests.support.waiting import until

from chartline.app.stories import all_jobs
from chartline.platform.jobs import Worker

STRICT = {"Prefer": "handling=strict"}
NICKNAME: Json = {
    "resourceType": "SearchParameter",
    "url": "https://example.org/SearchParameter/nickname",
    "name": "Nickname",
    "status": "active",
    "description": "What friends say",
    "code": "nickname",
    "base": ["Patient"],
    "type": "string",
    "expression": "Patient.name.where(use='nickname').given",
}


@pytest.fixture(scope="module")
def client(fhir: Site) -> Iterator[httpx2.Client]:
    services = fhir.services
    worker = Worker(services.database, services.settings, all_jobs(services.ground))
    worker.start()
    with fhir.client() as made:
        yield made
    worker.stop()


@pytest.mark.conformance("S28")
def test_a_parameter_of_its_own_finds_what_was_there_before(client: httpx2.Client) -> None:
    named: Json = {**patient(), "name": [{"family": "Quill", "given": ["Pip"], "use": "nickname"}]}
    older = client.post("/Patient", json=named).json()["id"]
    assert client.get("/Patient?nickname=pip", headers=STRICT).status_code == 400

    assert client.post("/SearchParameter", json=NICKNAME).status_code == 201
    until(lambda: client.get("/Patient?nickname=pip", headers=STRICT).status_code == 200, seconds=30)
    newer = client.post("/Patient", json=named).json()["id"]

    found = client.get("/Patient?nickname=pip", headers=STRICT).json()
    assert {entry["resource"]["id"] for entry in found["entry"]} == {older, newer}
    assert client.get("/Patient?nickname=quill", headers=STRICT).json()["total"] == 0
