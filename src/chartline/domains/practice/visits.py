"""A visit as exchanged with vendors, to and from a FHIR R4 Appointment, and the Encounter it becomes.

An Encounter exists from the patient's arrival on; its id is derived from the appointment's, so that the two can be
found from each other without a search. Numbers of a vendor's profile, column and facility stand beside our own
references. Refuses nothing a vendor sends: a status without an equivalent is kept in an extension.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chartline.connect.facts import VisitFact, VisitStatus
from chartline.domains.practice.problems import INCOMPLETE_VISIT
from chartline.domains.practice.systems import RAW_STATUS, vendor_system
from chartline.formats.fhir import (
    JsonObject,
    child,
    children,
    coding,
    identifier,
    reference,
    reference_target,
    span,
    text,
)
from chartline.formats.fhir.amounts import fhir_moment
from chartline.formats.fhir.elements import updated
from chartline.kernel.ids import derived_id

_STATUSES = {
    VisitStatus.BOOKED: "booked",
    VisitStatus.ARRIVED: "arrived",
    VisitStatus.SEEN: "fulfilled",
    VisitStatus.MOVED: "cancelled",
    VisitStatus.CANCELLED: "cancelled",
    VisitStatus.NO_SHOW: "noshow",
    VisitStatus.DELETED: "entered-in-error",
    VisitStatus.OTHER: "pending",
}
_READ = {
    "booked": VisitStatus.BOOKED,
    "arrived": VisitStatus.ARRIVED,
    "checked-in": VisitStatus.ARRIVED,
    "fulfilled": VisitStatus.SEEN,
    "cancelled": VisitStatus.CANCELLED,
    "noshow": VisitStatus.NO_SHOW,
    "entered-in-error": VisitStatus.DELETED,
}
_ENCOUNTERS = {
    "arrived": "arrived",
    "checked-in": "arrived",
    "fulfilled": "finished",
    "cancelled": "cancelled",
    "noshow": "cancelled",
    "entered-in-error": "entered-in-error",
}
_MOVED_WORDS = "moved to another time"
_CLASS_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PROFILE, COLUMN, FACILITY = "profile", "column", "facility"


def write_visit(
    visit: VisitFact,
    appointment_id: str,
    patient_id: str,
    provider_id: str | None = None,
    existing: JsonObject | None = None,
    source: str = "",
) -> JsonObject:
    """An Appointment with what a VisitFact says. ``provider_id`` is our provider, where the vendor's is linked."""
    status = VisitStatus.DELETED if visit.deleted else visit.status
    moved = {"text": _MOVED_WORDS} if status is VisitStatus.MOVED else None
    reason = child(existing, "cancelationReason")
    if text(reason, "text") == _MOVED_WORDS:
        reason = None
    return updated(
        existing,
        resourceType="Appointment",
        id=appointment_id,
        # A vendor's "arrived" does not undo the finer "checked-in" of our own.
        status="checked-in" if _kept_checked_in(existing, status) else _STATUSES[status],
        cancelationReason=moved or (reason if status is VisitStatus.CANCELLED else None),
        extension=_extensions(existing, visit.raw_status if status is VisitStatus.OTHER else ""),
        start=fhir_moment(visit.start),
        end=fhir_moment(visit.start + timedelta(minutes=visit.minutes)),
        minutesDuration=visit.minutes or None,
        participant=_participants(visit, patient_id, provider_id, existing, source),
    )


def read_visit(
    appointment: JsonObject,
    patient_vendor_id: str,
    source: str = "",
    provider_vendor_id: str | None = None,
    vendor_id: str | None = None,
) -> VisitFact:
    """The visit an Appointment describes.

    ``provider_vendor_id`` wins over the profile number kept in the resource. Raises ``practice.visit_incomplete``.
    """
    start, end = _moment(appointment, "start"), _moment(appointment, "end")
    if start is None:
        raise INCOMPLETE_VISIT.error(appointment=text(appointment, "id") or "")
    minutes = appointment.get("minutesDuration")
    if not isinstance(minutes, int):
        minutes = int((end - start).total_seconds()) // 60 if end else 0
    status = visit_status(appointment)
    return VisitFact(
        vendor_id=vendor_id,
        patient_vendor_id=patient_vendor_id,
        start=start,
        minutes=minutes,
        status=status,
        provider_vendor_id=provider_vendor_id or _number(appointment, source, PROFILE),
        column_vendor_id=_number(appointment, source, COLUMN),
        facility_vendor_id=_number(appointment, source, FACILITY),
        deleted=status is VisitStatus.DELETED,
        raw_status=_raw_status(appointment),
    )


def visit_status(appointment: JsonObject) -> VisitStatus:
    """Where the visit of an Appointment stands."""
    code = text(appointment, "status") or ""
    if code == "cancelled" and text(child(appointment, "cancelationReason"), "text") == _MOVED_WORDS:
        return VisitStatus.MOVED
    return _READ.get(code, VisitStatus.OTHER)


def participant_id(appointment: JsonObject, rtype: str) -> str | None:
    """The id of the Patient or Practitioner that takes part, or None."""
    for one in children(appointment, "participant"):
        target = reference_target(child(one, "actor"))
        if target and target[0] == rtype:
            return target[1]
    return None


def encounter_id(organisation: str, appointment_id: str) -> str:
    """The id of the Encounter that belongs to an Appointment, whether or not it exists yet."""
    return derived_id("encounter", organisation, appointment_id)


def write_encounter(appointment: JsonObject, organisation: str, existing: JsonObject | None) -> JsonObject | None:
    """The Encounter of an Appointment; None while there is none to be: before arrival, or never arrived.

    An Encounter that exists follows the visit into ``cancelled`` and ``entered-in-error``. It begins as
    ambulatory; another class set here by hand stays.
    """
    status = _ENCOUNTERS.get(text(appointment, "status") or "")
    if status is None and existing is None:
        return None
    if existing is None and status not in ("arrived", "finished"):
        return None
    appointment_id, patient = text(appointment, "id") or "", participant_id(appointment, "Patient")
    if patient is None:
        raise INCOMPLETE_VISIT.error(appointment=appointment_id)
    provider = participant_id(appointment, "Practitioner")
    return updated(
        existing or {"class": coding(_CLASS_SYSTEM, "AMB")},
        resourceType="Encounter",
        id=encounter_id(organisation, appointment_id),
        status=status or "planned",
        subject=reference("Patient", patient),
        appointment=[reference("Appointment", appointment_id)],
        period=updated(
            child(existing, "period"),
            start=text(appointment, "start"),
            end=text(appointment, "end") if status == "finished" else None,
        ),
        participant=[{"individual": reference("Practitioner", provider)}]
        if provider
        else children(existing, "participant"),
    )


def _kept_checked_in(existing: JsonObject | None, status: VisitStatus) -> bool:
    return status is VisitStatus.ARRIVED and text(existing, "status") == "checked-in"


def _moment(appointment: JsonObject, name: str) -> datetime | None:
    found = span(text(appointment, name) or "")
    return found.start if found else None


def _extensions(existing: JsonObject | None, raw: str) -> list[JsonObject]:
    others = [one for one in children(existing, "extension") if text(one, "url") != RAW_STATUS]
    return [*others, {"url": RAW_STATUS, "valueString": raw}] if raw else others


def _raw_status(appointment: JsonObject) -> str:
    found = (one for one in children(appointment, "extension") if text(one, "url") == RAW_STATUS)
    return text(next(found, None), "valueString") or ""


def _number(appointment: JsonObject, source: str, what: str) -> str | None:
    system = vendor_system(source, what)
    for one in children(appointment, "participant"):
        known = child(child(one, "actor"), "identifier")
        if source and text(known, "system") == system:
            return text(known, "value")
    return None


def _participants(
    visit: VisitFact, patient_id: str, provider_id: str | None, existing: JsonObject | None, source: str
) -> list[JsonObject]:
    """Patient, provider, column and facility first; participants that a VisitFact does not know stay behind them."""
    patient = _participant(reference("Patient", patient_id))
    ours = [patient, *_numbered(visit, provider_id, source)]
    practitioner_known = len(ours) > 1 and "reference" in (child(ours[1], "actor") or {})
    others = [
        one
        for one in children(existing, "participant")
        if not _replaced(child(one, "actor") or {}, source, practitioner_known)
    ]
    return [*ours, *others]


def _numbered(visit: VisitFact, provider_id: str | None, source: str) -> list[JsonObject]:
    actors: list[JsonObject] = []
    actor = reference("Practitioner", provider_id) if provider_id else JsonObject()
    if source and visit.provider_vendor_id:
        actor = {**actor, "identifier": identifier(vendor_system(source, PROFILE), visit.provider_vendor_id)}
    if actor:
        actors.append(actor)
    for what, number in ((COLUMN, visit.column_vendor_id), (FACILITY, visit.facility_vendor_id)):
        if source and number:
            actors.append({"type": "Location", "identifier": identifier(vendor_system(source, what), number)})
    return [_participant(actor) for actor in actors]


def _participant(actor: JsonObject) -> JsonObject:
    return {"actor": actor, "status": "accepted"}


def _replaced(actor: JsonObject, source: str, practitioner_known: bool) -> bool:
    target = reference_target(actor)
    system = text(child(actor, "identifier"), "system")
    ours = {vendor_system(source, what) for what in (PROFILE, COLUMN, FACILITY)} if source else set()
    if target and target[0] == "Patient":
        return True
    return system in ours or bool(practitioner_known and target and target[0] == "Practitioner")
