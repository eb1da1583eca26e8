"""Row S27: nothing outside of a token's patient or types is seen, whatever way it is asked for."""

from __future__ import annotations

import httpx2
import pytest
from tests.api.fhir.conformance.people import fill, ids
from tests.support.fhir import Json, Site, issue_of, json_patch, observation, patient

from chartline.kernel.sealed import Purpose


@pytest.fixture(scope="module", autouse=True)
def filled(fhir: Site) -> None:
    with fhir.client() as client:
        fill(client)


@pytest.fixture
def ann(fhir: Site) -> httpx2.Client:
    """A token for Ann alone."""
    return fhir.client(fhir.make_token(scopes="patient/*.cruds", patient="ann"))


@pytest.fixture
def weights(fhir: Site) -> httpx2.Client:
    """A token that reads observations and nothing else."""
    return fhir.client(fhir.make_token(scopes="system/Observation.rs"))


@pytest.mark.conformance("S27")
@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("Patient", {"ann"}),
        ("Patient?_id=ann,bob", {"ann"}),
        ("Patient?name=bob", set()),
        ("Observation", {"w1", "w2", "p1", "p2"}),
        ("Observation?subject=Patient/bob", set()),
        ("Observation?subject:Patient.name=quillson", set()),
        ("Observation?patient.gender=male", set()),
        ("Patient?_has:Observation:patient:status=amended", set()),
        ("Organization?_has:Patient:organization:name=angstrom", {"clinic"}),
        ("Practitioner?_has:Patient:general-practitioner:name=quillson", set()),
        ("Patient/ann/Observation", {"w1", "w2", "p1", "p2"}),
        ("Patient/bob/Observation", set()),
        ("Patient?_list=mine", set()),
        ("Organization", {"clinic", "group"}),
    ],
)
def test_a_search_finds_only_what_is_the_patients(ann: httpx2.Client, search: str, expected: set[str]) -> None:
    answer = ann.get(f"/{search}")
    assert set(ids(answer)) == expected
    parts = "&" if "?" in search else "?"
    counted = ann.get(f"/{search}{parts}_summary=count").json()
    assert counted["total"] == len(expected)


@pytest.mark.conformance("S27")
def test_includes_bring_nothing_of_others(fhir: Site, ann: httpx2.Client) -> None:
    with fhir.client() as owner:
        owner.put("/Patient/eve", json=patient(id="eve", generalPractitioner=[{"reference": "Practitioner/doc"}]))
    back = ann.get("/Practitioner?_id=doc&_revinclude=Patient:general-practitioner")
    assert ids(back, "include") == ["ann"]
    answer = ann.get("/Patient?_id=ann&_revinclude=Observation:subject&_include=*")
    assert {"w1", "clinic", "doc"} <= set(ids(answer, "include"))
    assert "w3" not in ids(answer, "include")


@pytest.mark.conformance("S27")
def test_reads_and_histories_of_others_are_not_there(ann: httpx2.Client) -> None:
    refused = [
        "/Patient/bob",
        "/Patient/bob/_history",
        "/Patient/bob/_history/1",
        "/Observation/w3",
        "/Patient/bob/$meta",
    ]
    assert [ann.get(each).status_code for each in refused] == [404] * len(refused)
    assert ann.get("/Patient/ann").status_code == ann.get("/Organization/clinic").status_code == 200
    for place in ("/_history?_count=500", "/Patient/_history", "/Observation/_history"):
        seen = {entry["fullUrl"].rsplit("/", 1)[1] for entry in ann.get(place).json().get("entry", [])}
        assert not seen & {"bob", "cat", "dot", "w3", "eve"}


@pytest.mark.conformance("S27")
def test_writes_stay_with_the_patient(ann: httpx2.Client) -> None:
    mine, others = observation("Patient/ann"), observation("Patient/bob")
    assert ann.post("/Observation", json=mine).status_code == 201
    refused = [
        ann.post("/Observation", json=others),
        ann.post("/Organization", json={"resourceType": "Organization", "name": "Mine"}),
        ann.put("/Observation/w1", json={**others, "id": "w1"}),
    ]
    assert [each.status_code for each in refused] == [403, 403, 403]
    hidden = [
        ann.put("/Observation/w3", json={**mine, "id": "w3"}),
        ann.put("/Observation/not-there", json={**mine, "id": "not-there"}),
        ann.put("/Patient/bob", json=patient(id="bob")),
    ]
    assert [(each.status_code, issue_of(each)["code"]) for each in hidden] == [(404, "not-found")] * 3
    assert ann.delete("/Observation/w3").status_code == 204


@pytest.mark.conformance("S27")
def test_what_a_foreign_delete_named_is_still_there(fhir: Site, ann: httpx2.Client) -> None:
    assert ann.delete("/Observation/w3").status_code == 204
    assert ann.delete("/Observation?status=amended").status_code == 204
    with fhir.client() as owner:
        assert owner.get("/Observation/w3").headers["etag"] == 'W/"1"'


@pytest.mark.conformance("S27")
def test_conditions_do_not_tell_of_others(ann: httpx2.Client) -> None:
    body = observation("Patient/ann", status="amended")
    made = ann.post("/Observation", json=body, headers={"If-None-Exist": "status=amended&subject=Patient/bob"})
    assert made.status_code == 201
    ann.delete(f"/Observation/{made.json()['id']}")
    assert json_patch(ann, "/Observation?status=amended", b'[{"op":"remove","path":"/x"}]').status_code == 404
    entry: Json = {
        "resource": observation("Patient?name=quillson"),
        "request": {"method": "POST", "url": "Observation"},
    }
    answer = ann.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
    assert (answer.status_code, issue_of(answer)["details"]["coding"][0]["code"]) == (412, "fhir.unresolved_reference")


@pytest.mark.conformance("S27")
def test_a_transaction_is_held_to_the_same(ann: httpx2.Client) -> None:
    def status(entry: Json) -> int:
        return ann.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": [entry]}).status_code

    assert status({"request": {"method": "GET", "url": "Patient/bob"}}) == 404
    put = {
        "resource": {**observation("Patient/ann"), "id": "w3"},
        "request": {"method": "PUT", "url": "Observation/w3"},
    }
    assert status(put) == 404
    post = {"resource": observation("Patient/bob"), "request": {"method": "POST", "url": "Observation"}}
    assert status(post) == 403


@pytest.mark.conformance("S27")
def test_a_type_without_a_scope_is_forbidden_and_unseen(weights: httpx2.Client) -> None:
    refused = weights.get("/Patient/ann")
    assert (refused.status_code, issue_of(refused)["code"]) == (403, "forbidden")
    assert "Patient.r" in issue_of(refused)["diagnostics"]
    forbidden = [
        weights.get("/Patient"),
        weights.get("/Patient/_history"),
        weights.post("/Observation", json=observation("x")),
    ]
    assert [each.status_code for each in forbidden] == [403] * 3
    answer = weights.get("/Observation?_id=w1&_include=Observation:subject&_revinclude=Provenance:target")
    assert ids(answer, "include") == []
    assert ids(weights.get("/Observation?subject:Patient.name=quillson")) == []
    assert set(ids(weights.get("/?_id=w1,ann"))) == {"w1"}
    kinds = {entry["fullUrl"].rsplit("/", 2)[1] for entry in weights.get("/_history").json()["entry"]}
    assert kinds == {"Observation"}


@pytest.mark.conformance("S27", "I35")
def test_an_auditor_reads_and_writes_nothing(fhir: Site) -> None:
    with fhir.client(fhir.make_token("auditor")) as auditor:
        assert auditor.get("/Patient/ann").status_code == 200
        answer = auditor.post("/Patient", json=patient())
    assert (answer.status_code, issue_of(answer)["details"]["coding"][0]["code"]) == (403, "fhir.no_scope")


@pytest.mark.conformance("S27")
def test_another_practice_finds_nothing_of_ours(fhir: Site) -> None:
    services = fhir.services
    stranger = services.access.create_organisation("ANOTHER INVENTED PRACTICE")
    made = services.access.create_token(stranger, "other", "owner").value
    with fhir.client(made.reveal(Purpose.AUTHENTICATE)) as other:
        assert other.get("/Patient/ann").status_code == 404
        assert ids(other.get("/Patient")) == []
        assert other.put("/Patient/ann", json=patient(id="ann")).status_code == 201
    with fhir.client() as owner:
        assert owner.get("/Patient/ann").json()["name"][0]["family"] == "Ångström-Quill"


def test_a_narrowed_token_is_good_for_the_fhir_server_alone(fhir: Site) -> None:
    token = fhir.make_token("owner", scopes="patient/*.rs", patient="ann")
    with fhir.client(token) as client:
        assert client.get("/Patient/ann").status_code == 200
        assert client.get(f"{fhir.base.removesuffix('/fhir/R4')}/api/patients").status_code == 401


def test_a_revoked_token_ends_at_once(fhir: Site) -> None:
    token = fhir.make_token()
    with fhir.client(token) as client:
        assert client.get("/Patient/ann").status_code == 200
        newest = fhir.services.access.tokens(fhir.organisation)[0]
        assert fhir.services.access.revoke_token(fhir.organisation, newest.id)
        assert client.get("/Patient/ann").status_code == 401
