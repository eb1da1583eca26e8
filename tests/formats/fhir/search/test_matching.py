"""R4's rules for comparing, one small case after the other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.formats.fhir.search.people import BASE, PATIENT, answers, asked, observation, resource, weight

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.search import InCompartment, extract, holds, with_codes
from chartline.formats.fhir.search.times import span_of


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("name", "ANN", True),
        ("name", "garcia", True),
        ("name", "nna", False),
        ("name", "lopez", True),
        ("name", "claire", True),
        ("name", "nobody,anna", True),
        ("name:contains", "arci", True),
        ("name:exact", "Anna", True),
        ("name:exact", "anna", False),
        ("name:exact", "López", False),
        ("family", "García  López", True),
        ("family", "anna", False),
        ("address", "12 elm", True),
        ("address-city", "spring", True),
        ("gender", "female", True),
        ("gender", "FEMALE", True),
        ("gender", "http://hl7.org/fhir/administrative-gender|female", True),
        ("gender", "http://hl7.org/fhir/administrative-gender|", True),
        ("gender", "urn:other|female", False),
        ("gender", "|female", True),
        ("gender:not", "male", True),
        ("gender:not", "male,female", False),
        ("gender:not", "http://hl7.org/fhir/administrative-gender|", False),
        ("identifier", "A-17", True),
        ("identifier", "a-17", False),
        ("identifier", "urn:mrn|A-17", True),
        ("identifier", "urn:other|A-17", False),
        ("identifier", "urn:mrn|", True),
        ("identifier", "|A-17", False),
        ("identifier", "|loose", True),
        ("identifier:of-type", "urn:v2|MR|A-17", True),
        ("identifier:of-type", "urn:v2|SS|A-17", False),
        ("identifier:text", "chart", True),
        ("identifier:text", "number", False),
        ("telecom", "555-010-1234", True),
        ("telecom", "phone|5550101234", True),
        ("email", "ANNA@example.org", True),
        ("phone", "anna@example.org", False),
        ("active", "true", True),
        ("active", "http://terminology.hl7.org/CodeSystem/special-values|true", True),
        ("deceased", "false", True),
        ("language:missing", "true", True),
        ("language:missing", "false", False),
        ("gender:missing", "false", True),
        ("general-practitioner", "d1", True),
        ("general-practitioner", "Practitioner/d1", True),
        ("general-practitioner", f"{BASE}/Practitioner/d1", True),
        ("general-practitioner", "https://other.example/Practitioner/d1", False),
        ("general-practitioner:Practitioner", "d1", True),
        ("general-practitioner:Organization", "d1", False),
        ("general-practitioner", "Practitioner/g1", False),
        ("_id", "p1", True),
        ("_id", "P1", False),
        ("_id", "x,p1", True),
        ("_tag", "urn:tags|demo", True),
        ("_profile", "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient", True),
        ("_profile:below", "http://hl7.org/fhir/us/core", True),
        ("_profile:below", "http://hl7.org/fhir/us/cor", False),
        ("_source", "https://a.example/feed", True),
        ("_source", "https://a.example", False),
        ("_source:above", "https://a.example/feed/part", True),
        ("_source:above", "https://a.example", False),
        ("race", "2106-3", True),
        ("race", "urn:oid:2.16.840.1.113883.6.238|2106-3", True),
    ],
)
def test_a_patient_answers(name: str, value: str, expected: bool) -> None:
    assert answers(PATIENT, name, value) is expected


@pytest.mark.parametrize(
    ("value", "matching"),
    [
        # The search range has to contain the whole range of the target.
        ("2026-03-02", ["2026-03-02", "2026-03-02T10:00Z"]),
        ("2026-03", ["2026-03", "2026-03-02", "2026-03-02T10:00Z", "2026-03-31"]),
        ("2026-03-02T10:00:00Z", []),
        ("ne2026-03", ["2026", "2026-04"]),
        ("gt2026-03-02", ["2026", "2026-03", "2026-03-31", "2026-04"]),
        ("ge2026-03-02", ["2026", "2026-03", "2026-03-02", "2026-03-02T10:00Z", "2026-03-31", "2026-04"]),
        ("lt2026-03-02", ["2026", "2026-03"]),
        ("le2026-03-02", ["2026", "2026-03", "2026-03-02", "2026-03-02T10:00Z"]),
        ("sa2026-03-02", ["2026-03-31", "2026-04"]),
        ("eb2026-03-31", ["2026-03-02", "2026-03-02T10:00Z"]),
    ],
)
def test_dates_compare_as_ranges(value: str, matching: list[str]) -> None:
    days = ["2026", "2026-03", "2026-03-02", "2026-03-02T10:00Z", "2026-03-31", "2026-04"]
    assert [day for day in days if answers(observation(effectiveDateTime=day), "date", value)] == matching


def test_open_periods_reach_for_ever() -> None:
    open_end = observation(effectivePeriod={"start": "2026-03-02"})
    assert answers(open_end, "date", "gt2999")
    assert answers(open_end, "date", "sa2026-03-01")
    assert not answers(open_end, "date", "2026")
    assert answers(open_end, "date", "ne2026")
    assert not answers(open_end, "date", "lt2026")
    assert answers(observation(effectivePeriod={"end": "2026-03-02"}), "date", "lt1900")


def test_about_a_date_is_a_tenth_of_its_distance_from_now() -> None:
    now = span_of("2026-01-01")
    assert now is not None
    assert answers(observation(effectiveDateTime="2015-06"), "date", "ap2016", now[0])
    assert not answers(observation(effectiveDateTime="2013"), "date", "ap2016", now[0])
    assert answers(observation(effectiveDateTime="2016-05-05"), "date", "ap2016")


def test_a_plus_sign_that_became_a_blank_is_still_a_zone() -> None:
    of = observation(effectiveDateTime="2026-03-02T10:00:00+02:00")
    assert answers(of, "date", "2026-03-02T10:00:00 02:00")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("72.5", True),
        ("72", False),
        ("73", True),
        ("72.50", True),
        ("72.51", False),
        ("7.3e1", True),
        ("ne72.5", False),
        ("ne71", True),
        ("gt72.5", False),
        ("gt72.4", True),
        ("ge72.5", True),
        ("lt72.5", False),
        ("le72.5", True),
        ("sa72.4", True),
        ("eb72.5", False),
        ("ap70", True),
        ("ap60", False),
        ("72.5||kg", True),
        ("72.5||g", False),
        ("72.5|http://unitsofmeasure.org|kg", True),
        ("72.5|urn:other|kg", False),
        ("72500|http://unitsofmeasure.org|g", True),
        ("gt70000|http://unitsofmeasure.org|g", True),
        ("lt70000|http://unitsofmeasure.org|g", False),
        ("72.5|http://unitsofmeasure.org|m", False),
    ],
)
def test_quantities_compare_with_the_precision_of_what_is_asked(value: str, expected: bool) -> None:
    assert answers(weight("72.5"), "value-quantity", value) is expected


def test_a_hundred_stands_for_the_range_that_r4_gives_it() -> None:
    def chance(value: str, probability: str) -> bool:
        prediction = [{"probabilityDecimal": Decimal(probability)}]
        return answers({"resourceType": "RiskAssessment", "prediction": prediction}, "probability", value)

    assert [one for one in ["99.4", "99.5", "100.4", "100.5"] if chance("100", one)] == ["99.5", "100.4"]
    assert [one for one in ["99.99", "99.995", "100.004", "100.01"] if chance("100.00", one)] == ["99.995", "100.004"]
    assert [one for one in ["94", "95", "104.9", "105"] if chance("1e2", one)] == ["95", "104.9"]


def test_a_human_unit_will_do_without_a_system() -> None:
    of = observation(valueQuantity={"value": 3, "unit": "puffs"})
    assert answers(of, "value-quantity", "3||puffs")
    assert not answers(of, "value-quantity", "3|urn:units|puffs")


def test_references_by_identifier_version_and_address() -> None:
    logical = observation(subject={"identifier": {"system": "urn:mrn", "value": "A-17"}})
    assert answers(logical, "subject:identifier", "urn:mrn|A-17")
    assert not answers(logical, "subject:identifier", "urn:mrn|A-18")
    assert not answers(logical, "subject", "A-17")
    pinned = observation(subject={"reference": "Patient/p1/_history/3"})
    assert answers(pinned, "subject", "Patient/p1")
    assert answers(pinned, "subject", "Patient/p1/_history/3")
    assert not answers(pinned, "subject", "Patient/p1/_history/4")
    away = observation(subject={"reference": "https://other.example/fhir/Patient/p1"})
    assert answers(away, "subject", "https://other.example/fhir/Patient/p1")
    assert not answers(away, "subject", "Patient/p1")
    assert not answers(away, "subject", "p1")


def test_canonicals_with_and_without_a_version() -> None:
    of = resource(
        '{"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://q.example/a|2.1"}'
    )
    assert answers(of, "questionnaire", "http://q.example/a")
    assert answers(of, "questionnaire", "http://q.example/a|2.1")
    assert not answers(of, "questionnaire", "http://q.example/a|2")
    assert answers(of, "questionnaire:below", "http://q.example/a|2")
    assert answers(of, "questionnaire:below", "http://q.example")
    assert answers(of, "questionnaire:above", "http://q.example/a/b")


def test_not_holds_where_there_is_no_value_and_not_where_one_of_several_is_it() -> None:
    none, both = observation(), observation(category=[{"coding": [{"code": "lab"}]}, {"coding": [{"code": "exam"}]}])
    assert answers(none, "category:not", "lab")
    assert not answers(both, "category:not", "lab")
    assert answers(both, "category:not", "vital")


def test_the_words_of_a_concept_are_found_from_their_beginning() -> None:
    assert answers(observation(), "code:text", "body")
    assert not answers(observation(), "code:text", "weight")
    assert answers(observation(code={"text": "Poids"}), "code:text", "POIDS")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("upper$120", True),
        ("upper$80", False),
        ("lower$lt100", True),
        ("upper$lt100", False),
        ("nothing$1,lower$80", True),
    ],
)
def test_composites_hold_on_one_node(value: str, expected: bool) -> None:
    pressure = observation(
        component=[
            {"code": {"coding": [{"code": "upper"}]}, "valueQuantity": {"value": 120}},
            {"code": {"coding": [{"code": "lower"}]}, "valueQuantity": {"value": 80}},
        ]
    )
    assert answers(pressure, "component-code-value-quantity", value) is expected


def test_codes_of_a_value_set_are_put_in_by_the_caller() -> None:
    wanted = asked("Observation", "code:in", "http://vs.example/weights")
    assert (wanted.asked, wanted.value_set) == ((), "http://vs.example/weights")
    assert holds(with_codes(wanted, [("http://loinc.org", "29463-7")]), extract(observation()))
    assert not holds(with_codes(wanted, [("urn:other", "29463-7")]), extract(observation()))
    unwanted = asked("Observation", "code:not-in", "http://vs.example/weights")
    assert not holds(with_codes(unwanted, [("http://loinc.org", "29463-7")]), extract(observation()))
    assert holds(with_codes(unwanted, []), extract(observation()))
    gender = asked("Patient", "gender:in", "http://hl7.org/fhir/ValueSet/administrative-gender")
    assert holds(with_codes(gender, [("http://hl7.org/fhir/administrative-gender", "Female")]), extract(PATIENT))


def test_near_is_a_distance_over_the_earth() -> None:
    position = {"latitude": Decimal("42.3601"), "longitude": Decimal("-71.0589")}
    of: JsonObject = {"resourceType": "Location", "position": position}
    assert answers(of, "near", "42.36|-71.06|1|km")
    assert not answers(of, "near", "40.7128|-74.0060|100|km")
    assert answers(of, "near", "40.7128|-74.0060|310|km")
    assert answers(of, "near", "40.7128|-74.0060|200|[mi_i]")


def test_a_compartment_is_a_condition_too() -> None:
    of = observation(subject={"reference": "Patient/p1"})
    assert holds(InCompartment("Observation", "Patient", "p1"), extract(of))
    assert not holds(InCompartment("Observation", "Patient", "p2"), extract(of))
    assert not holds(InCompartment("Condition", "Patient", "p1"), extract(of))
