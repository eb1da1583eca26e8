"""Rows I1 to I16: read, create, update, delete and history of one resource, seen from outside."""

from __future__ import annotations

import email.utils

import httpx2
import pytest
from tests.support.fhir import Site, issue_of, patient


def made(client: httpx2.Client, **more: object) -> dict[str, str]:
    """A new patient's id."""
    answer = client.post("/Patient", json=patient(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.conformance("I1")
def test_metadata_is_open_and_says_r4(fhir: Site) -> None:
    with fhir.client("") as nobody:
        answer = nobody.get("/metadata")
    body = answer.json()
    assert (answer.status_code, body["resourceType"], body["fhirVersion"], body["kind"]) == (
        200,
        "CapabilityStatement",
        "4.0.1",
        "instance",
    )
    assert len(body["rest"][0]["resource"]) == 146


@pytest.mark.conformance("I1")
def test_metadata_tolerates_its_modes(one: httpx2.Client) -> None:
    kinds = [one.get(f"/metadata?mode={mode}").json()["resourceType"] for mode in ("full", "normative", "terminology")]
    assert kinds == ["CapabilityStatement", "CapabilityStatement", "TerminologyCapabilities"]
    assert one.get("/metadata?mode=else").status_code == 400


@pytest.mark.conformance("I2", "I8")
def test_what_is_created_is_read_with_equal_marks(client: httpx2.Client) -> None:
    created = client.post("/Patient", json=patient(id="chosen"))
    assert created.status_code == 201
    identity = created.json()["id"]
    assert identity != "chosen"
    assert created.headers["location"] == f"{client.base_url}Patient/{identity}/_history/1"
    read = client.get(f"/Patient/{identity}")
    meta = read.json()["meta"]
    assert (read.status_code, read.headers["etag"], meta["versionId"]) == (200, 'W/"1"', "1")
    assert read.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert read.content == created.content
    stamp = email.utils.parsedate_to_datetime(read.headers["last-modified"]).isoformat()[:19]
    assert meta["lastUpdated"].startswith(stamp)


@pytest.mark.conformance("I3", "I35")
def test_an_unknown_id_is_not_found(client: httpx2.Client) -> None:
    answer = client.get("/Patient/nobody")
    assert (answer.status_code, issue_of(answer)["code"], issue_of(answer)["severity"]) == (404, "not-found", "error")
    assert issue_of(answer)["details"]["coding"][0]["code"] == "records.not_found"


@pytest.mark.conformance("I4", "I14")
def test_a_deleted_resource_is_gone_and_stays_deleted(client: httpx2.Client) -> None:
    identity = made(client)["id"]
    assert [client.delete(f"/Patient/{identity}").status_code for _ in range(2)] == [204, 204]
    answer = client.get(f"/Patient/{identity}")
    assert (answer.status_code, issue_of(answer)["code"]) == (410, "deleted")
    assert client.delete("/Patient/never-there").status_code == 204


@pytest.mark.conformance("I5")
def test_head_has_the_headers_of_get_and_no_body(one: httpx2.Client) -> None:
    identity = made(one)["id"]
    get, head = one.get(f"/Patient/{identity}"), one.head(f"/Patient/{identity}")
    names = ("etag", "last-modified", "content-type", "content-length")
    assert [head.headers[name] for name in names] == [get.headers[name] for name in names]
    assert head.content == b""
    assert one.head("/Patient/nobody").status_code == 404


@pytest.mark.conformance("I6")
def test_a_client_that_has_the_version_gets_304(one: httpx2.Client) -> None:
    identity = made(one)["id"]
    marks = one.get(f"/Patient/{identity}").headers
    by_tag = one.get(f"/Patient/{identity}", headers={"If-None-Match": marks["etag"]})
    by_time = one.get(f"/Patient/{identity}", headers={"If-Modified-Since": marks["last-modified"]})
    assert [(each.status_code, each.content) for each in (by_tag, by_time)] == [(304, b"")] * 2
    older = {"If-Modified-Since": "Mon, 02 Mar 2020 10:00:00 GMT"}
    assert one.get(f"/Patient/{identity}", headers=older).status_code == 200
    assert one.get(f"/Patient/{identity}", headers={"If-None-Match": 'W/"7"'}).status_code == 200


@pytest.mark.conformance("I7")
def test_a_version_is_read_exactly_as_it_was(client: httpx2.Client) -> None:
    first = client.post("/Patient", json=patient())
    identity = first.json()["id"]
    client.put(f"/Patient/{identity}", json=patient(id=identity, gender="other"))
    client.delete(f"/Patient/{identity}")
    answers = [client.get(f"/Patient/{identity}/_history/{version}") for version in (1, 2, 3, 4, "x")]
    assert [each.status_code for each in answers] == [200, 200, 410, 404, 404]
    assert answers[0].content == first.content
    assert (answers[1].json()["gender"], answers[1].headers["etag"]) == ("other", 'W/"2"')


@pytest.mark.conformance("I9", "S26")
def test_a_body_of_another_type_is_refused(one: httpx2.Client) -> None:
    answer = one.post("/Patient", json={"resourceType": "Basic", "code": {"text": "x"}})
    assert (answer.status_code, issue_of(answer)["details"]["coding"][0]["code"]) == (400, "fhir.wrong_type")


@pytest.mark.conformance("I9", "I35")
def test_every_fault_is_named_with_its_place_and_no_value(one: httpx2.Client) -> None:
    body = patient(gender=["Secretvalue"], shoe="Secretvalue", birthDate="Secretvalue")
    answer = one.post("/Patient", json=body)
    assert answer.status_code == 400
    places = {issue["expression"][0] for issue in answer.json()["issue"]}
    assert {"Patient.gender", "Patient.shoe", "Patient.birthDate"} <= places
    assert "Secretvalue" not in answer.text


@pytest.mark.conformance("I10")
def test_an_update_makes_the_next_version(client: httpx2.Client) -> None:
    identity = made(client)["id"]
    answer = client.put(f"/Patient/{identity}", json=patient(id=identity, gender="male"))
    assert (answer.status_code, answer.headers["etag"], answer.json()["meta"]["versionId"]) == (200, 'W/"2"', "2")


@pytest.mark.conformance("I10")
@pytest.mark.parametrize("more", [{}, {"id": "another"}])
def test_an_update_needs_the_id_of_its_address(one: httpx2.Client, more: dict[str, str]) -> None:
    identity = made(one)["id"]
    answer = one.put(f"/Patient/{identity}", json=patient(**more))
    assert (answer.status_code, issue_of(answer)["expression"]) == (400, ["Patient.id"])


@pytest.mark.conformance("I10")
def test_an_update_of_a_new_id_creates_it(client: httpx2.Client) -> None:
    answer = client.put("/Patient/of-our-choice", json=patient(id="of-our-choice"))
    assert (answer.status_code, answer.headers["etag"]) == (201, 'W/"1"')
    assert answer.headers["location"].endswith("/Patient/of-our-choice/_history/1")


@pytest.mark.conformance("I12")
def test_the_same_content_again_makes_no_version(client: httpx2.Client) -> None:
    body = made(client)
    answers = [client.put(f"/Patient/{body['id']}", json=body) for _ in range(2)]
    assert [(each.status_code, each.headers["etag"]) for each in answers] == [(200, 'W/"1"')] * 2
    assert client.get(f"/Patient/{body['id']}/_history").json()["total"] == 1


@pytest.mark.conformance("I13")
def test_a_stale_if_match_changes_nothing(client: httpx2.Client) -> None:
    identity = made(client)["id"]
    body = patient(id=identity, gender="male")
    right = client.put(f"/Patient/{identity}", json=body, headers={"If-Match": 'W/"1"'})
    stale = client.put(f"/Patient/{identity}", json=patient(id=identity), headers={"If-Match": 'W/"1"'})
    deleted = client.delete(f"/Patient/{identity}", headers={"If-Match": 'W/"1"'})
    assert [each.status_code for each in (right, stale, deleted)] == [200, 412, 412]
    assert client.get(f"/Patient/{identity}").json()["gender"] == "male"
    odd = client.put(f"/Patient/{identity}", json=body, headers={"If-Match": "not a tag"})
    assert (odd.status_code, issue_of(odd)["expression"]) == (400, ["http.if-match"])


@pytest.mark.conformance("I15")
def test_the_history_of_a_resource_is_newest_first_with_its_deletion(client: httpx2.Client) -> None:
    identity = made(client)["id"]
    client.put(f"/Patient/{identity}", json=patient(id=identity, gender="male"))
    client.delete(f"/Patient/{identity}")
    body = client.get(f"/Patient/{identity}/_history").json()
    assert (body["type"], body["total"]) == ("history", 3)
    assert [entry["request"]["method"] for entry in body["entry"]] == ["DELETE", "PUT", "POST"]
    assert [entry["response"]["etag"] for entry in body["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert ["resource" in entry for entry in body["entry"]] == [False, True, True]


@pytest.mark.conformance("I14", "I7")
def test_a_deleted_id_comes_back_as_a_later_version(client: httpx2.Client) -> None:
    identity = made(client)["id"]
    client.delete(f"/Patient/{identity}")
    answer = client.put(f"/Patient/{identity}", json=patient(id=identity))
    assert (answer.status_code, answer.headers["etag"]) == (201, 'W/"3"')
