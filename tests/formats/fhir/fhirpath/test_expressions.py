from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.fhirpath import Node, Services, compile, doubts
from chartline.kernel.errors import ChartlineError

PATIENT: JsonObject = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "birthDate": "1980-02-03",
    "_birthDate": {"extension": [{"url": "http://example.org/time", "valueTime": "10:30:00"}]},
    "name": [
        {"use": "official", "family": "Example", "given": ["Ada", None], "_given": [None, {"id": "g2"}]},
        {"use": "nickname", "given": ["Addie"]},
    ],
    "contained": [{"resourceType": "Organization", "id": "o1", "name": "Example Clinic"}],
    "managingOrganization": {"reference": "#o1"},
    "generalPractitioner": [{"reference": "Practitioner/7"}, {"reference": "https://example.org/fhir/Organization/8"}],
    "deceasedDateTime": "2020-05",
    "contact": [{"name": {"text": "Next"}, "period": {"start": "2020"}}],
}
OBSERVATION: JsonObject = {
    "resourceType": "Observation",
    "status": "final",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Weight</div>'},
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "valueQuantity": {"value": Decimal("72.50"), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    "component": [{"code": {"text": "a"}, "valueString": "x"}, {"code": {"text": "b"}, "valueInteger": 3}],
}


def evaluate(text: str, resource: JsonObject = PATIENT, **variables: object) -> list[object]:
    return compile(text).evaluate(resource, variables=variables)


def test_values_come_back_as_json_with_their_digits() -> None:
    assert evaluate("Patient.name.given") == ["Ada", "Addie"]
    assert str(evaluate("value.value", OBSERVATION)[0]) == "72.50"
    assert evaluate("birthDate + 1 month") == ["1980-03-03"]
    assert evaluate("4 'mg'") == [{"value": 4, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}]


def test_nodes_know_their_type_and_place() -> None:
    found = compile("descendants().where($this is string)").nodes(OBSERVATION)
    assert {(node.path, node.type_name) for node in found if isinstance(node, Node)} == {
        ("Observation.status", "code"),
        ("Observation.text.status", "code"),
        ("Observation.code.coding[0].code", "code"),
        ("Observation.value.unit", "string"),
        ("Observation.value.code", "code"),
        ("Observation.component[0].code.text", "string"),
        ("Observation.component[0].value", "string"),
        ("Observation.component[1].code.text", "string"),
    }
    (place,) = compile("contact.period.start").nodes(PATIENT)
    assert isinstance(place, Node)
    assert (place.path, place.type_name) == ("Patient.contact[0].period.start", "dateTime")


def test_a_choice_is_found_under_its_element_name() -> None:
    assert evaluate("deceased") == ["2020-05"]
    assert evaluate("deceased is dateTime") == [True]
    assert evaluate("(deceased as boolean).exists()") == [False]
    assert evaluate("component.value.ofType(integer)", OBSERVATION) == [3]
    assert evaluate("(component.value as string)", OBSERVATION) == ["x"]


def test_what_stands_beside_a_primitive_is_found() -> None:
    assert evaluate("birthDate.extension('http://example.org/time').value") == ["10:30:00"]
    assert evaluate("name.given.count()") == [3]
    assert evaluate("name.given.select(hasValue())") == [True, False, True]
    assert evaluate("name.given.id") == ["g2"]


def test_the_resource_around_an_element_is_found_from_its_node() -> None:
    (contained,) = compile("contained").nodes(PATIENT)
    assert compile("%resource.id").evaluate(contained) == ["o1"]
    assert compile("%rootResource.id").evaluate(contained) == ["p1"]
    (period,) = compile("contact.period").nodes(PATIENT)
    assert compile("%resource.id").evaluate(period) == ["p1"]
    assert compile("%resource.id").evaluate({"start": "2020"}, type_name="Period", resource=PATIENT) == ["p1"]


def test_an_element_alone_is_typed_by_the_name_given() -> None:
    period: JsonObject = {"start": "2020-01-02", "end": "2020-01"}
    rule = compile("start.hasValue().not() or end.hasValue().not() or (start <= end)")
    assert rule.evaluate(period, type_name="Period") == []
    assert not rule.is_true(period, type_name="Period")
    assert not rule.is_false(period, type_name="Period")
    assert rule.is_false({"start": "2021", "end": "2020"}, type_name="Period")
    assert rule.is_true({"start": "2020"}, type_name="Period")


def test_references_are_followed_inside_the_resource_and_typed_by_their_text() -> None:
    assert evaluate("managingOrganization.resolve().name") == ["Example Clinic"]
    assert evaluate("generalPractitioner.where(resolve() is Practitioner).reference") == ["Practitioner/7"]
    assert evaluate("generalPractitioner.resolve().where($this is Organization).id") == ["8"]


def test_references_are_followed_by_who_can() -> None:
    known: dict[str, JsonObject] = {"Practitioner/7": {"resourceType": "Practitioner", "id": "7", "active": True}}
    found = compile("generalPractitioner.resolve().active").evaluate(PATIENT, resolve=known.get)
    assert found == [True]


def test_references_inside_a_bundle_are_followed_by_full_url() -> None:
    bundle: JsonObject = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "a", "active": True}},
            {"fullUrl": "https://example.org/Patient/2", "resource": {"resourceType": "Patient", "active": False}},
            {"resource": {"resourceType": "Coverage", "beneficiary": {"reference": "urn:uuid:1"}}},
            {"resource": {"resourceType": "Coverage", "beneficiary": {"reference": "Patient/2"}}},
        ],
    }
    assert evaluate("entry.resource.ofType(Coverage).beneficiary.resolve().active", bundle) == [True, False]


def test_others_are_asked_for_terminology_profiles_and_time() -> None:
    services = Services(
        member_of=lambda code, value_set: code == "final" and value_set == "http://example.org/vs",
        conforms_to=lambda resource, url: url == "http://example.org/profile",
        subsumes=lambda one, other: one == other,
        narrative=lambda text: "script" not in text,
        now=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    )
    for text, expected in [
        ("status.memberOf('http://example.org/vs')", True),
        ("conformsTo('http://example.org/profile')", True),
        ("conformsTo('http://hl7.org/fhir/StructureDefinition/DomainResource')", True),
        ("code.subsumes(code) and code.subsumedBy(code)", True),
        ("text.`div`.htmlChecks()", True),
        ("today() = @2026-03-02", True),
        ("now() = @2026-03-02T08:30:00Z", True),
        ("timeOfDay() > @T08:00", True),
    ]:
        assert compile(text).evaluate(OBSERVATION, services=services) == [expected], text
    assert evaluate("status.memberOf('http://example.org/vs')", OBSERVATION) == []
    with pytest.raises(ChartlineError):
        evaluate("now()")


def test_variables_are_values_lists_or_resources() -> None:
    assert evaluate("name.where(use = %use).family", use="official") == ["Example"]
    assert evaluate("%many.count()", many=[1, 2, 3]) == [3]
    assert evaluate("%other.status", other=OBSERVATION) == ["final"]
    with pytest.raises(ChartlineError):
        evaluate("%nobody")


def test_dates_compare_as_far_as_they_go() -> None:
    for text, expected in [
        ("@2020 = @2020-01", []),
        ("@2020 < @2021-01", [True]),
        ("@2020-01-31 + 1 month", ["2020-02-29"]),
        ("@2020 + 18 months", ["2021"]),
        ("@2020-03-01 - 1 day", ["2020-02-29"]),
        ("@T23:30 + 1 hour", ["00:30"]),
        ("@2020-01-01T00:00:00.000Z - 1 millisecond", ["2019-12-31T23:59:59.999Z"]),
        ("@9999-12-31 + 1 day", []),
        ("@2020-01-01T12:00 = @2020-01-01T12:00Z", []),
        ("@2020-01-01T12:00 < @2020-01-05T12:00Z", [True]),
        ("@2020-01-05T12:00Z > @2020-01-01T12:00", [True]),
        ("@2020-01.lowBoundary()", ["2020-01-01"]),
        ("@2020-02.highBoundary()", ["2020-02-29"]),
        ("@2020-01-01T10:30Z.highBoundary()", ["2020-01-01T10:30:59.999Z"]),
    ]:
        assert evaluate(text) == expected, text


def test_quantities_compare_and_add_across_units() -> None:
    for text, expected in [
        ("1 'kg' = 1000 'g'", [True]),
        ("1 'kg' + 500 'g' = 1.5 'kg'", [True]),
        ("1 'kg' = 1 'm'", []),
        ("1 year = 12 months", [True]),
        ("1 year = 1 'a'", []),
        ("1 year ~ 1 'a'", [True]),
        ("37.0 'Cel' < 100 '[degF]'", [True]),
        ("72.5 'kg' > 150 '[lb_av]'", [True]),
        ("6 'mg' / 2 'mL' = 3 'g/L'", [True]),
        ("2 * 3 'mg' = 6 'mg'", [True]),
        ("3 'lbs' = 3 'lbs'", [True]),
        ("3 'lbs' = 3 'pound'", []),
    ]:
        assert evaluate(text) == expected, text
    assert evaluate("value > 70 'kg' and value < 73000 'g'", OBSERVATION) == [True]


def test_content_of_unknown_type_is_walked_by_its_names() -> None:
    unknown: JsonObject = {"resourceType": "Widget", "part": [{"size": 1, "valueQuantity": {"value": 2}}, {"size": 2}]}
    assert evaluate("part.size", unknown) == [1, 2]
    assert evaluate("part.value.value", unknown) == [2]
    assert evaluate("descendants().count()", unknown) == [6]


def test_badly_shaped_content_is_walked_without_error() -> None:
    odd: JsonObject = {
        "resourceType": "Patient",
        "name": "Example",
        "active": {"x": 1},
        "birthDate": 5,
        "contact": [1, None],
    }
    assert evaluate("name.given | contact.name | active", odd) == []
    with pytest.raises(ChartlineError):
        evaluate("birthDate < today()", odd)


def test_what_an_expression_cannot_find_is_told_beforehand() -> None:
    def told(text: str, name: str = "Patient") -> list[tuple[str, str]]:
        return [(doubt.reason, doubt.name) for doubt in doubts(compile(text).tree, name)]

    assert told("Patient.name.given.where($this = 'x').first()") == []
    assert told("name.where(usage = 'official').giver") == [("unknown_element", "usage"), ("unknown_element", "giver")]
    assert told("Observation.code") == [("other_type", "Observation")]
    assert told("(deceased as dateTim)") == [("unknown_type", "dateTim")]
    assert told("contained.anything | generalPractitioner.resolve().name") == []
    assert told("valueQuantity", "Observation") == [("unknown_element", "valueQuantity")]
    assert told("extension('x').value.ofType(Quantity).unit") == []
