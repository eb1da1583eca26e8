"""The searches that US Core 6.1.0 asks for, over HTTP, on HL7's examples: what must be found is read from the examples.

Every combination is asked by address and by form, with the patient's id bare and typed, codes with and without their
system, dates with each comparator, several values with commas, and with Provenance and references included.
"""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import httpx2
import pytest
from tests.api.fhir.conformance.people import ids
from tests.api.fhir.conformance.us_core_rows import ROWS, Asks, values
from tests.api.fhir.conformance.us_core_world import store, world
from tests.support.fhir import Json, Site

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MOST = "_count=200"
every_type = pytest.mark.parametrize("rtype", list(ROWS))
WORLD = world()


@pytest.fixture(scope="module", autouse=True)
def filled(fhir: Site) -> None:
    with fhir.client() as client:
        store(client)


def of_type(rtype: str) -> list[Json]:
    return [each for each in WORLD if each["resourceType"] == rtype]


def holders(rtype: str, names: list[str]) -> list[Json]:
    """Resources that have a value for every parameter."""
    where = ROWS[rtype].parameters
    return [each for each in of_type(rtype) if all(values(each, where[name]) for name in names)]


def kind(rtype: str, name: str) -> str:
    return ROWS[rtype].parameters[name].partition(":")[0]


def asked(rtype: str, resource: Json, names: list[str]) -> list[tuple[str, str]]:
    """The parameters that must find a resource; dates by the days around."""
    pairs: list[tuple[str, str]] = []
    for name in names:
        text = values(resource, ROWS[rtype].parameters[name])[0]
        if kind(rtype, name) == "date":
            day = date.fromisoformat(text[:10])
            pairs += [(name, f"{word}{day + timedelta(days=by)}") for word, by in (("ge", -1), ("gt", -2))]
            pairs += [(name, f"{word}{day + timedelta(days=by)}") for word, by in (("le", 1), ("lt", 2))]
        else:
            pairs.append((name, text))
    return pairs


def expected(rtype: str, pairs: list[tuple[str, str]]) -> set[str]:
    """Ids that fit the parameters, by the plain reading of ``us_core_rows``."""
    where = ROWS[rtype].parameters
    return {
        each["id"] for each in of_type(rtype) if all(fits(kind(rtype, n), v, values(each, where[n])) for n, v in pairs)
    }


def fits(kind: str, wanted: str, found: list[str]) -> bool:
    if kind == "date":
        day, word = wanted[2:], wanted[:2]
        days = [text[:10] for text in found]
        return any({"ge": d >= day, "gt": d > day, "le": d <= day, "lt": d < day}[word] for d in days)
    if kind == "string":
        return any(text.casefold().startswith(wanted.casefold()) for text in found)
    return any(one in found for one in wanted.split(","))


def search(client: httpx2.Client, rtype: str, pairs: list[tuple[str, str]]) -> set[str]:
    """What a search by address matches."""
    found = ids(client.get(f"/{rtype}?{urlencode(pairs)}&{MOST}"))
    assert len(found) == len(set(found))
    return set(found)


def search_both(client: httpx2.Client, rtype: str, pairs: list[tuple[str, str]]) -> set[str]:
    """The same, and a search by form matches as many."""
    found = search(client, rtype, pairs)
    by_form = ids(client.post(f"/{rtype}/_search", content=f"{urlencode(pairs)}&{MOST}", headers=FORM))
    assert (len(by_form), set(by_form)) == (len(found), found)
    return found


@pytest.mark.conformance(
    "US:AllergyIntolerance",
    "US:CarePlan",
    "US:CareTeam",
    "US:Condition",
    "US:Coverage",
    "US:Device",
    "US:DiagnosticReport",
    "US:DocumentReference",
    "US:Encounter",
    "US:Goal",
    "US:Immunization",
    "US:Location",
    "US:MedicationDispense",
    "US:MedicationRequest",
    "US:Observation",
    "US:Organization",
    "US:Patient",
    "US:Practitioner",
    "US:PractitionerRole",
    "US:Procedure",
    "US:QuestionnaireResponse",
    "US:RelatedPerson",
    "US:ServiceRequest",
    "US:Specimen",
)
@every_type
def test_every_combination_finds_exactly_what_fits(client: httpx2.Client, rtype: str) -> None:
    for combination in ROWS[rtype].combinations:
        names = combination.split()
        candidates = holders(rtype, names)
        assert candidates, combination
        for each in candidates[:2]:
            pairs = asked(rtype, each, names)
            found = search_both(client, rtype, pairs)
            assert each["id"] in found, combination
            assert found == expected(rtype, pairs), combination


@every_type
def test_a_patient_is_named_by_type_and_id_or_by_id_alone_and_a_code_with_or_without_system(
    client: httpx2.Client, rtype: str
) -> None:
    for name in ROWS[rtype].parameters:
        if kind(rtype, name) not in ("reference", "token"):
            continue
        text = values(holders(rtype, [name])[0], ROWS[rtype].parameters[name])[0]
        short = text.rpartition("/")[2] if kind(rtype, name) == "reference" else text.partition("|")[2]
        if short:
            assert search(client, rtype, [(name, short)]) == search(client, rtype, [(name, text)]) != set(), name


@pytest.mark.conformance(
    "US:CarePlan",
    "US:Condition",
    "US:DiagnosticReport",
    "US:DocumentReference",
    "US:Encounter",
    "US:Goal",
    "US:Immunization",
    "US:MedicationRequest",
    "US:Observation",
    "US:Patient",
    "US:Procedure",
    "US:QuestionnaireResponse",
    "US:ServiceRequest",
)
@every_type
def test_each_comparator_includes_and_excludes(client: httpx2.Client, rtype: str) -> None:
    for name in (each for each in ROWS[rtype].parameters if kind(rtype, each) == "date"):
        one = holders(rtype, [name])[0]
        day = date.fromisoformat(values(one, ROWS[rtype].parameters[name])[0][:10])
        before, after = day - timedelta(days=2), day + timedelta(days=2)
        for value in (f"gt{before}", f"ge{before}", f"lt{after}", f"le{after}"):
            assert one["id"] in search(client, rtype, [(name, value)]), (name, value[:2])
        for value in ("gt2099-01-01", "ge2099-01-01", "lt1900-01-01", "le1900-01-01"):
            assert search(client, rtype, [(name, value)]) == set(), (name, value[:2])


@every_type
def test_values_with_commas_are_alternatives(client: httpx2.Client, rtype: str) -> None:
    for name in ROWS[rtype].several:
        where = ROWS[rtype].parameters[name]
        texts = list(dict.fromkeys(text for each in of_type(rtype) for text in values(each, where)))
        assert len(texts) > 1, name
        alone = [search(client, rtype, [(name, text)]) for text in texts[:3]]
        assert search(client, rtype, [(name, ",".join(texts[:3]))]) == set().union(*alone), name
        assert all(alone)


@every_type
def test_provenance_and_references_are_included(client: httpx2.Client, rtype: str) -> None:
    asks: Asks = ROWS[rtype]
    first = of_type(rtype)[0]["id"]
    if asks.provenance:
        answer = client.get(f"/{rtype}?_id={first}&_revinclude=Provenance:target")
        assert ids(answer) == [first]
        assert "about-firsts" in ids(answer, "include")
    for path in asks.includes:
        answer = client.get(f"/{rtype}?_include={path}&{MOST}")
        assert ids(answer, "include") != [], path


@pytest.mark.conformance("US:Medication", "US:Provenance")
def test_medications_are_read_and_come_with_what_orders_them(client: httpx2.Client) -> None:
    assert client.get("/Medication/uscore-med1").json()["code"]
    assert client.get("/Provenance/about-firsts").json()["recorded"]
    answer = client.get(
        "/MedicationRequest?patient=example&intent=plan&status=stopped&_include=MedicationRequest:medication"
    )
    assert (ids(answer), ids(answer, "include")) == (["pills"], ["uscore-med1"])
    answer = client.get("/MedicationDispense?patient=example&type=FF&_include=MedicationDispense:medication")
    assert (ids(answer), ids(answer, "include")) == (["handed"], ["uscore-med2"])


@pytest.mark.conformance("US:CareTeam", "US:PractitionerRole")
def test_a_team_comes_with_its_members_of_every_type(client: httpx2.Client) -> None:
    def included(place: str) -> set[str]:
        entries = client.get(place).json()["entry"]
        named = [each["resource"] for each in entries if each["search"]["mode"] == "include"]
        return {f"{each['resourceType']}/{each['id']}" for each in named}

    members = included(f"/CareTeam?role=17561000&_include=CareTeam:participant&{MOST}")
    assert members >= {"Practitioner/practitioner-1", "Organization/juniper", "Patient/example"}
    only = included(f"/CareTeam?role=17561000&_include=CareTeam:participant:Organization&{MOST}")
    assert only == {"Organization/juniper"}
    both = "_include=PractitionerRole:practitioner&_include=PractitionerRole:endpoint"
    assert included(f"/PractitionerRole?specialty=heart&{both}") == {"Practitioner/practitioner-1", "Endpoint/mail"}


@pytest.mark.conformance("US:DiagnosticReport", "US:DocumentReference")
@pytest.mark.parametrize("rtype", [rtype for rtype, asks in ROWS.items() if asks.create])
def test_reports_and_documents_are_created(client: httpx2.Client, rtype: str) -> None:
    body = {**of_type(rtype)[-1], "subject": {"reference": "Patient/nobody-else"}}
    del body["id"]
    made = client.post(f"/{rtype}", json=body)
    assert made.status_code == 201, made.text
    assert search(client, rtype, [("patient", "nobody-else")]) == {made.json()["id"]}
