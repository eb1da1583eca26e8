"""Rows I25 to I29: batches and transactions."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.support.fhir import Json, Site, issue_of, observation, patient

from chartline.kernel.ids import new_id

SYSTEM = "urn:invented:mrn"


def entry(method: str, url: str, resource: Json | None = None, full_url: str | None = None, **more: str) -> Json:
    """One entry."""
    made: Json = {"request": {"method": method, "url": url, **more}}
    if resource is not None:
        made["resource"] = resource
    if full_url is not None:
        made["fullUrl"] = full_url
    return made


def send(client: httpx2.Client, kind: str, *entries: Json, **headers: str) -> httpx2.Response:
    """Send a Bundle to the base."""
    return client.post("", json={"resourceType": "Bundle", "type": kind, "entry": list(entries)}, headers=headers)


def statuses(answer: httpx2.Response) -> list[str]:
    """The three digits of every entry's answer."""
    assert answer.status_code == 200, answer.text
    return [one["response"]["status"][:3] for one in answer.json()["entry"]]


def id_of(answer: httpx2.Response, index: int) -> str:
    """The id that an entry was stored under."""
    return answer.json()["entry"][index]["response"]["location"].split("/_history/")[0].rsplit("/", 1)[1]


def numbered(number: str, **more: Any) -> Json:
    """A patient with an identifier of ours."""
    return patient(identifier=[{"system": SYSTEM, "value": number}], **more)


@pytest.mark.conformance("I25")
def test_entries_of_a_batch_stand_alone_and_answer_in_order(client: httpx2.Client) -> None:
    known = client.post("/Patient", json=patient()).json()["id"]
    answer = send(
        client,
        "batch",
        entry("GET", f"Patient/{known}"),
        entry("POST", "Patient", patient(gender=["wrong"])),
        entry("POST", "Patient", patient()),
        entry("GET", "Patient/nobody"),
        entry("DELETE", f"Patient/{known}"),
        entry("GET", "Patient?_count=1"),
        entry("BREW", "Patient"),
        entry("PUT", "Patient/x?y=z", patient()),
    )
    assert statuses(answer) == ["200", "400", "201", "404", "204", "200", "400", "400"]
    body = answer.json()
    assert (body["type"], body["entry"][0]["resource"]["id"]) == ("batch-response", known)
    assert body["entry"][1]["response"]["outcome"]["issue"][0]["expression"] == ["Patient.gender"]
    assert body["entry"][2]["response"]["etag"] == 'W/"1"'
    assert body["entry"][5]["resource"]["type"] == "searchset"


@pytest.mark.conformance("I25")
def test_a_batch_does_not_resolve_references_between_its_entries(one: httpx2.Client) -> None:
    name = f"urn:uuid:{new_id()}"
    answer = send(
        one,
        "batch",
        entry("POST", "Patient", patient(), name),
        entry("POST", "Observation", observation(name)),
    )
    stored = one.get(f"/Observation/{id_of(answer, 1)}").json()
    assert stored["subject"]["reference"] == name


@pytest.mark.conformance("I26")
def test_a_transaction_rewrites_references_everywhere(client: httpx2.Client) -> None:
    person, file = f"urn:uuid:{new_id()}", f"urn:uuid:{new_id()}"
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{person}">who</a> and {person}</div>',
        },
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": person}],
        "subject": {"reference": person},
        "content": [{"attachment": {"contentType": "text/plain", "url": file}}],
    }
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8="}
    answer = send(
        client,
        "transaction",
        entry("POST", "DocumentReference", document),
        entry("POST", "Binary", binary, file),
        entry("POST", "Patient", patient(), person),
    )
    assert statuses(answer) == ["201", "201", "201"]
    assert answer.json()["type"] == "transaction-response"
    stored = client.get(f"/DocumentReference/{id_of(answer, 0)}").json()
    target = f"Patient/{id_of(answer, 2)}"
    assert stored["subject"]["reference"] == target
    assert stored["content"][0]["attachment"]["url"] == f"Binary/{id_of(answer, 1)}"
    assert f'<a href="{target}">who</a> and {person}' in stored["text"]["div"]
    assert stored["identifier"][0]["value"] == person


@pytest.mark.conformance("I26")
def test_a_transaction_answers_in_the_order_of_its_requests(client: httpx2.Client) -> None:
    first, second = (client.post("/Patient", json=patient()).json()["id"] for _ in range(2))
    answer = send(
        client,
        "transaction",
        entry("GET", f"Patient/{second}"),
        entry("PUT", f"Patient/{second}", patient(id=second, gender="male")),
        entry("POST", "Patient", patient()),
        entry("DELETE", f"Patient/{first}"),
        entry("GET", f"Patient?_id={first}"),
    )
    assert statuses(answer) == ["200", "200", "201", "204", "200"]
    body = answer.json()["entry"]
    assert body[0]["resource"]["gender"] == "male"
    assert body[4]["resource"]["total"] == 0


@pytest.mark.conformance("I26")
def test_nothing_of_a_refused_transaction_is_stored(client: httpx2.Client) -> None:
    number, known = new_id(), client.post("/Patient", json=patient()).json()["id"]
    cases = [
        entry("POST", "Patient", patient(gender=["wrong"])),
        entry("GET", "Patient/nobody"),
        entry("PUT", f"Patient/{known}", patient(id=known), ifMatch='W/"9"'),
        entry("PUT", f"Patient/{known}", patient(id="else")),
        entry("PATCH", "Patient/nobody", {"resourceType": "Parameters"}),
        entry("POST", "Observation", observation("Patient?identifier=urn:invented:mrn|nobody")),
    ]
    for case in cases:
        answer = send(client, "transaction", entry("POST", "Patient", numbered(number)), case)
        assert 400 <= answer.status_code < 500, answer.text
        assert issue_of(answer)["expression"][0].startswith("Bundle.entry[1]"), answer.text
    assert client.get(f"/Patient?identifier={SYSTEM}|{number}").json()["total"] == 0
    assert client.get(f"/Patient/{known}").headers["etag"] == 'W/"1"'


@pytest.mark.conformance("I26", "I20", "I22")
def test_a_transaction_patches_in_both_ways(client: httpx2.Client) -> None:
    first, second = (client.post("/Patient", json=patient()).json()["id"] for _ in range(2))
    # [{"op":"replace","path":"/gender","value":"male"}]
    data = "W3sib3AiOiJyZXBsYWNlIiwicGF0aCI6Ii9nZW5kZXIiLCJ2YWx1ZSI6Im1hbGUifV0="
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "Patient.gender"},
        {"name": "value", "valueCode": "other"},
    ]
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
    answer = send(
        client,
        "transaction",
        entry("PATCH", f"Patient/{first}", binary),
        entry("PATCH", f"Patient/{second}", parameters),
    )
    assert statuses(answer) == ["200", "200"]
    assert [client.get(f"/Patient/{each}").json()["gender"] for each in (first, second)] == ["male", "other"]


@pytest.mark.conformance("I27")
def test_a_conditional_reference_is_resolved_among_entries_and_records(client: httpx2.Client) -> None:
    old, new = new_id(), new_id()
    known = client.post("/Patient", json=numbered(old)).json()["id"]
    answer = send(
        client,
        "transaction",
        entry("POST", "Observation", observation(f"Patient?identifier={SYSTEM}|{old}")),
        entry("POST", "Observation", observation(f"Patient?identifier={SYSTEM}|{new}")),
        entry("POST", "Patient", numbered(new)),
    )
    subjects = [client.get(f"/Observation/{id_of(answer, n)}").json()["subject"]["reference"] for n in (0, 1)]
    assert subjects == [f"Patient/{known}", f"Patient/{id_of(answer, 2)}"]


@pytest.mark.conformance("I27")
def test_a_conditional_reference_that_fits_several_fails_the_transaction(client: httpx2.Client) -> None:
    number = new_id()
    for _ in range(2):
        client.post("/Patient", json=numbered(number))
    answer = send(
        client, "transaction", entry("POST", "Observation", observation(f"Patient?identifier={SYSTEM}|{number}"))
    )
    assert answer.status_code == 412
    assert issue_of(answer)["expression"] == ["Bundle.entry[0].resource.subject.reference"]


@pytest.mark.conformance("I17", "I18", "I26")
def test_conditional_entries_know_what_is_there(client: httpx2.Client) -> None:
    old, new = new_id(), new_id()
    known = client.post("/Patient", json=numbered(old)).json()["id"]
    names = [f"urn:uuid:{new_id()}" for _ in range(2)]
    answer = send(
        client,
        "transaction",
        entry("POST", "Patient", numbered(old), names[0], ifNoneExist=f"identifier={SYSTEM}|{old}"),
        entry("PUT", f"Patient?identifier={SYSTEM}|{new}", numbered(new), names[1]),
        entry("POST", "Observation", observation(names[0])),
        entry("POST", "Observation", observation(names[1])),
    )
    assert statuses(answer) == ["200", "201", "201", "201"]
    subjects = [client.get(f"/Observation/{id_of(answer, n)}").json()["subject"]["reference"] for n in (2, 3)]
    assert subjects == [f"Patient/{known}", f"Patient/{id_of(answer, 1)}"]


@pytest.mark.conformance("I28")
def test_one_resource_twice_fails_before_any_write(client: httpx2.Client) -> None:
    number = new_id()
    known = client.post("/Patient", json=numbered(number)).json()["id"]
    body = numbered(number, id=known)
    pairs = [
        (entry("PUT", f"Patient/{known}", body), entry("DELETE", f"Patient/{known}")),
        (
            entry("PUT", f"Patient/{known}", body),
            entry("PUT", f"Patient?identifier={SYSTEM}|{number}", numbered(number)),
        ),
        (entry("DELETE", f"Patient?identifier={SYSTEM}|{number}"), entry("PUT", f"Patient/{known}", body)),
        (
            entry("POST", "Patient", numbered("n"), ifNoneExist=f"identifier={SYSTEM}|{number}-new"),
            entry("POST", "Patient", numbered("n"), ifNoneExist=f"identifier={SYSTEM}|{number}-new"),
        ),
    ]
    for pair in pairs:
        answer = send(client, "transaction", *pair)
        assert (answer.status_code, issue_of(answer)["code"]) == (400, "duplicate"), answer.text
    assert client.get(f"/Patient/{known}").headers["etag"] == 'W/"1"'


@pytest.mark.conformance("I29")
def test_resources_may_refer_to_each_other_in_a_circle(client: httpx2.Client) -> None:
    names = [f"urn:uuid:{new_id()}" for _ in range(2)]
    people = [patient(link=[{"other": {"reference": other}, "type": "seealso"}]) for other in reversed(names)]
    answer = send(client, "transaction", *(entry("POST", "Patient", p, n) for p, n in zip(people, names, strict=True)))
    first, second = id_of(answer, 0), id_of(answer, 1)
    targets = [client.get(f"/Patient/{one}").json()["link"][0]["other"]["reference"] for one in (first, second)]
    assert targets == [f"Patient/{second}", f"Patient/{first}"]


@pytest.mark.conformance("I31")
def test_a_transaction_gives_back_what_it_stored_when_asked(one: httpx2.Client) -> None:
    bare = send(one, "transaction", entry("POST", "Patient", patient()))
    full = send(one, "transaction", entry("POST", "Patient", patient()), Prefer="return=representation")
    outcome = send(one, "transaction", entry("POST", "Patient", patient()), Prefer="return=OperationOutcome")
    assert "resource" not in bare.json()["entry"][0]
    assert full.json()["entry"][0]["resource"]["gender"] == "female"
    assert outcome.json()["entry"][0]["response"]["outcome"]["resourceType"] == "OperationOutcome"


@pytest.mark.conformance("I26")
def test_three_hundred_entries_go_through_at_once(client: httpx2.Client) -> None:
    name = f"urn:uuid:{new_id()}"
    many = [entry("POST", "Observation", observation(name)) for _ in range(299)]
    answer = send(client, "transaction", *many, entry("POST", "Patient", patient(), name))
    assert set(statuses(answer)) == {"201"}
    found = client.get(f"/Observation?patient={id_of(answer, 299)}&_summary=count").json()
    assert found["total"] == 299


@pytest.mark.conformance("I25", "I26", "I36")
def test_a_bundle_of_another_kind_or_size_is_refused(site_sqlite: Site, one: httpx2.Client) -> None:
    kinds = [send(one, kind) for kind in ("searchset", "collection", "document")]
    assert {each.status_code for each in kinds} == {400}
    assert one.post("", json=patient()).status_code == 400
    most = site_sqlite.services.settings.fhir_bundle_entries
    large = send(one, "batch", *([entry("GET", "metadata")] * (most + 1)))
    assert (large.status_code, issue_of(large)["code"]) == (413, "too-long")
    assert send(one, "batch").json().get("entry") is None
