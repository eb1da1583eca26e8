"""One patient in full (vendor sheet 9.1, row 14): people only under class api, everything under class demographics."""

from __future__ import annotations

from chartline.connectors.advancedmd.simulator.model import Item, Patient, Plan
from chartline.connectors.advancedmd.simulator.operation import Call
from chartline.connectors.advancedmd.simulator.patients import (
    CONTACT,
    FIELDS,
    address_node,
    contact_node,
    shown,
)
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import shown_date, shown_moment
from chartline.connectors.advancedmd.simulator.world import PREFIXES, World

PLAN_FIELDS = (
    "subscribernum",
    "begindate",
    "enddate",
    "coverage",
    "copay",
    "copaytype",
    "grpname",
    "grpnum",
    "relationship",
    "hipaarelationship",
    "deductible",
    "deductiblemet",
    "yearendmonth",
    "lifetime",
    "mspcode",
    "finclasscode",
    "eligibilityid",
    "eligibilitystatusid",
    "eligibilityresponsedate",
)


def getdemographic(call: Call) -> Node:
    """The patient, or ``Results`` without a patient when there is none of that id."""
    patient = call.world.find(call.world.patients, call.office.key, call.required("patientid"), "pat")
    if patient is None or patient.deleted:
        return element("Results", {}, element("patientlist"))
    who = {
        "id": f"pat{patient.id}",
        "name": patient.name,
        "dob": shown_date(patient.dob),
        "sex": patient.fields.get("sex", "U"),
    }
    if call.component == "api":
        contact = contact_node(patient, "homephone", "email")
        return element(
            "Results", {}, element("patientlist", {}, element("patient", who, address_node(patient), contact))
        )
    return _everything(call, patient, who)


def _everything(call: Call, patient: Patient, who: dict[str, str]) -> Node:
    world, office = call.world, call.office.key
    who |= person_attributes(patient)
    plans = world.plans_of(patient)
    carriers = [
        item
        for carrier in dict.fromkeys(plan.carrier for plan in plans)
        if (item := world.item_named("carrier", carrier))
    ]
    row = element(
        "patient",
        who,
        address_node(patient),
        contact_node(patient, *CONTACT),
        element("insplanlist", {}, *[plan_node(world, plan) for plan in plans]),
    )
    parties = dict.fromkeys([patient.party, *[plan.subscriber for plan in plans]])
    return element(
        "Results",
        {},
        element("patientlist", {}, row),
        element("carrierlist", {}, *[_item(item) for item in carriers]),
        element("profilelist", {}, *_chosen(world, "profile", patient.fields.get("profile", ""))),
        element("finclasslist", {}, *_chosen(world, "finclass", patient.fields.get("finclass", ""))),
        element("resppartylist", {}, *[_party(world, party) for party in parties]),
        element("refproviderlist"),
        element("facilitylist", {}, *[_item(item) for item in world.catalogue(office, "facility")]),
        element("statuslist"),
        element("notelist"),
        element("proccodelist"),
        element("modcodelist"),
        element("diagcodelist"),
    )


def person_attributes(patient: Patient) -> dict[str, str]:
    """What class demographics says of a patient beside name, birth and sex."""
    attributes = {"respparty": f"resp{patient.party}"}
    attributes |= {name: shown(name, patient.fields.get(name, "")) for name in FIELDS if name != "sex"}
    return attributes | {"createdat": shown_moment(patient.created), "changedat": shown_moment(patient.changed)}


def _chosen(world: World, kind: str, value: str) -> list[Node]:
    item = world.items.get(f"{kind}/{value}")
    return [_item(item)] if item else []


def _item(item: Item) -> Node:
    attributes = {"id": f"{PREFIXES[item.kind]}{item.id}", "code": item.code, "name": item.name}
    return element(item.kind, attributes, *([element("address", item.address)] if item.address else []))


def _party(world: World, party: int) -> Node:
    found = world.parties[str(party)]
    return element("respparty", {"id": f"resp{found.id}", "name": found.name, "accttype": found.accttype})


def plan_node(world: World, plan: Plan) -> Node:
    """A plan names its carrier by id; the name stands in ``carrierlist`` alone (vendor sheet 9.1)."""
    carrier = world.item_named("carrier", plan.carrier)
    attributes = {
        "id": f"ins{plan.id}",
        "carrier": f"car{plan.carrier}",
        "payerid": carrier.code if carrier else "",
        "subscriber": f"resp{plan.subscriber}",
    }
    attributes |= {name: plan.fields.get(name, "") for name in PLAN_FIELDS}
    attributes |= {"createdat": shown_moment(plan.created), "changedat": shown_moment(plan.changed)}
    return element("insplan", attributes)
