"""Binds AdvancedMD to the capabilities of ``connect``. No logic: each method names the function that does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal

from chartline.connect.capabilities import Health, SessionState
from chartline.connect.facts import (
    ChargeFact,
    CoverageFact,
    EligibilityAnswer,
    HookEvent,
    LookupEntry,
    LookupKind,
    NoteFact,
    Page,
    PatientDetail,
    PaymentFact,
    PersonFact,
    PostedCharge,
    PostedPayment,
    VisitClaimFact,
    VisitFact,
)
from chartline.connect.wire import Credentials, Wire
from chartline.connectors.advancedmd import charges as visit_charges
from chartline.connectors.advancedmd import (
    eligibility,
    feeds,
    hooks,
    insurance,
    patients,
    payments,
    visit_claims,
    visits,
)
from chartline.connectors.advancedmd.auth import Authenticator
from chartline.connectors.advancedmd.broker import Broker
from chartline.connectors.advancedmd.census import Census
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.connection_check import check
from chartline.connectors.advancedmd.encoding import Encoding
from chartline.connectors.advancedmd.lists import Lists
from chartline.connectors.advancedmd.notes import Notes
from chartline.connectors.advancedmd.options import completed
from chartline.connectors.advancedmd.permits import Permits
from chartline.connectors.advancedmd.rest import Rest
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.translate import deleted_patient, deleted_visit, persons_of, visits_of
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused
from chartline.kernel.sealed import Sealed

NAME: Final = "advancedmd"


class Connector:
    """One connection to one AdvancedMD office. What it offers stands in ``about.toml``.

    ``credentials.secrets``: username, password, and hook_secret where news is received. ``credentials.options``: see
    ``about.toml``. With the option ``notes`` it is one that exchanges clinical notes besides. Raises
    ``advancedmd.bad_option``, ``advancedmd.bad_format``.
    """

    def __new__(cls, wire: Wire, credentials: Credentials) -> Connector:
        """The connector that exchanges notes, only where the practice has switched them on."""
        wanted = credentials.options.get("notes", "").strip() == "yes"
        return super().__new__(ConnectorWithNotes if wanted else cls)

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        whole = completed(credentials)
        self._options, self._secrets = whole.options, whole.secrets
        self._wire = wire
        self._office = OfficeTime(self._options["zone"])
        encoding, permits = Encoding(self._options["format"]), Permits(self._options)
        self._authenticator = Authenticator(wire, whole, self._office, encoding)
        self._client = Client(
            Broker(wire, self._authenticator, self._office, encoding, permits),
            Rest(wire, self._authenticator, permits, self._options["appname"]),
        )
        self._lists = Lists(self._client, wire.clock, self._office)
        self._census = Census(self._client, wire.clock)
        self._claim_states = visit_claims.States(self._client, wire.clock)

    def stand_in(self) -> dict[str, Sealed[str]]:
        """A session that opens nothing, for reading recorded answers."""
        return self._authenticator.stand_in()

    def check(self) -> Health:
        """Sign in if need be and ask for the billing profiles."""
        return check(self._authenticator, self._client, self._options)

    def session(self) -> SessionState | None:
        """The present session's times."""
        return self._authenticator.state()

    def reset(self) -> None:
        """Drop the present session; the next call signs in anew."""
        self._authenticator.reset()

    def cursor_at(self, moment: datetime) -> str:
        """The cursor with which a feed begins at a moment."""
        return feeds.cursor_at(moment, self._office)

    # --- patients -------------------------------------------------------------------------------------------------

    def changed_patients(self, cursor: str) -> Receipt[Page[PersonFact]] | Later | Refused:
        """Patients changed since the cursor, without telephone and e-mail, which the feed has not."""
        ask = self._client.get_updated_patients
        return feeds.read_feed(ask, cursor, persons_of(self._office), deleted_patient, self._wire.clock, self._office)

    def patient_detail(self, vendor_id: str) -> Receipt[PatientDetail] | Absent | Later | Refused:
        """One patient with their insurance."""
        return patients.detail(self._client, vendor_id, self._office)

    def find_patient(self, person: PersonFact) -> Looked[PersonFact]:
        """The one patient with the same name and birth date, all pages read."""
        return patients.find(self._client, person)

    def add_patient(self, person: PersonFact) -> Outcome[str]:
        """Create a patient; the receipt holds the bare id."""
        return patients.add(self._client, self._lists, person, self._options)

    def update_patient(self, before: PersonFact, after: PersonFact) -> Outcome[str]:
        """Change the fields that differ."""
        return patients.change(self._client, before, after)

    def present(self, kind: Literal["patient", "visit"], since: date) -> Receipt[frozenset[str]] | Later | Refused:
        """The ids of everything that stands there."""
        return self._census.present(kind, since)

    # --- insurance and eligibility --------------------------------------------------------------------------------

    def add_coverage(self, patient: PersonFact, coverage: CoverageFact) -> Outcome[str]:
        """Add an insurance plan; the receipt holds its bare id."""
        return insurance.add(self._client, self._lists, patient, coverage)

    def update_coverage(self, patient: PersonFact, before: CoverageFact, after: CoverageFact) -> Outcome[str]:
        """Change an insurance plan; only an end date goes by a proven call."""
        return insurance.change(self._client, patient, before, after)

    def ask_plan(self, patient_vendor_id: str, coverage_vendor_id: str, service_type: str) -> Outcome[str]:
        """Have the payer asked; the receipt holds the number of the question."""
        return eligibility.ask(self._client, patient_vendor_id, coverage_vendor_id, service_type)

    def plan_answer(self, question_id: str) -> Receipt[EligibilityAnswer] | Later | Refused:
        """The payer's answer, or ``Later`` while it is on its way."""
        return eligibility.answer(self._client, self._wire.clock, question_id)

    # --- visits ---------------------------------------------------------------------------------------------------

    def changed_visits(self, cursor: str) -> Receipt[Page[VisitFact]] | Later | Refused:
        """Visits changed since the cursor."""
        ask = self._client.get_updated_visits
        return feeds.read_feed(ask, cursor, visits_of(self._office), deleted_visit, self._wire.clock, self._office)

    def visits_on(self, day: date) -> Receipt[tuple[VisitFact, ...]] | Later | Refused:
        """Every visit of an office day."""
        return visits.on_day(self._client, day, self._office)

    def add_visit(self, visit: VisitFact) -> Outcome[str]:
        """Book a visit; the receipt holds the bare id."""
        return visits.add(self._client, self._lists, visit, self._options, self._office)

    def find_visit(self, visit: VisitFact) -> Looked[str]:
        """The standing visit of this patient at this start."""
        return visits.find(self._client, visit, self._office)

    def move_visit(self, before: VisitFact, after: VisitFact) -> Outcome[str]:
        """Another start, length, column or profile."""
        return visits.move(self._client, before, after, self._office)

    def cancel_visit(self, visit: VisitFact) -> Outcome[str]:
        """Cancel it, without a reason."""
        return visits.cancel(self._client, visit)

    def no_show_visit(self, visit: VisitFact) -> Outcome[str]:
        """Say that the patient did not come."""
        return visits.no_show(self._client, visit)

    def read_visit(self, visit: VisitFact) -> Looked[VisitFact]:
        """The visit as it stands on the day of ``visit.start``."""
        return visits.read(self._client, visit, self._office)

    # --- charges and claims ---------------------------------------------------------------------------------------

    def save_charges(
        self,
        visit_vendor_id: str,
        patient_vendor_id: str,
        charges: tuple[ChargeFact, ...],
        service_date: date | None = None,
        *,
        replace: bool = False,
    ) -> Outcome[str]:
        """Make these the charges of the visit; the receipt holds the visit's id."""
        visit = self._visit(visit_vendor_id, patient_vendor_id, service_date)
        return visit_charges.save(self._client, self._lists, visit, charges, replace=replace)

    def find_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date, charges: tuple[ChargeFact, ...]
    ) -> Looked[str]:
        """Whether the visit bears exactly these charges; the receipt holds the visit's id."""
        visit = self._visit(visit_vendor_id, patient_vendor_id, service_date)
        return visit_charges.find(self._client, self._lists, visit, charges)

    def charges_on(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date
    ) -> Receipt[tuple[PostedCharge, ...]] | Later | Refused:
        """All charges of a visit, voided ones included."""
        return visit_charges.charges_on(self._client, self._visit(visit_vendor_id, patient_vendor_id, service_date))

    def add_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date, charges: tuple[ChargeFact, ...]
    ) -> Outcome[str]:
        """Add charges to those that stand; the receipt holds the visit's id."""
        visit = self._visit(visit_vendor_id, patient_vendor_id, service_date)
        return visit_charges.add(self._client, self._lists, visit, charges, service_date)

    def void_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, charge_vendor_ids: tuple[str, ...]
    ) -> Outcome[str]:
        """Void charges; the receipt holds the visit's id."""
        visit = self._visit(visit_vendor_id, patient_vendor_id, None)
        return visit_charges.void(self._client, visit, charge_vendor_ids)

    def visit_claims(self, visit_vendor_id: str) -> Receipt[tuple[VisitClaimFact, ...]] | Later | Refused:
        """The claims of a visit, in the office's own words."""
        return visit_claims.of_visit(self._client, self._claim_states, visit_vendor_id, self._office)

    # --- payments -------------------------------------------------------------------------------------------------

    def post_payment(self, payment: PaymentFact) -> Outcome[str]:
        """Enter a payment."""
        return payments.post(self._client, self._lists, payment, self._options)

    def find_payment(self, payment: PaymentFact) -> Looked[str]:
        """The one payment like this."""
        return payments.find(self._client, payment, self._today())

    def payments_of(
        self, patient_vendor_id: str, first: date, last: date
    ) -> Receipt[tuple[PostedPayment, ...]] | Later | Refused:
        """What was paid for a patient between two days."""
        return payments.of_patient(self._client, patient_vendor_id, first, last)

    def payment_codes(self) -> Receipt[tuple[LookupEntry, ...]] | Later | Refused:
        """The office's kinds of payment."""
        return payments.codes(self._client, self._options)

    # --- lists and news -------------------------------------------------------------------------------------------

    def lookup(self, kind: LookupKind, text: str, cursor: str = "") -> Receipt[Page[LookupEntry]] | Later | Refused:
        """Rows of one of the office's lists."""
        return self._lists.find(kind, text, cursor)

    def hook(self, headers: Mapping[str, str], body: Sealed[bytes]) -> tuple[HookEvent, ...] | Refused:
        """What the vendor tells of its own accord."""
        return hooks.events(self._secrets.get("hook_secret"), self._options["office_key"], headers, body)

    def _today(self) -> date:
        return self._office.wall(self._wire.clock.now()).date()

    def _visit(self, visit: str, patient: str, service_date: date | None) -> visit_charges.Visit:
        return visit_charges.Visit(visit, patient, service_date, self._today())


class ConnectorWithNotes(Connector):
    """The connector of a practice that exchanges clinical notes."""

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        super().__init__(wire, credentials)
        self._notes = Notes(self._client, wire.clock, self._office, self._options.get("profile", ""))

    def notes_of(self, patient_vendor_id: str, since: date) -> Receipt[tuple[NoteFact, ...]] | Later | Refused:
        """Notes of a patient from a day on."""
        return self._notes.of_patient(patient_vendor_id, since)

    def changed_notes(self, template: str, cursor: str) -> Receipt[Page[NoteFact]] | Later | Refused:
        """Notes of one template changed since the cursor."""
        return self._notes.changed(template, cursor)

    def note_templates(self) -> Receipt[tuple[LookupEntry, ...]] | Later | Refused:
        """The office's templates."""
        return self._notes.templates()

    def add_note(self, note: NoteFact) -> Outcome[str]:
        """Add a note; the receipt holds its id."""
        return self._notes.add(note)
