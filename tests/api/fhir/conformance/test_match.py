"""Rows $match and $member-match: who is meant, how surely, and who is not."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.api.fhir.conformance.people import ids, put
from tests.support.fhir import Json, Site, issue_of, patient

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
MRN = "urn:invented:mrn"
HOME = {"line": ["12 Larkspur Lane"], "city": "Grand Junction", "state": "CO", "postalCode": "81501"}


def person(family: str, given: str, **more: Any) -> Json:
    """An invented person at home."""
    return patient(name=[{"family": family, "given": [given]}], address=[HOME], **more)


def plan(identity: str, member: str, number: str) -> Json:
    """A coverage of a member."""
    return {
        "resourceType": "Coverage",
        "id": identity,
        "status": "active",
        "subscriberId": number,
        "beneficiary": {"reference": f"Patient/{member}"},
        "payor": [{"display": "INVENTED HEALTH PLAN"}],
    }


KNOWN: list[Json] = [
    person("Tamarack", "Orla", id="orla", identifier=[{"system": MRN, "value": "T-70021"}]),
    person("Tamarack", "Odhran", id="odhran", identifier=[{"system": MRN, "value": "T-70022"}], gender="male"),
    person("Wexcombe", "Percival", id="senior", birthDate="1951-02-03", gender="male"),
    person("Wexcombe", "Percival", id="junior", birthDate="1980-09-30", gender="male"),
    person("Delacroix-Munro", "Anneliese", id="annie", birthDate="1991-11-12"),
    person("Yarborough", "Idle", id="idle", birthDate="1971-01-01", active=False),
    plan("orla-plan", "orla", "MBR 001"),
    plan("odhran-plan", "odhran", "MBR002"),
]


@pytest.fixture(scope="module", autouse=True)
def filled(fhir: Site) -> None:
    with fhir.client() as client:
        body = {"resourceType": "Bundle", "type": "transaction", "entry": [put(one) for one in KNOWN]}
        answer = client.post("", json=body)
        assert answer.status_code == 200, answer.text


def matched(client: httpx2.Client, resource: Json, **more: Json) -> httpx2.Response:
    """The answer to a match."""
    parts = [{"name": "resource", "resource": resource}, *({"name": name, **value} for name, value in more.items())]
    return client.post("/Patient/$match", json={"resourceType": "Parameters", "parameter": parts})


def grades(answer: httpx2.Response) -> dict[str, str]:
    """The grade of each match, by id."""
    assert answer.status_code == 200, answer.text
    found = {}
    for entry in answer.json().get("entry", []):
        (extension,) = entry["search"]["extension"]
        assert (extension["url"], entry["search"]["mode"]) == (GRADE, "match")
        found[entry["resource"]["id"]] = extension["valueCode"]
    return found


@pytest.mark.conformance("op:$match")
def test_a_full_description_is_certain_and_its_twin_is_not(client: httpx2.Client) -> None:
    answer = matched(client, person("Tamarack", "Orla"))
    assert grades(answer)["orla"] == "certain"
    assert grades(answer).get("odhran") != "certain"
    body = answer.json()
    scores = [entry["search"]["score"] for entry in body["entry"]]
    assert (body["type"], body["total"]) == ("searchset", len(scores))
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.conformance("op:$match")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (person("Tamarak", "Orla"), "orla"),
        (person("Orla", "Tamarack"), "orla"),
        (person("TAMARACK", "Órla", birthDate="1984-06-05"), "orla"),
        (patient(name=[{"text": "Orla Tamarack"}]), "orla"),
        (
            {"resourceType": "Patient", "identifier": [{"system": MRN, "value": "T-70021"}], "birthDate": "1984-05-06"},
            "orla",
        ),
        (person("Munro", "Anneliese", birthDate="1991-11-12"), "annie"),
        (person("Wexcombe", "Percival", birthDate="1980-09-30"), "junior"),
    ],
)
def test_slips_are_survived(client: httpx2.Client, asked: Json, expected: str) -> None:
    answer = matched(client, asked, onlyCertainMatches={"valueBoolean": True})
    assert grades(answer) == {expected: "certain"}


@pytest.mark.conformance("op:$match")
@pytest.mark.parametrize(
    "asked",
    [
        person("Wexcombe", "Percival", birthDate="1966-06-06"),
        {"resourceType": "Patient", "name": [{"family": "Wexcombe", "given": ["Percival"]}], "address": [HOME]},
        person("Tamarack", "Oona"),
        person("Yarborough", "Idle", birthDate="1971-01-01"),
        person("Wexcombe Jr", "Percival", birthDate="1900-01-01"),
        patient(name=[{"family": "Neverheard", "given": ["Cuthbert"]}], birthDate="1902-02-02"),
    ],
)
def test_a_relative_or_a_stranger_is_never_certain(client: httpx2.Client, asked: Json) -> None:
    answer = matched(client, asked, onlyCertainMatches={"valueBoolean": True})
    assert (answer.status_code, answer.json()["total"], answer.json().get("entry")) == (200, 0, None)


@pytest.mark.conformance("op:$match")
def test_count_bounds_the_answer_and_a_bare_patient_is_understood(client: httpx2.Client) -> None:
    asked = {"resourceType": "Patient", "name": [{"family": "Wexcombe", "given": ["Percival"]}]}
    assert set(grades(matched(client, asked))) == {"senior", "junior"}
    assert len(grades(matched(client, asked, count={"valueInteger": 1}))) == 1
    assert set(grades(client.post("/Patient/$match", json=asked))) == {"senior", "junior"}
    assert grades(matched(client, {"resourceType": "Patient"})) == {}


@pytest.mark.conformance("op:$match")
def test_a_match_without_a_patient_is_refused(fhir: Site, client: httpx2.Client) -> None:
    assert client.get("/Patient/$match").status_code == 405
    wrong = matched(client, {"resourceType": "Basic", "code": {"text": "x"}})
    assert (wrong.status_code, issue_of(wrong)["expression"]) == (400, ["resource"])
    assert matched(client, patient(), onlyCertainMatches={"valueString": "maybe"}).status_code == 400
    with fhir.client(fhir.make_token(scopes="patient/*.rs", patient="odhran")) as other:
        assert set(ids(matched(other, person("Tamarack", "Orla")))) <= {"odhran"}
    with fhir.client(fhir.make_token(scopes="system/Observation.rs")) as none:
        assert matched(none, patient()).status_code == 403


def membered(client: httpx2.Client, who: Json, number: str, **more: Json) -> httpx2.Response:
    """The answer to a member match."""
    card = {**plan("theirs", "theirs", number), "beneficiary": {"reference": "Patient/theirs"}}
    resources = {"MemberPatient": who, "CoverageToMatch": card, **more}
    parts = [{"name": name, "resource": value} for name, value in resources.items()]
    return client.post("/Patient/$member-match", json={"resourceType": "Parameters", "parameter": parts})


@pytest.mark.conformance("op:$member-match")
def test_one_member_is_answered_by_identifier(client: httpx2.Client) -> None:
    answer = membered(client, person("Tamarack", "Orla"), "mbr001")
    assert answer.status_code == 200, answer.text
    parts = {part["name"]: part for part in answer.json()["parameter"]}
    assert parts["MemberIdentifier"]["valueIdentifier"] == {"system": MRN, "value": "T-70021"}
    assert parts["MemberId"]["valueReference"] == {"reference": "Patient/orla"}
    slip = membered(client, person("Tamarak", "Orla"), "MBR001")
    assert slip.status_code == 200


@pytest.mark.conformance("op:$member-match")
@pytest.mark.parametrize(
    ("who", "number"),
    [
        (person("Tamarack", "Orla"), "MBR999"),
        (person("Neverheard", "Cuthbert", birthDate="1902-02-02"), "MBR001"),
        ({"resourceType": "Patient", "name": [{"family": "Wexcombe", "given": ["Percival"]}]}, "W1"),
    ],
)
def test_none_and_many_are_refused(client: httpx2.Client, who: Json, number: str) -> None:
    answer = membered(client, who, number)
    assert answer.status_code == 422
    assert issue_of(answer)["severity"] == "error"
    assert number not in answer.text


@pytest.mark.conformance("op:$member-match")
def test_a_consent_must_permit(client: httpx2.Client) -> None:
    consent = {"resourceType": "Consent", "status": "active", "provision": {"type": "permit"}}
    assert membered(client, person("Tamarack", "Orla"), "MBR001", Consent=consent).status_code == 200
    for change in (
        {"status": "rejected"},
        {"provision": {"type": "deny"}},
        {"provision": {"type": "permit", "period": {"end": "2020-01-01"}}},
    ):
        answer = membered(client, person("Tamarack", "Orla"), "MBR001", Consent={**consent, **change})
        assert answer.status_code == 422, change


@pytest.mark.conformance("op:$member-match")
def test_a_member_match_needs_both_patient_and_coverage(client: httpx2.Client) -> None:
    body = {"resourceType": "Parameters", "parameter": [{"name": "MemberPatient", "resource": patient()}]}
    answer = client.post("/Patient/$member-match", json=body)
    assert (answer.status_code, issue_of(answer)["expression"]) == (400, ["CoverageToMatch"])
    assert client.post("/Patient/$member-match", json={"resourceType": "Parameters"}).status_code == 400
