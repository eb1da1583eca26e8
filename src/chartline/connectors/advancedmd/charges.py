"""Charges of a visit at AdvancedMD (vendor sheet 9.3): read, compared, saved as a whole, added, voided.

``savecharges`` replaces what was there (trap 17), so the visit is read first: the same charges are not sent again, and
others are never voided silently. No charge ids are answered, so receipts hold the visit's id. Place of service and
amount are not sent with a save: the office's fee schedule and the visit supply them. Refuses a code the office does
not have, and codes that come as internal ids without an explanation (trap 18).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from chartline.connect.facts import ChargeFact, LookupKind, PostedCharge
from chartline.connect.refusals import CHARGES_STAND
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.about import MOST_CHARGES
from chartline.connectors.advancedmd.client import Client, Listed, Read
from chartline.connectors.advancedmd.lists import Lists, dotless
from chartline.connectors.advancedmd.paging import every_row
from chartline.connectors.advancedmd.spelling import dotted, read_money
from chartline.connectors.advancedmd.times import write_date
from chartline.connectors.advancedmd.transactions import ChargeDetail, ChargeRow
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import Results, bare_id, prefixed_id
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused

_CODE_LISTS: Final = (LookupKind.PROCEDURE, LookupKind.DIAGNOSIS, LookupKind.MODIFIER)
EARLIEST: Final = date(1900, 1, 1)
"""Where a history begins when the day of service is not told."""
YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Visit:
    """Which visit is meant. ``service_date`` narrows the reading; None reads the patient's whole history, and a year
    ahead for visits that are still to come.

    The reading goes until ``today``: whether the vendor's range means the day of service or the day of posting is not
    known, and both lie within.
    """

    id: str
    patient: str
    service_date: date | None
    today: date


def charges_on(client: Client, visit: Visit) -> Receipt[tuple[PostedCharge, ...]] | Later | Refused:
    """All charges of a visit. Voided ones come without modifiers, units and diagnoses: they are not asked for."""
    rows = _history(client, visit)
    if not isinstance(rows, Receipt):
        return rows
    posted: list[PostedCharge] = []
    for row in rows.value:
        if row.void:
            posted.append(_posted(row, None))
            continue
        detail = _detail(client, row)
        if not isinstance(detail, Receipt):
            return detail
        posted.append(_posted(row, detail.value))
    return Receipt(tuple(posted), rows.exchange)


def save(client: Client, lists: Lists, visit: Visit, charges: tuple[ChargeFact, ...], *, replace: bool) -> Outcome[str]:
    """Make these the charges of the visit, after a look at what stands there.

    The same charges are a receipt and nothing is sent. Others are refused unless they are to be replaced; protected
    ones, which the vendor will not void, are refused always.
    """
    rows = _history(client, visit)
    if not isinstance(rows, Receipt):
        return rows
    standing = [row for row in rows.value if not row.void]
    if standing:
        alike = _alike(client, lists, standing, charges, ordered=True)
        if not isinstance(alike, Receipt):
            return alike
        if alike.value:
            return Receipt(bare_id(visit.id), rows.exchange)
        protected = sum(row.protected for row in standing)
        if not replace or protected:
            problem = CHARGES_STAND.problem(
                evidence=rows.exchange,
                visit=bare_id(visit.id),
                ours=str(len(charges)),
                theirs=str(len(standing)),
                protected=str(protected),
            )
            return Refused(problem)
    nodes = _nodes(lists, charges, ",")
    if not isinstance(nodes, Receipt):
        return nodes
    return _sent(lists, visit, client.save_charges(visit.patient, visit.id, nodes.value))


def add(client: Client, lists: Lists, visit: Visit, charges: tuple[ChargeFact, ...], day: date) -> Outcome[str]:
    """Add charges to those that stand; these bear their day, place of service and amount."""
    nodes = _nodes(lists, charges, " ", day)
    if not isinstance(nodes, Receipt):
        return nodes
    return _sent(lists, visit, client.add_charges(visit.patient, visit.id, day, nodes.value))


def void(client: Client, visit: Visit, ids: tuple[str, ...]) -> Outcome[str]:
    """Void charges of the visit by their bare ids."""
    answer = client.void_charges(visit.patient, visit.id, ids)
    return Receipt(bare_id(visit.id), answer.exchange) if isinstance(answer, Receipt) else answer


def find(client: Client, lists: Lists, visit: Visit, charges: tuple[ChargeFact, ...]) -> Looked[str]:
    """Receipt when the visit's standing charges are exactly these, Absent when it bears none.

    The order of diagnoses and modifiers does not count here: whether the vendor keeps it is not known.
    """
    rows = _history(client, visit)
    if not isinstance(rows, Receipt):
        return rows
    standing = [row for row in rows.value if not row.void]
    if not standing:
        return Absent(rows.exchange)
    alike = _alike(client, lists, standing, charges, ordered=False)
    if not isinstance(alike, Receipt):
        return alike
    if alike.value:
        return Receipt(bare_id(visit.id), rows.exchange)
    problem = problems.CHARGES_DIFFER.problem(
        evidence=rows.exchange, visit=bare_id(visit.id), ours=str(len(charges)), theirs=str(len(standing))
    )
    return Refused(problem)


def _history(client: Client, visit: Visit) -> Read[tuple[ChargeRow, ...]]:
    """The charges of the visit, voided ones among them, in the order of their ids."""
    first = visit.service_date or EARLIEST
    last = max(first, visit.today) if visit.service_date else visit.today + YEAR

    def page(number: int) -> Read[Listed[ChargeRow]]:
        return client.get_tx_history(visit.patient, first, last, number)

    rows = every_row(page, "gettxhistory")
    if not isinstance(rows, Receipt):
        return rows
    own = sorted((row for row in rows.value if row.visit == bare_id(visit.id)), key=lambda row: (len(row.id), row.id))
    return Receipt(tuple(own), rows.exchange)


def _detail(client: Client, row: ChargeRow) -> Read[ChargeDetail]:
    answer = client.get_charge_detail(row.id)
    if not isinstance(answer, Receipt):
        return answer
    if answer.value.unresolved or not answer.value.procedure:
        problem = problems.CODE_UNRESOLVED.problem(
            evidence=answer.exchange, charge=row.id, codes=",".join(answer.value.unresolved)
        )
        return Refused(problem)
    return answer


def _alike(
    client: Client, lists: Lists, standing: list[ChargeRow], charges: tuple[ChargeFact, ...], *, ordered: bool
) -> Receipt[bool] | Later | Refused:
    """Whether what stands is what we have. Only when the procedures agree is each charge asked for in full."""
    spelt: list[str] = []
    by_id = any(row.procedure.lower().startswith("pcode") for row in standing)
    for charge in charges:
        procedure = _procedure(lists, charge.procedure) if by_id else Receipt(charge.procedure)
        if not isinstance(procedure, Receipt):
            return procedure
        spelt.append(procedure.value)
    if Counter(map(dotless, spelt)) != Counter(dotless(row.procedure) for row in standing):
        return Receipt(False)
    open_ours = list(charges)
    for row in standing:
        detail = _detail(client, row)
        if not isinstance(detail, Receipt):
            return detail
        fitting = next((ours for ours in open_ours if _same(ours, detail.value, ordered=ordered)), None)
        if fitting is None:
            return Receipt(False)
        open_ours.remove(fitting)
    return Receipt(True)


def _same(ours: ChargeFact, theirs: ChargeDetail, *, ordered: bool) -> bool:
    """Procedure, modifiers, diagnoses, and units where the vendor tells them."""

    def codes(listed: tuple[str, ...]) -> list[str]:
        spelt = [dotless(code) for code in listed]
        return spelt if ordered else sorted(spelt)

    units = not theirs.units.isdigit() or int(theirs.units) == ours.units
    return (
        units
        and dotless(ours.procedure) == dotless(theirs.procedure)
        and codes(ours.modifiers) == codes(theirs.modifiers)
        and codes(ours.diagnoses) == codes(theirs.diagnoses)
    )


def _posted(row: ChargeRow, detail: ChargeDetail | None) -> PostedCharge:
    """Units are 0 where the vendor does not tell them; place of service it never tells."""
    units = detail.units if detail is not None else ""
    charge = ChargeFact(
        procedure=dotless(detail.procedure if detail is not None else row.procedure),
        modifiers=detail.modifiers if detail is not None else (),
        units=int(units) if units.isdigit() else 0,
        diagnoses=tuple(dotless(code) for code in detail.diagnoses) if detail is not None else (),
        place_of_service="",
        amount=read_money(row.fee) or (read_money(detail.fee) if detail is not None else None) or Money(0),
    )
    return PostedCharge(
        vendor_id=row.id,
        visit_vendor_id=row.visit,
        charge=charge,
        void=row.void,
        protected=row.protected or (detail is not None and detail.protected),
        billed=detail is not None and detail.billed,
        paid=read_money(row.paid),
        patient_balance=read_money(row.patient_balance),
        insurance_balance=read_money(row.insurance_balance),
    )


def _nodes(
    lists: Lists, charges: tuple[ChargeFact, ...], separator: str, day: date | None = None
) -> Receipt[tuple[Node, ...]] | Later | Refused:
    """The charges as the vendor wants them, every code looked up before anything is sent (trap 17)."""
    if len(charges) > MOST_CHARGES:
        return Refused(problems.TOO_LARGE.problem(charges=str(len(charges)), most=str(MOST_CHARGES)))
    nodes: list[Node] = []
    for charge in charges:
        procedure = _procedure(lists, charge.procedure)
        if not isinstance(procedure, Receipt):
            return procedure
        diagnoses: list[str] = []
        for code in charge.diagnoses:
            diagnosis = _diagnosis(lists, code)
            if not isinstance(diagnosis, Receipt):
                return diagnosis
            diagnoses.append(diagnosis.value)
        attributes = {
            "proccode": procedure.value,
            "units": str(charge.units),
            "diagcodes": separator.join(diagnoses),
            "codeset": "10",
        }
        if charge.modifiers:
            attributes["modcodes"] = separator.join(charge.modifiers)
        if day is not None:
            del attributes["codeset"]
            attributes |= {"begindate": write_date(day), "enddate": write_date(day), "fee": charge.amount.text()}
            attributes |= {"pos": charge.place_of_service} if charge.place_of_service else {}
        nodes.append(Node("charge", attributes))
    return Receipt(tuple(nodes))


def _procedure(lists: Lists, code: str) -> Receipt[str] | Later | Refused:
    """The office's id of exactly this CPT or HCPCS code."""
    found = lists.exactly(LookupKind.PROCEDURE, code)
    if not isinstance(found, Receipt):
        return found
    if found.value is None:
        return Refused(problems.PROCEDURE_UNKNOWN.problem(evidence=found.exchange, procedure=code))
    return Receipt(prefixed_id("pcode", found.value.id), found.exchange)


def _diagnosis(lists: Lists, code: str) -> Receipt[str] | Later | Refused:
    """The office's id of exactly this ICD-10-CM code, or the code itself, which ``savecharges`` takes as well."""
    found = lists.exactly(LookupKind.DIAGNOSIS, code)
    if not isinstance(found, Receipt):
        return found
    return Receipt(prefixed_id("dcode", found.value.id) if found.value else dotted(code), found.exchange)


def _sent(lists: Lists, visit: Visit, answer: Outcome[Results]) -> Outcome[str]:
    answer = lists.mend(answer, *_CODE_LISTS)
    return Receipt(bare_id(visit.id), answer.exchange) if isinstance(answer, Receipt) else answer
