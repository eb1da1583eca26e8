"""Rows S1 to S26: what a search finds, and how its answer looks."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.api.fhir.conformance.people import MRN, fill, ids
from tests.support.fhir import Site, issue_of, patient
from tests.support.waiting import until


@pytest.fixture(scope="module", autouse=True)
def filled(fhir: Site) -> None:
    with fhir.client() as client:
        fill(client)


def found(client: httpx2.Client, search: str) -> set[str]:
    """Ids of what a search matches."""
    return set(ids(client.get(f"/{search}")))


@pytest.mark.conformance("S1")
def test_a_form_finds_what_the_address_finds(client: httpx2.Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    by_form = client.post("/Patient/_search", content="gender=male", headers=form)
    split = client.post("/Patient/_search?gender=male", content="active=true", headers=form)
    assert ids(by_form) == ids(split) == ids(client.get("/Patient?gender=male")) == ["bob"]
    assert client.post("/Patient/_search", json={"gender": "male"}).status_code == 415


@pytest.mark.conformance("S2")
def test_the_searchset_says_what_was_applied(client: httpx2.Client) -> None:
    body = client.get("/Observation?_include=Observation:subject&code=29463-7&shoe=9&_total=accurate").json()
    links = {link["relation"]: link["url"] for link in body["link"]}
    assert links["self"].startswith(f"{client.base_url}Observation?")
    assert "code=29463-7" in links["self"]
    assert "shoe" not in links["self"]
    assert body["total"] == 3
    modes = [entry["search"]["mode"] for entry in body["entry"]]
    assert (modes.count("match"), modes.count("include"), modes.count("outcome")) == (3, 2, 1)
    assert body["entry"][0]["fullUrl"].startswith(f"{client.base_url}Observation/")


@pytest.mark.conformance("S3")
def test_nothing_found_is_an_empty_searchset(client: httpx2.Client) -> None:
    body = client.get("/Patient?identifier=urn:invented:mrn|nobody").json()
    assert (body["total"], "entry" in body) == (0, False)


@pytest.mark.conformance("S4")
def test_pages_walk_through_all_without_loss_or_repeat(client: httpx2.Client) -> None:
    every = {
        client.post("/Basic", json={"resourceType": "Basic", "code": {"text": "x"}}).json()["id"] for _ in range(7)
    }
    seen: list[str] = []
    url = "/Basic?_count=3"
    while url:
        answer = client.get(url)
        seen += ids(answer)
        client.post("/Basic", json={"resourceType": "Basic", "code": {"text": "later"}})
        links = {link["relation"]: link["url"] for link in answer.json()["link"]}
        url = links.get("next", "") if len(seen) < 20 else ""
    assert len(seen) == len(set(seen))
    assert every <= set(seen)
    assert client.get("/Basic?_count=3&_cursor=forged").status_code == 400


@pytest.mark.conformance("S4")
def test_the_page_before_is_reached_and_a_count_of_zero_only_counts(client: httpx2.Client) -> None:
    first = client.get("/Patient?_count=2&_sort=_id")
    second = client.get(link(first, "next"))
    assert ids(client.get(link(second, "previous"))) == ids(first)
    assert ids(client.get(link(second, "first"))) == ids(first)
    for search in ("/Patient?_count=0", "/Patient?_summary=count"):
        body = client.get(search).json()
        assert (body["total"] >= 4, "entry" in body) == (True, False)


def link(answer: httpx2.Response, relation: str) -> str:
    """The address of a link."""
    return next(one["url"] for one in answer.json()["link"] if one["relation"] == relation)


@pytest.mark.conformance("S5")
@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("Patient?gender=female&birthdate=1984-05-06", {"ann"}),
        ("Patient?_id=ann,bob", {"ann", "bob"}),
        ("Patient?given=Ann&given=Beatrice", {"ann"}),
        ("Patient?given=Ann&given=Bob", set()),
        (f"Patient?identifier={MRN}|100%5C|7", {"ann"}),
        ("Patient?address=1%20Elm%5C,%20Rear", {"ann"}),
    ],
)
def test_repeats_are_and_commas_are_or(client: httpx2.Client, search: str, expected: set[str]) -> None:
    assert found(client, search) == expected


SEARCHES: list[tuple[str, str, set[str]]] = [
    ("S6", "Observation?code=29463-7", {"w1", "w2", "w3"}),
    ("S6", "Observation?code=http://loinc.org|29463-7", {"w1", "w2", "w3"}),
    ("S6", "Observation?code=http://loinc.org|", {"w1", "w2", "w3", "p1", "p2"}),
    ("S6", "Observation?code=|29463-7", set()),
    ("S6", "Observation?status=amended", {"w3"}),
    ("S6", "Patient?active=true", {"bob"}),
    ("S6", "Patient?phone=%2B1%20970%20555%200142", {"ann"}),
    ("S7", "Patient?name=quill", {"ann", "bob"}),
    ("S7", "Patient?name=angstrom", {"ann"}),
    ("S7", "Patient?family=Ångström-Quill", {"ann"}),
    ("S7", "Patient?given=beatrice", {"ann"}),
    ("S7", "Patient?address=grand", {"ann"}),
    ("S7", "Patient?name=dot", {"dot"}),
    ("S8", "Patient?birthdate=1984-05", {"ann", "cat"}),
    ("S8", "Patient?birthdate=1984-05-06", {"ann"}),
    ("S8", "Patient?birthdate=lt1985", {"ann", "cat"}),
    ("S8", "Patient?birthdate=ge1990", {"bob"}),
    ("S8", "Patient?birthdate=ne1990", {"ann", "cat"}),
    ("S8", "Observation?date=2026-03-02", {"w1"}),
    ("S8", "Observation?date=2026", {"w1", "w2", "w3", "p1"}),
    ("S8", "Observation?date=2026-04-15T16:30:00Z", {"w2"}),
    ("S8", "Observation?date=sa2026-05-15", {"p2"}),
    ("S8", "Observation?date=eb2026-04", {"w1"}),
    ("S8", "Observation?date=gt2030", {"p2"}),
    ("S8", "Observation?date=ge2026-05-02&date=le2026-05-02", {"w3", "p1"}),
    ("S9", "Observation?value-quantity=72.5|http://unitsofmeasure.org|kg", {"w1"}),
    ("S9", "Observation?value-quantity=gt80|http://unitsofmeasure.org|kg", {"w3"}),
    ("S9", "Observation?value-quantity=90|http://unitsofmeasure.org|kg", {"w3"}),
    ("S9", "Observation?value-quantity=lt72||kg", {"w2"}),
    ("S9", "Observation?value-quantity=ap70", {"w1", "w2"}),
    ("S9", "RiskAssessment?probability=0.8", {"risk"}),
    ("S9", "RiskAssessment?probability=gt0.8", set()),
    ("S10", "Observation?subject=Patient/bob", {"w3"}),
    ("S10", "Observation?patient=bob", {"w3"}),
    ("S10", "Observation?subject:Patient=bob", {"w3"}),
    ("S10", "Coverage?payor:identifier=urn:invented:payer|P1", {"cov"}),
    ("S10", "QuestionnaireResponse?questionnaire=http://invented.example/fhir/Questionnaire/intake", {"qr"}),
    ("S10", "QuestionnaireResponse?questionnaire=http://invented.example/fhir/Questionnaire/intake|2", {"qr"}),
    ("S10", "QuestionnaireResponse?questionnaire=http://invented.example/fhir/Questionnaire/intake|3", set()),
    ("S11", "ValueSet?url=http://invented.example/fhir/ValueSet/weights", {"vs"}),
    ("S11", "ValueSet?url:below=http://invented.example/fhir", {"vs"}),
    ("S11", "ValueSet?url:above=http://invented.example/fhir/ValueSet/weights/more", {"vs"}),
    ("S12", "Observation?component-code-value-quantity=8480-6$gt140", {"p2"}),
    ("S12", "Observation?component-code-value-quantity=8462-4$gt140", set()),
    ("S12", "Observation?code-value-quantity=http://loinc.org|29463-7$lt72", {"w2"}),
    ("S14", "Patient?birthdate:missing=true", {"dot"}),
    ("S14", "Patient?active:missing=false", {"bob"}),
    ("S14", "Patient?family:exact=Quillson", {"bob"}),
    ("S14", "Patient?family:exact=quillson", set()),
    ("S14", "Patient?family:contains=quill", {"ann", "bob"}),
    ("S14", "Observation?code:text=blood", {"p1", "p2"}),
    ("S14", "Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender", {"ann", "bob", "cat"}),
    ("S14", "Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender", {"dot"}),
    ("S14", "Patient?identifier:of-type=urn:invented:kind|MR|100%5C|7", {"ann"}),
    ("S15", "Patient?gender:not=female", {"bob", "dot"}),
    ("S15", "Observation?component-code:not=8480-6", {"w1", "w2", "w3"}),
    ("S16", "Observation?subject:Patient.name=quillson", {"w3"}),
    ("S16", "Observation?subject.name=quillson", {"w3"}),
    ("S16", "Observation?patient.organization.name=juniper", {"w1", "w2", "p1", "p2"}),
    ("S16", "Observation?patient.organization.partof.name=juniper%20group", {"w1", "w2", "p1", "p2"}),
    ("S16", "Observation?patient.general-practitioner.family=fernwood&status=final", {"w1", "w2", "p1", "p2"}),
    ("S17", "Patient?_has:Observation:patient:code=85354-9", {"ann"}),
    ("S17", "Patient?_has:Observation:patient:_has:Provenance:target:agent=Practitioner/doc", {"ann"}),
    ("S17", "Practitioner?_has:Patient:general-practitioner:name=angstrom", {"doc"}),
    ("S17", "Patient?_has:Observation:patient:encounter.status=finished", {"ann"}),
    ("S23", "Patient?_tag=urn:invented:tag|vip", {"ann"}),
    ("S23", "Patient?_profile=http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient", {"ann"}),
    ("S23", "Patient?_list=mine", {"cat"}),
    ("S23", "Patient?_id=ann&_lastUpdated=gt2020", {"ann"}),
    ("S24", "Patient/ann/Observation", {"w1", "w2", "p1", "p2"}),
    ("S24", "Patient/ann/Observation?code=29463-7", {"w1", "w2"}),
    ("S24", "Encounter/e1/Observation", {"w1"}),
]


@pytest.mark.conformance("S6", "S7", "S8", "S9", "S10", "S11", "S12", "S14", "S15", "S16", "S17", "S23", "S24")
@pytest.mark.parametrize(
    ("row", "search", "expected"), SEARCHES, ids=[f"{row} {search}" for row, search, _ in SEARCHES]
)
def test_it_finds_what_the_row_asks_for(client: httpx2.Client, row: str, search: str, expected: set[str]) -> None:
    assert found(client, search) == expected, row


@pytest.mark.conformance("S10")
def test_an_absolute_reference_to_this_server_is_its_own(client: httpx2.Client) -> None:
    assert found(client, f"Observation?subject={client.base_url}Patient/bob") == {"w3"}
    assert found(client, "Observation?subject=http://elsewhere.example/fhir/Patient/bob") == set()


@pytest.mark.conformance("S14")
@pytest.mark.parametrize("search", ["Patient?gender:shoe=x", "Patient?birthdate:exact=1984", "Patient?name:below=x"])
def test_an_unknown_modifier_is_refused(one: httpx2.Client, search: str) -> None:
    answer = one.get(f"/{search}")
    assert (answer.status_code, issue_of(answer)["expression"][0]) == (400, search.split("?")[1].split("=")[0])


@pytest.mark.conformance("S18")
def test_includes_come_once_and_do_not_count(client: httpx2.Client) -> None:
    answer = client.get(
        "/Observation?patient=ann&_include=Observation:subject&_include=Observation:encounter&_total=accurate"
    )
    assert sorted(ids(answer, "include")) == ["ann", "e1"]
    assert answer.json()["total"] == 4
    star = client.get("/Observation?_id=w1&_include=*")
    assert sorted(ids(star, "include")) == ["ann", "e1"]
    typed = client.get("/Patient?_id=ann&_include=Patient:general-practitioner:Organization")
    assert ids(typed, "include") == []


@pytest.mark.conformance("S18")
def test_reverse_and_iterated_includes_follow_further(client: httpx2.Client) -> None:
    back = client.get("/Patient?_id=ann&_revinclude=Observation:subject&_revinclude=Coverage:beneficiary")
    assert sorted(ids(back, "include")) == ["cov", "p1", "p2", "w1", "w2"]
    chain = client.get(
        "/Observation?_id=w1&_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof"
    )
    assert sorted(ids(chain, "include")) == ["ann", "clinic", "group"]
    both = client.get("/Observation?_id=w1&_revinclude=Provenance:target&_include:iterate=Provenance:agent")
    assert sorted(ids(both, "include")) == ["doc", "prov"]


@pytest.mark.conformance("S19")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("birthdate", ["cat", "ann", "bob", "dot"]),
        ("family", ["ann", "bob", "cat", "dot"]),
        ("-family", ["cat", "bob", "ann", "dot"]),
        ("gender,-_id", ["cat", "ann", "bob", "dot"]),
        ("-_id", ["dot", "cat", "bob", "ann"]),
    ],
)
def test_it_sorts_and_what_is_missing_comes_last(client: httpx2.Client, sort: str, expected: list[str]) -> None:
    assert ids(client.get(f"/Patient?_id=ann,bob,cat,dot&_sort={sort}")) == expected
    walked: list[str] = []
    url = f"/Patient?_id=ann,bob,cat,dot&_sort={sort}&_count=1"
    while url:
        answer = client.get(url)
        walked += ids(answer)
        url = next((one["url"] for one in answer.json()["link"] if one["relation"] == "next"), "")
    assert walked == expected


@pytest.mark.conformance("S20")
def test_a_total_is_told_when_it_is_asked_for(client: httpx2.Client) -> None:
    accurate = client.get("/Observation?_count=2&_total=accurate").json()
    assert accurate["total"] == 5
    assert "total" not in client.get("/Observation?_count=2&_total=none").json()
    assert client.get("/Observation?_count=2&_total=estimate").status_code == 200


@pytest.mark.conformance("S21", "S22")
def test_less_is_shown_when_less_is_asked_for(client: httpx2.Client) -> None:
    def resource(asked: str) -> dict[str, Any]:
        return client.get(f"/Patient?_id=ann&{asked}").json()["entry"][0]["resource"]

    summary, text, data = (resource(f"_summary={kind}") for kind in ("true", "text", "data"))
    elements, whole = resource("_elements=gender"), resource("_summary=false")
    assert set(text) <= {"resourceType", "id", "meta", "text"}
    assert "text" not in data
    assert set(elements) == {"resourceType", "id", "meta", "gender"}
    assert "generalPractitioner" not in summary
    for each in (summary, text, data, elements):
        assert "SUBSETTED" in [tag["code"] for tag in each["meta"]["tag"]]
    assert "SUBSETTED" not in [tag["code"] for tag in whole["meta"]["tag"]]
    mandatory = client.get("/Observation?_id=w1&_elements=subject").json()["entry"][0]["resource"]
    assert {"status", "code", "subject"} <= set(mandatory)


@pytest.mark.conformance("S23")
def test_the_whole_system_is_searched(client: httpx2.Client) -> None:
    answer = client.get("/?_type=Patient,Practitioner&_id=ann,doc")
    assert sorted(ids(answer)) == ["ann", "doc"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ids(client.post("/_search", content="_id=clinic", headers=form)) == ["clinic"]


@pytest.mark.conformance("S24")
def test_a_compartment_is_searched_as_a_whole(client: httpx2.Client) -> None:
    every = ids(client.get("/Patient/ann/*?_count=100"))
    assert {"w1", "w2", "p1", "p2", "e1", "cov", "qr", "risk"} <= set(every)
    assert not {"bob", "w3", "clinic", "doc"} & set(every)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert sorted(ids(client.post("/Patient/ann/Observation/_search", content="code=29463-7", headers=form))) == [
        "w1",
        "w2",
    ]
    assert client.get("/Patient/ann/Organization").status_code == 404


@pytest.mark.conformance("S25", "I32")
def test_an_unknown_parameter_is_told_or_refused(one: httpx2.Client) -> None:
    lenient = one.get("/Patient?shoe=9&_id=bob")
    assert ids(lenient) == ["bob"]
    outcome = next(e["resource"] for e in lenient.json()["entry"] if e["search"]["mode"] == "outcome")
    assert outcome["issue"][0]["expression"] == ["shoe"]
    answer = one.get("/Patient?shoe=9&_id=bob", headers={"Prefer": "handling=strict"})
    assert (answer.status_code, issue_of(answer)["expression"]) == (400, ["shoe"])


@pytest.mark.conformance("S26")
@pytest.mark.parametrize(
    "search",
    [
        "Patient?birthdate=Secretvalue",
        "Patient?_lastUpdated=20260302",
        "Observation?value-quantity=Secretvalue",
        "RiskAssessment?probability=Secretvalue",
        "Patient?_count=many",
        "Observation?subject:Observation=x",
        "Patient?active:missing=perhaps",
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(one: httpx2.Client, search: str) -> None:
    answer = one.get(f"/{search}")
    assert answer.status_code == 400, answer.text
    assert issue_of(answer)["expression"] == [search.split("?")[1].split("=")[0]]
    assert "Secretvalue" not in answer.text


@pytest.mark.conformance("S14")
def test_a_value_set_of_ones_own_and_a_tree_of_codes_are_asked_for(client: httpx2.Client) -> None:
    compose = {"include": [{"system": "http://loinc.org", "concept": [{"code": "85354-9"}]}]}
    own = {
        "resourceType": "ValueSet",
        "id": "own",
        "url": "http://invented.example/fhir/ValueSet/own",
        "status": "active",
    }
    client.put("/ValueSet/own", json={**own, "compose": compose})
    assert found(client, "Observation?code:in=http://invented.example/fhir/ValueSet/own") == {"p1", "p2"}
    assert found(client, "Patient?_has:Observation:patient:code:in=http://invented.example/fhir/ValueSet/own") == {
        "ann"
    }
    assert found(
        client, "Encounter?class:below=http://terminology.hl7.org/CodeSystem/v3-ActCode|_ActEncounterCode"
    ) == {"e1"}
    unknown = client.get("/Observation?code:in=http://invented.example/fhir/ValueSet/none")
    assert (unknown.status_code, issue_of(unknown)["severity"]) == (404, "error")


@pytest.mark.conformance("S28")
def test_a_search_parameter_of_ones_own_is_found_by_after_reindexing(fhir: Site, client: httpx2.Client) -> None:
    client.put("/Patient/shod", json=patient(id="shod", extension=[{"url": "urn:invented:shoe", "valueCode": "42"}]))
    parameter = {
        "resourceType": "SearchParameter",
        "url": "http://invented.example/fhir/SearchParameter/shoe",
        "name": "shoe",
        "status": "active",
        "description": "Size of shoes",
        "code": "shoe-size",
        "base": ["Patient"],
        "type": "token",
        "expression": "Patient.extension('urn:invented:shoe').value",
    }
    assert client.post("/SearchParameter", json=parameter).status_code == 201
    assert found(client, "Patient?shoe-size=42&_id=shod,bob") == {"shod", "bob"}  # it has no effect yet
    until(lambda: reindexed(fhir))
    assert found(client, "Patient?shoe-size=42") == {"shod"}


def reindexed(site: Site) -> bool:
    """Make one step of the reindexing; says whether nothing waits any more."""
    with site.services.database.work(site.organisation) as work:
        return site.services.records.reindex_step(work).waiting == 0
