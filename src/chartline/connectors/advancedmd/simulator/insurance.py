"""Adding and end-dating insurance plans (vendor sheet 9.4, row 20)."""

from __future__ import annotations

from chartline.connectors.advancedmd.simulator.demographics import PLAN_FIELDS
from chartline.connectors.advancedmd.simulator.model import Patient, Plan
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import read_date, shown_date
from chartline.kernel.money import Money

_SENT = tuple(name for name in PLAN_FIELDS if not name.startswith("eligibility"))
_DATES = ("begindate", "enddate")
_AMOUNTS = ("copay", "deductible", "deductiblemet")


def addinsurance(call: Call) -> Node:
    """Create a plan, or change the one whose id is sent; an id with ``enddate`` alone ends it.

    The subscriber is a responsible party of the office; a patient's id there is a fault. The place of ``insplan``
    in the answer, directly under ``Results``, is our reading [O]; the caller should read the patient again anyway.
    """
    row = call.required_element("patient")
    patient = call.patient(call.required("id", row), "id")
    sent = call.required_element("patient", "insplanlist", "insplan")
    plan = _changed(call, patient, sent) if sent.get("id") else _created(call, patient, sent)
    call.world.plans.put(str(plan.id), plan)
    call.world.touch_patient(patient.id)
    if call.world.options.empty_addinsurance:
        return element("Results")
    return element("Results", {}, element("insplan", {"id": f"ins{plan.id}", "insnotefid": str(plan.id + 40000)}))


def updateinsurance(call: Call) -> Node:
    """Change fields of a plan that is there. Known by its name alone: the body is addinsurance's by analogy [O]."""
    call.required("id", call.required_element("patient", "insplanlist", "insplan"))
    return addinsurance(call)


def _created(call: Call, patient: Patient, sent: Node) -> Plan:
    world, office = call.world, call.office.key
    carrier = world.item(office, "carrier", call.required("carrier", sent))
    subscriber = world.find(world.parties, office, call.required("subscriber", sent), "resp")
    if carrier is None or subscriber is None:
        raise invalid("subscriber" if carrier else "carrier")
    call.required("subscribernum", sent)
    fields = {"coverage": "1", "copaytype": "$", **_fields(sent)}
    plan = Plan(
        id=world.new_number("plan"),
        office=office,
        patient=patient.id,
        carrier=carrier.id,
        subscriber=subscriber.id,
        fields=fields,
        created=call.now,
        changed=call.now,
    )
    world.counters.add("plans_added")
    return plan


def _changed(call: Call, patient: Patient, sent: Node) -> Plan:
    world, office = call.world, call.office.key
    plan = world.find(world.plans, office, sent.get("id"), "ins")
    if plan is None or plan.patient != patient.id:
        raise invalid("id")
    fields = _fields(sent)
    if sent.get("carrier"):
        carrier = world.item(office, "carrier", sent.get("carrier"))
        if carrier is None:
            raise invalid("carrier")
        plan.carrier = carrier.id
    if sent.get("subscriber"):
        subscriber = world.find(world.parties, office, sent.get("subscriber"), "resp")
        if subscriber is None:
            raise invalid("subscriber")
        plan.subscriber = subscriber.id
    plan.fields |= fields
    plan.changed = call.now
    world.counters.add("plans_changed")
    return plan


def _fields(sent: Node) -> dict[str, str]:
    """The plain attributes that were sent, checked and in the vendor's own form."""
    fields = {name: sent.get(name).strip().upper() for name in _SENT if name in sent.attributes}
    for name in _DATES:
        if fields.get(name):
            day = read_date(fields[name])
            if day is None:
                raise invalid(name)
            fields[name] = shown_date(day)
    for name in _AMOUNTS:
        if fields.get(name):
            try:
                fields[name] = Money.parse(fields[name]).text()
            except ValueError:
                raise invalid(name) from None
    if fields.get("coverage", "1") not in ("1", "2", "3"):
        raise invalid("coverage")
    return fields
