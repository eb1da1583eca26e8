"""Claim status over XML-RPC: a placeholder throughout, there is no public wire evidence [O] (vendor sheet 9.8).

What a claim's status is follows from the visit's charges, as the sheet advises clients to derive it.
"""

from __future__ import annotations

from datetime import datetime

from chartline.connectors.advancedmd.simulator.ledger import NOTHING, Balance, balance
from chartline.connectors.advancedmd.simulator.model import Charge, Visit
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import shown_date
from chartline.connectors.advancedmd.simulator.world import World

STATUSES = {
    "H": "HELD FOR APPROVAL",
    "R": "READY TO BILL",
    "B": "BILLED",
    "P": "PAID",
    "V": "VOIDED",
}
"""Code -> name; ours."""


def checkclaimstatus(call: Call) -> Node:
    """The claim of a visit, named by ``visitid`` or by the ``chargeid`` of one of its lines; none without charges."""
    visit = _visit(call)
    charges = call.world.charges_of(visit, standing=False)
    rows = [_claim(call.world, visit, charges)] if charges else []
    return element("Results", {}, element("claimlist", {"itemcount": str(len(rows))}, *rows))


def _visit(call: Call) -> Visit:
    world, office = call.world, call.office.key
    if call.message.get("chargeid"):
        charge = world.find(world.charges, office, call.message.get("chargeid"), "chg")
        if charge is None:
            raise invalid("chargeid")
        return world.visits[str(charge.visit)]
    visit = world.find(world.visits, office, call.required("visitid"), "vst")
    if visit is None:
        raise invalid("visitid")
    return visit


def _claim(world: World, visit: Visit, charges: list[Charge]) -> Node:
    plans = [plan for plan in world.plans_of(world.patients[str(visit.patient)]) if plan.active()]
    code, since = _status(world, charges)
    attributes = {
        "id": f"clm{visit.id}",
        "visit": f"vst{visit.id}",
        "carrier": f"car{plans[0].carrier}" if plans else "",
        "status": code,
        "statusdate": shown_date(since.date()),
        "message": STATUSES[code],
    }
    return element("claim", attributes)


def _status(world: World, charges: list[Charge]) -> tuple[str, datetime]:
    standing = [charge for charge in charges if not charge.voided]
    if not standing:
        return "V", max(charge.voided for charge in charges if charge.voided)
    owed = sum((balance(world, charge) for charge in standing), Balance())
    since = max(charge.created for charge in standing)
    if any(charge.approval for charge in standing):
        return "H", since
    if not any(charge.billed for charge in standing):
        return "R", since
    return ("B" if owed.insurance > NOTHING else "P"), since


def claimstatuslist(_: Call) -> Node:
    """Every status there is."""
    rows = [
        element("status", {"id": str(place), "code": code, "name": name})
        for place, (code, name) in enumerate(STATUSES.items(), 1)
    ]
    return element("Results", {}, element("statuslist", {}, *rows))
