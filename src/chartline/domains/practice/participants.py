"""Who and what takes part in a visit: the participants of an Appointment, each known by its own key.

The patient and the provider are known by the type of their reference; a vendor's profile, column and facility by the
identifier system of their connection. Writing changes the one participant a key names, in its place. Refuses to
reorder or drop the others: interpreters, further providers, rooms, other connections' numbers.
"""

from __future__ import annotations

from chartline.connect.facts import VisitFact
from chartline.domains.practice.systems import vendor_system
from chartline.formats.fhir import JsonObject, child, children, identifier, reference, reference_target, text
from chartline.formats.fhir.elements import updated

PROFILE, COLUMN, FACILITY = "profile", "column", "facility"
_PATIENT, _PRACTITIONER = "Patient", "Practitioner"
_PEOPLE = (_PATIENT, _PRACTITIONER)


def participant_id(appointment: JsonObject, rtype: str) -> str | None:
    """The id of the Patient or Practitioner that takes part, or None."""
    for one in children(appointment, "participant"):
        target = reference_target(child(one, "actor"))
        if target and target[0] == rtype:
            return target[1]
    return None


def number_of(appointment: JsonObject, source: str, what: str) -> str | None:
    """The number that one connection has for the profile, column or facility of a visit."""
    system = vendor_system(source, what)
    for one in children(appointment, "participant"):
        known = child(child(one, "actor"), "identifier")
        if source and text(known, "system") == system:
            return text(known, "value")
    return None


def participants(
    visit: VisitFact, patient_id: str, provider_id: str | None, existing: JsonObject | None, source: str
) -> list[JsonObject]:
    """The participants with what a VisitFact says, over the existing ones; new ones come behind."""
    wanted = _wanted(visit, patient_id, provider_id, source)
    taken: set[str] = set()
    kept: list[JsonObject] = []
    for one in children(existing, "participant"):
        actor = child(one, "actor") or {}
        key = _key(actor, source, provider_known=provider_id is not None)
        if key is None or (
            key in taken and key in _PEOPLE and reference_target(actor) != reference_target(wanted[key])
        ):
            kept.append(one)
        elif key not in taken:
            taken.add(key)
            new = wanted[key]
            if new:
                kept.append({**one, "actor": _actor(actor, new)})
    fresh = [_participant(actor) for key, actor in wanted.items() if actor and key not in taken]
    return [*kept, *fresh]


def _wanted(visit: VisitFact, patient_id: str, provider_id: str | None, source: str) -> dict[str, JsonObject]:
    """The actor of each key; empty where there is none to be."""
    provider = reference(_PRACTITIONER, provider_id) if provider_id else JsonObject()
    if source and visit.provider_vendor_id:
        provider = {**provider, "identifier": identifier(vendor_system(source, PROFILE), visit.provider_vendor_id)}
    wanted = {_PATIENT: reference(_PATIENT, patient_id), _PRACTITIONER: provider}
    for what, number in ((COLUMN, visit.column_vendor_id), (FACILITY, visit.facility_vendor_id)):
        known = source and number
        wanted[what] = {"type": "Location", "identifier": identifier(vendor_system(source, what), number or "")}
        wanted[what] = wanted[what] if known else JsonObject()
    return wanted


def _key(actor: JsonObject, source: str, *, provider_known: bool) -> str | None:
    """Which of our keys an actor has. A provider of ours is replaced only by another one of ours."""
    system = text(child(actor, "identifier"), "system")
    if source and system is not None:
        for key, what in ((_PRACTITIONER, PROFILE), (COLUMN, COLUMN), (FACILITY, FACILITY)):
            if system == vendor_system(source, what):
                return key
    rtype = (reference_target(actor) or ("", ""))[0]
    if rtype == _PATIENT or (rtype == _PRACTITIONER and provider_known):
        return rtype
    return None


def _actor(prior: JsonObject, new: JsonObject) -> JsonObject:
    """The new actor, with what else the prior one said while it is the same one."""
    if text(prior, "reference") != text(new, "reference"):
        return new
    known, number = child(prior, "identifier"), child(new, "identifier")
    return updated(prior, **{**new, "identifier": updated(known, **number) if number else None})


def _participant(actor: JsonObject) -> JsonObject:
    return {"actor": actor, "status": "accepted"}
