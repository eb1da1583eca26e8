"""Claim and ExplanationOfBenefit in R5: they share careTeam, diagnoses and items, and change alike.

Source: the R4 and R5 pages of both. R5 knows one diagnosis related group a claim, where R4 has a package code a
diagnosis: one code for all becomes the claim's group, several are carried as extensions of their diagnoses.
"""

from __future__ import annotations

from chartline.formats.fhir.elements import child, children
from chartline.formats.fhir.json import JsonObject, canonical
from chartline.formats.fhir.r5.parts import carry, inside, rename, take

_NOTE_TYPES = "http://hl7.org/fhir/note-type"


def claim(resource: JsonObject) -> None:
    """Change a Claim in place."""
    _shared(resource, "Claim")


def explanation_of_benefit(resource: JsonObject) -> None:
    """Change an ExplanationOfBenefit in place."""
    _shared(resource, "ExplanationOfBenefit")
    _adjudications(resource)
    for item in (*children(resource, "item"), *children(resource, "addItem")):
        _adjudications(item)
        for detail in children(item, "detail"):
            _adjudications(detail)
            for part in children(detail, "subDetail"):
                _adjudications(part)
    for item in children(resource, "addItem"):
        _body_site(item)
    for note in children(resource, "processNote"):
        if (kind := take(note, "type")) is not None:
            note["type"] = {"coding": [{"system": _NOTE_TYPES, **inside(kind, "code")}]}


def _shared(resource: JsonObject, name: str) -> None:
    for member in children(resource, "careTeam"):
        rename(member, "qualification", "specialty")
    _package_codes(resource, name)
    for item in children(resource, "item"):
        _body_site(item)


def _package_codes(resource: JsonObject, name: str) -> None:
    found = [(one, code) for one in children(resource, "diagnosis") if (code := child(one, "packageCode")) is not None]
    single = len({canonical(code) for _, code in found}) == 1
    for diagnosis, code in found:
        del diagnosis["packageCode"]
        if single:
            resource["diagnosisRelatedGroup"] = code
        else:
            carry(diagnosis, f"{name}.diagnosis.packageCode", valueCodeableConcept=code)


def _body_site(item: JsonObject) -> None:
    """A site and its parts are one element in R5. Parts of no site are carried with a site that is not said."""
    site, parts = child(item, "bodySite"), children(item, "subSite")
    item.pop("bodySite", None)
    item.pop("subSite", None)
    if site or parts:
        unsaid: JsonObject = {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "unknown",
        }
        made: JsonObject = {"site": [{"concept": site} if site else {"extension": [unsaid]}]}
        item["bodySite"] = [{**made, "subSite": parts} if parts else made]


def _adjudications(holder: JsonObject) -> None:
    for line in children(holder, "adjudication"):
        if (value := take(line, "value")) is not None:
            line["quantity"] = inside(value, "value")
