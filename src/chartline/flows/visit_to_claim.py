"""From a finished visit with charges to the one way it is billed: saved in the practice system, or a claim of ours.

Billing starts when both are there, the end of the visit and its charges, whichever comes last. The way is taken in
the same transaction that reads the charges, and never changes afterwards.
"""

from __future__ import annotations

from datetime import timedelta

from chartline.connect.capabilities import SubmitsCharges
from chartline.domains.claims.copy import BillingIdentity, PostalAddress, RenderingIdentity
from chartline.domains.claims.drafting import draft
from chartline.domains.claims.queries import claim_of_encounter
from chartline.domains.claims.source import DraftSource
from chartline.domains.claims.validation import validate
from chartline.domains.practice.billing_route import claim_route, note_reference, route_for
from chartline.domains.practice.charge_questions import ChargeChoice, decide_question
from chartline.domains.practice.charges import ChargedVisit, charges_of, check_charges
from chartline.domains.practice.settings import BillingRoute, Practice, office_zone
from chartline.domains.practice.visits import HELD, encounter_id
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import vendor_of
from chartline.flows.answers import Answer, answer, come_back, done, later, told
from chartline.flows.charge_saving import ASKS, ChargeSaving, Saving
from chartline.flows.ground import FAST, Ground
from chartline.flows.visits import VisitView, view_visit
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.audit import AuditEvent, Target
from chartline.platform.database import Work
from chartline.platform.jobs import ComeBack, Issues, Job, Run

NO_COVERAGE = ErrorKind(
    "billing.no_coverage",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The visit is charged, but its patient has no coverage on the date of service.",
    "Enter the patient's insurance and bill the visit again, or bill the patient.",
)
NO_PROVIDER = ErrorKind(
    "billing.no_provider",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The visit names no provider of the practice, so nobody could be billed for.",
    "Name the provider in the appointment, or link the vendor's profile to a provider, and bill the visit again.",
)
NOT_LINKED = ErrorKind(
    "billing.not_linked",
    Blame.PRACTICE,
    Again.AFTER,
    "The charges wait for their visit, which the practice system has not got.",
    "Look for the visit or its patient among the dead letters; the charges follow by themselves.",
    status=409,
)

BILL = "visit.bill"
WAIT_FOR_LINK = timedelta(minutes=10)
TELL_AFTER = 6
"""Waits for a visit to be sent before the desk is told: an hour."""


def queue_billing(ground: Ground, work: Work, appointment_id: str) -> None:
    """Put the billing of a visit in line; harmless when it is not ready to be billed or is billed already."""
    ground.jobs.enqueue(
        work,
        BILL,
        FAST,
        {"appointment": appointment_id},
        key=f"bill/{appointment_id}/{new_id()}",
        organisation=work.organisation,
    )


class VisitToClaim:
    """The story."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def jobs(self) -> list[Job]:
        """The jobs of this story."""
        return [Job(BILL, FAST, self.bill)]

    def bill(self, run: Run, arguments: dict[str, str]) -> ComeBack | dict[str, str] | None:
        """Decide the way, then go it."""
        organisation, appointment = run.organisation, arguments["appointment"]
        way = run.step("decide", self._decide, organisation, appointment)
        if way["route"] == BillingRoute.CLEARINGHOUSE.value:
            return run.step("draft", self._draft, organisation, appointment)
        if way["route"] == BillingRoute.PRACTICE_SYSTEM.value:
            saved = run.step("save", self._save, organisation, appointment, run.failed)
            return come_back(saved) or {"reference": saved.get("value", "")}
        return None

    def _decide(self, organisation: str, appointment: str) -> Answer:
        with self._ground.database.work(organisation) as work:
            view = view_visit(work, self._ground.records, appointment)
            charges = charges_of(work, [view.encounter_id]).get(view.encounter_id)
            if view.visit.status not in HELD or not charges:
                return done(route="")
            if view.coverage is None:
                raise NO_COVERAGE.stop(appointment=appointment)
            if view.provider is None:
                raise NO_PROVIDER.stop(appointment=appointment)
            route = route_for(work, view.coverage.payer_id)
            claim_route(work, view.encounter_id, route)
            return done(route=route.value)

    def _draft(self, organisation: str, appointment: str) -> Answer:
        ground = self._ground
        with ground.database.work(organisation) as work:
            view = view_visit(work, ground.records, appointment)
            claim_route(work, view.encounter_id, BillingRoute.CLEARINGHOUSE)
            known = claim_of_encounter(work, view.encounter_id)
            if known is not None:
                # Drafted before; from then on the claim has a life of its own.
                return done(claim=known.id, findings="")
            claim = draft(work, ground.vault, ground.records, _source(work, view))
            note_reference(work, view.encounter_id, claim)
            findings = validate(
                work,
                ground.vault,
                ground.records,
                claim,
                filing_days=view.practice.filing_days,
                today=work.now.astimezone(office_zone(view.practice)).date(),
            )
            return done(claim=claim, findings=str(len(findings)))

    def _save(self, organisation: str, appointment: str, failed: int) -> Answer:
        ground = self._ground
        connection, connector = ground.first(organisation, SubmitsCharges)
        with ground.database.work(organisation) as work:
            view = view_visit(work, ground.records, appointment)
            claim_route(work, view.encounter_id, BillingRoute.PRACTICE_SYSTEM)
            visit = vendor_of(work, connection.id, Kind.VISIT, appointment)
            patient = vendor_of(work, connection.id, Kind.PATIENT, view.patient_id)
            charges = charges_of(work, [view.encounter_id])[view.encounter_id]
            # Codes may have ended, or left the practice's list, since the charges were captured.
            check_charges(work, ChargedVisit(view.encounter_id, view.patient_id, view.service_date), charges)
        if visit is None or patient is None:
            # The visit has not been pushed yet; charges come after it.
            return self._wait_for_link(appointment, failed)
        saving = Saving(connection.id, view.encounter_id, appointment, visit, patient, view.service_date, charges)
        given = answer(ChargeSaving(ground, organisation, connector).save(saving), ground.clock, failed)
        if given["is"] == "done":
            with ground.database.work(organisation) as work:
                note_reference(work, view.encounter_id, visit)
        return given

    def _wait_for_link(self, appointment: str, failed: int) -> Answer:
        """Wait for the push of the visit, and tell the desk when it takes long. It goes on once the visit is there."""
        at = self._ground.clock.now() + WAIT_FOR_LINK
        if failed < TELL_AFTER:
            return {**later(at, "not linked yet"), "failed": str(failed + 1)}
        return told(at, NOT_LINKED.problem(appointment=appointment), failed + 1)


def decide_charges(ground: Ground, organisation: str, actor: str, appointment_id: str, choice: ChargeChoice) -> None:
    """Decide what is done about charges that stand at the practice system; the visit is billed again at once.

    Raises ``practice.no_charge_question``.
    """
    target = Target("Appointment", appointment_id)
    with ground.database.work(organisation) as work:
        decide_question(work, encounter_id(organisation, appointment_id), choice, actor)
        ground.audit.record(work, AuditEvent(actor, "charges.decide", target, detail={"choice": choice.value}))
        issues = Issues()
        for issue in issues.list(work, organisation):
            if issue.problem.code in ASKS and issue.problem.fields.get("appointment") == appointment_id:
                issues.resolve(work, issue.key, seen=issue)
        queue_billing(ground, work, appointment_id)


def _source(work: Work, view: VisitView) -> DraftSource:
    if view.coverage is None or view.coverage_id is None:
        raise NO_COVERAGE.stop(appointment=view.appointment_id)
    if view.provider is None:
        raise NO_PROVIDER.stop(appointment=view.appointment_id)
    charges = charges_of(work, [view.encounter_id])[view.encounter_id]
    return DraftSource(
        encounter_id=view.encounter_id,
        patient_id=view.patient_id,
        coverage_id=view.coverage_id,
        service_date=view.service_date,
        place_of_service=charges[0].place_of_service,
        billing=billing_identity(view.practice),
        rendering=RenderingIdentity(
            last=view.provider.family,
            first=view.provider.given,
            npi=view.provider.npi,
            taxonomy=view.provider.taxonomy,
        ),
        patient=view.person,
        coverage=view.coverage,
        charges=charges,
        subscriber=view.subscriber,
        filing_deadline=view.service_date + timedelta(days=view.practice.filing_days),
    )


def billing_identity(practice: Practice) -> BillingIdentity:
    """The practice as claims name it."""
    return BillingIdentity(
        name=practice.name,
        npi=practice.npi,
        tax_id=practice.tax_id,
        taxonomy=practice.taxonomy,
        address=PostalAddress(
            line1=practice.street,
            line2=practice.unit,
            city=practice.city,
            state=practice.state,
            zip=practice.postal_code.replace("-", ""),
        ),
        contact=practice.contact,
        phone=practice.phone,
    )
