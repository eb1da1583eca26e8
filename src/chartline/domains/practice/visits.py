"""A visit as exchanged with vendors, to and from a FHIR R4 Appointment, and the Encounter it becomes.

An Encounter exists from the patient's arrival on; its id is derived from the appointment's, so that the two can be
found from each other without a search. Refuses nothing a vendor sends: a status without an equivalent is kept in an
extension. Refuses to read notes and comments: they are nobody's business but the practice's.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from chartline.connect.facts import VisitFact, VisitStatus
from chartline.domains.practice.participants import (
    COLUMN,
    FACILITY,
    PROFILE,
    number_of,
    participant_id,
    participants,
)
from chartline.domains.practice.problems import INCOMPLETE_VISIT
from chartline.domains.practice.systems import RAW_STATUS, VISIT_STATE, vendor_system
from chartline.formats.fhir import JsonObject, child, children, code_of, coding, concept, reference, span, text
from chartline.formats.fhir.amounts import fhir_moment
from chartline.formats.fhir.elements import updated
from chartline.kernel.ids import derived_id

__all__ = [
    "HELD",
    "encounter_id",
    "participant_id",
    "read_visit",
    "visit_status",
    "write_encounter",
    "write_visit",
]

HELD = frozenset({VisitStatus.SEEN, VisitStatus.CHECKED_OUT})
"""The states in which the patient was seen: what can be charged for."""

_STATUSES = {
    VisitStatus.BOOKED: "booked",
    VisitStatus.CONFIRMED: "booked",
    VisitStatus.ARRIVED: "arrived",
    VisitStatus.SEEN: "fulfilled",
    VisitStatus.CHECKED_OUT: "fulfilled",
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
_MARKS = {VisitStatus.CONFIRMED: "confirmed", VisitStatus.CHECKED_OUT: "checked-out"}
"""FHIR has one word for booked and confirmed, and one for seen and checked out: an extension tells them apart."""
_FINER = {("booked", "confirmed"): VisitStatus.CONFIRMED, ("fulfilled", "checked-out"): VisitStatus.CHECKED_OUT}
_ENCOUNTERS = {
    "arrived": "arrived",
    "checked-in": "arrived",
    "fulfilled": "finished",
    "cancelled": "cancelled",
    "noshow": "cancelled",
    "entered-in-error": "entered-in-error",
}
REASON = "cancel-reason"
_MOVED_WORDS = "moved to another time"
_CLASS_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_REASONS = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_HL7_REASON = re.compile(r"(?:pat|prov|maint|meds-inc|other|oth)(?:-[a-z]+)*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
"""A reason that leaves the house is a code of this form; words never leave."""
_CALLED_OFF = (VisitStatus.CANCELLED, VisitStatus.NO_SHOW)


def write_visit(
    visit: VisitFact,
    appointment_id: str,
    patient_id: str,
    provider_id: str | None = None,
    existing: JsonObject | None = None,
    source: str = "",
) -> JsonObject:
    """An Appointment with what a VisitFact says. ``provider_id`` is our provider, where the vendor's is linked.

    What the fact does not know, and what already means the same, stays as it is written.
    """
    status = VisitStatus.DELETED if visit.deleted else visit.status
    raw = visit.raw_status if status is VisitStatus.OTHER else ""
    return updated(
        existing,
        resourceType="Appointment",
        id=appointment_id,
        # A vendor's "arrived" does not undo the finer "checked-in" of our own, nor an "other" our "waitlist".
        status=text(existing, "status") if _means(existing, status) else _STATUSES[status],
        cancelationReason=_reason(existing, status, visit.cancel_reason, source),
        extension=_extensions(existing, raw, _MARKS.get(status, "")),
        participant=participants(visit, patient_id, provider_id, existing, source),
        **_times(existing, visit),
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
    start = _moment(appointment, "start")
    if start is None:
        raise INCOMPLETE_VISIT.error(appointment=text(appointment, "id") or "")
    status = visit_status(appointment)
    return VisitFact(
        vendor_id=vendor_id,
        patient_vendor_id=patient_vendor_id,
        start=start,
        minutes=_minutes(appointment, start),
        status=status,
        provider_vendor_id=provider_vendor_id or number_of(appointment, source, PROFILE),
        column_vendor_id=number_of(appointment, source, COLUMN),
        facility_vendor_id=number_of(appointment, source, FACILITY),
        deleted=status is VisitStatus.DELETED,
        raw_status=_marked(appointment, RAW_STATUS, "valueString"),
        cancel_reason=_reason_code(appointment) if status in _CALLED_OFF else "",
    )


def visit_status(appointment: JsonObject) -> VisitStatus:
    """Where the visit of an Appointment stands."""
    code = text(appointment, "status") or ""
    if code == "cancelled" and text(child(appointment, "cancelationReason"), "text") == _MOVED_WORDS:
        return VisitStatus.MOVED
    finer = _FINER.get((code, _marked(appointment, VISIT_STATE, "valueCode")))
    return finer or _READ.get(code, VisitStatus.OTHER)


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


def _means(existing: JsonObject | None, status: VisitStatus) -> bool:
    """Whether the status of an Appointment already stands for this state, marks aside."""
    code = text(existing, "status")
    return code is not None and _READ.get(code, VisitStatus.OTHER) is status


def _times(existing: JsonObject | None, visit: VisitFact) -> dict[str, object]:
    """Start, end and length where they are news; the same moment in another zone is none."""
    start = _moment(existing, "start") if existing else None
    moved = start != visit.start
    if existing and start and not moved and _minutes(existing, start) == visit.minutes:
        return {}
    times: dict[str, object] = {"start": fhir_moment(visit.start)} if moved else {}
    end = fhir_moment(visit.start + timedelta(minutes=visit.minutes))
    return {**times, "end": end, "minutesDuration": visit.minutes or None}


def _moment(appointment: JsonObject, name: str) -> datetime | None:
    found = span(text(appointment, name) or "")
    return found.start if found else None


def _minutes(appointment: JsonObject, start: datetime) -> int:
    minutes, end = appointment.get("minutesDuration"), _moment(appointment, "end")
    if isinstance(minutes, int):
        return minutes
    return int((end - start).total_seconds()) // 60 if end else 0


def _reason(existing: JsonObject | None, status: VisitStatus, code: str, source: str) -> JsonObject | None:
    """Why a visit was called off. Words that somebody wrote beside the same code stay; they are never read."""
    if status is VisitStatus.MOVED:
        return {"text": _MOVED_WORDS}
    known = child(existing, "cancelationReason")
    if status not in _CALLED_OFF:
        return None
    if code and code != _reason_code(existing):
        return concept(_REASONS if _HL7_REASON.fullmatch(code) else vendor_system(source, REASON), code)
    return None if text(known, "text") == _MOVED_WORDS else known


def _reason_code(appointment: JsonObject | None) -> str:
    code = code_of(child(appointment, "cancelationReason")) or ""
    return code if _CODE.fullmatch(code) else ""


def _extensions(existing: JsonObject | None, raw: str, mark: str) -> list[JsonObject]:
    others = [one for one in children(existing, "extension") if text(one, "url") not in (RAW_STATUS, VISIT_STATE)]
    if mark:
        others.append({"url": VISIT_STATE, "valueCode": mark})
    return [*others, {"url": RAW_STATUS, "valueString": raw}] if raw else others


def _marked(appointment: JsonObject, url: str, value: str) -> str:
    found = (one for one in children(appointment, "extension") if text(one, "url") == url)
    return text(next(found, None), value) or ""
