"""Insurance plans at AdvancedMD (vendor sheet 9.4), and which carrier of the office is meant by a payer.

Refuses to choose between carriers, and to name a patient where a responsible party belongs.
"""

from __future__ import annotations

from chartline.connect.facts import CoverageFact, PersonFact
from chartline.connectors.advancedmd import patients, problems
from chartline.connectors.advancedmd.client import Client, Listed, Read
from chartline.connectors.advancedmd.paging import every_row
from chartline.connectors.advancedmd.spelling import key, plain
from chartline.connectors.advancedmd.translate import first_id, new_plan
from chartline.connectors.advancedmd.wire import LookupRow
from chartline.kernel.outcome import Absent, Later, Outcome, Receipt, Refused, Unknown


class Carriers:
    """The office's carriers by payer, remembered as long as the connector lives: they hardly ever change."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[tuple[str, str], str] = {}

    def carrier_of(self, coverage: CoverageFact) -> Receipt[str] | Later | Refused:
        """The carrier's id: the one on the coverage, else the only one whose code is the payer's id, else by name."""
        if coverage.carrier_vendor_id:
            return Receipt(coverage.carrier_vendor_id)
        payer = (coverage.payer_id, coverage.payer_name)
        if payer in self._known:
            return Receipt(self._known[payer])

        fitting: list[LookupRow] = []
        exchange: str | None = None
        for criterion, text in (("code", coverage.payer_id), ("name", plain(coverage.payer_name))):
            rows = self._rows(criterion, text) if text else Receipt(())
            if not isinstance(rows, Receipt):
                return rows
            fitting, exchange = [row for row in rows.value if _fits(row, coverage, criterion)], rows.exchange
            if fitting:
                break
        if len(fitting) != 1:
            problem = problems.CARRIER_UNKNOWN.problem(
                evidence=exchange, payer=coverage.payer_id, fitting=str(len(fitting))
            )
            return Refused(problem)
        self._known[payer] = fitting[0].id
        return Receipt(fitting[0].id, exchange)

    def _rows(self, criterion: str, text: str) -> Read[tuple[LookupRow, ...]]:
        def page(number: int) -> Read[Listed[LookupRow]]:
            return self._client.lookup_carrier(criterion, text, number)

        return every_row(page, "lookupcarrier")


def _fits(row: LookupRow, coverage: CoverageFact, criterion: str) -> bool:
    """By code, offices that keep the payer's id there; else by the whole name."""
    if criterion == "code":
        return coverage.payer_id in (row.code, row.payer_id)
    return key(row.name) == key(coverage.payer_name)


def add(client: Client, carriers: Carriers, patient: PersonFact, coverage: CoverageFact) -> Outcome[str]:
    """Add a plan. Its subscriber is the patient's responsible party, read from AdvancedMD when not known here."""
    party = patient.responsible_party
    if not party:
        known = patients.detail(client, patient.vendor_id or "")
        if isinstance(known, Later | Refused):
            return known
        party = None if isinstance(known, Absent) else known.value.person.responsible_party
    if not party:
        return Refused(problems.RESPONSIBLE_PARTY_MISSING.problem(patient=patient.vendor_id or ""))
    carrier = carriers.carrier_of(coverage)
    if not isinstance(carrier, Receipt):
        return carrier
    answer = client.add_insurance(patient.vendor_id or "", new_plan(coverage, carrier.value, party))
    if not isinstance(answer, Receipt):
        return answer
    vendor_id = first_id(answer.value.node, "insplan")
    return Receipt(vendor_id, answer.exchange) if vendor_id else Unknown(answer.exchange)
