"""R4 resources in the shape of R5: each element that moved, and nothing lost without a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.fhir.xml.invented import Inventor

from chartline.formats.fhir import JsonObject, canonical, encode
from chartline.formats.fhir.r5 import R5_TYPES, Notice, convert
from chartline.kernel.errors import ChartlineError

CARRIED = "http://hl7.org/fhir/4.0/StructureDefinition/extension-"


def converted(resource: JsonObject) -> JsonObject:
    made, notices = convert(resource)
    assert notices == []
    return made


def test_a_patient_is_the_same_but_for_the_size_of_a_photo() -> None:
    patient: JsonObject = {"resourceType": "Patient", "id": "p", "name": [{"family": "Q"}], "photo": [{"size": 12}]}
    assert converted(patient) == {**patient, "photo": [{"size": "12"}]}


def test_profiles_of_r4_are_not_claimed_in_r5() -> None:
    made, notices = convert({"resourceType": "Patient", "meta": {"versionId": "2", "profile": ["urn:example:r4"]}})
    assert made["meta"] == {"versionId": "2"}
    assert notices == [Notice("Patient.meta.profile", "names profiles of R4")]


def test_extensions_of_changed_types_are_left_out_and_told() -> None:
    inner: list[object] = [{"url": "urn:a", "valueDosage": {}}, {"url": "urn:b", "valueCode": "c"}]
    made, notices = convert({"resourceType": "Patient", "name": [{"family": "Q", "extension": inner}]})
    assert made["name"] == [{"family": "Q", "extension": inner[1:]}]
    assert notices == [Notice("Patient.name.extension", "has a value of a type that R5 has changed")]


@pytest.mark.parametrize(
    ("payor", "kind"),
    [
        ({"reference": "Organization/o"}, "insurance"),
        ({"reference": "https://example.org/fhir/Organization/o/_history/2"}, "insurance"),
        ({"display": "somebody"}, "insurance"),
        ({"reference": "Patient/p"}, "self-pay"),
        ({"type": "RelatedPerson", "identifier": {"value": "r"}}, "self-pay"),
    ],
)
def test_who_pays_a_coverage_tells_its_kind(payor: JsonObject, kind: str) -> None:
    made = converted({"resourceType": "Coverage", "payor": [payor]})
    assert made["kind"] == kind
    assert made.get("insurer") == (payor if kind == "insurance" else None)
    assert made.get("paymentBy") == ([{"party": payor}] if kind == "self-pay" else None)
    assert "payor" not in made


def test_a_coverage_with_many_payors_keeps_all_of_them() -> None:
    first, second, person = ({"reference": name} for name in ("Organization/1", "Organization/2", "Patient/p"))
    made = converted({"resourceType": "Coverage", "payor": [person, first, second]})
    assert (made["kind"], made["insurer"], made["paymentBy"]) == ("insurance", first, [{"party": person}])
    assert made["extension"] == [{"url": f"{CARRIED}Coverage.payor", "valueReference": second}]


def test_numbers_of_a_coverage_become_identifiers_with_what_hangs_on_them() -> None:
    group = {"type": {"text": "group"}, "value": "G-7", "_value": {"id": "v"}}
    made = converted({"resourceType": "Coverage", "_subscriberId": {"id": "s"}, "subscriberId": "Z1", "class": [group]})
    assert made["subscriberId"] == [{"value": "Z1", "_value": {"id": "s"}}]
    assert made["class"] == [{"type": {"text": "group"}, "value": {"value": "G-7", "_value": {"id": "v"}}}]


def test_an_appointment_moves_its_reasons_comments_and_priority() -> None:
    made = converted(
        {
            "resourceType": "Appointment",
            "status": "booked",
            "cancelationReason": {"text": "ill"},
            "serviceType": [{"text": "cleaning"}],
            "reasonCode": [{"text": "pain"}],
            "reasonReference": [{"reference": "Condition/c"}],
            "priority": 5,
            "comment": "by the back door",
            "patientInstruction": "eat nothing",
            "participant": [
                {"status": "accepted", "required": "required"},
                {"status": "accepted", "required": "optional"},
                {"status": "accepted", "required": "information-only"},
                {"status": "accepted"},
            ],
        }
    )
    carried = {"url": f"{CARRIED}Appointment.participant.required", "valueCode": "information-only"}
    assert made == {
        "resourceType": "Appointment",
        "status": "booked",
        "cancellationReason": {"text": "ill"},
        "serviceType": [{"concept": {"text": "cleaning"}}],
        "reason": [{"concept": {"text": "pain"}}, {"reference": {"reference": "Condition/c"}}],
        "priority": {"text": "5"},
        "note": [{"text": "by the back door"}],
        "patientInstruction": [{"concept": {"text": "eat nothing"}}],
        "participant": [
            {"status": "accepted", "required": True},
            {"status": "accepted", "required": False},
            {"status": "accepted", "extension": [carried]},
            {"status": "accepted"},
        ],
    }


def test_a_claim_moves_specialties_sites_and_its_group() -> None:
    drg, tooth = {"text": "DRG 470"}, {"text": "tooth 3"}
    made = converted(
        {
            "resourceType": "Claim",
            "careTeam": [{"sequence": 1, "qualification": {"text": "dentist"}}],
            "diagnosis": [{"sequence": 1, "packageCode": drg}, {"sequence": 2, "packageCode": drg}],
            "item": [
                {"sequence": 1, "bodySite": tooth, "subSite": [{"text": "M"}]},
                {"sequence": 2, "bodySite": tooth},
                {"sequence": 3},
            ],
        }
    )
    assert made == {
        "resourceType": "Claim",
        "careTeam": [{"sequence": 1, "specialty": {"text": "dentist"}}],
        "diagnosis": [{"sequence": 1}, {"sequence": 2}],
        "diagnosisRelatedGroup": drg,
        "item": [
            {"sequence": 1, "bodySite": [{"site": [{"concept": tooth}], "subSite": [{"text": "M"}]}]},
            {"sequence": 2, "bodySite": [{"site": [{"concept": tooth}]}]},
            {"sequence": 3},
        ],
    }


def test_several_package_codes_are_carried_with_their_diagnoses() -> None:
    diagnoses = [{"sequence": 1, "packageCode": {"text": "a"}}, {"sequence": 2, "packageCode": {"text": "b"}}]
    made = converted({"resourceType": "Claim", "diagnosis": diagnoses})
    url = f"{CARRIED}Claim.diagnosis.packageCode"
    assert made["diagnosis"] == [
        {"sequence": 1, "extension": [{"url": url, "valueCodeableConcept": {"text": "a"}}]},
        {"sequence": 2, "extension": [{"url": url, "valueCodeableConcept": {"text": "b"}}]},
    ]
    assert "diagnosisRelatedGroup" not in made


def test_an_explanation_of_benefit_says_adjudicated_values_as_quantities_at_every_depth() -> None:
    line = {"category": {"text": "percent"}, "value": 80}
    inner = {"adjudication": [line], "detail": [{"adjudication": [line], "subDetail": [{"adjudication": [line]}]}]}
    made = converted(
        {
            "resourceType": "ExplanationOfBenefit",
            "adjudication": [line],
            "item": [inner],
            "addItem": [{**inner, "bodySite": {"text": "tooth 3"}}],
            "form": {"size": 9},
            "processNote": [{"type": "print", "text": "see letter"}],
        }
    )
    text = encode(made).decode()
    assert text.count('"quantity":{"value":80}') == 7
    assert '"value":80,' not in text
    assert made["form"] == {"size": "9"}
    assert '"bodySite":[{"site":[{"concept":{"text":"tooth 3"}}]}]' in text
    kind = {"coding": [{"system": "http://hl7.org/fhir/note-type", "code": "print"}]}
    assert made["processNote"] == [{"type": kind, "text": "see letter"}]


def test_contained_resources_are_converted_too() -> None:
    organization = {
        "resourceType": "Organization",
        "id": "o",
        "telecom": [{"value": "1"}],
        "address": [{"city": "Dolores"}],
        "contact": [{"name": {"family": "Q"}}],
    }
    made = converted({"resourceType": "Claim", "contained": [organization]})
    contact = [{"name": [{"family": "Q"}]}, {"telecom": [{"value": "1"}]}, {"address": {"city": "Dolores"}}]
    assert made["contained"] == [{"resourceType": "Organization", "id": "o", "contact": contact}]


@pytest.mark.parametrize(
    "resource",
    [{"resourceType": "Observation"}, {}, {"resourceType": "Claim", "contained": [{"resourceType": "Location"}]}],
)
def test_what_has_no_preview_is_refused(resource: JsonObject) -> None:
    with pytest.raises(ChartlineError) as caught:
        convert(resource)
    assert caught.value.problem.code == "fhir.no_r5_form"


@given(st.sampled_from(sorted(R5_TYPES)), st.integers(0, 2**32))
def test_any_resource_converts_and_stays_as_it_was(name: str, seed: int) -> None:
    resource = Inventor(seed).resource(name)
    before = canonical(resource)
    made, _ = convert(resource)
    assert canonical(resource) == before
    gone = {"payor", "cancelationReason", "reasonCode", "reasonReference", "comment"}
    assert gone.isdisjoint(made)
