"""HL7's examples over HTTP: sound ones are stored and come back as they were, spoiled ones are refused with a place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from tests.formats.fhir.accept.samples import SAMPLES
from tests.support.fhir import Json

from chartline.formats.fhir import canonical, encode, parse

OFFICIAL = Path(__file__).resolve().parents[3] / "formats" / "fhir" / "official"
FHIR = {"Content-Type": "application/fhir+json"}
MORE = ("appointment-examplereq.json", "patient-name-extensions.json", "patient-container-example.json")


def meaning(resource: Json) -> bytes:
    """Everything but what the server itself keeps: id, version and time."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name not in ("versionId", "lastUpdated")}
    rest = {name: value for name, value in resource.items() if name not in ("id", "meta")}
    return canonical({**rest, **({"meta": meta} if meta else {})})


@pytest.mark.conformance("I2", "I7", "I8", "I39")
def test_every_sound_example_comes_back_as_it_was_sent(client: httpx2.Client) -> None:
    for name, body in SAMPLES.items():
        sent: Json = parse(body)
        made = client.post(f"/{sent['resourceType']}", content=body, headers=FHIR)
        assert made.status_code == 201, (name, made.text)
        got = client.get(made.headers["location"])
        stored = parse(got.content)
        assert meaning(stored) == meaning(sent), name
        assert str(stored["id"]) in made.headers["location"]
        assert got.headers["etag"] == 'W/"1"'


@pytest.mark.conformance("I10", "I12")
def test_an_example_that_is_sent_back_as_it_came_is_the_same_version(client: httpx2.Client) -> None:
    for name in ("observation-decimal", "Patient-example", "riskassessment-example", "Bundle-docref-example-1"):
        rtype = str(parse(SAMPLES[name])["resourceType"])
        made = client.post(f"/{rtype}", content=SAMPLES[name], headers=FHIR)
        place = f"/{rtype}/{made.json()['id']}"
        again = client.put(place, content=client.get(place).content, headers=FHIR)
        assert (again.status_code, again.headers["etag"]) == (200, 'W/"1"'), name


@pytest.mark.conformance("I39")
def test_digits_of_decimals_are_those_that_were_sent(one: httpx2.Client) -> None:
    made = one.post("/Observation", content=SAMPLES["observation-decimal"], headers=FHIR)
    got = one.get(made.headers["location"]).text
    for digits in ("1.0", "1.00"):
        assert f'"value":{digits},' in got.replace(" ", ""), digits


def unknown(resource: Json) -> str:
    resource["shoeSize"] = 9
    return f"{resource['resourceType']}.shoeSize"


def twice(resource: Json) -> str:
    resource["language"] = ["en", "fr"]
    return f"{resource['resourceType']}.language"


def unreadable(resource: Json) -> str:
    resource["implicitRules"] = "not an address"
    return f"{resource['resourceType']}.implicitRules"


def empty(resource: Json) -> str:
    resource["meta"] = {}
    return f"{resource['resourceType']}.meta"


@pytest.mark.conformance("I9", "I35")
@pytest.mark.parametrize("spoil", [unknown, twice, unreadable, empty], ids=lambda one: one.__name__)
def test_every_spoiled_example_is_refused_at_its_place(one: httpx2.Client, spoil: Callable[[Json], str]) -> None:
    for name, body in list(SAMPLES.items())[::4]:
        resource: Json = parse(body)
        place = spoil(resource)
        answer = one.post(f"/{resource['resourceType']}", content=encode(resource), headers=FHIR)
        assert answer.status_code in (400, 422), (name, answer.text)
        told = [each for issue in answer.json()["issue"] for each in issue.get("expression", [])]
        assert place in told, name


@pytest.mark.conformance("I35")
def test_an_example_of_another_version_of_fhir_is_refused_for_all_it_lacks(one: httpx2.Client) -> None:
    body = (OFFICIAL / "explanationofbenefit-example.json").read_bytes()
    answer = one.post("/ExplanationOfBenefit", content=body, headers=FHIR)
    assert answer.status_code in (400, 422)
    issues = answer.json()["issue"]
    assert len(issues) == 11
    assert {"ExplanationOfBenefit.status", "ExplanationOfBenefit.item[1].productOrService"} <= {
        place for issue in issues for place in issue["expression"]
    }


@pytest.mark.conformance("I2", "I30")
def test_other_cases_of_hl7_are_stored_or_refused_with_a_place(one: httpx2.Client) -> None:
    for name in MORE:
        body = (OFFICIAL / name).read_bytes()
        sent: Json = parse(body)
        answer = one.post(f"/{sent['resourceType']}", content=body, headers=FHIR)
        if answer.status_code == 201:
            assert meaning(parse(one.get(answer.headers["location"]).content)) == meaning(sent), name
        else:
            assert answer.status_code in (400, 422), name
            assert answer.json()["issue"][0]["expression"], name


@pytest.mark.conformance("I30", "I39")
def test_an_example_reads_the_same_in_xml(one: httpx2.Client) -> None:
    for name in ("observation-decimal", "Patient-example", "medicationrequest0301"):
        rtype = str(parse(SAMPLES[name])["resourceType"])
        made = one.post(f"/{rtype}", content=SAMPLES[name], headers=FHIR)
        xml = one.get(made.headers["location"], headers={"Accept": "application/fhir+xml"})
        assert xml.headers["content-type"].startswith("application/fhir+xml")
        back = one.post(f"/{rtype}", content=xml.content, headers={"Content-Type": "application/fhir+xml"})
        assert back.status_code == 201, (name, back.text)
        assert meaning(parse(one.get(back.headers["location"]).content)) == meaning(parse(SAMPLES[name])), name
