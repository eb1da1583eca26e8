"""Rules of the house that R4 leaves open: who may change what, settings, sessions, and what the rows call optional."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.support.fhir import Json, Site, issue_of, json_patch, patient, sqlite_site

from chartline.console.session import COOKIE, form_token
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """A server that takes no ids of its clients, under an address of its own."""
    settings = {"fhir_update_as_create": False, "fhir_base": "https://fhir.invented.example/r4/"}
    with sqlite_site(sqlite_template, tmp_path_factory.mktemp("careful"), **settings) as made:
        yield made


@pytest.mark.conformance("I11")
def test_an_update_of_an_unknown_id_is_405_where_ids_are_ours(careful: Site) -> None:
    with careful.client() as client:
        answer = client.put("/Patient/of-their-choice", json=patient(id="of-their-choice"))
        assert (answer.status_code, issue_of(answer)["code"]) == (405, "not-supported")
        assert client.get("/Patient/of-their-choice").status_code == 404
        entry = {
            "resource": patient(id="of-their-choice"),
            "request": {"method": "PUT", "url": "Patient/of-their-choice"},
        }
        whole = client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
        assert whole.status_code == 405
        statement = client.get("/metadata").json()
    assert {each["updateCreate"] for each in statement["rest"][0]["resource"]} == {False}


@pytest.mark.conformance("I8", "S2")
def test_addresses_are_those_the_clients_see(careful: Site) -> None:
    with careful.client() as client:
        made = client.post("/Patient", json=patient())
        body = client.get("/Patient").json()
    assert made.headers["location"].startswith("https://fhir.invented.example/r4/Patient/")
    assert body["entry"][0]["fullUrl"].startswith("https://fhir.invented.example/r4/Patient/")
    assert body["link"][0]["url"] == "https://fhir.invented.example/r4/Patient"


def test_what_billing_publishes_is_not_a_clients_to_change(fhir: Site, client: httpx2.Client) -> None:
    identity = new_id()
    account: Json = {"resourceType": "Account", "id": identity, "status": "active"}
    with fhir.services.database.work(fhir.organisation) as work:
        fhir.services.records.put(work, account, owner="billing")
    place, meta = f"/Account/{identity}", {"resourceType": "Parameters", "parameter": []}
    meta["parameter"] = [{"name": "meta", "valueMeta": {"profile": ["http://invented.example/p"]}}]
    entry = {"request": {"method": "DELETE", "url": f"Account/{identity}"}}
    refused = [
        client.put(place, json={**account, "status": "inactive"}),
        json_patch(client, place, b'[{"op":"replace","path":"/status","value":"inactive"}]'),
        client.delete(place),
        client.delete(f"/Account?_id={identity}"),
        client.post(f"{place}/$meta-add", json=meta),
        client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": [entry]}),
    ]
    assert [(each.status_code, issue_of(each)["code"]) for each in refused] == [(422, "business-rule")] * 6
    assert client.get(place).headers["etag"] == 'W/"1"'


def test_a_browser_session_reads_and_needs_the_pages_token_to_write(site_sqlite: Site) -> None:
    access, vault = site_sqlite.services.access, site_sqlite.services.vault
    email = f"{new_id()}@invented.example"
    access.create_user(site_sqlite.organisation, email, Sealed("an invented long password"), ["clinician"])
    session = access.sign_in(email, Sealed("an invented long password")).session
    cookie = {"Cookie": f"{COOKIE}={session.reveal(Purpose.AUTHENTICATE)}"}
    with site_sqlite.client("", **cookie) as browser:
        assert browser.get("/Patient").status_code == 200
        refused = browser.post("/Patient", json=patient())
        assert (refused.status_code, issue_of(refused)["details"]["coding"][0]["code"]) == (403, "fhir.foreign_form")
        headers = {"X-CSRF-Token": form_token(vault, session)}
        assert browser.post("/Patient", json=patient(), headers=headers).status_code == 201
    with site_sqlite.client("clt_wrong", **cookie) as confused:
        assert confused.get("/Patient").status_code == 401


@pytest.mark.conformance("I13")
def test_if_none_match_star_only_creates(one: httpx2.Client) -> None:
    identity = f"only-{new_id()[:8]}"
    answers = [
        one.put(f"/Patient/{identity}", json=patient(id=identity, active=active), headers={"If-None-Match": "*"})
        for active in (True, False)
    ]
    assert [each.status_code for each in answers] == [201, 412]
    assert one.get(f"/Patient/{identity}").json()["active"] is True


@pytest.mark.conformance("S13")
def test_a_place_is_found_by_its_distance(client: httpx2.Client) -> None:
    identity = new_id()
    position = {"longitude": -108.55, "latitude": 39.06}
    client.put(f"/Location/{identity}", json={"resourceType": "Location", "id": identity, "position": position})

    def near(value: str) -> list[str]:
        found = client.get("/Location", params={"near": value, "_id": identity}).json()
        return [entry["resource"]["id"] for entry in found.get("entry", [])]

    assert near("39.07|-108.55|5|km") == [identity]
    assert near("39.50|-108.55|5|km") == []


@pytest.mark.conformance("I35")
def test_other_addresses_beside_the_server_are_the_sites(site_sqlite: Site) -> None:
    root = site_sqlite.base.removesuffix("/fhir/R4")
    with site_sqlite.client() as client:
        assert client.get(f"{root}/fhir/R4/metadata").status_code == 200
        assert client.get(f"{root}/fhir/R4").status_code == 200
        assert client.get(f"{root}/fhir/R4x").status_code == 404
        assert client.get(f"{root}/health").json()["database"] is True
