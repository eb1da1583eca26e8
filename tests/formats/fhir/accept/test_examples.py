"""HL7's own examples: every sound one is accepted as it stands, every spoiled one is refused at the right place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.fhir.accept.samples import SAMPLES

from chartline.formats.fhir import JsonObject, accept, canonical, check, faults, parse
from chartline.formats.fhir.accept.quick import passes
from chartline.kernel.errors import ChartlineError

OFFICIAL = Path(__file__).parents[1] / "official"


@pytest.mark.parametrize("name", SAMPLES)
def test_an_example_is_accepted_as_it_stands(name: str) -> None:
    body = SAMPLES[name]
    accepted = accept(body)
    assert canonical(accepted) == canonical(parse(body))
    assert faults(accepted) == []
    check(accepted)


def test_the_quick_check_alone_is_sure_of_nearly_every_example() -> None:
    sure = sum(passes(parse(body)) for body in SAMPLES.values())
    assert sure >= 0.95 * len(SAMPLES)


def test_digits_stay_as_they_were_written() -> None:
    accepted = accept(SAMPLES["observation-decimal"])
    assert canonical(accepted) == canonical(parse(SAMPLES["observation-decimal"]))
    assert b"1.0" in canonical(accepted)


def test_an_example_of_an_older_version_is_refused_for_all_it_lacks() -> None:
    """HL7's example of an ExplanationOfBenefit among the test cases is not R4: eleven required elements are missing."""
    body = (OFFICIAL / "explanationofbenefit-example.json").read_bytes()
    found = faults(parse(body))
    assert {fault.path for fault in found} == {
        "ExplanationOfBenefit.item[0].productOrService",
        "ExplanationOfBenefit.item[1].productOrService",
        "ExplanationOfBenefit.status",
        "ExplanationOfBenefit.type",
        "ExplanationOfBenefit.use",
        "ExplanationOfBenefit.patient",
        "ExplanationOfBenefit.created",
        "ExplanationOfBenefit.insurer",
        "ExplanationOfBenefit.provider",
        "ExplanationOfBenefit.outcome",
        "ExplanationOfBenefit.insurance",
    }
    assert {fault.code for fault in found} == {"required"}
    with pytest.raises(ChartlineError) as refused:
        accept(body)
    assert refused.value.problem.fields["count"] == "11"


def test_extensions_beside_a_shorter_list_are_accepted() -> None:
    accept((OFFICIAL / "patient-name-extensions.json").read_bytes())


def at(resource: JsonObject, path: str) -> tuple[JsonObject, str]:
    """The object that holds the last name of a path (``name.0.given``), and that name."""
    here: object = resource
    *way, last = path.split(".")
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here[step] if isinstance(here, dict) else None
    assert isinstance(here, dict)
    return here, last


MISSING = object()


@pytest.mark.parametrize(
    ("name", "where", "value", "place", "code"),
    [
        ("Patient-example", "gender", "woman", "Patient.gender", "code-invalid"),
        ("Patient-example", "birthDate", "1987-02-29", "Patient.birthDate", "value"),
        ("Patient-example", "name.0.given", "Amy", "Patient.name[0].given", "structure"),
        ("Patient-example", "name.0.given", ["Amy", None], "Patient.name[0].given[1]", "structure"),
        ("Patient-example", "name.0.middle", "V.", "Patient.name[0].middle", "structure"),
        ("Patient-example", "fhir_comments", ["x"], "Patient.fhir_comments", "structure"),
        ("Patient-example", "extension.0.url", MISSING, "Patient.extension[0].url", "required"),
        ("Patient-example", "extension.0.valueMoon", "x", "Patient.extension[0].valueMoon", "structure"),
        ("Patient-example", "text.div", "<div><script>x</script></div>", "Patient.text.div", "invalid"),
        ("Patient-example", "text.status", MISSING, "Patient.text.status", "required"),
        ("Patient-example", "telecom.0.rank", 0, "Patient.telecom[0].rank", "value"),
        ("Patient-example", "meta.profile", [], "Patient.meta.profile", "structure"),
        ("Patient-example", "active", "true", "Patient.active", "value"),
        ("Patient-example", "identifier.0.use", "mine", "Patient.identifier[0].use", "code-invalid"),
        ("Patient-example", "multipleBirthBoolean", None, "Patient.multipleBirth", "value"),
        ("Observation-blood-pressure", "status", MISSING, "Observation.status", "required"),
        ("Observation-blood-pressure", "code", MISSING, "Observation.code", "required"),
        ("Observation-blood-pressure", "effectivePeriod", {"start": "2026"}, "Observation.effective", "structure"),
        ("Observation-blood-pressure", "valueMoney", {"value": 1}, "Observation.valueMoney", "structure"),
        ("Observation-blood-pressure", "component.1.code", MISSING, "Observation.component[1].code", "required"),
        ("Observation-blood-pressure", "component.0.valueQuantity.value", "109", "…value.value", "value"),
        ("condition-example", "clinicalStatus.coding.0.code", "gone", "Condition.clinicalStatus", "code-invalid"),
        ("condition-example", "clinicalStatus.coding.0.system", MISSING, "Condition.clinicalStatus", "code-invalid"),
        ("medicationrequest0301", "intent", "wish", "MedicationRequest.intent", "code-invalid"),
        ("medicationrequest0301", "subject", MISSING, "MedicationRequest.subject", "required"),
        ("medicationrequest0301", "contained.0.resourceType", "Pill", "…contained[0].resourceType", "structure"),
        ("questionnaire-example", "item.0.item.0.linkId", MISSING, "…item[0].item[0].linkId", "required"),
        ("questionnaire-example", "item.0.type", "riddle", "Questionnaire.item[0].type", "code-invalid"),
        ("parameters-example", "parameter.0.name", MISSING, "Parameters.parameter[0].name", "required"),
    ],
)
def test_a_spoiled_example_is_refused_at_its_place(name: str, where: str, value: object, place: str, code: str) -> None:
    resource = parse(SAMPLES[name])
    holder, last = at(resource, where)
    if value is MISSING:
        del holder[last]
    else:
        holder[last] = value
    found = faults(resource)
    assert [(fault.path.endswith(place.removeprefix("…")), fault.code) for fault in found] == [(True, code)]
    assert not passes(resource)
    with pytest.raises(ChartlineError):
        check(resource)
