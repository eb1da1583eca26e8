"""Charges of a visit at AdvancedMD (vendor sheet 9.3): saved as a whole, and compared with what the visit bears.

``savecharges`` replaces what was there and wants the office's own procedure ids (trap 17); it answers no charge ids,
so the receipt of both functions holds the visit's id. Place of service and amount are not sent: the office's fee
schedule and the visit supply them there. Refuses a code the office does not have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from chartline.connect.facts import ChargeFact
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client, Listed, Read
from chartline.connectors.advancedmd.paging import every_row
from chartline.connectors.advancedmd.spelling import dotted
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import ChargeRow, LookupRow, bare_id, prefixed_id
from chartline.kernel.clock import Clock
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused

KEPT: Final = timedelta(hours=24)
"""How long a code's id is remembered (sheet 10, step 7)."""


class Codes:
    """The office's ids of procedure and diagnosis codes."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._known: dict[tuple[str, str], tuple[str, datetime]] = {}

    def procedure(self, code: str) -> Receipt[str] | Later | Refused:
        """The id of exactly this CPT or HCPCS code."""
        found = self._found("pcode", code, self._client.lookup_procedure, code)
        if isinstance(found, Receipt) and not found.value:
            return Refused(problems.PROCEDURE_UNKNOWN.problem(evidence=found.exchange, procedure=code))
        return found

    def diagnosis(self, code: str) -> Receipt[str] | Later | Refused:
        """The id of exactly this ICD-10-CM code, or the code itself, which ``savecharges`` takes as well."""
        spelt = dotted(code)
        found = self._found("dcode", code, self._client.lookup_diagnosis, spelt)
        return Receipt(found.value or spelt, found.exchange) if isinstance(found, Receipt) else found

    def _found(
        self, prefix: str, code: str, look: Callable[[str], Read[Listed[LookupRow]]], spelt: str
    ) -> Receipt[str] | Later | Refused:
        kept = self._known.get((prefix, code))
        if kept is not None and self._clock.now() - kept[1] < KEPT:
            return Receipt(kept[0])
        answer = look(spelt)
        if not isinstance(answer, Receipt):
            return answer
        exact = next((row for row in answer.value.rows if dotless(row.code) == dotless(code)), None)
        if exact is None:
            return Receipt("", answer.exchange)
        vendor_id = prefixed_id(prefix, exact.id)
        self._known[prefix, code] = (vendor_id, self._clock.now())
        return Receipt(vendor_id, answer.exchange)


def save(client: Client, codes: Codes, visit: str, patient: str, charges: tuple[ChargeFact, ...]) -> Outcome[str]:
    """Make these the charges of the visit. Every code is looked up before anything is sent."""
    nodes: list[Node] = []
    for charge in charges:
        procedure = codes.procedure(charge.procedure)
        if not isinstance(procedure, Receipt):
            return procedure
        diagnoses: list[str] = []
        for code in charge.diagnoses:
            diagnosis = codes.diagnosis(code)
            if not isinstance(diagnosis, Receipt):
                return diagnosis
            diagnoses.append(diagnosis.value)
        attributes = {
            "proccode": procedure.value,
            "units": str(charge.units),
            "diagcodes": ",".join(diagnoses),
            "codeset": "10",
        }
        if charge.modifiers:
            attributes["modcodes"] = ",".join(charge.modifiers)
        nodes.append(Node("charge", attributes))
    answer = client.save_charges(patient, visit, nodes)
    return Receipt(bare_id(visit), answer.exchange) if isinstance(answer, Receipt) else answer


def find(
    client: Client,
    codes: Codes,
    visit: str,
    patient: str,
    service_date: date,
    charges: tuple[ChargeFact, ...],
    today: date,
) -> Looked[str]:
    """Receipt when the visit's standing charges bear exactly these procedures, Absent when it bears none.

    Asked from the day of service until today: whether the vendor's range means the day of service or the day of
    posting is not known, and both lie within.
    """

    def page(number: int) -> Read[Listed[ChargeRow]]:
        return client.get_tx_history(patient, service_date, max(service_date, today), number)

    rows = every_row(page, "gettxhistory")
    if not isinstance(rows, Receipt):
        return rows
    standing = [row for row in rows.value if row.visit == bare_id(visit) and not row.void]
    if not standing:
        return Absent(rows.exchange)
    spelt: list[str] = []
    by_id = any(row.procedure.lower().startswith("pcode") for row in standing)
    for charge in charges:
        procedure = codes.procedure(charge.procedure) if by_id else Receipt(charge.procedure)
        if not isinstance(procedure, Receipt):
            return procedure
        spelt.append(procedure.value)
    if Counter(map(dotless, spelt)) == Counter(dotless(row.procedure) for row in standing):
        return Receipt(bare_id(visit), rows.exchange)
    problem = problems.CHARGES_DIFFER.problem(
        evidence=rows.exchange, visit=bare_id(visit), ours=str(len(charges)), theirs=str(len(standing))
    )
    return Refused(problem)


def dotless(code: str) -> str:
    """A code as it is compared: no dots, no spaces, upper case."""
    return code.replace(".", "").replace(" ", "").upper()
