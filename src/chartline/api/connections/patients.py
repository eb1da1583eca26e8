"""Patients and their insurance at one connection: how they stand, synchronise now, ask the payer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import Parameter

from chartline.api.caller import CARE, PEOPLE, SYNC_VIEW
from chartline.api.connections.bodies import (
    LogPage,
    RecordBody,
    RunBody,
    Started,
    log_page,
    record_body,
    run_body,
)
from chartline.api.connections.chosen import Choosing
from chartline.api.idempotency import once
from chartline.api.people import Coverage, CoverageBody, coverage_body, coverage_fact
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, IdempotencyKey, Limit, act, create, read
from chartline.domains.sync.log import EventFilter, Happened
from chartline.flows import front_desk, sync_desk
from chartline.platform.audit import Target


class PatientStanding(msgspec.Struct, kw_only=True):
    """How a patient stands with the connection, in a word: the worst of all that is theirs."""

    patient_id: str
    vendor_id: str | None
    state: str
    last_synced: datetime | None


class PatientSync(PatientStanding, kw_only=True):
    """The same with every record, and the last runs that were for this patient alone."""

    patient: RecordBody
    coverages: list[RecordBody]
    visits: list[RecordBody]
    runs: list[RunBody]


class PlanAtVendor(msgspec.Struct, kw_only=True):
    """A coverage, and how it stands with the connection."""

    coverage: Coverage
    sync: RecordBody


class PlanList(msgspec.Struct):
    """A patient's coverages, the primary first."""

    insurance: list[PlanAtVendor]


class NewPlan(msgspec.Struct):
    """The coverage that was made, and the run that sends it."""

    id: str
    run: str


class EligibilityQuestionBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which coverage; the primary one of today when none is named."""

    coverage_id: UUID | None = None


class EligibilityBody(msgspec.Struct, kw_only=True):
    """A check of coverage; ``/api/eligibility`` shows the answer. ``run`` is null when an earlier one still holds."""

    id: str
    coverage_id: str
    payer_id: str
    service_date: date
    state: str
    plan_name: str
    asked: datetime
    answered: datetime | None
    run: str | None


_WORST = ("conflict", "failed", "waiting", "unsynced", "synced")


@act("/patients/{patient_id:uuid}/sync", summary="Synchronise a patient now", status_code=202)
def sync_patient(chosen: Choosing, patient_id: UUID) -> Started:
    """Puts the patient, their coverages and their visits in line, both ways and in order."""
    ground, organisation, connection, actor = chosen.to_change()
    return Started([sync_desk.sync_patient(ground, organisation, connection, str(patient_id), actor)])


@act("/patients/sync-all", summary="Synchronise all patients", status_code=202)
def sync_all_patients(chosen: Choosing) -> Started:
    """Sends every patient that the vendor has not got, and pulls what changed there."""
    ground, organisation, connection, actor = chosen.to_change()
    return Started(list(sync_desk.sync_all_patients(ground, organisation, connection, actor)))


@read("/patients/{patient_id:uuid}/status", summary="How a patient stands, in a word")
def patient_status(chosen: Choosing, patient_id: UUID) -> PatientStanding:
    """Conflict, failed, waiting, unsynced or synced: the worst of all that is theirs."""
    found = sync_desk.patient_status(*chosen.to_look(), str(patient_id))
    return PatientStanding(
        patient_id=str(patient_id),
        vendor_id=found.patient.vendor_id,
        state=_worst([one.word for one in found.everything]),
        last_synced=found.last_synced,
    )


@read("/patients/{patient_id:uuid}/sync-status", summary="How a patient stands, record by record")
def patient_sync_status(chosen: Choosing, patient_id: UUID) -> PatientSync:
    """The patient, their coverages, their visits, and the last runs for them alone."""
    found = sync_desk.patient_status(*chosen.to_look(), str(patient_id))
    return PatientSync(
        patient_id=str(patient_id),
        vendor_id=found.patient.vendor_id,
        state=_worst([one.word for one in found.everything]),
        last_synced=found.last_synced,
        patient=record_body(found.patient),
        coverages=[record_body(one) for one in found.coverages],
        visits=[record_body(one) for one in found.visits],
        runs=[run_body(one, None) for one in found.runs],
    )


@read("/patients/{patient_id:uuid}/sync-logs", summary="What was exchanged about a patient")
def patient_sync_logs(
    chosen: Choosing,
    patient_id: UUID,
    outcome: Annotated[Happened | None, Parameter(description="Only lines with this outcome.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> LogPage:
    """Lines of the sync log about the patient and all that is theirs, newest first."""
    ground, organisation, connection = chosen.to_look(SYNC_VIEW)
    wanted = EventFilter(connection=connection, outcome=outcome)
    return log_page(
        sync_desk.sync_logs(
            ground, organisation, wanted, patient_id=str(patient_id), cursor=id_cursor(cursor), limit=limit
        )
    )


@create("/patients/{patient_id:uuid}/insurance", summary="Add insurance and send it")
def add_insurance(
    chosen: Choosing, patient_id: UUID, data: CoverageBody, idempotency_key: IdempotencyKey = None
) -> NewPlan:
    """Stores the coverage here and sends it, after its patient."""
    chosen.allow(CARE)
    ground, organisation, connection, actor = chosen.to_change()
    identity = str(patient_id)
    made = once(
        chosen.caller,
        idempotency_key,
        f"coverages/{identity}",
        data,
        lambda: front_desk.add_coverage(ground, organisation, actor, identity, coverage_fact(data)),
    )
    return NewPlan(made, sync_desk.sync_patient(ground, organisation, connection, identity, actor))


@read("/patients/{patient_id:uuid}/insurance", summary="A patient's insurance and how it stands")
def list_insurance(chosen: Choosing, patient_id: UUID) -> PlanList:
    """Every coverage of a patient with how it stands at the connection; the look is audited."""
    ground, organisation, connection = chosen.to_look(PEOPLE)
    identity = str(patient_id)
    with chosen.caller.showing("api.insurance.read", Target("Patient", identity)):
        found = sync_desk.patient_insurance(ground, organisation, connection, identity)
        return PlanList(
            [
                PlanAtVendor(coverage=coverage_body(one.coverage_id, one.coverage), sync=record_body(one.status))
                for one in found
            ]
        )


@act("/patients/{patient_id:uuid}/check-eligibility", summary="Ask a payer through the practice system")
def check_eligibility(
    chosen: Choosing, patient_id: UUID, data: EligibilityQuestionBody | None = None
) -> EligibilityBody:
    """Asks whether the patient is covered today; the answer comes later unless an earlier one still holds."""
    ground, organisation, connection, actor = chosen.to_change()
    coverage = str(data.coverage_id) if data is not None and data.coverage_id else None
    asked = sync_desk.check_eligibility(ground, organisation, connection, str(patient_id), actor, coverage)
    check = asked.check
    return EligibilityBody(
        id=check.id,
        coverage_id=check.coverage_id,
        payer_id=check.payer_id,
        service_date=check.service_date,
        state=check.state.value,
        plan_name=check.plan_name,
        asked=check.asked,
        answered=check.answered,
        run=asked.run_id,
    )


def _worst(words: list[str]) -> str:
    return min(words, key=_WORST.index)


HANDLERS = [
    sync_patient,
    sync_all_patients,
    patient_status,
    patient_sync_status,
    patient_sync_logs,
    add_insurance,
    list_insurance,
    check_eligibility,
]
