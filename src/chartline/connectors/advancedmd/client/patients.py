"""Calls about people: finding, adding, changing, reading, and the feed of changes (vendor sheet 9.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chartline.connectors.advancedmd.client.asking import Asking, Listed, Read, then
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import LookupRow, PatientRow, Results, prefixed_id
from chartline.kernel.outcome import Outcome
from chartline.kernel.sealed import Masked

Criterion = Literal["name", "phone", "ssn", "chart"]


@dataclass(frozen=True, slots=True, repr=False)
class Demographic(Masked):
    """A patient with plans, and the names of carriers by bare id."""

    patient: PatientRow | None
    carriers: Mapping[str, str]
    responsible_parties: tuple[str, ...]


class PatientCalls(Asking):
    """The actions about patients."""

    def lookup_patient(self, criterion: Criterion, text: str, page: int) -> Read[Listed[PatientRow]]:
        """``lookuppatient`` by one criterion: ``Last`` or ``Last,First`` matched by its beginning, the digits of a
        telephone or social security number, or a chart number. 50 rows a page."""
        return self._lookup("patient", {criterion: text, "page": str(page)}, PatientRow.of)

    def get_demographic(self, patient: str) -> Read[Demographic]:
        """``getdemographic`` of class demographics, the one with insurance. Its patient is None for an unknown id."""

        def demographic(results: Results) -> Demographic:
            rows = results.node.first("patientlist").every("patient")
            carriers = (LookupRow.of(row) for row in results.node.first("carrierlist").every("carrier"))
            parties = (LookupRow.of(row).id for row in results.node.first("resppartylist").every("respparty"))
            return Demographic(
                PatientRow.of(rows[0]) if rows else None, {row.id: row.name for row in carriers}, tuple(parties)
            )

        return then(
            self._broker.read("getdemographic", "demographics", {"patientid": prefixed_id("pat", patient)}), demographic
        )

    def get_person(self, patient: str) -> Read[PatientRow | None]:
        """``getdemographic`` of class api: the person without insurance; None for an unknown id."""

        def person(results: Results) -> PatientRow | None:
            rows = results.node.first("patientlist").every("patient")
            return PatientRow.of(rows[0]) if rows else None

        return then(self._broker.read("getdemographic", "api", {"patientid": prefixed_id("pat", patient)}), person)

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
