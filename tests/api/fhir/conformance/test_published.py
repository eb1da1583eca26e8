"""What billing publishes is read and searched like any resource, and no client changes it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from tests.support.fhir import Json, issue_of, json_patch
from tests.support.filled import Filled
from tests.support.server import serving

TYPES = (
    "Account",
    "Claim",
    "ClaimResponse",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "ExplanationOfBenefit",
    "Invoice",
    "PaymentReconciliation",
)


@pytest.fixture(scope="module")
def owner(filled_sqlite: Filled) -> Iterator[httpx2.Client]:
    """The owner of a practice in the middle of its day."""
    headers = {"Authorization": f"Bearer {filled_sqlite.token}"}
    with (
        serving(filled_sqlite.services) as address,
        httpx2.Client(base_url=f"{address}/fhir/R4", headers=headers, timeout=30, verify=False) as made,
    ):
        yield made


def first(client: httpx2.Client, rtype: str) -> Json:
    return client.get(f"/{rtype}", params={"_count": "1"}).json()["entry"][0]["resource"]


@pytest.mark.parametrize("rtype", TYPES)
def test_a_published_resource_is_not_a_clients_to_change(owner: httpx2.Client, rtype: str) -> None:
    resource = first(owner, rtype)
    place = f"{rtype}/{resource['id']}"
    changed = {**resource, "language": "en"}
    entry = {"resource": changed, "request": {"method": "PUT", "url": place}}
    refused = [
        owner.put(f"/{place}", json=changed),
        json_patch(owner, f"/{place}", b'[{"op":"add","path":"/language","value":"en"}]'),
        owner.delete(f"/{place}"),
        owner.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": [entry]}),
    ]
    assert [(each.status_code, issue_of(each)["code"]) for each in refused] == [(422, "business-rule")] * 4
    assert owner.get(f"/{place}").json() == resource


@pytest.mark.conformance("op:$validate")
@pytest.mark.parametrize("rtype", TYPES)
def test_a_published_resource_is_valid_in_the_servers_own_words(owner: httpx2.Client, rtype: str) -> None:
    resource = first(owner, rtype)
    answer = owner.post(f"/{rtype}/$validate", json=resource)
    assert answer.status_code == 200
    assert [issue for issue in answer.json()["issue"] if issue["severity"] in ("error", "fatal")] == []


def test_what_a_patient_owes_is_found_from_the_patient(owner: httpx2.Client) -> None:
    invoice = first(owner, "Invoice")
    patient = invoice["subject"]["reference"]
    found = owner.get("/Account", params={"patient": patient}).json()["entry"]
    assert [f"Account/{entry['resource']['id']}" for entry in found] == [invoice["account"]["reference"]]
    claims = owner.get("/Claim", params={"patient": patient, "status": "active"}).json()["entry"]
    answers = owner.get("/ClaimResponse", params={"request": f"Claim/{claims[0]['resource']['id']}"}).json()
    assert answers["entry"][0]["resource"]["outcome"] == "complete"
