"""What people of the practice do: register, change, insure, book, receive, charge, correct.

Each act is one transaction: the record, the note for every connection that follows it, and the job that goes on from
there stand or fall together. Vendors hear of it afterwards, through ``practice_sync``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chartline.connect.facts import ChargeFact, CoverageFact, PersonFact, VisitFact, VisitStatus
from chartline.domains.claims.correction import Correction, correct
from chartline.domains.claims.queries import read_claim
from chartline.domains.claims.validation import validate
from chartline.domains.practice.charges import ChargedVisit, ChargeLine, capture
from chartline.domains.practice.coverages import read_coverage, write_coverage
from chartline.domains.practice.encounters import follow_visit
from chartline.domains.practice.people import write_person
from chartline.domains.practice.providers import read_provider
from chartline.domains.practice.settings import office_zone, read_practice
from chartline.domains.practice.visits import HELD, participant_id, read_visit, write_visit
from chartline.domains.sync.changes import note_change
from chartline.domains.sync.fields import Kind
from chartline.flows.ground import Ground
from chartline.flows.visit_to_claim import queue_billing
from chartline.flows.visits import view_visit
from chartline.formats.fhir import child, reference_target
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.records.stored import NOT_FOUND

TOLD = frozenset({VisitStatus.CANCELLED, VisitStatus.NO_SHOW})
"""States that a connected system is told of; for the others none has a proven call (AdvancedMD sheet 9.2)."""
MOVABLE = frozenset({VisitStatus.BOOKED, VisitStatus.CONFIRMED, VisitStatus.OTHER})

VISIT_OVER = ErrorKind(
    "practice.visit_over",
    Blame.PRACTICE,
    Again.NEVER,
    "The visit has begun, is over, or will not take place, so it cannot be moved.",
    "Book a new visit.",
    status=409,
)


def new_patient(
    ground: Ground, organisation: str, actor: str, person: PersonFact, coverage: CoverageFact | None = None
) -> str:
    """Register a patient, with insurance when it is known; answers our id."""
    patient_id = new_id()
    with ground.database.work(organisation) as work:
        ground.records.put(work, write_person(person, patient_id))
        note_change(work, Kind.PATIENT, patient_id)
        _note(ground, work, actor, "patient.create", "Patient", patient_id)
        if coverage is not None:
            _insure(ground, work, actor, patient_id, coverage)
    return patient_id


def change_patient(ground: Ground, organisation: str, actor: str, patient_id: str, person: PersonFact) -> None:
    """Change a patient's own facts. Raises ``records.not_found``."""
    with ground.database.work(organisation) as work:
        stored = ground.records.read(work, "Patient", patient_id)
        changed = write_person(person, patient_id, stored.reveal(Purpose.STORE))
        if ground.records.put(work, changed, if_version=stored.version).version != stored.version:
            note_change(work, Kind.PATIENT, patient_id)
            _note(ground, work, actor, "patient.change", "Patient", patient_id)


def add_coverage(ground: Ground, organisation: str, actor: str, patient_id: str, coverage: CoverageFact) -> str:
    """Add insurance to a patient; answers our id. Raises ``records.not_found``."""
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Patient", patient_id)
        return _insure(ground, work, actor, patient_id, coverage)


def change_coverage(
    ground: Ground, organisation: str, actor: str, patient_id: str, coverage_id: str, coverage: CoverageFact
) -> None:
    """Change a patient's insurance; an end date ends it. Raises ``records.not_found``."""
    with ground.database.work(organisation) as work:
        stored = ground.records.read(work, "Coverage", coverage_id)
        known = stored.reveal(Purpose.STORE)
        if reference_target(child(known, "beneficiary")) != ("Patient", patient_id):
            raise NOT_FOUND.error(type="Coverage", id=coverage_id)
        changed = write_coverage(coverage, coverage_id, patient_id, known)
        if ground.records.put(work, changed, if_version=stored.version).version != stored.version:
            note_change(work, Kind.COVERAGE, coverage_id)
            _note(ground, work, actor, "coverage.change", "Coverage", coverage_id)


def book(
    ground: Ground,
    organisation: str,
    actor: str,
    patient_id: str,
    start: datetime,
    minutes: int,
    provider_id: str,
) -> str:
    """Book a visit; answers the appointment's id. Raises ``records.not_found``, ``practice.no_provider``."""
    appointment_id = new_id()
    visit = VisitFact(None, "", start, minutes, VisitStatus.BOOKED)
    with ground.database.work(organisation) as work:
        ground.records.read(work, "Patient", patient_id)
        read_provider(work, provider_id)
        ground.records.put(work, write_visit(visit, appointment_id, patient_id, provider_id))
        note_change(work, Kind.VISIT, appointment_id)
        _note(ground, work, actor, "visit.book", "Appointment", appointment_id)
    return appointment_id


def move_visit(
    ground: Ground,
    organisation: str,
    actor: str,
    appointment_id: str,
    start: datetime,
    minutes: int,
    provider_id: str | None = None,
) -> None:
    """Move a visit to another time, and to another provider when one is named.

    Raises ``records.not_found``, ``practice.no_provider``, ``practice.visit_over`` (it was held, cancelled
    or missed).
    """
    with ground.database.work(organisation) as work:
        stored = ground.records.read(work, "Appointment", appointment_id)
        appointment = stored.reveal(Purpose.STORE)
        patient_id = participant_id(appointment, "Patient") or ""
        visit = read_visit(appointment, patient_id)
        if visit.status not in MOVABLE:
            raise VISIT_OVER.error(appointment=appointment_id)
        if provider_id is not None:
            read_provider(work, provider_id)
        provider = provider_id or participant_id(appointment, "Practitioner")
        moved = replace(visit, start=start, minutes=minutes)
        changed = write_visit(moved, appointment_id, patient_id, provider, appointment)
        if ground.records.put(work, changed, if_version=stored.version).version == stored.version:
            return
        follow_visit(work, ground.records, changed)
        note_change(work, Kind.VISIT, appointment_id)
        _note(ground, work, actor, "visit.move", "Appointment", appointment_id)


def set_status(ground: Ground, organisation: str, actor: str, appointment_id: str, status: VisitStatus) -> None:
    """Say where a visit stands; a visit that was held is billed as soon as it is charged.

    Raises ``records.not_found``.
    """
    with ground.database.work(organisation) as work:
        stored = ground.records.read(work, "Appointment", appointment_id)
        appointment = stored.reveal(Purpose.STORE)
        patient_id = participant_id(appointment, "Patient") or ""
        visit = replace(read_visit(appointment, patient_id), status=status, deleted=False, raw_status="")
        changed = write_visit(
            visit, appointment_id, patient_id, participant_id(appointment, "Practitioner"), appointment
        )
        if ground.records.put(work, changed, if_version=stored.version).version == stored.version:
            return
        follow_visit(work, ground.records, changed)
        if status in TOLD:
            note_change(work, Kind.VISIT, appointment_id)
        _note(ground, work, actor, f"visit.{status.value}", "Appointment", appointment_id)
        if status in HELD:
            queue_billing(ground, work, appointment_id)


def capture_charges(
    ground: Ground, organisation: str, actor: str, appointment_id: str, lines: tuple[ChargeFact, ...]
) -> None:
    """Say what was done in a visit. A line without an amount (zero) takes the fee schedule's price.

    Raises ``records.not_found``, ``practice.bad_charge``, ``codes.*``, ``practice.no_fee``,
    ``practice.charges_already_billed``.
    """
    with ground.database.work(organisation) as work:
        view = view_visit(work, ground.records, appointment_id)
        charged = ChargedVisit(
            view.encounter_id,
            view.patient_id,
            view.service_date,
            view.coverage.payer_id if view.coverage else "",
        )
        wanted = [
            ChargeLine(
                line.procedure,
                line.units,
                line.diagnoses,
                line.place_of_service,
                line.modifiers,
                line.amount or None,
            )
            for line in lines
        ]
        if capture(work, charged, wanted, actor).changed:
            _note(ground, work, actor, "visit.charge", "Encounter", view.encounter_id)
            queue_billing(ground, work, appointment_id)


def correct_claim(ground: Ground, organisation: str, actor: str, claim_id: str, member_id: Sealed[str]) -> None:
    """Correct the member id on a claim and on the coverage it was drafted from; the claim is validated again.

    Raises ``claims.not_found``, ``claims.in_flight``, ``claims.nothing_changed``.
    """
    with ground.database.work(organisation) as work:
        claim = read_claim(work, claim_id)
        practice = read_practice(work)
        correct(work, ground.vault, ground.records, claim_id, Correction(member_id=member_id), actor)
        stored = ground.records.read(work, "Coverage", claim.coverage_id)
        known = stored.reveal(Purpose.STORE)
        corrected = replace(read_coverage(known), member_id=member_id)
        ground.records.put(
            work, write_coverage(corrected, claim.coverage_id, claim.patient_id, known), if_version=stored.version
        )
        note_change(work, Kind.COVERAGE, claim.coverage_id)
        _note(ground, work, actor, "claim.correct", "Claim", claim_id)
        validate(
            work,
            ground.vault,
            ground.records,
            claim_id,
            filing_days=practice.filing_days,
            today=work.now.astimezone(office_zone(practice)).date(),
            actor=actor,
        )


def _insure(ground: Ground, work: Work, actor: str, patient_id: str, coverage: CoverageFact) -> str:
    coverage_id = new_id()
    ground.records.put(work, write_coverage(coverage, coverage_id, patient_id))
    note_change(work, Kind.COVERAGE, coverage_id)
    _note(ground, work, actor, "coverage.create", "Coverage", coverage_id)
    return coverage_id


def _note(ground: Ground, work: Work, actor: str, action: str, kind: str, identity: str) -> None:
    ground.audit.record(work, AuditEvent(actor=actor, action=action, target=Target(kind, identity)))
