"""Rows I30 to I39: formats, preferences, browsers, errors, files and digits."""

from __future__ import annotations

import base64

import httpx2
import pytest
from tests.support.fhir import Site, issue_of, patient


@pytest.fixture
def identity(one: httpx2.Client) -> str:
    return one.post("/Patient", json=patient()).json()["id"]


@pytest.mark.conformance("I30")
@pytest.mark.parametrize(
    "accept",
    ["application/fhir+json", "application/json", "*/*", "text/html;q=0.5, application/fhir+json; fhirVersion=4.0"],
)
def test_json_is_answered_to_its_names(one: httpx2.Client, identity: str, accept: str) -> None:
    answer = one.get(f"/Patient/{identity}", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+json; charset=utf-8")


@pytest.mark.conformance("I30")
def test_the_format_parameter_beats_the_header(one: httpx2.Client, identity: str) -> None:
    wanted = {"Accept": "text/csv"}
    for value in ("json", "application/json", "application/fhir+json", "application/fhir%2Bjson"):
        assert one.get(f"/Patient/{identity}?_format={value}", headers=wanted).status_code == 200
    answer = one.get(f"/Patient/{identity}?_format=csv")
    assert (answer.status_code, issue_of(answer)["code"]) == (406, "not-supported")


@pytest.mark.conformance("I30")
def test_what_cannot_be_answered_is_406_and_what_cannot_be_read_415(one: httpx2.Client, identity: str) -> None:
    assert one.get(f"/Patient/{identity}", headers={"Accept": "text/csv"}).status_code == 406
    assert (
        one.get(f"/Patient/{identity}", headers={"Accept": "application/fhir+json; fhirVersion=3.0"}).status_code == 406
    )
    answer = one.post("/Patient", content=b"a,b", headers={"Content-Type": "text/csv"})
    assert (answer.status_code, issue_of(answer)["details"]["coding"][0]["code"]) == (415, "fhir.unsupported_media")


@pytest.mark.conformance("I30")
def test_pretty_has_line_breaks(one: httpx2.Client, identity: str) -> None:
    answer = one.get(f"/Patient/{identity}?_pretty=true")
    assert "\n  " in answer.text
    assert answer.json() == one.get(f"/Patient/{identity}").json()


@pytest.mark.conformance("I31")
def test_a_write_answers_as_it_is_preferred(one: httpx2.Client) -> None:
    def answered(wish: str) -> httpx2.Response:
        return one.post("/Patient", json=patient(), headers={"Prefer": f"return={wish}"})

    minimal, full, outcome = answered("minimal"), answered("representation"), answered("OperationOutcome")
    assert [each.status_code for each in (minimal, full, outcome)] == [201] * 3
    assert minimal.content == b""
    assert "/_history/1" in minimal.headers["location"]
    assert (full.json()["resourceType"], outcome.json()["resourceType"]) == ("Patient", "OperationOutcome")


@pytest.mark.conformance("I34")
def test_a_browser_of_another_site_may_ask(site_sqlite: Site, one: httpx2.Client) -> None:
    with site_sqlite.client("") as nobody:
        headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
        preflight = nobody.options("/Patient/1", headers=headers)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    answer = one.get("/metadata", headers={"Origin": "https://app.example"})
    exposed = answer.headers["access-control-expose-headers"]
    assert all(name in exposed for name in ("Location", "ETag", "Content-Location"))


@pytest.mark.conformance("I35")
def test_errors_are_outcomes_whatever_goes_wrong(site_sqlite: Site, one: httpx2.Client) -> None:
    with site_sqlite.client("") as nobody, site_sqlite.client("clt_wrong") as stranger:
        answers = [
            nobody.get("/Patient/1"),
            stranger.get("/Patient/1"),
            one.get("/Spaceship/1"),
            one.get("/nothing/here/at/all"),
            one.delete("/Patient/1/_history"),
            one.post("/Patient", content=b"{", headers={"Content-Type": "application/fhir+json"}),
            one.post("/Patient", content=b"", headers={"Content-Type": "application/fhir+json"}),
            one.post("/Patient", content=b"[]", headers={"Content-Type": "application/fhir+json"}),
        ]
    assert [(each.status_code, issue_of(each)["code"]) for each in answers] == [
        (401, "login"),
        (401, "login"),
        (404, "not-found"),
        (404, "not-found"),
        (405, "not-supported"),
        (400, "structure"),
        (400, "required"),
        (400, "structure"),
    ]
    assert answers[0].headers["www-authenticate"] == "Bearer"
    assert answers[4].headers["allow"] == "GET, HEAD, OPTIONS"
    assert all(issue_of(each)["details"]["text"] and issue_of(each)["diagnostics"] for each in answers)


@pytest.mark.conformance("I36")
@pytest.mark.parametrize("odd", ["x" * 65, "a_b", "a%20b", "%00", "a%2Fb", "%2e%2e%2f", "é"])
def test_an_odd_id_is_never_our_mistake(one: httpx2.Client, odd: str) -> None:
    answers = [
        one.get(f"/Patient/{odd}"),
        one.put(f"/Patient/{odd}", json=patient(id="x")),
        one.delete(f"/Patient/{odd}"),
    ]
    assert {each.status_code for each in answers} <= {400, 404}


@pytest.mark.conformance("I36")
def test_a_body_over_the_bound_is_refused_with_413(site_sqlite: Site, one: httpx2.Client) -> None:
    content = b" " * (site_sqlite.services.settings.fhir_body_bytes + 1)
    answer = one.post("/Patient", content=content, headers={"Content-Type": "application/fhir+json"})
    assert (answer.status_code, issue_of(answer)["code"]) == (413, "too-long")


@pytest.mark.conformance("I37")
def test_a_request_id_is_given_back_or_made(one: httpx2.Client) -> None:
    assert one.get("/metadata", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    made = {one.get("/metadata").headers["x-request-id"] for _ in range(2)}
    assert len(made) == 2
    assert one.get("/metadata", headers={"X-Request-Id": "a b"}).headers["x-request-id"] != "a b"


@pytest.mark.conformance("I38")
def test_a_file_goes_in_and_out_as_it_is(one: httpx2.Client) -> None:
    content = bytes(range(256))
    headers = {"Content-Type": "application/pdf", "X-Security-Context": "Patient/1"}
    made = one.post("/Binary", content=content, headers=headers)
    assert made.status_code == 201
    identity = made.headers["location"].rsplit("/", 3)[1]
    native = one.get(f"/Binary/{identity}", headers={"Accept": "application/pdf"})
    assert (native.content, native.headers["content-type"]) == (content, "application/pdf")
    assert (native.headers["x-security-context"], native.headers["etag"]) == ("Patient/1", 'W/"1"')
    body = one.get(f"/Binary/{identity}", headers={"Accept": "application/fhir+json"}).json()
    assert (body["resourceType"], base64.b64decode(body["data"])) == ("Binary", content)
    assert body["securityContext"] == {"reference": "Patient/1"}


@pytest.mark.conformance("I38")
def test_a_binary_resource_is_read_as_its_file(one: httpx2.Client) -> None:
    body = {"resourceType": "Binary", "contentType": "text/plain", "data": base64.b64encode(b"hello").decode()}
    identity = one.post("/Binary", json=body, headers={"Content-Type": "application/fhir+json"}).json()["id"]
    answer = one.get(f"/Binary/{identity}", headers={"Accept": "*/*"})
    assert (answer.content, answer.headers["content-type"]) == (b"hello", "text/plain")


@pytest.mark.conformance("I39")
def test_a_decimal_keeps_its_digits(client: httpx2.Client) -> None:
    text = b'{"resourceType":"Observation","status":"final","code":{"text":"w"},"valueQuantity":{"value":72.50}}'
    made = client.post("/Observation", content=text, headers={"Content-Type": "application/fhir+json"})
    assert made.status_code == 201, made.text
    assert b'"value":72.50' in client.get(f"/Observation/{made.json()['id']}").content


@pytest.mark.conformance("I39")
def test_a_large_number_of_digits_is_kept(one: httpx2.Client) -> None:
    start = b'{"resourceType":"Observation","status":"final","code":{"text":"w"},'
    text = start + b'"valueQuantity":{"value":0.10000000000000001}}'
    made = one.post("/Observation", content=text, headers={"Content-Type": "application/fhir+json"})
    assert b"0.10000000000000001" in made.content
