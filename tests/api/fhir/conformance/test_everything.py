"""Rows $everything, $docref and $lastn: what is gathered of one patient, and what is not."""

from __future__ import annotations

import httpx2
import pytest
from tests.api.fhir.conformance.people import fill, ids
from tests.platform.records.watching import counted_statements
from tests.support.fhir import Json, Site, issue_of, observation, patient

LOINC = "http://loinc.org"
CCD = {"system": LOINC, "code": "34133-9"}


@pytest.fixture(scope="module", autouse=True)
def filled(fhir: Site) -> None:
    with fhir.client() as client:
        fill(client)


def put(client: httpx2.Client, **resource: object) -> str:
    """Store a resource under its id."""
    place = f"/{resource['resourceType']}/{resource['id']}"
    answer = client.put(place, json=resource)
    assert answer.status_code in (200, 201), answer.text
    return place


def types(answer: httpx2.Response) -> set[str]:
    """The types in a Bundle."""
    return {entry["resource"]["resourceType"] for entry in answer.json()["entry"]}


def walked(client: httpx2.Client, place: str) -> list[Json]:
    """The pages from an address on."""
    pages: list[Json] = []
    while place:
        answer = client.get(place)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        place = next((one["url"] for one in pages[-1].get("link", []) if one["relation"] == "next"), "")
    return pages


@pytest.mark.conformance("op:$everything")
def test_everything_is_the_compartment_and_what_it_refers_to(client: httpx2.Client) -> None:
    answer = client.get("/Patient/ann/$everything")
    assert {"ann", "w1", "w2", "p1", "p2", "e1"} <= set(ids(answer))
    assert {"doc", "clinic", "group"} <= set(ids(answer, "include"))
    everybody = {entry["resource"]["id"] for entry in answer.json()["entry"]}
    assert not everybody & {"bob", "w3"}
    assert (answer.json()["type"], answer.json()["total"]) == ("searchset", len(ids(answer)))
    posted = client.post("/Patient/ann/$everything", json={"resourceType": "Parameters"})
    assert ids(posted) == ids(answer)


@pytest.mark.conformance("op:$everything")
def test_everything_comes_in_pages_without_gaps_or_repeats(client: httpx2.Client) -> None:
    whole = ids(client.get("/Patient/ann/$everything"))
    pages = walked(client, "/Patient/ann/$everything?_count=2")
    seen = [one["resource"]["id"] for page in pages for one in page["entry"] if one["search"]["mode"] == "match"]
    assert (sorted(seen), len(pages)) == (sorted(whole), (len(whole) + 1) // 2)


@pytest.mark.conformance("op:$everything")
def test_everything_can_be_cut_by_type_and_by_time_of_change(client: httpx2.Client) -> None:
    assert types(client.get("/Patient/ann/$everything?_type=Observation,Encounter")) == {"Observation", "Encounter"}
    assert types(client.get("/Patient/ann/$everything?_type=Practitioner")) == {"Practitioner"}
    assert client.get("/Patient/ann/$everything?_type=Shoe").status_code == 400
    assert "entry" not in client.get("/Patient/ann/$everything?_since=2099-01-01T00:00:00Z").json()
    assert "w1" in ids(client.get("/Patient/ann/$everything?_since=2020-01-01T00:00:00Z"))
    assert issue_of(client.get("/Patient/ann/$everything?_since=yesterday"))["expression"] == ["_since"]


@pytest.mark.conformance("op:$everything")
@pytest.mark.parametrize(
    ("dates", "inside", "outside"),
    [
        ("start=2026-04-01", {"ann", "w2", "p1", "p2"}, {"w1", "e1"}),
        ("end=2026-03-31", {"ann", "w1", "e1"}, {"w2", "p1", "p2"}),
        ("start=2026-04-15&end=2026-05-02", {"ann", "w2", "p1"}, {"w1", "e1", "p2"}),
    ],
)
def test_everything_of_a_time_is_about_care_in_it(
    client: httpx2.Client, dates: str, inside: set[str], outside: set[str]
) -> None:
    found = set(ids(client.get(f"/Patient/ann/$everything?{dates}")))
    assert (inside <= found, outside & found) == (True, set())
    pages = walked(client, f"/Patient/ann/$everything?{dates}&_count=1")
    seen = {one["resource"]["id"] for page in pages for one in page["entry"] if one["search"]["mode"] == "match"}
    assert seen == found
    assert client.get("/Patient/ann/$everything?start=spring").status_code == 400


@pytest.mark.conformance("op:$everything")
def test_everything_of_an_encounter_has_its_patient_and_nobody_elses(client: httpx2.Client) -> None:
    put(client, **patient(id="twin"))
    put(client, **observation("Patient/twin", id="wt"))
    put(client, **observation("Patient/ann", id="wa", encounter={"reference": "Encounter/e1"}))
    stray = observation("Patient/ann", id="wb", encounter={"reference": "Encounter/e1"})
    put(client, **stray, hasMember=[{"reference": "Observation/wt"}])
    answer = client.get("/Encounter/e1/$everything")
    everybody = {entry["resource"]["id"] for entry in answer.json()["entry"]}
    assert {"e1", "w1", "wa", "wb", "ann"} <= everybody
    assert not everybody & {"twin", "wt", "w2"}
    assert "wt" not in {entry["resource"]["id"] for entry in client.get("/Patient/ann/$everything").json()["entry"]}


@pytest.mark.conformance("op:$everything")
def test_everything_of_nobody_is_refused(fhir: Site, client: httpx2.Client) -> None:
    assert client.get("/Patient/nobody-here/$everything").status_code == 404
    assert client.get("/Encounter/nobody-here/$everything").status_code == 404
    assert client.get("/Patient/$everything").status_code == 404
    gone = put(client, **patient(id="gone"))
    client.delete(gone)
    assert client.get(f"{gone}/$everything").status_code == 410


@pytest.mark.conformance("op:$everything")
def test_everything_stays_inside_of_the_tokens_patient_and_types(fhir: Site) -> None:
    with fhir.client(fhir.make_token(scopes="patient/*.rs", patient="ann")) as ann:
        assert ann.get("/Patient/bob/$everything").status_code == 404
        assert set(ids(ann.get("/Patient/$everything"))) == set(ids(ann.get("/Patient/ann/$everything")))
    with fhir.client(fhir.make_token(scopes="system/Observation.rs system/Patient.rs")) as narrow:
        assert types(narrow.get("/Patient/ann/$everything")) == {"Observation", "Patient"}
    with fhir.client(fhir.make_token(scopes="system/Observation.rs")) as none:
        assert none.get("/Patient/ann/$everything").status_code == 403


@pytest.mark.conformance("op:$everything")
def test_everything_tells_of_a_parameter_without_effect(one: httpx2.Client, client: httpx2.Client) -> None:
    answer = client.get("/Patient/ann/$everything?_sinse=2026-01-01")
    last = answer.json()["entry"][-1]
    assert (last["search"]["mode"], last["resource"]["issue"][0]["expression"]) == ("outcome", ["_sinse"])
    strict = client.get("/Patient/ann/$everything?_sinse=2026-01-01", headers={"Prefer": "handling=strict"})
    assert strict.status_code == 400


@pytest.mark.conformance("op:$everything")
def test_everything_asks_the_database_as_often_for_many_as_for_few(fhir: Site, client: httpx2.Client) -> None:
    counts = []
    for number in (2, 30):
        put(client, **patient(id=f"busy-{number}", generalPractitioner=[{"reference": "Practitioner/doc"}]))
        entries = [
            {"resource": observation(f"Patient/busy-{number}"), "request": {"method": "POST", "url": "Observation"}}
            for _ in range(number)
        ]
        client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
        with counted_statements(fhir.services.database) as statements:
            answer = client.get(f"/Patient/busy-{number}/$everything")
        assert (len(ids(answer)), ids(answer, "include")) == (number + 1, ["doc"])
        counts.append(len([one for one in statements if "FROM resource " in one or "JOIN resource " in one]))
    # One read of the patient, one search, one look-up of what is referred to.
    assert counts[0] == counts[1] <= 3


def document(identity: str, day: str, code: Json, **more: object) -> Json:
    """A document about care on a day."""
    return {
        "resourceType": "DocumentReference",
        "id": identity,
        "status": "current",
        "subject": {"reference": "Patient/ann"},
        "type": {"coding": [code]},
        "date": "2026-09-01T00:00:00Z",
        "content": [{"attachment": {"contentType": "text/plain", "url": "Binary/letter"}}],
        "context": {"period": {"start": day, "end": day}},
        **more,
    }


@pytest.fixture
def documents(client: httpx2.Client) -> httpx2.Client:
    """Three documents of Ann and one of Bob."""
    letter = {"system": LOINC, "code": "51852-2"}
    put(client, **document("d1", "2026-01-10", CCD))
    put(client, **document("d2", "2026-06-10", letter))
    put(client, **document("d3", "2026-02-10", CCD, status="superseded"))
    put(client, **document("d4", "2026-01-10", CCD, subject={"reference": "Patient/bob"}))
    return client


@pytest.mark.conformance("op:$docref")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("patient=ann", {"d1", "d2"}),
        ("patient=Patient/ann", {"d1", "d2"}),
        ("patient=ann&start=2026-02-01", {"d2", "d3"}),
        ("patient=ann&start=2026-01-01&end=2026-03-01", {"d1", "d3"}),
        (f"patient=ann&type={LOINC}|34133-9", {"d1"}),
        (f"patient=ann&type={LOINC}|34133-9&type={LOINC}|51852-2", {"d1", "d2"}),
        ("patient=ann&on-demand=false", {"d1", "d2"}),
        ("patient=nobody-here", set()),
    ],
)
def test_docref_finds_the_documents_of_a_patient(documents: httpx2.Client, asked: str, expected: set[str]) -> None:
    answer = documents.get(f"/DocumentReference/$docref?{asked}")
    assert answer.status_code == 200, answer.text
    assert set(ids(answer)) == expected


@pytest.mark.conformance("op:$docref")
def test_docref_takes_a_body_and_pages(documents: httpx2.Client) -> None:
    parts = [{"name": "patient", "valueId": "ann"}, {"name": "type", "valueCodeableConcept": {"coding": [CCD]}}]
    body = {"resourceType": "Parameters", "parameter": parts}
    assert ids(documents.post("/DocumentReference/$docref", json=body)) == ["d1"]
    pages = walked(documents, "/DocumentReference/$docref?patient=ann&_count=1")
    assert [len(page["entry"]) for page in pages] == [1, 1]


@pytest.mark.conformance("op:$docref")
def test_docref_makes_nothing_on_demand_and_wants_a_patient(documents: httpx2.Client) -> None:
    answer = documents.get("/DocumentReference/$docref?patient=ann&on-demand=true").json()
    assert (answer["total"], answer["entry"][0]["search"]["mode"]) == (0, "outcome")
    for asked in ("", "?patient=", "?patient=Group/1", "?patient=ann&on-demand=maybe", "?patient=a,b"):
        assert documents.get(f"/DocumentReference/$docref{asked}").status_code == 400, asked


@pytest.fixture
def measured(client: httpx2.Client) -> httpx2.Client:
    """Eve's weights and heights over some days; one carries both codes of height."""
    put(client, **patient(id="eve"))
    codes = {"weight": ["29463-7"], "height": ["8302-2"], "both": ["8302-2", "3137-7"], "other": ["3137-7"]}
    days = [("a1", "weight", 1), ("a2", "weight", 3), ("a3", "weight", 2)]
    days += [("b1", "height", 4), ("b2", "both", 6), ("b3", "other", 5)]
    for identity, kind, day in days:
        coding = [{"system": LOINC, "code": code} for code in codes[kind]]
        category = [{"coding": [{"system": "urn:invented:category", "code": kind[0]}]}]
        body = observation("Patient/eve", id=identity, category=category, effectiveDateTime=f"2026-01-0{day}")
        put(client, **{**body, "code": {"coding": coding}})
    return client


@pytest.mark.conformance("op:$lastn")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("patient=eve", ["b2", "a2"]),
        ("patient=eve&max=2", ["b2", "b3", "a2", "a3"]),
        ("subject=Patient/eve&max=10", ["b2", "b3", "b1", "a2", "a3", "a1"]),
        (f"patient=eve&code={LOINC}|29463-7", ["a2"]),
        ("patient=eve&category=w&max=2", ["a2", "a3"]),
        ("patient=eve&date=lt2026-01-03", ["a3"]),
        ("patient=eve&status=cancelled", []),
    ],
)
def test_lastn_keeps_the_newest_of_each_code(measured: httpx2.Client, asked: str, expected: list[str]) -> None:
    answer = measured.get(f"/Observation/$lastn?{asked}")
    assert answer.status_code == 200, answer.text
    assert (ids(answer), answer.json()["total"]) == (expected, len(expected))


@pytest.mark.conformance("op:$lastn")
def test_lastn_wants_a_patient_and_a_number(fhir: Site, measured: httpx2.Client) -> None:
    for asked in ("", "?code=29463-7", "?patient=eve&max=0", "?patient=eve&max=many"):
        assert measured.get(f"/Observation/$lastn{asked}").status_code == 400, asked
    parts = [{"name": "patient", "valueString": "eve"}, {"name": "max", "valuePositiveInt": 2}]
    posted = measured.post("/Observation/$lastn", json={"resourceType": "Parameters", "parameter": parts})
    assert ids(posted) == ["b2", "b3", "a2", "a3"]
    with fhir.client(fhir.make_token(scopes="patient/*.rs", patient="ann")) as ann:
        assert ids(ann.get("/Observation/$lastn?patient=eve")) == []
