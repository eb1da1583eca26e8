"""What was charged: one charge in internal ids, and a patient's pages of transactions (vendor sheet 9.3, row 19)."""

from __future__ import annotations

from datetime import date

from chartline.connectors.advancedmd.simulator.ledger import account, balance, credit, unapplied
from chartline.connectors.advancedmd.simulator.model import Charge, Item, Payment
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.paging import PAGE, page_of
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import read_date, shown_date, shown_moment
from chartline.connectors.advancedmd.simulator.world import World


def getchargedetaildata(call: Call) -> Node:
    """One charge; its codes are internal ids that resolve through the lists beside it."""
    world = call.world
    charge = world.find(world.charges, call.office.key, call.required("chargeid"), "chg")
    if charge is None:
        raise invalid("chargeid")
    stands = balance(world, charge)
    attributes = {
        "id": str(charge.id),
        "createtime": shown_moment(charge.created),
        "begindate": shown_date(charge.begin),
        "enddate": shown_date(charge.begin),
        "proccode": f"pcode{charge.procedure}",
        "diagcodes": ",".join(f"dcode{value}" for value in charge.diagnoses),
        "modcodes": ",".join(f"mcode{value}" for value in charge.modifiers),
        "units": str(charge.units),
        "batchnumber": "",
        "finclasscode": "",
        "billins": "1" if charge.bills_insurance else "0",
        "insbilled": "1" if charge.billed else "0",
        "void": "1" if charge.voided else "0",
        "voideddate": shown_date(charge.voided.date()) if charge.voided else "",
        "protected": "1" if charge.protected else "0",
        "paymentplan": "0",
        "approval": "1" if charge.approval else "0",
        "fee": charge.fee.text(),
        "paid": stands.paid.text(),
        "writeoff": stands.written_off.text(),
        "patportion": charge.patient_portion.text(),
        "insportion": (charge.fee - charge.patient_portion).text(),
        "patbalance": stands.patient.text(),
        "insbalance": stands.insurance.text(),
    }
    row = element("charge", attributes)
    visit = element("visit", {"id": f"vst{charge.visit}"}, element("chargelist", {}, row))
    patient = element("patient", {"id": f"pat{charge.patient}"}, element("visitlist", {}, visit))
    return element(
        "Results",
        {},
        element("patientlist", {}, patient),
        _codes(world, "proccode", "pcode", [charge.procedure]),
        _codes(world, "diagcode", "dcode", charge.diagnoses),
        _codes(world, "modcode", "mcode", charge.modifiers),
    )


def _codes(world: World, kind: str, prefix: str, values: list[int]) -> Node:
    items = [item for value in dict.fromkeys(values) if (item := world.item_named(kind, value))]
    rows = [element(kind, {"id": f"{prefix}{item.id}", "code": item.code, "name": item.name}) for item in items]
    return element(f"{kind}list", {}, *rows)


def gettxhistory(call: Call) -> Node:
    """A page of a patient's charges, voided ones as well, newest first when ``sortdescending`` is 1.

    ``proccode`` is the code itself here; that, the page size and the place of the counters (on ``Results`` and on
    the list) are our reading [O]. So are the rows of payments and write-offs: they stand on the first page only,
    because the counters count charges, and the balances of the whole account stand on ``Results``.
    """
    world, message = call.world, call.message
    patient = call.patient(call.required("patientid"), "patientid")
    bounds = [read_date(message.get(name)) if message.get(name) else None for name in ("fromdate", "todate")]
    if any(message.get(name) and bound is None for name, bound in zip(("fromdate", "todate"), bounds, strict=True)):
        raise invalid("fromdate" if bounds[0] is None else "todate")
    since, until = bounds
    found = [
        charge
        for charge in world.ways.charges.at(("patient", patient.id))
        if (since is None or charge.begin >= since) and (until is None or charge.begin <= until)
    ]
    profile = message.get("profileid")
    if profile:
        item = world.item(call.office.key, "profile", profile)
        found = [charge for charge in found if item and world.visits[str(charge.visit)].profile == item.id]
    found.sort(key=lambda charge: (charge.begin, charge.id), reverse=message.get("sortdescending") == "1")
    counters, rows = page_of(call, found, "pagenumber")
    page = int(counters.pop("page"))
    first = (page - 1) * PAGE + 1
    counters |= {
        "pagenumber": str(page),
        "itemsfrom": str(first if rows else 0),
        "itemsto": str(first + len(rows) - 1 if rows else 0),
    }
    listed = element("chargelist", counters, *[_transaction(world, charge) for charge in rows])
    total = account(world, patient.id)
    sums = {
        "patbalance": total.patient.text(),
        "insbalance": total.insurance.text(),
        "unapplied": credit(world, patient.id).text(),
    }
    payments, writeoffs = _money(world, patient.id, since, until) if page == 1 else ([], [])
    money = element("paymentlist", {}, *payments), element("writeofflist", {}, *writeoffs)
    return element("Results", counters | sums, listed, *money)


def _money(world: World, patient: int, since: date | None, until: date | None) -> tuple[list[Node], list[Node]]:
    """Payments of a span of deposit dates with what they pay, and one row for each write-off [O]."""
    payments: list[Node] = []
    writeoffs: list[Node] = []
    for payment in sorted(world.ways.payments.at(("patient", patient)), key=lambda each: each.id):
        if (since and payment.deposited < since) or (until and payment.deposited > until):
            continue
        payments.append(payment_node(payment))
        for each in payment.applications:
            if each.writeoff:
                attributes = {
                    "id": f"{payment.id}-{each.charge}",
                    "charge": str(each.charge),
                    "amount": each.writeoff.text(),
                    "date": shown_date(payment.deposited),
                    "payment": str(payment.id),
                }
                writeoffs.append(element("writeoff", attributes))
    return payments, writeoffs


def payment_node(payment: Payment) -> Node:
    """A payment and the charges it stands on; the shape is a placeholder [O]."""
    attributes = {
        "id": str(payment.id),
        "patientid": f"pat{payment.patient}",
        "paysource": payment.source,
        "paycode": payment.code,
        "paymethod": payment.method,
        "checknumber": payment.check,
        "carrierid": f"car{payment.carrier}" if payment.carrier else "",
        "profile": f"prof{payment.profile}" if payment.profile else "",
        "batch": payment.batch,
        "depositdate": shown_date(payment.deposited),
        "createdat": shown_moment(payment.created),
        "amount": payment.amount.text(),
        "applied": payment.applied().text(),
        "unapplied": unapplied(payment).text(),
    }
    rows = [
        element("charge", {"id": str(each.charge), "amount": each.amount.text(), "woamount": each.writeoff.text()})
        for each in payment.applications
    ]
    return element("payment", attributes, element("chargelist", {}, *rows))


def _transaction(world: World, charge: Charge) -> Node:
    visit = world.visits[str(charge.visit)]
    profile, facility = world.item_named("profile", visit.profile), world.item_named("facility", visit.facility)
    procedure, stands = world.item_named("proccode", charge.procedure), balance(world, charge)
    attributes = {
        "id": str(charge.id),
        "patientid": f"pat{charge.patient}",
        "visit": f"vst{charge.visit}",
        "dos": shown_date(charge.begin),
        "agingdate": shown_date(charge.begin),
        "proccode": _code(procedure),
        "provcode": _code(profile),
        "provname": profile.name if profile else "",
        "faccode": _code(facility),
        "facname": facility.name if facility else "",
        "fee": charge.fee.text(),
        "paid": stands.paid.text(),
        "patbal": stands.patient.text(),
        "insbal": stands.insurance.text(),
        "void": "1" if charge.voided else "0",
        "protected": "1" if charge.protected else "0",
        "paymentplan": "0",
    }
    return element("charge", attributes)


def _code(item: Item | None) -> str:
    return item.code if item else ""
