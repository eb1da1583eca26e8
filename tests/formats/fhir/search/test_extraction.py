from __future__ import annotations

from decimal import Decimal

from tests.formats.fhir.search.people import PATIENT, found, observation, resource, weight

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.search import (
    CompositeValue,
    DateValue,
    NumberValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    extract,
)
from chartline.formats.fhir.search.times import LATEST, span_of


def texts(of: JsonObject, code: str) -> list[str]:
    return [one.folded for one in found(of, code) if isinstance(one, StringValue)]


def references(of: JsonObject, code: str) -> list[ReferenceValue]:
    return [one for one in found(of, code) if isinstance(one, ReferenceValue)]


def numbers(of: JsonObject, code: str) -> list[NumberValue]:
    return [one for one in found(of, code) if isinstance(one, NumberValue)]


def day(text: str) -> DateValue:
    span = span_of(text)
    assert span is not None
    return DateValue(*span)


def test_a_name_is_found_by_every_part_and_by_later_words() -> None:
    assert texts(PATIENT, "name") == ["garcia lopez", "anna", "marie-claire", "jr.", "lopez", "claire"]
    assert texts(PATIENT, "family") == ["garcia lopez", "lopez"]
    assert texts(PATIENT, "given") == ["anna", "marie-claire", "claire"]
    assert [one.word for one in found(PATIENT, "family") if isinstance(one, StringValue)] == [False, True]


def test_an_address_is_found_by_every_part() -> None:
    assert texts(PATIENT, "address") == ["12 elm st", "springfield", "il", "62701"]
    assert texts(PATIENT, "address-city") == ["springfield"]


def test_identifiers_keep_their_case_type_and_words() -> None:
    assert found(PATIENT, "identifier") == [
        TokenValue("urn:mrn", "A-17", ("Chart number",), (("urn:v2", "MR"),)),
        TokenValue(None, "loose"),
    ]


def test_contacts_are_sorted_by_their_system() -> None:
    assert found(PATIENT, "telecom") == [
        TokenValue("phone", "5550101234", exact=False),
        TokenValue("email", "anna@example.org", exact=False),
    ]
    assert found(PATIENT, "phone") == found(PATIENT, "telecom")[:1]
    assert found(PATIENT, "email") == found(PATIENT, "telecom")[1:]


def test_what_every_resource_is_found_by() -> None:
    assert found(PATIENT, "_id") == [TokenValue(None, "p1")]
    assert found(PATIENT, "_lastUpdated") == [day("2026-03-01T10:00:00.123Z")]
    assert found(PATIENT, "_tag") == [TokenValue("urn:tags", "demo", exact=False)]
    assert found(PATIENT, "_source") == [UriValue("https://a.example/feed")]
    profile = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    assert found(PATIENT, "_profile") == [UriValue(f"{profile}|6.1.0"), UriValue(profile)]


def test_extensions_are_found_by_their_address() -> None:
    assert found(PATIENT, "race") == [TokenValue("urn:oid:2.16.840.1.113883.6.238", "2106-3", exact=False)]
    asserted = resource("""{"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "extension": [
      {"url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate", "valueDateTime": "2026-02"},
      {"url": "urn:other", "valueDateTime": "2025"}]}""")
    assert found(asserted, "asserted-date") == [day("2026-02")]


def test_who_is_not_marked_as_deceased_is_alive() -> None:
    def deceased(**elements: object) -> list[str | None]:
        of = {"resourceType": "Patient", **elements}
        return [one.code for one in found(of, "deceased") if isinstance(one, TokenValue)]

    assert deceased() == ["false"]
    assert deceased(deceasedBoolean=False) == ["false"]
    assert deceased(deceasedBoolean=True) == ["true"]
    assert deceased(deceasedDateTime="2026-01-01") == ["true"]


def test_references_are_ours_elsewhere_logical_or_inside() -> None:
    def subject(**reference: object) -> ReferenceValue:
        return references(observation(subject=reference), "subject")[0]

    assert subject(reference="Patient/p1") == ReferenceValue("Patient", "p1")
    assert subject(reference="Patient/p1/_history/3") == ReferenceValue("Patient", "p1", None, "3")
    elsewhere = "https://other.example/fhir/Patient/p1"
    assert subject(reference=elsewhere) == ReferenceValue("Patient", None, elsewhere)
    assert subject(reference="urn:uuid:0", type="Patient") == ReferenceValue("Patient", None, "urn:uuid:0")
    assert subject(reference="#inside") == ReferenceValue(None, None, "#inside")
    logical = subject(type="Patient", identifier={"system": "urn:mrn", "value": "A-17"})
    assert logical == ReferenceValue("Patient", identifier=TokenValue("urn:mrn", "A-17"))
    assert subject(display="Somebody") == ReferenceValue()


def test_a_reference_parameter_for_one_type_takes_that_type_only() -> None:
    group = observation(subject={"reference": "Group/g1"})
    assert references(group, "patient") == []
    assert references(group, "subject") == [ReferenceValue("Group", "g1")]
    person = observation(subject={"reference": "https://other.example/fhir/Patient/p9"})
    assert [one.type for one in references(person, "patient")] == ["Patient"]


def test_canonicals_have_an_address_and_a_version() -> None:
    of = resource(
        '{"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://q.example/a|2.1"}'
    )
    assert found(of, "questionnaire") == [ReferenceValue(None, None, "http://q.example/a", "2.1")]


def test_a_resource_in_the_place_of_a_reference_is_its_own_target() -> None:
    of = resource("""{"resourceType": "Bundle", "type": "document", "entry": [
      {"resource": {"resourceType": "Composition", "id": "c1"}},
      {"resource": {"resourceType": "Patient", "id": "p1"}}]}""")
    assert found(of, "composition") == [ReferenceValue("Composition", "c1")]


def test_periods_and_timings_are_spans() -> None:
    stay: JsonObject = {"resourceType": "Encounter", "status": "finished", "period": {"start": "2026-01-02"}}
    assert found(stay, "date") == [DateValue(day("2026-01-02").lo, LATEST)]
    timing = {
        "event": ["2026-02-03", "2026-01-05"],
        "repeat": {"boundsPeriod": {"start": "2026-01-20", "end": "2026-03"}},
    }
    assert found(observation(effectiveTiming=timing), "date") == [DateValue(day("2026-01-05").lo, day("2026-03").hi)]
    assert found(observation(effectiveTiming={"repeat": {"frequency": 1}}), "date") == []


def test_quantities_are_known_in_base_units() -> None:
    kilos, grams = (
        numbers(weight("72.50"), "value-quantity"),
        numbers(
            observation(
                valueQuantity={"value": 72500, "unit": "grams", "system": "http://unitsofmeasure.org", "code": "g"}
            ),
            "value-quantity",
        ),
    )
    assert (kilos[0].lo, kilos[0].code, kilos[0].unit) == (72.5, "kg", "kg")
    assert kilos[0].canonical == grams[0].canonical == (72500.0, 72500.0, "g")


def test_quantities_without_a_known_unit_stay_as_they_are() -> None:
    of = observation(valueQuantity={"value": Decimal("3"), "unit": "puffs"})
    assert numbers(of, "value-quantity") == [NumberValue(3.0, 3.0, None, None, "puffs")]
    assert numbers(observation(valueQuantity={"unit": "kg"}), "value-quantity") == []


def test_a_comparator_ranges_and_samples_reach_further_than_one_number() -> None:
    under = numbers(weight("5", comparator="<"), "value-quantity")[0]
    assert (under.lo, under.hi) == (float("-inf"), 5.0)
    curve = {"origin": {"value": Decimal(10), "code": "mm"}, "data": "1 -2 E 5", "factor": Decimal("0.5"), "period": 1}
    measured = numbers(observation(valueSampledData=curve), "value-quantity")[0]
    assert (measured.lo, measured.hi, measured.code) == (9.0, 12.5, "mm")
    prediction = [{"probabilityRange": {"low": {"value": Decimal("0.2")}}}]
    risk: JsonObject = {"resourceType": "RiskAssessment", "prediction": prediction}
    assert numbers(risk, "probability") == [NumberValue(0.2, float("inf"))]


def test_money_has_its_currency_for_a_unit() -> None:
    total = {"value": Decimal("12.30"), "currency": "USD"}
    of: JsonObject = {"resourceType": "Invoice", "status": "issued", "totalNet": total}
    assert numbers(of, "totalnet") == [NumberValue(12.3, 12.3, "urn:iso:std:iso:4217", "USD", "USD")]


def test_composites_are_made_on_one_node() -> None:
    pressure = observation(
        component=[
            {"code": {"coding": [{"code": "upper"}]}, "valueQuantity": {"value": 120}},
            {"code": {"coding": [{"code": "lower"}]}, "valueQuantity": {"value": 80}},
            {"code": {"coding": [{"code": "unknown"}]}},
        ]
    )
    made = [one for one in found(pressure, "component-code-value-quantity") if isinstance(one, CompositeValue)]
    assert [one.parts for one in made] == [
        ((TokenValue(None, "upper", exact=False),), (NumberValue(120.0, 120.0),)),
        ((TokenValue(None, "lower", exact=False),), (NumberValue(80.0, 80.0),)),
    ]
    assert found(pressure, "code-value-quantity") == []
    assert len(found(weight("70"), "combo-code-value-quantity")) == 1


def test_a_composite_may_take_a_component_from_the_whole_resource() -> None:
    of = resource("""{"resourceType": "MolecularSequence", "coordinateSystem": 0,
      "referenceSeq": {"referenceSeqId": {"coding": [{"code": "NC_1"}]}, "windowStart": 1, "windowEnd": 9},
      "variant": [{"start": 3, "end": 4}]}""")
    assert [one.parts for one in found(of, "referenceseqid-variant-coordinate") if isinstance(one, CompositeValue)] == [
        ((TokenValue(None, "nc_1", exact=False),), (NumberValue(3.0, 3.0),), (NumberValue(4.0, 4.0),))
    ]


def test_compartments_are_those_of_the_definitions_and_one_is_in_ones_own() -> None:
    assert extract(PATIENT).compartments[:1] == ("Patient/p1",)
    of = observation(
        subject={"reference": "Patient/p1"},
        encounter={"reference": "Encounter/e1"},
        performer=[{"reference": "Practitioner/d1"}, {"reference": "Organization/o1"}],
    )
    assert set(extract(of).compartments) == {"Patient/p1", "Encounter/e1", "Practitioner/d1"}
    assert extract(observation(subject={"reference": "https://other.example/Patient/p1"})).compartments == ()


def test_a_custom_parameter_of_plain_paths_and_one_of_more_are_both_found() -> None:
    custom = {
        code: SearchParameter(code, kind, expression, ())
        for code, kind, expression in [
            ("marital", "token", "Patient.maritalStatus"),
            ("usual", "string", "Patient.name.where(use = 'official' and family.exists()).family"),
            ("born", "date", "Patient.birthDate.first()"),
            ("doctor", "reference", "Patient.generalPractitioner.where(resolve() is Practitioner).first()"),
            ("contact", "token", "Patient.telecom.first()"),
            ("broken", "token", "((("),
        ]
    }
    values = extract({**PATIENT, "maritalStatus": {"text": "Married"}}, custom).values
    assert values["marital"] == [TokenValue(None, None, ("Married",))]
    assert values["usual"] == [StringValue("García López", "garcia lopez"), StringValue("", "lopez", True)]
    assert values["born"] == [day("1974-12-25")]
    assert values["doctor"] == [ReferenceValue("Practitioner", "d1")]
    assert values["contact"] == [TokenValue("phone", "(555) 010-1234")]
    assert "broken" not in values


def test_a_type_that_r4_does_not_have_is_found_by_nothing() -> None:
    assert extract({"resourceType": "Citation", "id": "x"}).values == {}
    assert extract({}).type == ""


def test_values_do_not_show_what_they_hold() -> None:
    shown = repr(extract(PATIENT)) + str(found(PATIENT, "name")) + repr(found(PATIENT, "identifier"))
    assert "anna" not in shown.lower()
    assert "A-17" not in shown
