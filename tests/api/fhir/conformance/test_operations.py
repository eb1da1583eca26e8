"""The operations of the surface itself: $validate, $meta, and the statement of what is served."""

from __future__ import annotations

import httpx2
import pytest
from tests.support.fhir import Json, Site, issue_of, patient

from chartline.api.fhir.operations import operations

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"


def parameters(**parts: object) -> Json:
    """A Parameters resource; objects go in as resources, texts as strings."""
    listed = [
        {"name": name, "resource": value} if isinstance(value, dict) else {"name": name, "valueString": value}
        for name, value in parts.items()
    ]
    return {"resourceType": "Parameters", "parameter": listed}


def severities(answer: httpx2.Response) -> set[str]:
    """The severities of an outcome that came with 200."""
    assert answer.status_code == 200, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"
    return {issue["severity"] for issue in answer.json()["issue"]}


@pytest.mark.conformance("$validate")
def test_validate_answers_200_whatever_it_finds(one: httpx2.Client) -> None:
    good = one.post("/Patient/$validate", json=patient())
    bad = one.post("/Patient/$validate", json=parameters(resource=patient(gender="x", shoe=1), mode="create"))
    other = one.post("/Patient/$validate", json={"resourceType": "Basic", "code": {"text": "x"}})
    assert "error" not in severities(good)
    places = {issue["expression"][0] for issue in bad.json()["issue"] if issue["severity"] == "error"}
    assert (severities(bad) >= {"error"}, {"Patient.gender", "Patient.shoe"} <= places) == (True, True)
    assert severities(other) == {"error"}


@pytest.mark.conformance("$validate")
def test_validate_holds_a_resource_against_a_profile(one: httpx2.Client) -> None:
    place = f"/Patient/$validate?profile={US_CORE}"
    assert "error" in severities(one.post(place, json=patient()))
    whole = patient(identifier=[{"system": "urn:invented:mrn", "value": "1"}])
    assert "error" not in severities(one.post(place, json=whole))
    unknown = one.post("/Patient/$validate", json=parameters(resource=whole, profile="http://invented.example/none"))
    assert "error" in severities(unknown)


@pytest.mark.conformance("$validate")
def test_validate_looks_at_what_is_stored_and_at_modes(one: httpx2.Client) -> None:
    identity = one.post("/Patient", json=patient()).json()["id"]
    assert "error" not in severities(one.post(f"/Patient/{identity}/$validate"))
    update = one.post(f"/Patient/{identity}/$validate", json=parameters(resource=patient(id="other"), mode="update"))
    assert issue_of(update)["expression"] == ["Patient.id"]
    assert severities(one.post(f"/Patient/{identity}/$validate?mode=delete")) == {"information"}
    assert one.post("/Patient/$validate?mode=sing", json=patient()).status_code == 400
    assert one.post("/Patient/$validate").status_code == 400


@pytest.mark.conformance("$validate")
def test_validate_knows_profiles_that_are_stored_here(one: httpx2.Client) -> None:
    url = "http://invented.example/fhir/StructureDefinition/active-patient"
    base = "http://hl7.org/fhir/StructureDefinition/Patient"
    snapshot = [{"id": "Patient", "path": "Patient", "min": 0, "max": "*"}]
    snapshot.append({"id": "Patient.active", "path": "Patient.active", "min": 1, "max": "1"})
    profile = {
        "resourceType": "StructureDefinition",
        "url": url,
        "name": "ActivePatient",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": base,
        "derivation": "constraint",
        "differential": {"element": snapshot[1:]},
    }
    place = f"/Patient/$validate?profile={url}"
    assert "not-found" in {issue["code"] for issue in one.post(place, json=patient()).json()["issue"]}
    assert one.post("/StructureDefinition", json=profile).status_code == 201
    without = one.post(place, json=patient())
    assert "not-found" not in {issue["code"] for issue in without.json()["issue"]}
    assert "error" in severities(without)
    assert "error" not in severities(one.post(place, json=patient(active=True)))


@pytest.mark.conformance("$meta, $meta-add, $meta-delete")
def test_tags_and_profiles_are_added_and_taken_away(client: httpx2.Client) -> None:
    identity = client.post("/Patient", json=patient()).json()["id"]
    tag = {"system": "urn:invented:tag", "code": "vip"}
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "meta", "valueMeta": {"tag": [tag], "profile": [US_CORE]}}],
    }

    def meta(answer: httpx2.Response) -> Json:
        assert answer.status_code == 200, answer.text
        return answer.json()["parameter"][0]["valueMeta"]

    added = [meta(client.post(f"/Patient/{identity}/$meta-add", json=body)) for _ in range(2)]
    assert [each["tag"] for each in added] == [[tag], [tag]]
    assert added[1]["versionId"] == "2"
    assert meta(client.get(f"/Patient/{identity}/$meta")) == added[1]
    assert client.get(f"/Patient/{identity}").headers["etag"] == 'W/"2"'
    assert "tag" not in meta(client.get(f"/Patient/{identity}/_history/1/$meta"))
    gone = meta(client.post(f"/Patient/{identity}/$meta-delete", json=body))
    assert (gone["versionId"], "tag" in gone, "profile" in gone) == ("3", False, False)
    assert client.get(f"/Patient/{identity}/$meta-add").status_code == 405
    assert client.post(f"/Patient/{identity}/$meta-add").status_code == 400


@pytest.mark.conformance("I1")
def test_the_statement_lists_what_is_served(site_sqlite: Site, one: httpx2.Client) -> None:
    statement = one.get("/metadata").json()
    rest = statement["rest"][0]
    patients = next(each for each in rest["resource"] if each["type"] == "Patient")
    assert US_CORE in patients["supportedProfile"]
    assert {"read", "vread", "update", "patch", "delete", "create", "search-type", "history-instance"} <= {
        each["code"] for each in patients["interaction"]
    }
    assert (patients["updateCreate"], patients["conditionalDelete"], patients["versioning"]) == (
        True,
        "multiple",
        "versioned",
    )
    identity = next(each for each in patients["searchParam"] if each["name"] == "_id")
    assert identity["definition"].endswith("us-core-patient-id")
    assert "Resource-id" in identity["documentation"]
    assert {"transaction", "batch", "search-system", "history-system"} == {each["code"] for each in rest["interaction"]}
    assert "Provenance:target" in patients["searchRevInclude"]
    assert statement["software"]["version"]
    assert "error" not in {
        issue["severity"] for issue in one.post("/CapabilityStatement/$validate", json=statement).json()["issue"]
    }


@pytest.mark.conformance("I1")
def test_every_claimed_parameter_is_taken(one: httpx2.Client) -> None:
    values = {"date": "2026-03-02", "number": "1", "quantity": "1", "special": "40.0|-105.0|10|km"}
    for resource in one.get("/metadata").json()["rest"][0]["resource"][::12]:
        for parameter in resource["searchParam"]:
            if parameter["type"] == "composite" or parameter["name"] in ("_text", "_content", "_filter"):
                continue
            value = values.get(parameter["type"], "x")
            answer = one.get(
                f"/{resource['type']}",
                params={parameter["name"]: value, "_count": "1"},
                headers={"Prefer": "handling=strict"},
            )
            assert answer.status_code == 200, (resource["type"], parameter["name"], answer.text)


@pytest.mark.conformance("I1")
def test_every_operation_leads_to_its_handler(one: httpx2.Client) -> None:
    for operation in operations():
        rtype = next(iter(operation.types or ["Patient"]))
        place = {"system": "", "type": f"/{rtype}", "instance": f"/{rtype}/nobody"}
        for level in operation.levels:
            answer = one.post(f"{place[level]}/{operation.name}")
            assert answer.status_code < 500, (operation.name, level, answer.text)
    assert one.post("/Patient/$sing").status_code == 404


@pytest.mark.conformance("I30")
def test_xml_is_read_and_written(one: httpx2.Client) -> None:
    text = (
        b'<Patient xmlns="http://hl7.org/fhir"><name><family value="Quill"/></name><gender value="female"/></Patient>'
    )
    made = one.post("/Patient", content=text, headers={"Content-Type": "application/fhir+xml"})
    assert made.status_code == 201, made.text
    answer = one.get(f"/Patient/{made.json()['id']}", headers={"Accept": "application/fhir+xml"})
    assert answer.headers["content-type"] == "application/fhir+xml; charset=utf-8"
    assert b'<family value="Quill"/>' in answer.content
    bundle = one.get("/Patient?_format=xml&_count=1")
    assert bundle.content.count(b"<Bundle") == 1
    refused = one.get("/Patient/nobody?_format=xml")
    assert (refused.status_code, b"<OperationOutcome" in refused.content) == (404, True)
    wrong = one.post("/Patient", content=b"<Patient", headers={"Content-Type": "application/fhir+xml"})
    assert (wrong.status_code, issue_of(wrong)["code"]) == (400, "structure")


def test_a_preview_of_r5_is_read_where_there_is_one(one: httpx2.Client) -> None:
    wish = {"Accept": "application/fhir+json; fhirVersion=5.0"}
    identity = one.post("/Patient", json=patient()).json()["id"]
    answer = one.get(f"/Patient/{identity}", headers=wish)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "application/fhir+json; fhirVersion=5.0; charset=utf-8",
    )
    basic = one.post("/Basic", json={"resourceType": "Basic", "code": {"text": "x"}}).json()["id"]
    assert one.get(f"/Basic/{basic}", headers=wish).status_code == 406
    assert one.get("/Patient", headers=wish).status_code == 406
