"""R4 expects observations of vital signs to follow its profiles, also when they do not claim to.

From the R4 page on vital signs, with the LOINC codes it names. What a profile misses is told as a warning: many senders
do not know the rule, and the resource is sound without it.
"""

from __future__ import annotations

from dataclasses import replace

from chartline.formats.fhir.elements import child, children, text
from chartline.formats.fhir.validation.issue import Severity
from chartline.formats.fhir.validation.library import check_profile
from chartline.formats.fhir.validation.visit import Item, Visit

LOINC = "http://loinc.org"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
PROFILES = {
    "85353-1": "vitalspanel",
    "9279-1": "resprate",
    "8867-4": "heartrate",
    "2708-6": "oxygensat",
    "8310-5": "bodytemp",
    "8302-2": "bodyheight",
    "9843-4": "headcircum",
    "29463-7": "bodyweight",
    "39156-5": "bmi",
    "85354-9": "bp",
}
"""The code of the observation, and the last part of the profile's canonical."""


def check_vital_signs(visit: Visit) -> None:
    """Warn of what an Observation lacks of the profile that R4 has for its code."""
    resource = visit.resource
    for coding in children(child(resource, "code"), "coding"):
        name = PROFILES.get(text(coding, "code") or "") if text(coding, "system") == LOINC else None
        if name is None:
            continue
        aside = visit.aside()
        check_profile(f"{_CORE}{name}", Item(resource, None, "Observation", visit.at), aside)
        for issue in aside.report.issues():
            if issue.severity is not Severity.INFORMATION:
                visit.report.add(replace(issue, severity=Severity.WARNING))
        return
