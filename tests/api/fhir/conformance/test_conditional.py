"""Rows I15 to I23: history in pages, conditional writes, and the two patches."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from tests.support.fhir import Json, Site, issue_of, json_patch, patient

from chartline.kernel.ids import new_id

SYSTEM = "urn:invented:mrn"


def numbered(number: str, **more: object) -> Json:
    """A patient with an identifier of ours."""
    return patient(identifier=[{"system": SYSTEM, "value": number}], **more)


def create(client: httpx2.Client, body: Json, **headers: str) -> httpx2.Response:
    """POST it."""
    return client.post(f"/{body['resourceType']}", json=body, headers=headers)


@pytest.mark.conformance("I15", "I16")
def test_the_history_of_a_type_and_of_everything_is_paged(client: httpx2.Client) -> None:
    ids = [create(client, {"resourceType": "Basic", "code": {"text": "x"}}).json()["id"] for _ in range(5)]
    client.delete(f"/Basic/{ids[0]}")
    seen: list[str] = []
    url = "/Basic/_history?_count=2"
    while url:
        page = client.get(url).json()
        assert len(page["entry"]) <= 2
        seen += [entry["response"]["etag"] + entry["fullUrl"].rsplit("/", 1)[1] for entry in page["entry"]]
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert len(seen) == len(set(seen)) == 6
    assert seen[0] == f'W/"2"{ids[0]}'
    everything = client.get("/_history?_count=3").json()
    assert (everything["type"], len(everything["entry"])) == ("history", 3)
    assert {"request", "response"} <= set(everything["entry"][0])


@pytest.mark.conformance("I16")
def test_since_is_inclusive_and_at_is_a_moment(client: httpx2.Client) -> None:
    first = create(client, patient()).json()
    identity, stamp = first["id"], first["meta"]["lastUpdated"]
    second = client.put(f"/Patient/{identity}", json=patient(id=identity, gender="male")).json()["meta"]["lastUpdated"]

    def versions(parameters: str) -> list[str]:
        page = client.get(f"/Patient/{identity}/_history?{parameters}").json()
        return [entry["resource"]["meta"]["versionId"] for entry in page.get("entry", [])]

    assert versions(f"_since={stamp.replace('+', '%2B')}")[-1] == "1"
    assert "2" in versions(f"_since={second}")
    assert versions("_since=2099-01-01T00:00:00Z") == []
    assert versions("_at=2099-01-01T00:00:00Z") == ["2"]
    assert versions("_at=1999") == []
    assert client.get(f"/Patient/{identity}/_history?_since=yesterday").status_code == 400


@pytest.mark.conformance("I17")
def test_a_conditional_create_makes_one_and_only_one(client: httpx2.Client) -> None:
    number = new_id()
    condition = {"If-None-Exist": f"identifier={SYSTEM}|{number}"}
    answers = [create(client, numbered(number), **condition) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[1].headers["etag"] == 'W/"1"'
    create(client, numbered(number))
    assert create(client, numbered(number), **condition).status_code == 412


@pytest.mark.conformance("I17")
def test_a_condition_in_the_address_of_a_create_is_refused_and_stores_nothing(client: httpx2.Client) -> None:
    number = new_id()
    place = f"/Patient?identifier={SYSTEM}|{number}"
    refused = client.post(place, json=numbered(number))
    assert (refused.status_code, issue_of(refused)["details"]["coding"][0]["code"]) == (400, "fhir.misplaced_condition")
    entry: Json = {"resource": numbered(number), "request": {"method": "POST", "url": place[1:]}}
    bundle: Json = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    assert client.post("", json=bundle).status_code == 400
    assert client.get(place).json()["total"] == 0


@pytest.mark.conformance("I17")
def test_many_conditional_creates_at_once_make_one(client: httpx2.Client) -> None:
    number = new_id()
    condition = {"If-None-Exist": f"identifier={SYSTEM}|{number}"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: create(client, numbered(number), **condition), range(12)))
    assert sorted(each.status_code for each in answers) == [200] * 11 + [201]
    assert len({each.json()["id"] for each in answers}) == 1


@pytest.mark.conformance("I18")
def test_a_conditional_update_creates_updates_or_refuses(client: httpx2.Client) -> None:
    number = new_id()
    where = f"/Patient?identifier={SYSTEM}|{number}"
    made = client.put(where, json=numbered(number))
    identity = made.json()["id"]
    again = client.put(where, json=numbered(number, gender="male"))
    named = client.put(where, json=numbered(number, gender="other", id=identity))
    assert [each.status_code for each in (made, again, named)] == [201, 200, 200]
    assert (again.json()["id"], named.headers["etag"]) == (identity, 'W/"3"')
    other = client.put(where, json=numbered(number, id="another"))
    assert (other.status_code, issue_of(other)["expression"]) == (400, ["Patient.id"])
    create(client, numbered(number))
    several = client.put(where, json=numbered(number))
    assert (several.status_code, issue_of(several)["code"]) == (412, "multiple-matches")


@pytest.mark.conformance("I18")
def test_a_conditional_update_that_finds_nothing_takes_the_id_of_the_body(client: httpx2.Client) -> None:
    number = new_id()
    answer = client.put(f"/Patient?identifier={SYSTEM}|{number}", json=numbered(number, id=f"own-{number[:8]}"))
    assert (answer.status_code, answer.json()["id"]) == (201, f"own-{number[:8]}")
    taken = client.put(f"/Patient?identifier={SYSTEM}|none", json=numbered("none", id=f"own-{number[:8]}"))
    assert (taken.status_code, issue_of(taken)["code"]) == (409, "conflict")


@pytest.mark.conformance("I19")
def test_a_conditional_delete_deletes_all_that_fit(client: httpx2.Client) -> None:
    number = new_id()
    ids = [create(client, numbered(number)).json()["id"] for _ in range(3)]
    assert client.delete(f"/Patient?identifier={SYSTEM}|{number}").status_code == 204
    assert {client.get(f"/Patient/{one}").status_code for one in ids} == {410}
    assert client.delete(f"/Patient?identifier={SYSTEM}|{number}").status_code == 204


@pytest.mark.conformance("I19")
def test_a_conditional_delete_of_too_many_deletes_none(site_sqlite: Site) -> None:
    most, number = site_sqlite.services.settings.fhir_delete_most, new_id()
    basic = {
        "resourceType": "Basic",
        "code": {"text": "many"},
        "identifier": [{"system": SYSTEM, "value": number}],
    }
    entry = {"resource": basic, "request": {"method": "POST", "url": "Basic"}}
    with site_sqlite.client() as client:
        body = {"resourceType": "Bundle", "type": "transaction", "entry": [entry] * (most + 1)}
        assert client.post("", json=body).status_code == 200
        refused = client.delete(f"/Basic?identifier={SYSTEM}|{number}")
        assert (refused.status_code, issue_of(refused)["code"]) == (412, "too-costly")
        assert client.get(f"/Basic?identifier={SYSTEM}|{number}&_summary=count").json()["total"] == most + 1


@pytest.mark.conformance("I20")
def test_a_conditional_patch_needs_exactly_one(client: httpx2.Client) -> None:
    number = new_id()
    where, kind = f"/Patient?identifier={SYSTEM}|{number}", {"Content-Type": "application/json-patch+json"}
    change = b'[{"op":"replace","path":"/gender","value":"male"}]'
    assert client.patch(where, content=change, headers=kind).status_code == 404
    create(client, numbered(number))
    answer = client.patch(where, content=change, headers=kind)
    assert (answer.status_code, answer.json()["gender"], answer.headers["etag"]) == (200, "male", 'W/"2"')
    create(client, numbered(number))
    assert client.patch(where, content=change, headers=kind).status_code == 412


@pytest.mark.conformance("I21", "S25")
@pytest.mark.parametrize("criterion", ["", "shoe=9", "identifier=", "_count=5", "name:shoe=x"])
def test_a_condition_that_could_hit_anything_is_refused(one: httpx2.Client, criterion: str) -> None:
    identity = create(one, patient()).json()["id"]
    answers = [
        one.delete(f"/Patient?{criterion}"),
        one.put(f"/Patient?{criterion}", json=patient()),
        json_patch(one, f"/Patient?{criterion}", b'[{"op":"remove","path":"/gender"}]'),
        create(one, patient(), **{"If-None-Exist": criterion}),
    ]
    assert {each.status_code for each in answers} <= {400, 412}
    assert one.get(f"/Patient/{identity}").headers["etag"] == 'W/"1"'


@pytest.mark.conformance("I22")
def test_a_json_patch_changes_what_it_names(client: httpx2.Client) -> None:
    identity = create(client, patient()).json()["id"]
    kind = {"Content-Type": "application/json-patch+json"}
    change = b'[{"op":"test","path":"/gender","value":"female"},{"op":"add","path":"/name/0/given/-","value":"Ada"}]'
    answer = client.patch(f"/Patient/{identity}", content=change, headers=kind)
    assert (answer.status_code, answer.json()["name"][0]["given"]) == (200, ["Odalys", "Ada"])
    assert client.get(f"/Patient/{identity}/_history").json()["entry"][0]["request"]["method"] == "PATCH"


@pytest.mark.conformance("I22")
@pytest.mark.parametrize(
    ("change", "status"),
    [
        (b'[{"op":"test","path":"/gender","value":"male"}]', 422),
        (b'[{"op":"replace","path":"/gender","value":"Secretvalue"}]', 400),
        (b'[{"op":"replace","path":"/id","value":"another"}]', 400),
        (b'[{"op":"remove","path":"/nothing/there"}]', 400),
        (b'[{"op":"sing","path":"/gender"}]', 400),
        (b'{"op":"remove"}', 400),
        (b"", 400),
    ],
)
def test_a_json_patch_that_cannot_be_done_changes_nothing(one: httpx2.Client, change: bytes, status: int) -> None:
    identity = create(one, patient()).json()["id"]
    answer = one.patch(f"/Patient/{identity}", content=change, headers={"Content-Type": "application/json-patch+json"})
    assert answer.status_code == status, answer.text
    assert "Secretvalue" not in answer.text
    assert one.get(f"/Patient/{identity}").headers["etag"] == 'W/"1"'


@pytest.mark.conformance("I13")
def test_a_patch_of_another_version_is_412(one: httpx2.Client) -> None:
    identity = create(one, patient()).json()["id"]
    headers = {"Content-Type": "application/json-patch+json", "If-Match": 'W/"4"'}
    change = b'[{"op":"remove","path":"/gender"}]'
    assert one.patch(f"/Patient/{identity}", content=change, headers=headers).status_code == 412


@pytest.mark.conformance("I23")
def test_a_fhirpath_patch_changes_what_it_names(client: httpx2.Client) -> None:
    identity = create(client, patient()).json()["id"]
    answer = client.patch(f"/Patient/{identity}", json=replacing("Patient.gender", "other"), headers=fhir_json())
    assert (answer.status_code, answer.json()["gender"]) == (200, "other")
    wrong = client.patch(f"/Patient/{identity}", json=replacing("Patient.name.given.x", "other"), headers=fhir_json())
    assert 400 <= wrong.status_code < 500
    assert issue_of(wrong)["severity"] == "error"


def replacing(path: str, code: str) -> Json:
    """A FHIRPath Patch."""
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": path},
        {"name": "value", "valueCode": code},
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}


def fhir_json() -> dict[str, str]:
    """The header of a FHIR body."""
    return {"Content-Type": "application/fhir+json"}


@pytest.mark.conformance("I22")
def test_patches_at_the_same_time_are_all_made(client: httpx2.Client) -> None:
    identity = create(client, patient(name=[{"family": "Quillfeather", "given": ["A"]}])).json()["id"]
    kind = {"Content-Type": "application/json-patch+json"}

    def add(number: int) -> int:
        change = f'[{{"op":"add","path":"/name/0/given/-","value":"N{number}"}}]'.encode()
        return client.patch(f"/Patient/{identity}", content=change, headers=kind).status_code

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(add, range(3))) == {200}
    assert len(client.get(f"/Patient/{identity}").json()["name"][0]["given"]) == 4
