"""Small wrong resources, each with what must be found: (severity, issue type, place, key of the rule).

The errors are all the errors there are; dom-6, the missing narrative, is left out everywhere.
"""

from __future__ import annotations

from typing import Any

US = "http://hl7.org/fhir/us/core/StructureDefinition/"
CORE = "http://hl7.org/fhir/StructureDefinition/"
MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
RACES = "urn:oid:2.16.840.1.113883.6.238"
UUID = "urn:uuid:6a4b9b0e-1111-4222-8333-123456789abc"
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'

Expected = tuple[str, str, str, str | None]


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient"} | elements


def us_patient(**elements: Any) -> dict[str, Any]:
    sound = {
        "meta": {"profile": [US + "us-core-patient"]},
        "identifier": [{"system": "urn:example:chart", "value": "A1"}],
        "name": [{"family": "Winterbourne", "given": ["Ada"]}],
        "gender": "female",
    }
    return {key: value for key, value in (patient(**sound) | elements).items() if value is not None}


def observation(**elements: Any) -> dict[str, Any]:
    sound = {"status": "final", "code": {"text": "Weight"}}
    return {
        key: value for key, value in ({"resourceType": "Observation"} | sound | elements).items() if value is not None
    }


def weight(**elements: Any) -> dict[str, Any]:
    sound = {
        "meta": {"profile": [US + "us-core-body-weight"]},
        "status": "final",
        "category": [coded("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")],
        "code": coded("http://loinc.org", "29463-7"),
        "subject": {"reference": "Patient/a"},
        "effectiveDateTime": "2026-03-02",
        "valueQuantity": {"value": 71, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }
    return {
        key: value for key, value in ({"resourceType": "Observation"} | sound | elements).items() if value is not None
    }


def pressure(*components: dict[str, Any]) -> dict[str, Any]:
    code = coded("http://loinc.org", "85354-9")
    return weight(
        meta={"profile": [US + "us-core-blood-pressure"]}, code=code, valueQuantity=None, component=list(components)
    )


def reading(code: str, unit: str = "mm[Hg]") -> dict[str, Any]:
    quantity = {"value": 118, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": unit}
    return {"code": coded("http://loinc.org", code), "valueQuantity": quantity}


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def condition(**elements: Any) -> dict[str, Any]:
    sound = {
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
        "code": {"text": "Migraine"},
        "subject": {"reference": "Patient/a"},
    }
    return {
        key: value for key, value in ({"resourceType": "Condition"} | sound | elements).items() if value is not None
    }


def race(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"url": US + "us-core-race", "extension": list(parts)}


def omb(code: str = "2106-3", system: str = RACES) -> dict[str, Any]:
    return {"url": "ombCategory", "valueCoding": {"system": system, "code": code}}


TEXT = {"url": "text", "valueString": "White"}


def bundle(kind: str, *entries: dict[str, Any], **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)} | elements


def narrative(inner: str) -> dict[str, Any]:
    return patient(text={"status": "generated", "div": XHTML.format(inner)})


BASE: dict[str, tuple[dict[str, Any], list[Expected]]] = {
    # Structure, as the quick check finds it.
    "unknown element": (patient(nickname="Ada"), [("error", "structure", "Patient.nickname", None)]),
    "wrong date": (patient(birthDate="1990-13-01"), [("error", "value", "Patient.birthDate", None)]),
    "not a list": (patient(name={"family": "A"}), [("error", "structure", "Patient.name", None)]),
    "two types of a choice": (
        patient(deceasedBoolean=True, deceasedDateTime="2026-01-01"),
        [("error", "structure", "Patient.deceased", None)],
    ),
    "required element": (observation(status=None), [("error", "required", "Observation.status", None)]),
    "code of a required set": (
        patient(gender="f"),
        [("error", "code-invalid", "Patient.gender", "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1")],
    ),
    "no type": ({"id": "a"}, [("error", "structure", "resourceType", None)]),
    # Invariants.
    "contact without anything": (
        patient(contact=[{"gender": "female"}]),
        [("error", "invariant", "Patient.contact[0]", "pat-1")],
    ),
    "telecom without system": (
        patient(telecom=[{"system": "phone", "value": "1"}, {"value": "2"}]),
        [("error", "invariant", "Patient.telecom[1]", "cpt-2")],
    ),
    "period backwards": (
        patient(name=[{"family": "A", "period": {"start": "2026-02-01", "end": "2026-01-01"}}]),
        [("error", "invariant", "Patient.name[0].period", "per-1")],
    ),
    "value and reason for none": (
        observation(valueString="x", dataAbsentReason={"text": "none"}),
        [("error", "invariant", "Observation", "obs-6")],
    ),
    "component repeats the code": (
        observation(
            code=coded("http://loinc.org", "1-8"),
            valueString="x",
            component=[{"code": coded("http://loinc.org", "1-8"), "valueString": "y"}],
        ),
        [("error", "invariant", "Observation", "obs-7")],
    ),
    "reference range without a limit": (
        observation(referenceRange=[{"appliesTo": [{"text": "adults"}]}]),
        [("error", "invariant", "Observation.referenceRange[0]", "obs-3")],
    ),
    "reference range of a component, by content reference": (
        observation(component=[{"code": {"text": "x"}, "referenceRange": [{"appliesTo": [{"text": "adults"}]}]}]),
        [("error", "invariant", "Observation.component[0].referenceRange[0]", "obs-3")],
    ),
    "quantity code without system": (
        observation(valueQuantity={"value": 1, "code": "kg"}),
        [("error", "invariant", "Observation.value", "qty-3")],
    ),
    "comparator in a simple quantity": (
        observation(referenceRange=[{"low": {"value": 1, "comparator": "<"}}]),
        [("error", "invariant", "Observation.referenceRange[0].low", "sqty-1")],
    ),
    "range backwards": (
        observation(valueRange={"low": {"value": 5}, "high": {"value": 3}}),
        [("error", "invariant", "Observation.value", "rng-2")],
    ),
    "condition that ended and is active": (
        condition(abatementDateTime="2026-01-01"),
        [("error", "invariant", "Condition", "con-4")],
    ),
    "group with members that is only a definition": (
        {
            "resourceType": "Group",
            "type": "person",
            "actual": False,
            "member": [{"entity": {"reference": "Patient/a"}}],
        },
        [("error", "invariant", "Group", "grp-1")],
    ),
    "display item with a code": (
        {
            "resourceType": "Questionnaire",
            "status": "draft",
            "item": [{"linkId": "1", "type": "group", "item": [{"linkId": "2", "type": "display", "required": True}]}],
        },
        [("error", "invariant", "Questionnaire.item[0].item[0]", "que-6")],
    ),
    "link ids twice": (
        {
            "resourceType": "Questionnaire",
            "status": "draft",
            "item": [{"linkId": "1", "type": "string"}, {"linkId": "1", "type": "string"}],
        },
        [("error", "invariant", "Questionnaire", "que-2")],
    ),
    "name that machines cannot use": (
        {"resourceType": "ValueSet", "status": "draft", "name": "not a name"},
        [("warning", "invariant", "ValueSet", "vsd-0")],
    ),
    "appointment that is booked without a time": (
        {
            "resourceType": "Appointment",
            "status": "booked",
            "participant": [{"status": "accepted", "type": [{"text": "x"}]}],
        },
        [("error", "invariant", "Appointment", "app-3")],
    ),
    "timing with a duration that has no unit": (
        {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/a"},
            "occurrenceTiming": {"repeat": {"duration": 3}},
        },
        [("error", "invariant", "ServiceRequest.occurrence.repeat", "tim-1")],
    ),
    # Contained resources.
    "contained and unused": (
        patient(contained=[{"resourceType": "Organization", "id": "o", "name": "A"}]),
        [("error", "invariant", "Patient", "dom-3")],
    ),
    "local reference to nothing": (
        patient(managingOrganization={"reference": "#o"}),
        [("error", "invariant", "Patient.managingOrganization", "ref-1")],
    ),
    "contained with a version": (
        patient(
            contained=[{"resourceType": "Organization", "id": "o", "name": "A", "meta": {"versionId": "1"}}],
            managingOrganization={"reference": "#o"},
        ),
        [("error", "invariant", "Patient", "dom-4")],
    ),
    "wrong inside contained": (
        patient(
            contained=[{"resourceType": "Organization", "id": "o", "active": True}],
            managingOrganization={"reference": "#o"},
        ),
        [("error", "invariant", "Patient.contained[0]", "org-1")],
    ),
    "contained ids twice": (
        patient(
            contained=[{"resourceType": "Organization", "id": "o", "name": "A"}] * 1
            + [{"resourceType": "Organization", "id": "o", "name": "B"}],
            managingOrganization={"reference": "#o"},
        ),
        [("error", "duplicate", "Patient.contained[1]", None)],
    ),
    # References.
    "reference to the wrong type": (
        patient(managingOrganization={"reference": "Patient/a"}),
        [("error", "value", "Patient.managingOrganization", None)],
    ),
    "reference to the wrong type, versioned and absolute": (
        patient(generalPractitioner=[{"reference": "https://a.example/fhir/Device/1/_history/2"}]),
        [("error", "value", "Patient.generalPractitioner[0]", None)],
    ),
    "contained of the wrong type": (
        patient(
            contained=[{"resourceType": "Location", "id": "o"}],
            managingOrganization={"reference": "#o"},
        ),
        [("error", "value", "Patient.managingOrganization", None)],
    ),
    "reference that is no reference": (
        patient(managingOrganization={"reference": "the office"}),
        [("error", "value", "Patient.managingOrganization.reference", None)],
    ),
    "reference to an unknown type": (
        patient(managingOrganization={"reference": "Office/1"}),
        [("error", "value", "Patient.managingOrganization.reference", None)],
    ),
    "reference whose type disagrees": (
        observation(subject={"reference": "Patient/a", "type": "Group"}),
        [("error", "value", "Observation.subject.type", None)],
    ),
    "reference with nothing in it": (
        patient(managingOrganization={"id": "x"}),
        [("error", "required", "Patient.managingOrganization", None)],
    ),
    # Codes.
    "required concept from outside": (
        condition(clinicalStatus=coded(CLINICAL, "sleeping")),
        [
            ("error", "code-invalid", "Condition.clinicalStatus.coding[0].code", CLINICAL),
            (
                "error",
                "code-invalid",
                "Condition.clinicalStatus",
                "http://hl7.org/fhir/ValueSet/condition-clinical|4.0.1",
            ),
        ],
    ),
    "required concept as text only": (
        condition(clinicalStatus={"text": "active"}),
        [
            (
                "error",
                "code-invalid",
                "Condition.clinicalStatus",
                "http://hl7.org/fhir/ValueSet/condition-clinical|4.0.1",
            )
        ],
    ),
    "extensible concept from outside": (
        patient(maritalStatus=coded(MARITAL, "Q")),
        [
            ("warning", "code-invalid", "Patient.maritalStatus", "http://hl7.org/fhir/ValueSet/marital-status"),
            (
                "error",
                "code-invalid",
                "Patient.maritalStatus.coding[0].code",
                MARITAL,
            ),
        ],
    ),
    # Datatypes.
    "identifier with a relative system": (
        patient(identifier=[{"system": "chart", "value": "1"}]),
        [("error", "value", "Patient.identifier[0].system", None)],
    ),
    "identifier that should be a URI": (
        patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "1"}]),
        [("error", "value", "Patient.identifier[0].value", None)],
    ),
    "coding with a relative system": (
        patient(maritalStatus={"coding": [{"system": "marital", "code": "M"}]}),
        [("error", "value", "Patient.maritalStatus.coding[0].system", None)],
    ),
    "coding from a value set": (
        patient(maritalStatus=coded("http://hl7.org/fhir/ValueSet/marital-status", "M")),
        [
            ("warning", "code-invalid", "Patient.maritalStatus", "http://hl7.org/fhir/ValueSet/marital-status"),
            ("error", "value", "Patient.maritalStatus.coding[0].system", None),
        ],
    ),
    "display of another code": (
        patient(maritalStatus={"coding": [{"system": MARITAL, "code": "M", "display": "Divorced"}]}),
        [("warning", "invalid", "Patient.maritalStatus.coding[0].display", MARITAL)],
    ),
    "quantity in a unit of a system that has it not": (
        observation(valueQuantity={"value": 1, "system": "http://terminology.hl7.org/CodeSystem/v3-Race", "code": "x"}),
        [
            (
                "error",
                "code-invalid",
                "Observation.value.code",
                "http://terminology.hl7.org/CodeSystem/v3-Race",
            )
        ],
    ),
    "UUID that is none": (
        bundle("collection", {"fullUrl": "urn:uuid:1", "resource": patient()}),
        [("warning", "value", "Bundle.entry[0].fullUrl", None)],
    ),
    "attachment whose size is another": (
        patient(photo=[{"contentType": "image/png", "data": "QUJD", "size": 4}]),
        [("warning", "value", "Patient.photo[0].size", None)],
    ),
    "attachment without a type": (
        patient(photo=[{"data": "QUJD"}]),
        [("error", "invariant", "Patient.photo[0]", "att-1")],
    ),
    # Narrative.
    "narrative with a picture map is fine, a form is not": (
        narrative('<p>x</p><form action="a">y</form>'),
        [("error", "invariant", "Patient.text.div", "txt-1")],
    ),
    "narrative with an event": (
        narrative('<p onclick="x()">x</p>'),
        [("error", "invariant", "Patient.text.div", "txt-1")],
    ),
    "narrative without content": (narrative("  "), [("error", "invariant", "Patient.text.div", "txt-2")]),
    "narrative that is not well formed": (
        narrative("<p>x"),
        [("error", "invariant", "Patient.text.div", "txt-1")],
    ),
    # Extensions.
    "extension with a value and parts": (
        patient(extension=[{"url": "urn:x", "valueString": "a", "extension": [{"url": "b", "valueString": "c"}]}]),
        [("error", "invariant", "Patient.extension[0]", "ext-1")],
    ),
    "extension with a relative address": (
        patient(extension=[{"url": "colour", "valueString": "a"}]),
        [("error", "extension", "Patient.extension[0].url", None)],
    ),
    "modifier that nobody knows": (
        patient(modifierExtension=[{"url": "urn:x:negated", "valueBoolean": True}]),
        [("error", "extension", "Patient.modifierExtension[0]", "urn:x:negated")],
    ),
    "extension in a place it is not for": (
        observation(extension=[{"url": CORE + "patient-birthPlace", "valueAddress": {"city": "Salem"}}]),
        [("error", "extension", "Observation.extension[0]", CORE + "patient-birthPlace")],
    ),
    "extension of a primitive in a place it is not for": (
        patient(gender="female", _gender={"extension": [{"url": CORE + "iso21090-EN-use", "valueCode": "ABC"}]}),
        [("error", "extension", "Patient.gender.extension[0]", CORE + "iso21090-EN-use")],
    ),
    "extension with the wrong type of value": (
        patient(extension=[{"url": CORE + "patient-birthPlace", "valueString": "Salem"}]),
        [("error", "structure", "Patient.extension[0].value", None)],
    ),
    "extension as a modifier that is none": (
        patient(modifierExtension=[{"url": CORE + "patient-birthPlace", "valueAddress": {"city": "Salem"}}]),
        [("error", "extension", "Patient.modifierExtension[0]", CORE + "patient-birthPlace")],
    ),
    "address of a resource type as an extension": (
        patient(extension=[{"url": CORE + "Patient", "valueString": "a"}]),
        [("error", "extension", "Patient.extension[0].url", CORE + "Patient")],
    ),
    # Bundles.
    "search result with a total in a collection": (
        bundle("collection", {"resource": patient()}, total=1),
        [("error", "invariant", "Bundle", "bdl-1")],
    ),
    "batch entry without a request": (
        bundle("batch", {"resource": patient()}),
        [("error", "invariant", "Bundle", "bdl-3")],
    ),
    "entries with the same address": (
        bundle(
            "collection",
            *[{"fullUrl": "urn:uuid:1", "resource": patient()}] * 1,
            {"fullUrl": "urn:uuid:1", "resource": patient()},
        ),
        [("error", "invariant", "Bundle", "bdl-7")],
    ),
    "document without a composition": (
        bundle(
            "document",
            {"fullUrl": "urn:uuid:1", "resource": patient()},
            identifier={"system": "urn:ietf:rfc:3986", "value": "urn:uuid:2"},
            timestamp="2026-01-01T00:00:00Z",
        ),
        [("error", "invariant", "Bundle", "bdl-11")],
    ),
    "wrong inside an entry": (
        bundle("collection", {"resource": patient()}, {"resource": patient(contact=[{"gender": "male"}])}),
        [("error", "invariant", "Bundle.entry[1].resource.contact[0]", "pat-1")],
    ),
    "reference to the wrong type of entry": (
        bundle(
            "collection",
            {"fullUrl": "urn:uuid:1", "resource": patient()},
            {"fullUrl": "urn:uuid:2", "resource": patient(managingOrganization={"reference": "urn:uuid:1"})},
        ),
        [("error", "value", "Bundle.entry[1].resource.managingOrganization", None)],
    ),
    "reference to an entry that is not there": (
        bundle(
            "transaction",
            {
                "resource": patient(managingOrganization={"reference": UUID}),
                "request": {"method": "POST", "url": "Patient"},
            },
        ),
        [("error", "not-found", "Bundle.entry[0].resource.managingOrganization.reference", None)],
    ),
    "entry that is there twice": (
        bundle("collection", {"resource": patient(id="1")}, {"resource": patient(id="1")}),
        [
            ("warning", "duplicate", "Bundle.entry[1]", None),
        ],
    ),
    "result of a search without an id": (
        bundle("searchset", {"fullUrl": UUID, "resource": patient()}),
        [("error", "required", "Bundle.entry[0].resource.id", None)],
    ),
    "result of a search without a resource": (
        bundle("searchset", {"fullUrl": UUID, "search": {"mode": "match"}}),
        [
            ("error", "required", "Bundle.entry[0]", None),
            ("error", "invariant", "Bundle.entry[0]", "bdl-5"),
        ],
    ),
    "result of a search that is called an outcome": (
        bundle("searchset", {"fullUrl": UUID, "resource": patient(id="1"), "search": {"mode": "outcome"}}),
        [("error", "value", "Bundle.entry[0].search.mode", None)],
    ),
    "address that is not the entry's": (
        bundle("collection", {"fullUrl": "https://a.example/Patient/1", "resource": patient(id="2")}),
        [("warning", "value", "Bundle.entry[0].fullUrl", None)],
    ),
    # Claims.
    "profile that nobody knows": (
        patient(meta={"profile": ["https://a.example/StructureDefinition/none"]}),
        [("warning", "not-found", "Patient", "https://a.example/StructureDefinition/none")],
    ),
    "profile of another type": (
        patient(meta={"profile": [US + "us-core-encounter"]}),
        [("error", "structure", "Patient", None)],
    ),
}
"""Against the base definitions."""

US_CORE: dict[str, tuple[dict[str, Any], list[Expected]]] = {
    "patient without an identifier": (us_patient(identifier=None), [("error", "required", "Patient.identifier", None)]),
    "patient without a gender": (us_patient(gender=None), [("error", "required", "Patient.gender", None)]),
    "identifier without a value": (
        us_patient(identifier=[{"system": "urn:example:chart"}]),
        [("error", "required", "Patient.identifier[0].value", None)],
    ),
    "telecom without a system": (
        us_patient(telecom=[{"use": "home", "value": "1"}]),
        [
            ("error", "invariant", "Patient.telecom[0]", "cpt-2"),
            ("error", "required", "Patient.telecom[0].system", None),
        ],
    ),
    "name without any part": (
        us_patient(name=[{"use": "official"}]),
        [("error", "invariant", "Patient.name[0]", "us-core-6")],
    ),
    "race without text": (
        us_patient(extension=[race(omb())]),
        [("error", "required", "Patient.extension[0].extension", "text")],
    ),
    "race twice": (
        us_patient(extension=[race(omb(), TEXT), race(omb(), TEXT)]),
        [("error", "structure", "Patient.extension", "race")],
    ),
    "race with a code that is none": (
        us_patient(extension=[race(omb("0000-0"), TEXT)]),
        [
            (
                "error",
                "code-invalid",
                "Patient.extension[0].extension[0].value",
                "http://hl7.org/fhir/us/core/ValueSet/omb-race-category",
            ),
            ("error", "code-invalid", "Patient.extension[0].extension[0].value.code", RACES),
        ],
    ),
    "race with a part of another kind": (
        us_patient(extension=[race(omb(), TEXT, {"url": "colour", "valueString": "x"})]),
        [("error", "extension", "Patient.extension[0].extension[2]", US + "us-core-race")],
    ),
    "race with a value": (
        us_patient(extension=[{"url": US + "us-core-race", "valueString": "White"}]),
        [
            ("error", "required", "Patient.extension[0].extension", None),
            ("error", "required", "Patient.extension[0].extension", "text"),
            ("error", "structure", "Patient.extension[0].value", None),
        ],
    ),
    "weight in a unit that is none": (
        weight(
            valueQuantity={"value": 71, "unit": "stone", "system": "http://unitsofmeasure.org", "code": "[stone_av]"}
        ),
        [("error", "code-invalid", "Observation.value.code", "http://hl7.org/fhir/ValueSet/ucum-bodyweight|4.0.1")],
    ),
    "weight with another code": (
        weight(code=coded("http://loinc.org", "8302-2")),
        [("error", "value", "Observation.code", None)],
    ),
    "weight without a unit": (
        weight(valueQuantity={"value": 71, "system": "http://unitsofmeasure.org", "code": "kg"}),
        [("error", "required", "Observation.value.unit", None)],
    ),
    "weight to the month": (
        weight(effectiveDateTime="2026-03"),
        [("error", "invariant", "Observation.effective", "vs-1")],
    ),
    "weight without the category of vital signs": (
        weight(category=[{"text": "vitals"}]),
        [("error", "required", "Observation.category", "VSCat")],
    ),
    "weight without a time": (
        weight(effectiveDateTime=None),
        [("error", "required", "Observation.effective", None)],
    ),
    "weight of a location": (
        weight(subject={"reference": "Location/a"}),
        [("error", "value", "Observation.subject", None)],
    ),
    "blood pressure without the lower reading": (
        pressure(reading("8480-6")),
        [
            ("error", "required", "Observation.component", None),
            ("error", "required", "Observation.component", "diastolic"),
        ],
    ),
    "blood pressure with a wrong unit in a slice": (
        pressure(reading("8480-6"), reading("8462-4", "kPa")),
        [("error", "value", "Observation.component[1].value.code", None)],
    ),
    "problem without its category": (
        condition(
            meta={"profile": [US + "us-core-condition-problems-health-concerns"]},
            category=[coded("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis")],
        ),
        [("error", "required", "Condition.category", "us-core")],
    ),
}
"""Against US Core 6.1.0."""
