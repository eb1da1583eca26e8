"""Insurance plans at AdvancedMD (vendor sheet 9.4), and which carrier of the office is meant by a payer.

Refuses to choose between carriers, to name a patient where a responsible party belongs, and to overwrite a value that
the office has changed meanwhile.
"""

from __future__ import annotations

from chartline.connect.facts import CoverageFact, LookupKind, PersonFact
from chartline.connectors.advancedmd import patients, problems
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.lists import Lists
from chartline.connectors.advancedmd.plans import changed_plan_fields, coverage_of, new_plan, plan_change, spell_plan
from chartline.connectors.advancedmd.spelling import key, plain
from chartline.connectors.advancedmd.translate import first_id
from chartline.connectors.advancedmd.wire import LookupRow, bare_id
from chartline.kernel.outcome import Absent, Later, Outcome, Receipt, Refused, Unknown


def carrier_of(lists: Lists, coverage: CoverageFact) -> Receipt[str] | Later | Refused:
    """The carrier's id: the one on the coverage, else the only one whose code is the payer's id, else by name."""
    if coverage.carrier_vendor_id:
        return Receipt(coverage.carrier_vendor_id)
    fitting: list[LookupRow] = []
    exchange: str | None = None
    for criterion, text in (("code", coverage.payer_id), ("name", plain(coverage.payer_name))):
        rows = lists.every(LookupKind.CARRIER, criterion, text) if text else Receipt(())
        if not isinstance(rows, Receipt):
            return rows
        fitting, exchange = [row for row in rows.value if _fits(row, coverage, criterion)], rows.exchange
        if fitting:
            break
    if len(fitting) == 1:
        return Receipt(fitting[0].id, exchange)
    # The practice is asked to add it: the next try must see the new list.
    lists.forget(LookupKind.CARRIER)
    problem = problems.CARRIER_UNKNOWN.problem(evidence=exchange, payer=coverage.payer_id, fitting=str(len(fitting)))
    return Refused(problem)


def _fits(row: LookupRow, coverage: CoverageFact, criterion: str) -> bool:
    """By code, offices that keep the payer's id there; else by the whole name."""
    if criterion == "code":
        return coverage.payer_id in (row.code, row.payer_id)
    return key(row.name) == key(coverage.payer_name)


def add(client: Client, lists: Lists, patient: PersonFact, coverage: CoverageFact) -> Outcome[str]:
    """Add a plan. Its subscriber is the patient's responsible party, read from AdvancedMD when not known here."""
    party = patient.responsible_party
    if not party:
        known = patients.detail(client, patient.vendor_id or "")
        if isinstance(known, Later | Refused):
            return known
        party = None if isinstance(known, Absent) else known.value.person.responsible_party
    if not party:
        return Refused(problems.RESPONSIBLE_PARTY_MISSING.problem(patient=patient.vendor_id or ""))
    carrier = carrier_of(lists, coverage)
    if not isinstance(carrier, Receipt):
        return carrier
    answer = client.add_insurance(patient.vendor_id or "", new_plan(coverage, carrier.value, party))
    answer = lists.mend(answer, LookupKind.CARRIER)
    if not isinstance(answer, Receipt):
        return answer
    vendor_id = first_id(answer.value.node, "insplan")
    return Receipt(vendor_id, answer.exchange) if vendor_id else Unknown(answer.exchange)


def change(client: Client, patient: PersonFact, before: CoverageFact, after: CoverageFact) -> Outcome[str]:
    """Change what differs, after reading what the office has.

    An end date alone goes by ``addinsurance`` with the plan's id, which is proven; anything else by
    ``updateinsurance``, which is not. An end date that is to go away is refused: nothing is ever blanked.
    """
    vendor_id = bare_id(before.vendor_id or after.vendor_id or "")
    if before.end is not None and after.end is None:
        return Refused(problems.PLAN_ENDED.problem(plan=vendor_id))
    fields = changed_plan_fields(before, after)
    if not fields:
        return Receipt(vendor_id)
    answer = client.get_demographic(patient.vendor_id or "")
    if not isinstance(answer, Receipt):
        return answer
    found = answer.value
    plans = found.patient.plans if found.patient is not None else ()
    row = next((plan for plan in plans if plan.id == vendor_id), None)
    if row is None:
        return Refused(problems.NOT_FOUND.problem(evidence=answer.exchange, plan=vendor_id))
    has, old, new = spell_plan(coverage_of(row, found.carriers)), spell_plan(before), spell_plan(after)
    left = tuple(name for name in fields if key(has[name]) != key(new[name]))
    if not left:
        return Receipt(vendor_id, answer.exchange)
    third = [name for name in left if key(has[name]) != key(old[name])]
    if third:
        return Refused(problems.CHANGED_MEANWHILE.problem(evidence=answer.exchange, fields=",".join(third)))
    ends = left == ("enddate",)
    send = client.add_insurance if ends else client.update_insurance
    sent = send(patient.vendor_id or "", plan_change(vendor_id, after, left))
    if not isinstance(sent, Receipt):
        return sent
    return Unknown(sent.exchange) if sent.value.bare else Receipt(vendor_id, sent.exchange)
