"""Eligibility on demand: a request now, pending for a while, then an answer (vendor sheet 9.5, row 21).

What the answer holds is a placeholder [O]: ``status``, and the raw X12 271 as text or a short message.
"""

from __future__ import annotations

from datetime import datetime

from chartline.connectors.advancedmd.simulator.model import Demand
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import shown_moment

PENDING_ID, COMPLETE_ID, ERROR_ID = "1", "2", "3"
"""Placeholders for ``insplan@eligibilitystatusid``."""


def submitdemandrequest(call: Call) -> Node:
    """Ask for the coverage of a plan; answers an eligibility id."""
    world = call.world
    patient = call.patient(call.required("patientid"), "patientid")
    plan = world.find(world.plans, call.office.key, call.required("insurancecoverageid"), "ins")
    if plan is None or plan.patient != patient.id:
        raise invalid("insurancecoverageid")
    demand = Demand(
        id=world.new_number("demand"),
        office=call.office.key,
        patient=patient.id,
        plan=plan.id,
        service_type=call.message.get("eligibilitystc") or "30",
        asked=call.now,
    )
    world.demands.put(str(demand.id), demand)
    plan.fields |= {"eligibilityid": str(demand.id), "eligibilitystatusid": PENDING_ID, "eligibilityresponsedate": ""}
    world.plans.put(str(plan.id), plan)
    return element("Results", {"eligibilityid": str(demand.id)})


def checkeligibilityresponse(call: Call) -> Node:
    """Pending for so many polls, then complete, or an error when the payer stays silent."""
    world = call.world
    demand = world.find(world.demands, call.office.key, call.required("eligibilityid"), "")
    if demand is None:
        raise invalid("eligibilityid")
    demand.polls += 1
    world.demands.put(str(demand.id), demand)
    attributes = {"eligibilityid": str(demand.id), "status": "pending"}
    if demand.polls <= world.options.eligibility_polls:
        return element("Results", attributes)
    kind = world.options.eligibility_answer
    plan = world.plans[str(demand.plan)]
    plan.fields |= {
        "eligibilitystatusid": ERROR_ID if kind == "timeout" else COMPLETE_ID,
        "eligibilityresponsedate": shown_moment(call.now),
    }
    world.plans.put(str(plan.id), plan)
    if kind == "timeout":
        return element("Results", attributes | {"status": "error"}, element("message", text="The payer did not answer"))
    text = _answer(call, demand, kind)
    return element("Results", attributes | {"status": "complete"}, element("response", text=text))


def _answer(call: Call, demand: Demand, kind: str) -> str:
    """A raw 271 in 5010 form: ``rich`` with copay and deductible, ``poor`` with the bare fact, ``reject`` with AAA."""
    world = call.world
    patient, plan = world.patients[str(demand.patient)], world.plans[str(demand.plan)]
    carrier = world.items[f"carrier/{plan.carrier}"]
    last, _, given = patient.name.partition(",")
    first, _, middle = given.partition(" ")
    member = f"NM1*IL*1*{last}*{first}*{middle}***MI*{plan.fields.get('subscribernum', '')}"
    body = [
        "HL*1**20*1",
        f"NM1*PR*2*{carrier.name}*****PI*{carrier.code}",
        "HL*2*1*21*1",
        "NM1*1P*2*SIMULATED OFFICE*****XX*1999999984",
        "HL*3*2*22*0",
        f"TRN*2*{demand.id}*9SIMULATOR",
        member,
    ]
    if kind == "reject":
        body.append("AAA*N**75*C")
    else:
        body += [f"DMG*D8*{patient.dob:%Y%m%d}*{patient.fields.get('sex', 'U')}", f"EB*1**{demand.service_type}"]
    if kind == "rich":
        copay = plan.fields.get("copay") or "25.00"
        body += [f"EB*B**{demand.service_type}***27*{copay}", "EB*C*IND*30***23*500.00", "EB*C*IND*30***29*350.00"]
    return _interchange(body, demand.id, call.now)


def _interchange(body: list[str], control: int, moment: datetime) -> str:
    stamp = f"{moment:%Y%m%d}*{moment:%H%M}"
    inner = ["ST*271*0001*005010X279A1", f"BHT*0022*11*{control}*{stamp}", *body]
    inner.append(f"SE*{len(inner) + 1}*0001")
    head = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SIMPAYER':15}*ZZ*{'SIMOFFICE':15}*{moment:%y%m%d}*{moment:%H%M}"
        f"*^*00501*{control:09d}*0*T*:"
    )
    group = f"GS*HB*SIMPAYER*SIMOFFICE*{stamp}*{control}*X*005010X279A1"
    return "~".join([head, group, *inner, f"GE*1*{control}", f"IEA*1*{control:09d}"]) + "~"
