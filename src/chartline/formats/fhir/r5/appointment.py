"""Appointment in R5: reasons and services are codeable references, comments are notes, instructions too.

Source: the R4 and R5 pages of Appointment. A priority is a number in R4 (after iCalendar) and a concept in R5, where it
becomes the concept's text. ``required`` is a flag in R5: ``information-only`` is carried as an extension.
"""

from __future__ import annotations

from chartline.formats.fhir.elements import children
from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.r5.parts import carry, concept_of, inside, reference_of, rename, take


def appointment(resource: JsonObject) -> None:
    """Change an Appointment in place."""
    rename(resource, "cancelationReason", "cancellationReason")
    concept_of(resource, "serviceType", "serviceType")
    concept_of(resource, "reasonCode", "reason")
    reference_of(resource, "reasonReference", "reason")
    if (priority := take(resource, "priority")) is not None:
        if "" in priority:
            priority[""] = str(priority[""])
        resource["priority"] = inside(priority, "text")
    if (comment := take(resource, "comment")) is not None:
        resource["note"] = [inside(comment, "text")]
    if (instruction := take(resource, "patientInstruction")) is not None:
        resource["patientInstruction"] = [{"concept": inside(instruction, "text")}]
    for participant in children(resource, "participant"):
        if participant.get("required") == "information-only":
            del participant["required"]
            carry(participant, "Appointment.participant.required", valueCode="information-only")
        elif "required" in participant:
            participant["required"] = participant["required"] == "required"
