"""fhirclient (SMART) and fhirpy, as they come from the registry, talk with the server.

Each does what its own pages show: they bring their own models, headers, addresses of pages and readings of errors.
"""

from __future__ import annotations

from typing import Any

import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.basic import Basic
from fhirclient.models.bundle import Bundle
from fhirclient.models.humanname import HumanName
from fhirclient.models.patient import Patient
from fhirclient.server import FHIRNotFoundException
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import MultipleResourcesFound, OperationOutcome, ResourceNotFound
from requests import HTTPError
from tests.support.fhir import Site

MRN = "urn:invented:mrn"


def smart_client(fhir: Site) -> FHIRClient:
    """With the token in its state, as after a launch."""
    auth = {"access_token": fhir.token}
    return FHIRClient(
        state={"app_id": "tests", "server": {"base_uri": f"{fhir.base}/", "auth_type": "oauth2", "auth": auth}}
    )


@pytest.mark.conformance("I1", "I2", "I8", "I10", "I14", "I15", "I26", "S4", "S6", "S7")
def test_a_session_of_fhirclient_sees_what_r4_says(fhir: Site) -> None:
    server = smart_client(fhir).server
    open_to_all = FHIRClient(settings={"app_id": "tests", "api_base": fhir.base})
    assert open_to_all.server is not None
    assert open_to_all.server.capabilityStatement.fhirVersion == "4.0.1"

    person = Patient({"identifier": [{"system": MRN, "value": "smart-1"}], "birthDate": "1984-05-06"})
    person.name = [HumanName({"family": "Marlowe", "given": ["Ada"]})]
    made = person.create(server)
    known = Patient.read(made["id"], server)
    assert known.name[0].family == "Marlowe"
    assert known.birthDate.isostring == "1984-05-06"

    known.active = True
    assert known.update(server)["meta"]["versionId"] == "2"
    history = Bundle.read_from(f"Patient/{known.id}/_history", server)
    assert [entry.resource.meta.versionId for entry in history.entry] == ["2", "1"]

    found = Patient.where({"identifier": f"{MRN}|smart-1", "family": "marlowe"}).perform_resources(server)
    assert [each.id for each in found] == [known.id]

    entries = [
        {
            "resource": {
                "resourceType": "Basic",
                "code": {"text": "x"},
                "subject": {"reference": known.relativePath()},
            },
            "request": {"method": "POST", "url": "Basic"},
        }
        for _ in range(5)
    ]
    bundle = Bundle({"type": "transaction", "entry": entries})
    answers = bundle.create(server)
    assert [entry["response"]["status"][:3] for entry in answers["entry"]] == ["201"] * 5
    search = Basic.where({"subject": known.relativePath(), "_count": "2"})
    assert [len(page.entry) for page in search.perform_iter(server)] == [2, 2, 1]
    assert len({each.id for each in search.perform_resources_iter(server)}) == 5

    known.delete(server)
    with pytest.raises(HTTPError) as gone:
        Patient.read(known.id, server)
    assert gone.value.response is not None
    assert gone.value.response.status_code == 410
    with pytest.raises(FHIRNotFoundException):
        Patient.read("nobody", server)


def py_client(fhir: Site, **headers: str) -> SyncFHIRClient:
    return SyncFHIRClient(fhir.base, authorization=f"Bearer {fhir.token}", extra_headers=headers)


@pytest.mark.conformance(
    "I1", "I4", "I6", "I8", "I10", "I13", "I14", "I15", "I17", "I18", "I19", "I26", "S2", "S4", "S18", "S19"
)
def test_a_session_of_fhirpy_sees_what_r4_says(fhir: Site) -> None:
    client = py_client(fhir)
    assert client.execute("metadata", method="get")["fhirVersion"] == "4.0.1"

    body: dict[str, Any] = {"identifier": [{"system": MRN, "value": "py-1"}], "name": [{"family": "Tern"}]}
    person = client.resource("Patient", **body)
    person.save()
    assert person["meta"]["versionId"] == "1"
    person.refresh()
    person["active"] = True
    person.save()
    assert person["meta"]["versionId"] == "2"
    stale = py_client(fhir, **{"If-Match": 'W/"1"'})
    with pytest.raises(MultipleResourcesFound):
        stale.resource("Patient", id=person.id, **body).save()

    people = client.resources("Patient").search(identifier=f"{MRN}|py-1")
    again = py_client(fhir, **{"If-None-Exist": f"identifier={MRN}|py-1"}).resource("Patient", **body)
    again.save()
    assert (again.id, people.count()) == (person.id, 1)
    assert people.get().id == person.id
    client.resources("Patient").search(identifier=f"{MRN}|py-1").update(
        client.resource("Patient", **body, gender="other")
    )
    assert [each["gender"] for each in people.fetch()] == ["other"]

    entries = [
        {
            "resource": {
                "resourceType": "Basic",
                "code": {"text": "x"},
                "subject": {"reference": person.reference},
            },
            "request": {"method": "POST", "url": "Basic"},
        }
        for _ in range(5)
    ]
    answers = client.execute("", data={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert [entry.response.status[:3] for entry in answers.entry] == ["201"] * 5
    some = client.resources("Basic").search(subject=person.reference).sort("_id").limit(2)
    assert len(some.fetch()) == 2
    every = [each.id for each in some.fetch_all()]
    assert len(every) == 5
    assert every == sorted(every)
    assert (
        len([each for each in some.include("Basic", "subject").fetch_raw().entry if each.search.mode == "include"]) == 1
    )
    versions = client.execute(f"{person.reference}/_history", method="get")
    assert [entry.resource.meta.versionId for entry in versions.entry] == ["3", "2", "1"]

    people.delete()
    with pytest.raises(ResourceNotFound):
        client.reference("Patient", person.id).to_resource()
    with pytest.raises(OperationOutcome) as refused:
        client.resource("Patient", shoe="9").save()
    assert "shoe" in str(refused.value.resource["issue"])
