"""Binds AdvancedMD to the capabilities of ``connect``. No logic: each method names the function that does it."""

from __future__ import annotations

from datetime import date
from typing import Final

from chartline.connect.capabilities import Health
from chartline.connect.facts import ChargeFact, CoverageFact, Page, PatientDetail, PersonFact, VisitFact
from chartline.connect.wire import Credentials, Wire
from chartline.connectors.advancedmd import charges as visit_charges
from chartline.connectors.advancedmd import feeds, insurance, patients, visits
from chartline.connectors.advancedmd.auth import Authenticator
from chartline.connectors.advancedmd.broker import Broker
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.connection_check import check
from chartline.connectors.advancedmd.encoding import Encoding
from chartline.connectors.advancedmd.options import completed
from chartline.connectors.advancedmd.times import OfficeTime
from chartline.connectors.advancedmd.translate import deleted_patient, deleted_visit, persons_of, visits_of
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused

NAME: Final = "advancedmd"


class Connector:
    """One connection to one AdvancedMD office. Offers Checks, ReadsChanges, WritesFacts and SubmitsCharges.

    ``credentials.secrets``: username, password. ``credentials.options``: see ``about.toml``. Raises
    ``advancedmd.bad_option``, ``advancedmd.bad_format``.
    """

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        whole = completed(credentials)
        self._options = whole.options
        self._wire = wire
        self._office = OfficeTime(self._options["zone"])
        encoding = Encoding(self._options["format"])
        self._authenticator = Authenticator(wire, whole, self._office, encoding)
        self._client = Client(Broker(wire, self._authenticator, self._office, encoding))
        self._codes = visit_charges.Codes(self._client, wire.clock)
        self._carriers = insurance.Carriers(self._client)

    def check(self) -> Health:
        """Sign in if need be and ask for the billing profiles."""
        return check(self._authenticator, self._client, self._options)

    def changed_patients(self, cursor: str) -> Receipt[Page[PersonFact]] | Later | Refused:
        """Patients changed since the cursor, without telephone and e-mail, which the feed has not."""
        ask = self._client.get_updated_patients
        return feeds.read_feed(ask, cursor, persons_of, deleted_patient, self._wire.clock, self._office)

    def changed_visits(self, cursor: str) -> Receipt[Page[VisitFact]] | Later | Refused:
        """Visits changed since the cursor."""
        ask = self._client.get_updated_visits
        return feeds.read_feed(ask, cursor, visits_of(self._office), deleted_visit, self._wire.clock, self._office)

    def patient_detail(self, vendor_id: str) -> Receipt[PatientDetail] | Absent | Later | Refused:
        """One patient with their insurance."""
        return patients.detail(self._client, vendor_id)

    def find_patient(self, person: PersonFact) -> Looked[PersonFact]:
        """The one patient with the same name and birth date, all pages read."""
        return patients.find(self._client, person)

    def add_patient(self, person: PersonFact) -> Outcome[str]:
        """Create a patient; the receipt holds the bare id."""
        return patients.add(self._client, person, self._options)

    def update_patient(self, before: PersonFact, after: PersonFact) -> Outcome[str]:
        """Change the fields that differ."""
        return patients.change(self._client, before, after)

    def add_coverage(self, patient: PersonFact, coverage: CoverageFact) -> Outcome[str]:
        """Add an insurance plan; the receipt holds its bare id."""
        return insurance.add(self._client, self._carriers, patient, coverage)

    def add_visit(self, visit: VisitFact) -> Outcome[str]:
        """Book a visit; the receipt holds the bare id."""
        return visits.add(self._client, visit, self._options, self._office)

    def find_visit(self, visit: VisitFact) -> Looked[str]:
        """The standing visit of this patient at this start."""
        return visits.find(self._client, visit, self._office)

    def save_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, charges: tuple[ChargeFact, ...]
    ) -> Outcome[str]:
        """Make these the charges of the visit; the receipt holds the visit's id."""
        return visit_charges.save(self._client, self._codes, visit_vendor_id, patient_vendor_id, charges)

    def find_charges(
        self, visit_vendor_id: str, patient_vendor_id: str, service_date: date, charges: tuple[ChargeFact, ...]
    ) -> Looked[str]:
        """Whether the visit bears exactly these charges; the receipt holds the visit's id."""
        today = self._office.wall(self._wire.clock.now()).date()
        return visit_charges.find(
            self._client, self._codes, visit_vendor_id, patient_vendor_id, service_date, charges, today
        )
