"""Profiles of one's own: snapshots and differentials, every kind of discriminator, every rule of slicing."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.fhir.validation.corpus import CORE, US, coded, observation, patient, pressure, reading, us_patient
from tests.formats.fhir.validation.spoiling import PLACES, VALUES, spoil

from chartline.formats.fhir.definitions import profile_elements
from chartline.formats.fhir.json import JsonObject, encode, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import Issue, Severity, validate

OWN = "https://a.example/StructureDefinition/"

Mark = tuple[str, str, str | None]
"""Issue type, place, key."""


def definition(name: str, *elements: dict[str, Any], base: str = CORE + "Patient", **more: Any) -> dict[str, Any]:
    kind = elements[0]["path"].partition(".")[0] if elements else base.rpartition("/")[2]
    return {
        "resourceType": "StructureDefinition",
        "url": OWN + name,
        "name": name,
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": kind,
        "baseDefinition": base,
        "derivation": "constraint",
        "differential": {"element": list(elements)},
    } | more


def found(resource: dict[str, Any], *definitions: dict[str, Any], profile: str | None = None) -> list[Issue]:
    known = {one["url"]: parse(encode(one)) for one in definitions}
    asked = profile or definitions[-1]["url"]
    issues = validate(
        parse(encode(resource)), [asked], terminology=shipped_terminology(), definitions=lambda url: known.get(url)
    )
    return [one for one in issues if one.key != "dom-6" and one.severity is not Severity.INFORMATION]


def errors(resource: dict[str, Any], *definitions: dict[str, Any], profile: str | None = None) -> list[Mark]:
    issues = found(resource, *definitions, profile=profile)
    return [(one.code, one.at, one.key) for one in issues if one.severity is Severity.ERROR]


def identifier(system: str, value: str = "1") -> dict[str, Any]:
    return {"system": f"urn:example:{system}", "value": value}


def sliced(how: str = "value", path: str = "system", rules: str = "open", **more: Any) -> dict[str, Any]:
    slicing = {"discriminator": [{"type": how, "path": path}], "rules": rules} | more
    return {"path": "Patient.identifier", "slicing": slicing}


def chart(least: int = 0, most: str = "1", name: str = "chart", system: str = "chart") -> list[dict[str, Any]]:
    return [
        {"path": "Patient.identifier", "sliceName": name, "min": least, "max": most},
        {"path": "Patient.identifier.system", "fixedUri": f"urn:example:{system}"},
    ]


def test_a_differential_without_ids_tightens_what_it_names() -> None:
    own = definition("named", {"path": "Patient.name", "min": 1}, {"path": "Patient.name.family", "min": 1})
    assert errors(patient(name=[{"given": ["A"]}]), own) == [("required", "Patient.name[0].family", None)]
    assert errors(patient(), own) == [("required", "Patient.name", None)]
    assert errors(patient(name=[{"family": "A"}]), own) == []


def test_an_element_may_be_forbidden() -> None:
    own = definition("no-photo", {"path": "Patient.photo", "max": "0"})
    assert errors(patient(photo=[{"title": "x"}]), own) == [("structure", "Patient.photo", None)]


def test_a_slice_has_its_own_number_of_repetitions() -> None:
    own = definition("chart", sliced(), *chart(1, "1"))
    assert errors(patient(identifier=[identifier("other")]), own) == [("required", "Patient.identifier", "chart")]
    twice = patient(identifier=[identifier("chart", "1"), identifier("chart", "2")])
    assert errors(twice, own) == [("structure", "Patient.identifier", "chart")]
    assert errors(patient(identifier=[identifier("other"), identifier("chart")]), own) == []


def test_what_is_asked_of_a_slice_is_asked_of_it_alone() -> None:
    own = definition("chart", sliced(), *chart(), {"path": "Patient.identifier.assigner", "min": 1})
    both = patient(identifier=[identifier("other"), identifier("chart")])
    assert errors(both, own) == [("required", "Patient.identifier[1].assigner", None)]


def test_closed_slicing_allows_nothing_else() -> None:
    own = definition("closed", sliced(rules="closed"), *chart())
    both = patient(identifier=[identifier("chart"), identifier("other")])
    assert errors(both, own) == [("structure", "Patient.identifier[1]", None)]


def test_open_at_the_end_allows_others_after_the_slices_only() -> None:
    own = definition("end", sliced(rules="openAtEnd"), *chart())
    assert errors(patient(identifier=[identifier("chart"), identifier("other")]), own) == []
    before = patient(identifier=[identifier("other"), identifier("chart")])
    assert errors(before, own) == [("structure", "Patient.identifier[1]", "chart")]


def test_ordered_slices_come_in_their_order() -> None:
    own = definition("ordered", sliced(ordered=True), *chart(), *chart(name="card", system="card"))
    assert errors(patient(identifier=[identifier("chart"), identifier("card")]), own) == []
    turned = patient(identifier=[identifier("card"), identifier("chart")])
    assert errors(turned, own) == [("structure", "Patient.identifier[1]", "chart")]


def test_a_pattern_discriminator_looks_into_the_value() -> None:
    own = definition(
        "typed",
        sliced("pattern", "type"),
        {"path": "Patient.identifier", "sliceName": "mr", "min": 1},
        {"path": "Patient.identifier.type", "patternCodeableConcept": coded("urn:example:types", "MR")},
    )
    typed = {"type": coded("urn:example:types", "MR") | {"text": "chart number"}, "value": "1"}
    assert errors(patient(identifier=[typed]), own) == []
    other = {"type": coded("urn:example:types", "XX"), "value": "1"}
    assert errors(patient(identifier=[other]), own) == [("required", "Patient.identifier", "mr")]


def test_a_value_discriminator_finds_what_is_fixed_further_below() -> None:
    own = definition(
        "deep",
        sliced("value", "type"),
        {"path": "Patient.identifier", "sliceName": "mr", "min": 1},
        {"path": "Patient.identifier.type.coding.code", "fixedCode": "MR", "min": 1},
    )
    assert errors(patient(identifier=[{"type": coded("urn:example:types", "MR"), "value": "1"}]), own) == []
    assert errors(patient(identifier=[{"type": {"text": "MR"}, "value": "1"}]), own) == [
        ("required", "Patient.identifier", "mr")
    ]


def test_a_required_binding_can_tell_a_slice() -> None:
    own = definition(
        "use",
        sliced("value", "use"),
        {"path": "Patient.identifier", "sliceName": "kept", "max": "1"},
        {
            "path": "Patient.identifier.use",
            "min": 1,
            "binding": {"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/identifier-use|4.0.1"},
        },
    )
    two = patient(identifier=[{"use": "usual", "value": "1"}, {"use": "old", "value": "2"}, {"value": "3"}])
    assert errors(two, own) == [("structure", "Patient.identifier", "kept")]


def test_an_exists_discriminator_asks_whether_an_element_is_there() -> None:
    own = definition(
        "ended",
        sliced("exists", "period"),
        {"path": "Patient.identifier", "sliceName": "ended", "max": "1"},
        {"path": "Patient.identifier.period", "min": 1},
        {"path": "Patient.identifier", "sliceName": "lasting", "max": "1"},
        {"path": "Patient.identifier.period", "max": "0"},
    )
    ended = identifier("a") | {"period": {"end": "2026-01-01"}}
    assert errors(patient(identifier=[ended, identifier("b")]), own) == []
    assert errors(patient(identifier=[ended, ended | {"value": "2"}]), own) == [
        ("structure", "Patient.identifier", "ended")
    ]
    assert errors(patient(identifier=[identifier("a"), identifier("b")]), own) == [
        ("structure", "Patient.identifier", "lasting")
    ]


def member(how: str) -> dict[str, Any]:
    return {
        "path": "Observation.hasMember",
        "slicing": {"discriminator": [{"type": how, "path": "resolve()"}], "rules": "open"},
    }


def test_a_type_discriminator_looks_through_a_reference_at_its_text() -> None:
    own = definition(
        "members",
        member("type"),
        {
            "path": "Observation.hasMember",
            "sliceName": "answers",
            "max": "1",
            "type": [{"code": "Reference", "targetProfile": [CORE + "QuestionnaireResponse"]}],
        },
        base=CORE + "Observation",
    )
    answers = {"reference": "QuestionnaireResponse/1"}
    assert errors(observation(hasMember=[answers, {"reference": "Observation/1"}]), own) == []
    assert errors(observation(hasMember=[answers, answers]), own) == [("structure", "Observation.hasMember", "answers")]


def test_a_profile_discriminator_holds_the_target_against_the_profile() -> None:
    final = definition("final", {"path": "Observation.status", "fixedCode": "final"}, base=CORE + "Observation")
    own = definition(
        "members",
        member("profile"),
        {
            "path": "Observation.hasMember",
            "sliceName": "final",
            "min": 1,
            "type": [{"code": "Reference", "targetProfile": [final["url"]]}],
        },
        base=CORE + "Observation",
    )
    inner = observation(id="m")
    assert errors(observation(contained=[inner], hasMember=[{"reference": "#m"}]), final, own) == []
    draft = observation(id="m", status="preliminary")
    marks = errors(observation(contained=[draft], hasMember=[{"reference": "#m"}]), final, own)
    assert marks == [("required", "Observation.hasMember", "final")]


def test_an_extension_discriminator_looks_into_the_extension() -> None:
    own = definition(
        "rated",
        sliced("value", "extension('urn:example:rank').value"),
        {"path": "Patient.identifier", "sliceName": "first", "max": "1"},
        {
            "path": "Patient.identifier.extension",
            "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"},
        },
        {"path": "Patient.identifier.extension", "sliceName": "rank", "min": 1},
        {"path": "Patient.identifier.extension.url", "fixedUri": "urn:example:rank"},
        {"path": "Patient.identifier.extension.value[x]", "min": 1, "fixedInteger": 1},
    )
    first = identifier("a") | {"extension": [{"url": "urn:example:rank", "valueInteger": 1}]}
    other = identifier("b") | {"extension": [{"url": "urn:example:rank", "valueInteger": 2}]}
    assert errors(patient(identifier=[first, other]), own) == []
    assert errors(patient(identifier=[first, first]), own) == [("structure", "Patient.identifier", "first")]


@pytest.mark.parametrize("path", ["Observation.valueQuantity", "Observation.value[x]"])
def test_one_type_of_a_choice_is_a_slice_by_itself(path: str) -> None:
    quantity = {"path": path, "sliceName": "valueQuantity", "min": 1, "type": [{"code": "Quantity"}]}
    own = definition("weight", quantity, {"path": f"{path}.unit", "min": 1}, base=CORE + "Observation")
    assert errors(observation(valueQuantity={"value": 1, "unit": "kg"}), own) == []
    assert errors(observation(valueQuantity={"value": 1}), own) == [("required", "Observation.value.unit", None)]
    assert errors(observation(valueString="1"), own) == [("required", "Observation.value", "valueQuantity")]


def test_types_of_a_choice_are_narrowed() -> None:
    own = definition("dated", {"path": "Patient.deceased[x]", "type": [{"code": "dateTime"}]})
    assert errors(patient(deceasedBoolean=True), own) == [("structure", "Patient.deceased", None)]
    assert errors(patient(deceasedDateTime="2026-01-01"), own) == []


def test_fixed_is_exact_and_a_pattern_is_not() -> None:
    concept = {"coding": [{"system": "urn:example:codes", "code": "A"}]}
    fixed = definition("fixed", {"path": "Patient.maritalStatus", "fixedCodeableConcept": concept})
    pattern = definition("pattern", {"path": "Patient.maritalStatus", "patternCodeableConcept": concept})
    more = concept | {"text": "married"}
    assert errors(patient(maritalStatus=concept), fixed) == errors(patient(maritalStatus=more), pattern) == []
    assert errors(patient(maritalStatus=more), fixed) == [("value", "Patient.maritalStatus", None)]
    assert errors(patient(maritalStatus={"text": "A"}), pattern) == [("value", "Patient.maritalStatus", None)]


def test_decimals_are_fixed_to_the_digit() -> None:
    own = definition(
        "exact", {"path": "Observation.valueQuantity.value", "fixedDecimal": 1.5}, base=CORE + "Observation"
    )
    assert errors(observation(valueQuantity={"value": 1.5}), own) == []
    assert errors(observation(valueQuantity={"value": 1.25}), own) == [("value", "Observation.value.value", None)]


@pytest.mark.parametrize(
    ("element", "inside", "outside", "at"),
    [
        ({"path": "Patient.language", "maxLength": 2}, {"language": "en"}, {"language": "en-US"}, "language"),
        (
            {"path": "Patient.birthDate", "minValueDate": "1990-03-01"},
            {"birthDate": "1990-03"},
            {"birthDate": "1990-02-28"},
            "birthDate",
        ),
        (
            {"path": "Patient.multipleBirthInteger", "maxValueInteger": 3},
            {"multipleBirthInteger": 3},
            {"multipleBirthInteger": 4},
            "multipleBirth",
        ),
    ],
)
def test_limits_hold(element: dict[str, Any], inside: dict[str, Any], outside: dict[str, Any], at: str) -> None:
    own = definition("limited", element)
    assert errors(patient(**inside), own) == []
    assert [place for _, place, _ in errors(patient(**outside), own)] == [f"Patient.{at}"]


def test_rules_of_a_profile_are_evaluated_where_they_stand() -> None:
    rule = {"key": "own-1", "severity": "error", "human": "One name only", "expression": "name.count() = 1"}
    soft = {"key": "own-2", "severity": "warning", "human": "Say the use", "expression": "use.exists()"}
    own = definition("ruled", {"path": "Patient", "constraint": [rule]}, {"path": "Patient.name", "constraint": [soft]})
    issues = found(patient(name=[{"family": "A"}, {"family": "B", "use": "old"}]), own)
    assert [(one.severity.value, one.at, one.key, one.rule) for one in issues] == [
        ("error", "Patient", "own-1", "One name only"),
        ("warning", "Patient.name[0]", "own-2", "Say the use"),
    ]
    assert {one.profile for one in issues} == {OWN + "ruled"}


def test_rules_may_ask_for_value_sets_profiles_and_references() -> None:
    expressions = {
        "own-1": "maritalStatus.memberOf('http://hl7.org/fhir/ValueSet/marital-status')",
        "own-2": f"conformsTo('{US}us-core-patient')",
        "own-3": "managingOrganization.resolve().name = 'Juniper'",
    }
    own = definition(
        "asking",
        {
            "path": "Patient",
            "constraint": [
                {"key": key, "severity": "error", "human": key, "expression": expression}
                for key, expression in expressions.items()
            ],
        },
    )
    system = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
    organization = {"resourceType": "Organization", "id": "o", "name": "Juniper"}
    good = us_patient(
        maritalStatus=coded(system, "M"), contained=[organization], managingOrganization={"reference": "#o"}
    )
    assert errors(good, own) == []
    wrong = good | {"maritalStatus": {"text": "M"}, "contained": [organization | {"name": "Hollow"}], "gender": "x"}
    del wrong["identifier"]
    assert {key for _, _, key in errors(wrong, own)} >= set(expressions)


def test_a_rule_that_cannot_be_read_is_said_and_not_passed_over() -> None:
    rule = {"key": "own-1", "severity": "error", "human": "?", "expression": "name.where("}
    issues = found(patient(), definition("broken", {"path": "Patient", "constraint": [rule]}))
    assert [(one.severity.value, one.code, one.key) for one in issues] == [("warning", "not-supported", "own-1")]


def test_a_differential_on_a_shipped_profile_keeps_what_that_asks() -> None:
    own = definition("clinic", {"path": "Patient.birthDate", "min": 1}, base=US + "us-core-patient")
    assert errors(us_patient(gender=None), own) == [
        ("required", "Patient.gender", None),
        ("required", "Patient.birthDate", None),
    ]


def test_a_differential_goes_on_with_the_slices_of_its_base() -> None:
    first = definition("first", sliced(), *chart())
    second = definition(
        "second",
        {"path": "Patient.identifier", "sliceName": "chart", "min": 1},
        {"path": "Patient.identifier.period", "min": 1},
        base=first["url"],
    )
    marks = errors(patient(identifier=[identifier("chart")]), first, second)
    assert marks == [("required", "Patient.identifier[0].period", None)]
    assert errors(patient(), first, second) == [("required", "Patient.identifier", "chart")]


def test_a_slice_can_be_sliced_again() -> None:
    own = definition(
        "again",
        sliced(),
        {"id": "Patient.identifier:chart", "path": "Patient.identifier", "sliceName": "chart", "max": "2"},
        {"id": "Patient.identifier:chart.system", "path": "Patient.identifier.system", "fixedUri": "urn:example:chart"},
        {
            "id": "Patient.identifier:chart",
            "path": "Patient.identifier",
            "slicing": {"discriminator": [{"type": "value", "path": "use"}], "rules": "open"},
        },
        {
            "id": "Patient.identifier:chart/old",
            "path": "Patient.identifier",
            "sliceName": "chart/old",
            "max": "1",
        },
        {"id": "Patient.identifier:chart/old.use", "path": "Patient.identifier.use", "fixedCode": "old"},
    )
    old = identifier("chart") | {"use": "old"}
    assert errors(patient(identifier=[old, identifier("chart")]), own) == []
    assert errors(patient(identifier=[old, old]), own) == [("structure", "Patient.identifier", "chart/old")]


def test_a_reference_must_point_to_what_its_profile_describes() -> None:
    own = definition(
        "seen",
        {
            "path": "Observation.subject",
            "type": [{"code": "Reference", "targetProfile": [US + "us-core-patient"]}],
        },
        base=CORE + "Observation",
    )
    assert errors(observation(subject={"reference": "Patient/1"}), own) == []
    assert errors(observation(subject={"reference": "Group/1"}), own) == [("value", "Observation.subject", None)]
    unfit = observation(contained=[patient(id="p")], subject={"reference": "#p"})
    assert errors(unfit, own) == [("structure", "Observation.subject", US + "us-core-patient")]
    fit = observation(contained=[us_patient(id="p")], subject={"reference": "#p"})
    assert errors(fit, own) == []


def test_an_entry_of_a_bundle_is_held_against_the_profile_on_it() -> None:
    own = definition(
        "batch",
        {"path": "Bundle.entry.resource", "type": [{"code": "Patient", "profile": [US + "us-core-patient"]}]},
        base=CORE + "Bundle",
    )
    entry = {"fullUrl": "urn:uuid:1", "resource": patient(name=[{"family": "A"}], gender="male")}
    marks = errors({"resourceType": "Bundle", "type": "collection", "entry": [entry]}, own)
    assert marks == [("required", "Bundle.entry[0].resource.identifier", None)]
    other = {"fullUrl": "urn:uuid:1", "resource": observation()}
    marks = errors({"resourceType": "Bundle", "type": "collection", "entry": [other]}, own)
    assert marks == [("structure", "Bundle.entry[0].resource", None)]


def test_an_extension_of_ones_own_is_checked_wherever_it_stands() -> None:
    own = definition(
        "rank",
        {"path": "Extension.url", "fixedUri": OWN + "rank"},
        {"path": "Extension.value[x]", "min": 1, "type": [{"code": "integer"}]},
        base=CORE + "Extension",
        context=[{"type": "element", "expression": "HumanName"}],
    )
    named = patient(name=[{"family": "A", "extension": [{"url": OWN + "rank", "valueString": "1"}]}])
    assert errors(named, own, profile=CORE + "Patient") == [("structure", "Patient.name[0].extension[0].value", None)]
    misplaced = patient(extension=[{"url": OWN + "rank", "valueInteger": 1}])
    assert errors(misplaced, own, profile=CORE + "Patient") == [("extension", "Patient.extension[0]", OWN + "rank")]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (definition("a", base=OWN + "nobody") | {"differential": {"element": [{"path": "Patient.name", "min": 1}]}}, 1),
        (definition("b") | {"differential": None}, 1),
        (definition("c", {"path": "Invoice2.name"}), 1),
        ({"resourceType": "ValueSet", "url": OWN + "d"}, 1),
    ],
)
def test_a_definition_that_cannot_be_used_is_an_error_that_says_so(broken: dict[str, Any], code: int) -> None:
    marks = errors(patient(), {key: value for key, value in broken.items() if value is not None})
    assert marks == [("not-supported", "Patient", broken["url"])] * code


def test_definitions_that_derive_from_each_other_end() -> None:
    one = definition("one", {"path": "Patient.name", "min": 1}, base=OWN + "two")
    two = definition("two", {"path": "Patient.gender", "min": 1}, base=OWN + "one")
    assert errors(patient(), two, one) == [("not-supported", "Patient", OWN + "one")]


def test_a_slice_that_nothing_tells_apart_is_a_warning() -> None:
    own = definition("vague", sliced(), {"path": "Patient.identifier", "sliceName": "any", "min": 1})
    issues = found(patient(identifier=[identifier("a")]), own)
    assert [(one.severity.value, one.code, one.key) for one in issues] == [("warning", "not-supported", "any")]


def test_the_outer_value_set_of_a_binding_must_not_be_left() -> None:
    outer = {
        "url": CORE + "elementdefinition-maxValueSet",
        "valueCanonical": "http://hl7.org/fhir/ValueSet/identifier-use",
    }
    binding = {"strength": "preferred", "valueSet": "urn:example:none", "extension": [outer]}
    own = definition("marital", {"path": "Patient.maritalStatus", "binding": binding})
    marks = errors(patient(maritalStatus=coded("urn:example:codes", "x")), own)
    assert marks == [("code-invalid", "Patient.maritalStatus", "http://hl7.org/fhir/ValueSet/identifier-use")]


SNAPSHOTS = [profile_elements(US + name) for name in ("us-core-patient", "us-core-race", "us-core-blood-pressure")]


@given(elements=st.sampled_from(SNAPSHOTS), places=PLACES, value=VALUES, times=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_spoilt_definition_raises_nothing(
    elements: list[JsonObject], places: Random, value: object, times: int
) -> None:
    spoilt = deepcopy(elements)
    for _ in range(times):
        spoil(spoilt, places, value)
    kind = str(elements[0]["path"])
    own = definition("spoilt", base=CORE + kind) | {"type": kind, "snapshot": {"element": spoilt}}
    known = {OWN + "spoilt": own}
    resource = us_patient() if kind == "Patient" else pressure(reading("8480-6"), reading("8462-4"))
    for one in (resource, us_patient(extension=[{"url": OWN + "spoilt"}])):
        found_issues = validate(one, [OWN + "spoilt"], definitions=lambda url: known.get(url))
        assert all(issue.at for issue in found_issues)
