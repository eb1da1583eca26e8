"""Rows B1 to B10 and I33: bulk exports and imports, as a client meets them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import httpx2
import pytest
from tests.api.fhir.conformance.people import OTHERS, PEOPLE, fill
from tests.support.fhir import Json, Site, issue_of, observation, patient
from tests.support.waiting import until

from chartline.flows.bulk_export import BulkExport, Exporter
from chartline.flows.bulk_import import BulkImport, Importer
from chartline.kernel.settings import Settings
from chartline.platform.bulk import Bulk, ExportPlan
from chartline.platform.jobs import Worker

ASYNC = {"Prefer": "respond-async", "Accept": "application/fhir+json"}
NDJSON = {"Content-Type": "application/fhir+ndjson", **ASYNC}


@pytest.fixture(scope="module", autouse=True)
def working(fhir: Site) -> Iterator[None]:
    """A worker beside the server, and a small practice to export."""
    with fhir.client() as client:
        fill(client)
        group: Json = {
            "resourceType": "Group",
            "id": "two",
            "type": "person",
            "actual": True,
            "member": [
                {"entity": {"reference": "Patient/ann"}},
                {"entity": {"reference": "Patient/cat"}},
                {"entity": {"reference": "Patient/bob"}, "inactive": True},
            ],
        }
        assert client.put("/Group/two", json=group).status_code == 201
    settings = Settings(data=fhir.services.settings.data, database=fhir.services.settings.database, worker_threads=4)
    opened = fhir.services
    exporter = Exporter.of(opened.database, opened.vault, opened.audit)
    importer = Importer.of(opened.database, opened.vault, opened.records, opened.audit)
    jobs = [*BulkExport(exporter).jobs(), *BulkImport(importer).jobs()]
    worker = Worker(opened.database, settings, jobs)
    worker.start()
    yield
    worker.stop()


def ask(client: httpx2.Client, place: str, body: Json | None = None, **headers: str) -> str:
    """Kick off; answers the address of the status."""
    sent = {**ASYNC, **headers}
    answer = client.get(place, headers=sent) if body is None else client.post(place, json=body, headers=sent)
    assert answer.status_code == 202, answer.text
    status = answer.headers["content-location"]
    assert status.startswith("http")
    return status


def finished(client: httpx2.Client, status: str) -> Json:
    """The manifest, once it is there."""
    answers: list[httpx2.Response] = []

    def done() -> bool:
        answers.append(client.get(status))
        assert answers[-1].status_code in (200, 202, 429), answers[-1].text
        return answers[-1].status_code == 200

    until(done, pause=0.05)
    assert answers[-1].headers["content-type"] == "application/json"
    return answers[-1].json()


def export(client: httpx2.Client, place: str, body: Json | None = None, **headers: str) -> Json:
    """The manifest of an export."""
    return finished(client, ask(client, place, body, **headers))


def lines(client: httpx2.Client, manifest: Json, section: str = "output") -> list[Json]:
    """Every line of every file of a section; counts and types must be as the manifest says."""
    found: list[Json] = []
    for file in manifest[section]:
        answer = client.get(file["url"], headers={"Accept": "application/fhir+ndjson"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+ndjson")
        assert answer.text.endswith("\n")
        some = [json.loads(line) for line in answer.text.splitlines()]
        assert (len(some), {one["resourceType"] for one in some}) == (file["count"], {file["type"]})
        found += some
    return found


def names(resources: list[Json]) -> set[str]:
    """``Type/id`` of resources, each of which must come once."""
    found = [f"{one['resourceType']}/{one['id']}" for one in resources]
    assert len(found) == len(set(found))
    return set(found)


FILLED = {f"{one['resourceType']}/{one['id']}" for one in PEOPLE + OTHERS}
ANNS = {
    *("Patient/ann", "Observation/w1", "Observation/w2", "Observation/p1", "Observation/p2", "Encounter/e1"),
    *("Provenance/prov", "QuestionnaireResponse/qr", "RiskAssessment/risk", "Coverage/cov"),
}
SUPPORTING = {"Practitioner/doc", "Organization/clinic", "Organization/group"}


@pytest.mark.conformance("B1, B2, B6, B8, B9")
def test_a_system_export_holds_every_resource_once(client: httpx2.Client) -> None:
    manifest = export(client, "/$export")
    found = lines(client, manifest)
    assert names(found) >= FILLED
    assert {"transactionTime", "request", "requiresAccessToken", "output", "error"} <= manifest.keys()
    assert manifest["request"].endswith("/fhir/R4/$export")
    assert manifest["requiresAccessToken"] is True
    weight = next(one for one in found if one["id"] == "w1")
    assert weight == client.get("/Observation/w1").json()
    assert "Provenance/prov" in names(found)


@pytest.mark.conformance("B1")
def test_an_export_by_post_takes_parameters(client: httpx2.Client) -> None:
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "_type", "valueString": "Observation,Patient"},
            {"name": "_outputFormat", "valueString": "ndjson"},
            {"name": "patient", "valueReference": {"reference": "Patient/bob"}},
        ],
    }
    assert names(lines(client, export(client, "/Patient/$export", body))) == {"Patient/bob", "Observation/w3"}


@pytest.mark.conformance("B1, B2, B3, B4, I33")
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("_outputFormat=application/xml", "_outputFormat"),
        ("_since=yesterday", "_since"),
        ("_type=Shoe", "_type"),
        ("_typeFilter=Observation", "_typeFilter"),
        ("_typeFilter=Observation?shoe=1", "_typeFilter"),
        ("_typeFilter=Observation?_sort=date", "_typeFilter"),
        ("_typeFilter=Observation?code:in=urn:x", "_typeFilter"),
        ("_elements=a.b.c", "_elements"),
        ("includeAssociatedData=LatestProvenanceResources", "includeAssociatedData"),
        ("organizeOutputBy=Patient", "organizeOutputBy"),
        ("patient=Patient/ann", "patient"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_name(one: httpx2.Client, query: str, place: str) -> None:
    answer = one.get(f"/$export?{query}", headers=ASYNC)
    assert (answer.status_code, issue_of(answer)["expression"]) == (400, [place])


@pytest.mark.conformance("B1, I33")
def test_an_export_must_be_asked_for_as_one_that_is_answered_later(one: httpx2.Client) -> None:
    answer = one.get("/$export")
    assert (answer.status_code, issue_of(answer)["expression"]) == (400, ["http.prefer"])
    assert one.get("/Group/nobody/$export", headers=ASYNC).status_code == 404
    assert one.get("/Observation/$export", headers=ASYNC).status_code == 404


@pytest.mark.conformance("B4")
def test_a_lenient_export_tells_what_had_no_effect(client: httpx2.Client) -> None:
    manifest = export(
        client, "/$export?_type=Patient,Shoe&organizeOutputBy=Patient", Prefer="respond-async, handling=lenient"
    )
    told = {one["issue"][0]["expression"][0] for one in lines(client, manifest, "error")}
    assert told == {"_type", "organizeOutputBy"}
    assert {one["resourceType"] for one in lines(client, manifest)} == {"Patient"}


@pytest.mark.conformance("B4")
@pytest.mark.parametrize("form", ["application/fhir+ndjson", "application/ndjson", "ndjson"])
def test_types_and_formats_are_chosen(client: httpx2.Client, form: str) -> None:
    manifest = export(client, f"/$export?_type=Organization&_type=Encounter,List&_outputFormat={form}")
    assert names(lines(client, manifest)) == {"Organization/clinic", "Organization/group", "Encounter/e1", "List/mine"}


@pytest.mark.conformance("B4")
def test_filters_of_one_type_add_up_and_elements_are_cut(client: httpx2.Client) -> None:
    query = "_typeFilter=Observation?status=amended,Observation?date=gt2026-04-01%26code=29463-7"
    manifest = export(client, f"/$export?_type=Observation,Encounter&{query}&_elements=Observation.status,id")
    found = lines(client, manifest)
    assert names(found) == {"Observation/w2", "Observation/w3", "Encounter/e1"}
    weight = next(one for one in found if one["id"] == "w2")
    assert "valueQuantity" not in weight
    assert weight["meta"]["tag"][-1]["code"] == "SUBSETTED"


@pytest.mark.conformance("B1, B9")
def test_a_patient_export_holds_what_belongs_to_patients(client: httpx2.Client) -> None:
    found = names(lines(client, export(client, "/Patient/$export")))
    assert {"Patient/bob", "Patient/dot", "Observation/w3"} | ANNS | SUPPORTING <= found
    assert found.isdisjoint({"ValueSet/vs", "Questionnaire/q"})


@pytest.mark.conformance("B1, B9")
def test_a_group_export_holds_its_active_members(client: httpx2.Client) -> None:
    found = names(lines(client, export(client, "/Group/two/$export")))
    assert found == ANNS | SUPPORTING | {"Patient/cat", "Group/two"}
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "patient", "valueReference": {"reference": "Patient/bob"}}],
    }
    assert client.post("/Group/two/$export", json=body, headers=ASYNC).status_code == 400


@pytest.mark.conformance("B4, B9")
def test_provenance_goes_along_when_only_types_are_named(client: httpx2.Client) -> None:
    plain = export(client, "/Group/two/$export?_type=Observation")
    assert {one["type"] for one in plain["output"]} == {"Observation"}
    manifest = export(client, "/Group/two/$export?_type=Observation&includeAssociatedData=RelevantProvenanceResources")
    assert "Provenance/prov" in names(lines(client, manifest))
    other = export(client, "/Group/two/$export?_type=Encounter&includeAssociatedData=RelevantProvenanceResources")
    assert names(lines(client, other)) == {"Encounter/e1"}


@pytest.mark.conformance("B4, B9")
def test_since_tells_changes_and_deletions_each_once(client: httpx2.Client) -> None:
    kept = client.post("/Basic", json={"resourceType": "Basic", "code": {"text": "kept"}}).json()["id"]
    gone = client.post("/Basic", json={"resourceType": "Basic", "code": {"text": "gone"}}).json()["id"]
    since = export(client, "/$export?_type=Basic")["transactionTime"]
    assert client.delete(f"/Basic/{gone}").status_code == 204
    new = client.post("/Basic", json={"resourceType": "Basic", "code": {"text": "new"}}).json()["id"]
    manifest = export(client, f"/$export?_type=Basic&_since={since}")
    assert names(lines(client, manifest)) == {f"Basic/{new}"}
    bundles = lines(client, manifest, "deleted")
    assert [entry["request"] for one in bundles for entry in one["entry"]] == [
        {"method": "DELETE", "url": f"Basic/{gone}"}
    ]
    assert f"Basic/{kept}" in names(lines(client, export(client, "/$export?_type=Basic")))


@pytest.mark.conformance("B5, B8")
def test_scopes_are_obeyed_at_the_start_and_at_each_download(fhir: Site, client: httpx2.Client) -> None:
    with fhir.client(fhir.make_token(scopes="system/Observation.rs")) as narrow:
        assert {one["type"] for one in export(narrow, "/$export")["output"]} == {"Observation"}
        assert narrow.get("/$export?_type=Patient", headers=ASYNC).status_code == 403
        assert narrow.get("/Group/two/$export", headers=ASYNC).status_code == 403
        wide = export(client, "/$export?_type=Patient,Observation")
        answers = {one["type"]: narrow.get(one["url"]).status_code for one in wide["output"]}
        assert answers == {"Patient": 403, "Observation": 200}
    with fhir.client(fhir.make_token(scopes="patient/*.rs", patient="ann")) as ann:
        found = names(lines(ann, export(ann, "/Patient/$export")))
        assert {"Patient/ann", "Observation/w1"} <= found
        assert found.isdisjoint({"Patient/bob", "Observation/w3"})
        assert ann.get(wide["output"][0]["url"]).status_code == 404
    assert fhir.client("").get(wide["output"][0]["url"]).status_code == 401


@pytest.mark.conformance("B6")
def test_who_asks_too_often_is_told_to_wait(fhir: Site, client: httpx2.Client) -> None:
    # Nobody works on a request without a job.
    with fhir.services.database.work(fhir.organisation) as work:
        plan = ExportPlan(level="system", types=("Patient",), request="", base=fhir.base)
        identity = Bulk(fhir.services.vault).make(work, plan, "tests", 10)
    first, second = (client.get(f"/_bulk/{identity}") for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 429)
    assert (first.headers["x-progress"], first.headers["retry-after"]) == ("queued", "1")
    assert (second.headers["retry-after"], issue_of(second)["code"]) == ("1", "throttled")


@pytest.mark.conformance("B7, I33")
def test_a_cancelled_export_is_gone_with_its_files(client: httpx2.Client) -> None:
    status = ask(client, "/$export?_type=Patient")
    file = finished(client, status)["output"][0]["url"]
    assert client.delete(status).status_code == 202
    assert (client.get(status).status_code, client.get(file).status_code) == (404, 404)
    assert issue_of(client.get(status))["code"] == "not-found"
    assert client.delete(status).status_code == 404
    assert client.get("/_bulk/nothing").status_code == 404


@pytest.mark.conformance("B8")
def test_files_are_packed_for_who_takes_that(client: httpx2.Client) -> None:
    file = export(client, "/$export?_type=Patient")["output"][0]
    with client.stream("GET", file["url"], headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        packed = b"".join(answer.iter_raw())
    plain = client.get(file["url"], headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(packed) == plain.content
    assert client.head(file["url"]).status_code == 200


@pytest.mark.conformance("B10")
def test_attachments_are_addressed_so_that_the_token_opens_them(client: httpx2.Client) -> None:
    made = client.post("/Binary", content=b"scan", headers={"Content-Type": "application/pdf"})
    document: Json = {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": {"url": f"Binary/{made.headers['location'].split('/Binary/')[1].split('/')[0]}"}}],
    }
    assert client.post("/DocumentReference", json=document).status_code == 201
    found = lines(client, export(client, "/$export?_type=DocumentReference"))
    assert client.get(found[0]["content"][0]["attachment"]["url"], headers={"Accept": "*/*"}).content == b"scan"


@pytest.mark.conformance("B6")
def test_what_changes_during_an_export_is_told_as_it_was_before(fhir: Site, client: httpx2.Client) -> None:

    made = client.post("/Device", json={"resourceType": "Device", "serialNumber": "before"}).json()["id"]
    services = fhir.services
    with services.database.work(fhir.organisation) as work:
        plan = ExportPlan(level="system", types=("Device",), request="", base=fhir.base)
        identity = Bulk(services.vault).make(work, plan, "tests", 10)
    client.put(f"/Device/{made}", json={"resourceType": "Device", "id": made, "serialNumber": "after"})
    late = client.post("/Device", json={"resourceType": "Device", "serialNumber": "late"}).json()["id"]
    exporter = Exporter.of(services.database, services.vault, services.audit)
    assert exporter.go(fhir.organisation, identity) not in ("working", "gone")
    found = {one["id"]: one["serialNumber"] for one in lines(client, client.get(f"/_bulk/{identity}").json())}
    assert (found.get(made), late in found) == ("before", False)


def ndjson(*resources: Json | bytes) -> bytes:
    """Resources one a line; bytes as they are."""
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in resources) + b"\n"


def take(client: httpx2.Client, place: str, body: bytes) -> Json:
    """The manifest of an import."""
    answer = client.post(place, content=body, headers=NDJSON)
    assert answer.status_code == 202, answer.text
    return finished(client, answer.headers["content-location"])


def test_an_import_stores_good_lines_and_names_the_bad_ones(client: httpx2.Client) -> None:
    body = ndjson(
        patient(id="imp-1"),
        b"{nonsense",
        patient(id="imp-2", gender="x"),
        b"",
        observation("Patient/imp-1", id="imp-3"),
        patient(id="imp-1", gender="male"),
    )
    manifest = take(client, "/$import", body)
    assert manifest["extension"] == {"lines": 6, "refused": 2}
    outcomes = lines(client, manifest, "error")
    assert [one["issue"][0]["location"] for one in outcomes] == [["line[2]"], ["line[3]"]]
    assert [one["issue"][0]["code"] for one in outcomes] == ["structure", "structure"]
    assert "nonsense" not in json.dumps(outcomes)
    twice = client.get("/Patient/imp-1").json()
    assert (twice["gender"], twice["meta"]["versionId"]) == ("male", "2")
    assert client.get("/Observation/imp-3").status_code == 200
    assert client.get("/Patient/imp-2").status_code == 404


def test_an_import_of_a_type_takes_that_type_and_gives_ids(client: httpx2.Client) -> None:
    many = [
        {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"reference": "Patient/ann"}}
    ]
    manifest = take(client, "/Flag/$import", ndjson(*(many * 1500), patient(id="imp-9")))
    assert manifest["extension"] == {"lines": 1501, "refused": 1}
    assert lines(client, manifest, "error")[0]["issue"][0]["location"] == ["line[1501]"]
    assert client.get("/Flag?_summary=count").json()["total"] == 1500
    assert client.get("/Patient/imp-9").status_code == 404
    assert len(names(lines(client, export(client, "/$export?_type=Flag")))) == 1500


def test_an_import_obeys_rights(fhir: Site, client: httpx2.Client) -> None:
    with fhir.client(fhir.make_token(scopes="system/Observation.cruds system/Patient.rs")) as narrow:
        manifest = take(narrow, "/$import", ndjson(patient(id="imp-20"), observation("Patient/ann", id="imp-21")))
        assert [one["issue"][0]["code"] for one in lines(narrow, manifest, "error")] == ["forbidden"]
        assert narrow.post("/Patient/$import", content=b"{}", headers=NDJSON).status_code == 403
    with fhir.client(fhir.make_token("auditor")) as auditor:
        assert auditor.post("/$import", content=b"{}", headers=NDJSON).status_code == 403
    with fhir.client(fhir.make_token(scopes="patient/*.cruds", patient="ann")) as ann:
        assert ann.post("/$import", content=b"{}", headers=NDJSON).status_code == 403
    assert client.get("/Observation/imp-21").status_code == 200


def test_an_import_fetches_nothing(one: httpx2.Client) -> None:
    manifest = {
        "inputFormat": "application/fhir+ndjson",
        "input": [{"type": "Patient", "url": "https://other.invalid"}],
    }
    assert one.post("/$import", json=manifest, headers=ASYNC).status_code == 415
    assert one.post("/$import", content=b" ", headers=NDJSON).status_code == 400
    assert one.get("/$import", headers=ASYNC).status_code == 405


@pytest.mark.conformance("B6")
def test_a_failed_export_says_so_and_can_go_on(fhir: Site, client: httpx2.Client) -> None:
    services = fhir.services
    bulk = Bulk(services.vault)
    with services.database.work(fhir.organisation) as work:
        plan = ExportPlan(level="system", types=("Patient",), request="", base=fhir.base)
        identity = bulk.make(work, plan, "tests", 10)
        bulk.fail(work, identity, "vault.unreadable")
    failed = client.get(f"/_bulk/{identity}")
    assert (failed.status_code, "vault.unreadable" in issue_of(failed)["diagnostics"]) == (500, True)
    exporter = Exporter.of(services.database, services.vault, services.audit)
    exporter.go(fhir.organisation, identity)
    assert client.get(f"/_bulk/{identity}").status_code == 200


@pytest.mark.conformance("B8")
def test_what_has_expired_is_gone(fhir: Site, client: httpx2.Client) -> None:
    from chartline.platform.bulk.tables import bulk_piece_table, bulk_request_table

    status = ask(client, "/$export?_type=Patient")
    file = finished(client, status)["output"][0]["url"]
    table, identity = bulk_request_table, status.rpartition("/")[2]
    with fhir.services.database.work(fhir.organisation) as work:
        work.execute(work.update(table).where(table.c.id == identity).values(expires=work.now))
    assert (client.get(status).status_code, client.get(file).status_code) == (404, 404)
    ask(client, "/$export?_type=Patient")
    with fhir.services.database.read(fhir.organisation) as work:
        mine = bulk_piece_table.c.request_id == identity
        assert work.rows(work.select(bulk_piece_table, bulk_piece_table.c.number).where(mine)) == []


@pytest.mark.conformance("B1")
def test_many_patients_are_found_as_few_are(client: httpx2.Client) -> None:
    named = [{"name": "patient", "valueReference": {"reference": f"Patient/nobody-{number}"}} for number in range(300)]
    named.append({"name": "patient", "valueReference": {"reference": "Patient/ann"}})
    body: Json = {"resourceType": "Parameters", "parameter": named}
    assert names(lines(client, export(client, "/Patient/$export", body))) >= ANNS | SUPPORTING
