"""The terminology operations over HTTP, asked with GET and with POST."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.domains.codes.terminology import releases
from tests.support.fhir import Site, issue_of, observation, patient

from chartline.domains.codes.terminology.kinds import Wanted, load

GENDERS = "http://hl7.org/fhir/ValueSet/administrative-gender"
GENDER = "http://hl7.org/fhir/administrative-gender"
ENCOUNTERS = "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode"
ROOMS = "http://practice.example/rooms"

Json = dict[str, Any]


def told(answer: httpx2.Response) -> Json:
    """The values of a Parameters answer by name; of repeated ones the first."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["resourceType"] == "Parameters"
    found: Json = {}
    for one in body["parameter"]:
        found.setdefault(one["name"], next((value for name, value in one.items() if name != "name"), None))
    return found


def codes(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["expansion"].get("contains", [])]


def parameters(**values: Any) -> Json:
    """A Parameters body: the type of value stands before the double underscore."""
    parts = []
    for name, value in values.items():
        kind, _, key = name.partition("__")
        parts.append({"name": key, kind: value})
    return {"resourceType": "Parameters", "parameter": parts}


@pytest.fixture
def rooms(client: httpx2.Client) -> str:
    """The id of a stored value set on a stored code system."""
    concepts = [{"code": "blue", "display": "Blue room"}, {"code": "green", "display": "Green room"}]
    system = {
        "resourceType": "CodeSystem",
        "url": ROOMS,
        "status": "active",
        "content": "complete",
        "concept": concepts,
    }
    client.post("/CodeSystem", json=system, headers={"If-None-Exist": f"url={ROOMS}"})
    made = {
        "resourceType": "ValueSet",
        "url": f"{ROOMS}/all",
        "status": "active",
        "compose": {"include": [{"system": ROOMS}]},
    }
    answer = client.post("/ValueSet", json=made, headers={"If-None-Exist": f"url={ROOMS}/all"})
    return answer.headers["location"].split("/ValueSet/")[1].split("/")[0]


@pytest.mark.conformance("$expand")
def test_a_shipped_value_set_is_expanded_by_url_and_by_id(one: httpx2.Client) -> None:
    expected = ["male", "female", "other", "unknown"]
    assert codes(one.get("/ValueSet/$expand", params={"url": GENDERS})) == expected
    assert codes(one.get("/ValueSet/administrative-gender/$expand")) == expected
    assert codes(one.post("/ValueSet/$expand", json=parameters(valueUri__url=GENDERS))) == expected
    answer = one.get("/ValueSet/$expand", params={"url": GENDERS}).json()
    assert answer["resourceType"] == "ValueSet"
    assert answer["expansion"]["total"] == 4
    assert answer["expansion"]["timestamp"]
    assert answer["expansion"]["contains"][0] == {
        "system": GENDER,
        "version": "4.0.1",
        "code": "male",
        "display": "Male",
    }


@pytest.mark.conformance("$expand")
def test_a_stored_value_set_is_expanded_by_url_by_id_and_as_a_body(client: httpx2.Client, rooms: str) -> None:
    assert codes(client.get("/ValueSet/$expand", params={"url": f"{ROOMS}/all"})) == ["blue", "green"]
    assert codes(client.get(f"/ValueSet/{rooms}/$expand")) == ["blue", "green"]
    sent = {"resourceType": "ValueSet", "status": "active", "compose": {"include": [{"valueSet": [f"{ROOMS}/all"]}]}}
    assert codes(client.post("/ValueSet/$expand", json=parameters(resource__valueSet=sent))) == ["blue", "green"]
    assert codes(client.post("/ValueSet/$expand", json=sent)) == ["blue", "green"]


@pytest.mark.conformance("$expand")
def test_filter_count_offset_and_designations(one: httpx2.Client) -> None:
    whole = codes(one.get("/ValueSet/$expand", params={"url": ENCOUNTERS}))
    assert "AMB" in whole
    pages = [
        code
        for start in range(0, len(whole), 4)
        for code in codes(one.get("/ValueSet/$expand", params={"url": ENCOUNTERS, "offset": start, "count": 4}))
    ]
    assert pages == whole
    found = codes(one.get("/ValueSet/$expand", params={"url": ENCOUNTERS, "filter": "ambul"}))
    assert found == ["AMB"]
    asked = {"url": "http://hl7.org/fhir/ValueSet/languages", "includeDesignations": "true", "filter": "german"}
    assert one.get("/ValueSet/$expand", params=asked).json()["expansion"]["contains"][0]["code"] == "de"


@pytest.mark.conformance("$expand")
def test_inactive_codes_are_left_out_when_only_active_ones_are_asked_for(one: httpx2.Client) -> None:
    asked = {"url": "http://terminology.hl7.org/ValueSet/v3-ActMood"}
    listed = one.get("/ValueSet/$expand", params=asked).json()["expansion"]["contains"]
    inactive = {entry["code"] for entry in listed if entry.get("inactive")}
    assert not inactive & set(codes(one.get("/ValueSet/$expand", params={**asked, "activeOnly": "true"})))


@pytest.mark.conformance("$expand")
@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("http://hl7.org/fhir/ValueSet/all-languages", 422, "too-costly"),
        ("http://nowhere.example/set", 404, "not-found"),
        ("http://hl7.org/fhir/ValueSet/cpt-all", 404, "not-found"),
        ("", 400, "invalid"),
    ],
)
def test_what_cannot_be_expanded_is_refused(one: httpx2.Client, url: str, status: int, code: str) -> None:
    answer = one.get("/ValueSet/$expand", params={"url": url})
    assert (answer.status_code, issue_of(answer)["code"]) == (status, code)


@pytest.mark.conformance("$expand")
def test_an_unknown_id_is_not_found(one: httpx2.Client) -> None:
    assert one.get("/ValueSet/no-such-set/$expand").status_code == 404


@pytest.mark.conformance("$validate-code")
def test_a_code_is_checked_against_a_value_set(one: httpx2.Client) -> None:
    asked = {"url": GENDERS, "system": GENDER, "code": "male"}
    good = told(one.get("/ValueSet/$validate-code", params=asked))
    assert (good["result"], good["display"]) == (True, "Male")
    bad = told(one.get("/ValueSet/$validate-code", params={**asked, "code": "maleish"}))
    assert bad["result"] is False
    assert bad["message"]
    wrong = told(one.get("/ValueSet/$validate-code", params={**asked, "display": "Lady"}))
    assert (wrong["result"], wrong["display"]) == (False, "Male")
    coding = parameters(valueUri__url=GENDERS, valueCoding__coding={"system": GENDER, "code": "female"})
    assert told(one.post("/ValueSet/$validate-code", json=coding))["result"] is True
    concept = {"coding": [{"system": "urn:x", "code": "1"}, {"system": GENDER, "code": "female"}]}
    several = parameters(valueUri__url=GENDERS, valueCodeableConcept__codeableConcept=concept)
    assert told(one.post("/ValueSet/$validate-code", json=several))["result"] is True
    by_id = one.get("/ValueSet/administrative-gender/$validate-code", params={"system": GENDER, "code": "other"})
    assert told(by_id)["result"] is True


@pytest.mark.conformance("$validate-code")
def test_a_code_is_checked_against_a_code_system(client: httpx2.Client, rooms: str) -> None:
    assert told(client.get("/CodeSystem/$validate-code", params={"url": ROOMS, "code": "blue"}))["result"] is True
    assert told(client.get("/CodeSystem/$validate-code", params={"url": ROOMS, "code": "red"}))["result"] is False
    body = parameters(valueUri__url=GENDER, valueCode__code="male")
    assert told(client.post("/CodeSystem/$validate-code", json=body))["display"] == "Male"
    assert told(client.get("/CodeSystem/administrative-gender/$validate-code?code=male"))["result"] is True


@pytest.mark.conformance("$lookup")
def test_a_code_is_looked_up(client: httpx2.Client, rooms: str) -> None:
    found = told(client.get("/CodeSystem/$lookup", params={"system": ROOMS, "code": "green"}))
    assert found["display"] == "Green room"
    body = parameters(valueCoding__coding={"system": GENDER, "code": "male"})
    found = told(client.post("/CodeSystem/$lookup", json=body))
    assert (found["name"], found["version"], found["display"]) == ("AdministrativeGender", "4.0.1", "Male")
    answer = client.get("/CodeSystem/$lookup", params={"system": GENDER, "code": "maleish"})
    assert (answer.status_code, issue_of(answer)["code"]) == (404, "not-found")


@pytest.mark.conformance("$subsumes")
def test_two_codes_are_compared(one: httpx2.Client) -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

    def outcome(first: str, second: str) -> str:
        return told(one.get("/CodeSystem/$subsumes", params={"system": system, "codeA": first, "codeB": second}))[
            "outcome"
        ]

    assert outcome("_ActEncounterCode", "AMB") == "subsumes"
    assert outcome("AMB", "_ActEncounterCode") == "subsumed-by"
    assert outcome("AMB", "AMB") == "equivalent"
    assert outcome("AMB", "EMER") == "not-subsumed"
    pair = parameters(
        valueCoding__codingA={"system": system, "code": "IMP"}, valueCoding__codingB={"system": system, "code": "ACUTE"}
    )
    assert told(one.post("/CodeSystem/$subsumes", json=pair))["outcome"] == "subsumes"
    by_id = one.get("/CodeSystem/v3-ActCode/$subsumes", params={"codeA": "IMP", "codeB": "ACUTE"})
    assert told(by_id)["outcome"] == "subsumes"


@pytest.mark.conformance("$translate")
def test_a_code_is_translated(client: httpx2.Client) -> None:
    known = "http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v2"
    found = told(client.get("/ConceptMap/$translate", params={"url": known, "system": GENDER, "code": "female"}))
    assert found["result"] is True
    assert found["match"][1]["valueCoding"]["code"] == "F"
    none = told(client.get("/ConceptMap/$translate", params={"url": known, "system": GENDER, "code": "maleish"}))
    assert none["result"] is False
    made = {
        "resourceType": "ConceptMap",
        "status": "active",
        "group": [
            {
                "source": ROOMS,
                "target": GENDER,
                "element": [{"code": "blue", "target": [{"code": "male", "equivalence": "inexact"}]}],
            }
        ],
    }
    answer = client.post("/ConceptMap", json=made)
    identity = answer.headers["location"].split("/ConceptMap/")[1].split("/")[0]
    by_id = client.get(f"/ConceptMap/{identity}/$translate", params={"system": ROOMS, "code": "blue"})
    assert told(by_id)["match"][0]["valueCode"] == "inexact"


@pytest.mark.conformance("$expand")
def test_what_was_loaded_from_a_file_is_served(fhir: Site, client: httpx2.Client, tmp_path: Path) -> None:
    load(fhir.services.database, Wanted("snomed", releases.snomed(tmp_path)))
    snomed = "http://snomed.info/sct"
    asked = {"url": f"{snomed}?fhir_vs=isa/102008", "filter": "dra"}
    assert codes(client.get("/ValueSet/$expand", params=asked)) == ["104008", "105008", "106008"]
    assert told(client.get("/CodeSystem/$lookup", params={"system": snomed, "code": "104008"}))["display"] == "Dragon"
    pair = {"system": snomed, "codeA": "103008", "codeB": "105008"}
    assert told(client.get("/CodeSystem/$subsumes", params=pair))["outcome"] == "subsumes"


@pytest.mark.conformance("$expand")
def test_a_caller_without_the_scope_is_refused(site_sqlite: Site) -> None:
    narrow = site_sqlite.make_token(scopes="system/Patient.rs")
    with site_sqlite.client(narrow) as caller:
        answer = caller.get("/ValueSet/$expand", params={"url": GENDERS})
    assert answer.status_code == 403


@pytest.mark.conformance("S14")
def test_a_search_may_ask_for_codes_in_a_stored_value_set_and_below_a_loaded_code(
    fhir: Site, client: httpx2.Client, rooms: str, tmp_path: Path
) -> None:
    subject = client.post("/Patient", json=patient()).json()["id"]

    def stored(system: str, code: str) -> str:
        coded = {"coding": [{"system": system, "code": code}]}
        return client.post("/Observation", json=observation(f"Patient/{subject}", code=coded)).json()["id"]

    def found(**asked: str) -> set[str]:
        answer = client.get("/Observation", params={"patient": subject, **asked})
        assert answer.status_code == 200, answer.text
        return {entry["resource"]["id"] for entry in answer.json().get("entry", []) if "resource" in entry}

    load(fhir.services.database, Wanted("snomed", releases.snomed(tmp_path)))
    snomed = "http://snomed.info/sct"
    blue, dragon, thing = stored(ROOMS, "blue"), stored(snomed, "104008"), stored(snomed, "103008")
    assert found(**{"code:in": f"{ROOMS}/all"}) == {blue}
    assert found(**{"code:in": f"ValueSet/{rooms}"}) == {blue}
    assert found(**{"code:not-in": f"{ROOMS}/all"}) == {dragon, thing}
    assert found(**{"code:in": f"{snomed}?fhir_vs=isa/102008"}) == {dragon}
    assert found(**{"code:below": f"{snomed}|103008"}) == {dragon, thing}
    assert found(**{"code:above": f"{snomed}|104008"}) == {dragon, thing}
