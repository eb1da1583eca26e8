"""Everything the vendor keeps, in the wire's own words, for a comparison field by field at the end of a script.

Values included: they are invented, and the control surface is on loopback only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from chartline.connectors.advancedmd.simulator.demographics import person_attributes, plan_node
from chartline.connectors.advancedmd.simulator.history import payment_node
from chartline.connectors.advancedmd.simulator.ledger import account, balance, credit
from chartline.connectors.advancedmd.simulator.model import Charge, Patient, Payment, Plan, Visit
from chartline.connectors.advancedmd.simulator.patients import CONTACT, address_node, contact_node
from chartline.connectors.advancedmd.simulator.templates import VISIT_CHANGES
from chartline.connectors.advancedmd.simulator.values import shown_date, shown_moment
from chartline.connectors.advancedmd.simulator.world import World

Row = dict[str, object]
ItemT = TypeVar("ItemT", Patient, Visit, Payment)


def listed(world: World, kind: str, query: Mapping[str, str]) -> list[Row]:
    """All patients, visits or payments by number. ``office`` narrows; ``after`` (a number) and ``limit`` page."""
    office, after = query.get("office", ""), query.get("after", "0")
    first = int(after) if after.isdigit() else 0
    most = int(query["limit"]) if query.get("limit", "").isdigit() else None

    def chosen(items: Iterable[ItemT]) -> list[ItemT]:
        return [item for item in items if item.id > first and office in ("", item.office)][:most]

    if kind == "patients":
        return [patient_row(world, each) for each in chosen(world.patients)]
    if kind == "visits":
        return [visit_row(world, each) for each in chosen(world.visits)]
    return [payment_row(each) for each in chosen(world.payments)]


def patient_row(world: World, patient: Patient) -> Row:
    """What getdemographic says of a patient under class demographics, deleted ones too, and what they owe."""
    owed = account(world, patient.id)
    return {
        "id": patient.id,
        "office": patient.office,
        "name": patient.name,
        "dob": shown_date(patient.dob),
        "sex": patient.fields.get("sex", "U"),
        **person_attributes(patient),
        "deleted": patient.deleted,
        "address": address_node(patient).attributes,
        "contactinfo": contact_node(patient, *CONTACT).attributes,
        "plans": [_plan_row(world, plan) for plan in world.plans_of(patient)],
        "patbalance": owed.patient.text(),
        "insbalance": owed.insurance.text(),
        "unapplied": credit(world, patient.id).text(),
    }


def _plan_row(world: World, plan: Plan) -> Row:
    carrier = world.item_named("carrier", plan.carrier)
    named = {"carriername": carrier.name if carrier else "", "active": plan.active()}
    return {**plan_node(world, plan).attributes, **named}


def visit_row(world: World, visit: Visit) -> Row:
    """Every column of the visit feed under the vendor's own names, and the charges, voided ones too."""
    charges = world.charges_of(visit, standing=False)
    return {
        "id": visit.id,
        "office": visit.office,
        **{name: column(world, visit) for name, column in VISIT_CHANGES.items()},
        "columnid": visit.column,
        "charges": [_charge_row(world, charge) for charge in charges],
    }


def _charge_row(world: World, charge: Charge) -> Row:
    stands = balance(world, charge)

    def codes(kind: str, values: list[int]) -> list[str]:
        return [item.code for value in values if (item := world.item_named(kind, value))]

    return {
        "id": charge.id,
        "proccode": "".join(codes("proccode", [charge.procedure])),
        "diagcodes": codes("diagcode", charge.diagnoses),
        "modcodes": codes("modcode", charge.modifiers),
        "units": charge.units,
        "fee": charge.fee.text(),
        "begindate": shown_date(charge.begin),
        "approval": charge.approval,
        "insbilled": charge.billed,
        "protected": charge.protected,
        "void": bool(charge.voided),
        "createdat": shown_moment(charge.created),
        "paid": stands.paid.text(),
        "writeoff": stands.written_off.text(),
        "patbalance": stands.patient.text(),
        "insbalance": stands.insurance.text(),
    }


def payment_row(payment: Payment) -> Row:
    """A payment and what it stands on."""
    node = payment_node(payment)
    applied = [row.attributes for row in node.all("chargelist", "charge")]
    return {**node.attributes, "office": payment.office, "charges": applied}
