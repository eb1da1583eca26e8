"""Composition/$document: a composition and what it refers to, in one Bundle."""

from __future__ import annotations

import httpx2
import pytest
from tests.support.fhir import Site, observation, patient


@pytest.fixture
def composition(client: httpx2.Client) -> str:
    """A composition about Ada with an entry of hers and one of a stranger."""
    for one in (patient(id="ada"), patient(id="stranger")):
        assert client.put(f"/Patient/{one['id']}", json=one).status_code in (200, 201)
    doctor = {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Fernwood"}]}
    client.put("/Practitioner/doc", json=doctor)
    client.put("/Observation/hers", json=observation("Patient/ada", id="hers"))
    client.put("/Observation/other", json=observation("Patient/stranger", id="other"))
    body = {
        "resourceType": "Composition",
        "id": "summary",
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "34133-9"}]},
        "subject": {"reference": "Patient/ada"},
        "date": "2026-03-02",
        "author": [{"reference": "Practitioner/doc"}],
        "title": "Summary",
        "section": [{"entry": [{"reference": "Observation/hers"}, {"reference": "Observation/other"}]}],
    }
    assert client.put("/Composition/summary", json=body).status_code in (200, 201)
    return "/Composition/summary/$document"


@pytest.mark.conformance("op:$document")
def test_a_document_begins_with_its_composition_and_holds_its_patients_parts(
    client: httpx2.Client, composition: str
) -> None:
    answer = client.get(composition)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    held = [entry["resource"]["resourceType"] + "/" + entry["resource"]["id"] for entry in body["entry"]]
    assert (body["type"], held[0]) == ("document", "Composition/summary")
    assert set(held[1:]) == {"Patient/ada", "Practitioner/doc", "Observation/hers"}
    assert body["identifier"]["value"].startswith("urn:uuid:")
    assert "error" not in {issue["severity"] for issue in client.post("/Bundle/$validate", json=body).json()["issue"]}


@pytest.mark.conformance("op:$document")
def test_a_document_is_stored_when_that_is_asked_for(fhir: Site, client: httpx2.Client, composition: str) -> None:
    before = client.get("/Bundle?_summary=count").json()["total"]
    assert client.get(f"{composition}?persist=true").status_code == 400
    assert client.post(f"{composition}?persist=true").status_code == 200
    assert client.get("/Bundle?_summary=count").json()["total"] == before + 1
    assert client.get("/Composition/none-here/$document").status_code == 404
    with fhir.client(fhir.make_token(scopes="patient/*.rs", patient="stranger")) as other:
        assert other.get(composition).status_code == 404
