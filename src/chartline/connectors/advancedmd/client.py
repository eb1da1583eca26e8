"""One function per AdvancedMD action: typed in, typed out, in the vendor's words and no business words.

Classes are those of the vendor sheet, section 8: a wrong pair of action and class is a server fault (trap 19).
Refuses nothing itself; what the vendor says comes out as one of the four words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from chartline.connectors.advancedmd.broker import Broker
from chartline.connectors.advancedmd.times import write_date
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import (
    ChargeRow,
    Feed,
    LookupRow,
    Paging,
    PatientRow,
    Results,
    prefixed_id,
)
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused
from chartline.kernel.sealed import Masked

R = TypeVar("R")
S = TypeVar("S")

VISIT_TEMPLATE = Node(
    "visit",
    {
        "start": "VisitStartDateTime",
        "minutes": "Duration",
        "status": "ApptStatus",
        "profile": "ProfileUID",
        "patientid": "PatientID",
    },
)
"""Alias to the server's column; only columns that getdatevisits accepts too (sheet 7, trap 13)."""

VISIT_PATIENT_TEMPLATE = Node("patient", {"name": "Name"})
"""Makes the server nest the patient under the visit."""

PATIENT_TEMPLATE = Node(
    "patient",
    {
        "name": "Name",
        "dob": "DOB",
        "sex": "Sex",
        "chart": "Chart",
        "address1": "Address1",
        "address2": "Address2",
        "city": "City",
        "state": "State",
        "zipcode": "ZipCode",
    },
)
"""The feed offers no telephone and no e-mail; the social security number is not asked for."""


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Masked, Generic[R]):
    """One page of a list with its counters."""

    rows: tuple[R, ...]
    paging: Paging


@dataclass(frozen=True, slots=True, repr=False)
class Demographic(Masked):
    """A patient with plans, and the names of carriers by bare id."""

    patient: PatientRow | None
    carriers: Mapping[str, str]
    responsible_parties: tuple[str, ...]


Read = Receipt[R] | Later | Refused


def _then(outcome: Read[R], function: Callable[[R], S]) -> Read[S]:
    """The same word with its content turned into something else."""
    return Receipt(function(outcome.value), outcome.exchange) if isinstance(outcome, Receipt) else outcome


class Client:
    """The actions this connector uses."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def lookup_patient(self, name: str, page: int) -> Read[Listed[PatientRow]]:
        """``lookuppatient``: ``Last`` or ``Last,First``, a prefix match, 50 rows a page."""
        return self._lookup("patient", {"name": name, "page": str(page)}, PatientRow.of)

    def lookup_carrier(self, criterion: str, text: str, page: int) -> Read[Listed[LookupRow]]:
        """``lookupcarrier``; the criterion is ``name`` or ``code``, each matched by its beginning."""
        return self._lookup("carrier", {criterion: text, "exactmatch": "0", "page": str(page)}, LookupRow.of, "lookup")

    def lookup_procedure(self, code: str) -> Read[Listed[LookupRow]]:
        """``lookupproccode`` by CPT or HCPCS code."""
        return self._lookup("proccode", {"code": code, "exactmatch": "-1", "page": "1"}, LookupRow.of)

    def lookup_diagnosis(self, code: str) -> Read[Listed[LookupRow]]:
        """``lookupdiagcode`` in code set 10, ICD-10-CM; a valid code not yet on file is imported by it."""
        return self._lookup("diagcode", {"code": code, "codeset": "10", "exactmatch": "-1", "page": "1"}, LookupRow.of)

    def lookup_profile(self, name: str, page: int) -> Read[Listed[LookupRow]]:
        """``lookupprofile`` by a prefix of the name: billing profiles."""
        return self._lookup("profile", {"name": name, "page": str(page)}, LookupRow.of)

    def _lookup(
        self, noun: str, attributes: Mapping[str, str], of: Callable[[Node], R], kind: str = "api"
    ) -> Read[Listed[R]]:
        def listed(results: Results) -> Listed[R]:
            place = results.node.first(f"{noun}list")
            return Listed(tuple(of(row) for row in place.every(noun)), Paging.of(place, results.node))

        return _then(self._broker.read(f"lookup{noun}", kind, attributes), listed)

    def get_demographic(self, patient: str) -> Read[Demographic]:
        """``getdemographic`` of class demographics, the one with insurance. Its patient is None for an unknown id."""

        def demographic(results: Results) -> Demographic:
            rows = results.node.first("patientlist").every("patient")
            carriers = (LookupRow.of(row) for row in results.node.first("carrierlist").every("carrier"))
            parties = (LookupRow.of(row).id for row in results.node.first("resppartylist").every("respparty"))
            return Demographic(
                PatientRow.of(rows[0]) if rows else None, {row.id: row.name for row in carriers}, tuple(parties)
            )

        return _then(
            self._broker.read("getdemographic", "demographics", {"patientid": prefixed_id("pat", patient)}), demographic
        )

    def get_updated_patients(self, since: str, ids: Sequence[str] = ()) -> Read[Feed]:
        """``getupdatedpatients`` since a server time, or these patients in full when ``ids`` are given."""
        return self._feed("patient", since, ids, PATIENT_TEMPLATE)

    def get_updated_visits(self, since: str, ids: Sequence[str] = ()) -> Read[Feed]:
        """``getupdatedvisits`` since a server time, or these visits in full when ``ids`` are given."""
        return self._feed("visit", since, ids, VISIT_TEMPLATE, VISIT_PATIENT_TEMPLATE)

    def _feed(self, noun: str, since: str, ids: Sequence[str], *templates: Node) -> Read[Feed]:
        wanted = (Node(f"{noun}list", {}, tuple(Node(noun, {"id": each}) for each in ids)),) if ids else ()
        return _then(
            self._broker.read(f"getupdated{noun}s", "api", {"datechanged": since}, *wanted, *templates),
            lambda results: Feed.of(results.node, noun),
        )

    def get_date_visits(self, day: date) -> Read[Feed]:
        """``getdatevisits``: the visits of one day of the office; there is no range (sheet 9.2)."""
        return _then(
            self._broker.read(
                "getdatevisits", "api", {"visitdate": write_date(day)}, VISIT_TEMPLATE, VISIT_PATIENT_TEMPLATE
            ),
            lambda results: Feed.of(results.node, "visit"),
        )

    def get_tx_history(self, patient: str, first: date, last: date, page: int) -> Read[Listed[ChargeRow]]:
        """``gettxhistory``: a page of the patient's charges between two days."""
        attributes = {
            "patientid": prefixed_id("pat", patient),
            "pagenumber": str(page),
            "filterhistory": "0",
            "typefilter": "1",
            "sortbypayment": "0",
            "groupbyvisit": "0",
            "sortdescending": "1",
            "profileid": "",
            "getmemo": "0",
            "fromdate": write_date(first),
            "todate": write_date(last),
        }

        def listed(results: Results) -> Listed[ChargeRow]:
            place = next(results.node.below("chargelist"), Node("chargelist"))
            return Listed(tuple(ChargeRow.of(row) for row in place.every("charge")), Paging.of(place, results.node))

        return _then(self._broker.read("gettxhistory", "demographics", attributes), listed)

    def add_patient(self, patient: Node, responsible_party: Node) -> Outcome[Results]:
        """``addpatient``, never with ``force`` (trap 22)."""
        return self._broker.write(
            "addpatient",
            "api",
            {},
            Node("patientlist", {}, (patient,)),
            Node("resppartylist", {}, (responsible_party,)),
        )

    def update_patient(self, patient: Node) -> Outcome[Results]:
        """``updatepatient`` with new values and the old ones in ``o_`` (trap 21)."""
        return self._broker.write("updatepatient", "api", {}, Node("patientlist", {}, (patient,)))

    def add_insurance(self, patient: str, plan: Node) -> Outcome[Results]:
        """``addinsurance``: one plan for a patient."""
        return self._broker.write(
            "addinsurance",
            "api",
            {},
            Node(
                "patient",
                {"id": prefixed_id("pat", patient), "changed": "1"},
                (Node("insplanlist", {}, (plan,)),),
            ),
        )

    def add_visit(self, appointment: Node) -> Outcome[Results]:
        """``addvisit`` of class chargeentry, never with ``force``: a clash is then a fault and not a double booking."""
        return self._broker.write("addvisit", "chargeentry", {}, appointment)

    def save_charges(self, patient: str, visit: str, charges: Sequence[Node]) -> Outcome[Results]:
        """``savecharges``: these become all the charges of the visit (trap 17)."""
        return self._broker.write(
            "savecharges",
            "api",
            {"patientid": prefixed_id("pat", patient)},
            Node("visit", {"id": prefixed_id("vst", visit), "force": "0"}, (Node("chargelist", {}, tuple(charges)),)),
        )
