"""Taking money over XML-RPC, and reading it back (vendor sheet 9.7, row 23).

addpayments is the one payment call with public evidence; its answer is not published, so the id in it is our
reading [O]. Nothing is deduplicated: the same payment sent twice is two payments.
"""

from __future__ import annotations

from datetime import date

from chartline.connectors.advancedmd.simulator.history import payment_node
from chartline.connectors.advancedmd.simulator.ledger import FROM_INSURANCE, FROM_PATIENT, NOTHING
from chartline.connectors.advancedmd.simulator.model import Application, Patient, Payment
from chartline.connectors.advancedmd.simulator.operation import Call, invalid
from chartline.connectors.advancedmd.simulator.refusals import INVALID_ELEMENT, Refusal
from chartline.connectors.advancedmd.simulator.tree import Node, element
from chartline.connectors.advancedmd.simulator.values import MOUNTAIN, read_date
from chartline.connectors.advancedmd.simulator.world import PREFIXES, World
from chartline.kernel.money import Money


def addpayments(call: Call) -> Node:
    """Take one payment: ``paysource`` 1 is the patient's, any other needs ``carrierid`` and is an insurance's.

    ``chargelist/charge`` (id, amount, woamount) puts it on charges of the patient that stand; the row is a
    placeholder [O]. Amounts on charges and in ``unappliedpaymentlist`` must add up to ``amount``; without that list
    the rest is unapplied. More than a charge owes is taken too, and leaves a negative balance.
    """
    world, office, row = call.world, call.office.key, call.required_element("patient")
    if len(call.message.all("patient")) > 1:
        raise Refusal(INVALID_ELEMENT, "Invalid patient element")
    if any(_amount(each, "amount") for each in row.all("unappliedwriteofflist", "writeoff")):
        raise Refusal(INVALID_ELEMENT, "Invalid unappliedwriteofflist element")
    patient = call.patient(call.required("patientid", row), "patientid")
    call.required("amount", row)
    amount, source = _amount(row, "amount"), _source(row)
    carrier = world.item(office, "carrier", row.get("carrierid")) if row.get("carrierid") else None
    if carrier is None and (row.get("carrierid") or source == FROM_INSURANCE):
        raise invalid("carrierid")
    code = row.get("paycode").strip().upper()
    if code and world.item_coded(office, "paycode", code) is None:
        raise invalid("paycode")
    applications = _applications(call, patient, row)
    on_charges = Money.total([each.amount for each in applications])
    listed = row.all("unappliedpaymentlist", "payment")
    rest = Money.total([_amount(each, "amount") for each in listed]) if listed else amount - on_charges
    if rest < NOTHING or on_charges + rest != amount:
        raise invalid("amount")
    payment = Payment(
        id=world.new_number("payment"),
        office=office,
        patient=patient.id,
        source=source,
        amount=amount,
        applications=applications,
        carrier=carrier.id if carrier else 0,
        profile=_profile(call, listed),
        code=code,
        method=row.get("paymethod").strip().upper(),
        check=row.get("checknumber").strip().upper(),
        batch=row.get("batch").strip().upper(),
        note=row.get("case_note"),
        deposited=_deposited(call, row),
        created=call.now,
    )
    receive(world, payment)
    return element("Results", {}, element("paymentlist", {}, element("payment", {"id": str(payment.id)})))


def receive(world: World, payment: Payment) -> None:
    """Put a payment into the books."""
    world.keep_payment(payment)
    world.counters.add("payments_added")


def _source(row: Node) -> str:
    return FROM_PATIENT if (row.get("paysource") or FROM_PATIENT) == FROM_PATIENT else FROM_INSURANCE


def _amount(row: Node, name: str) -> Money:
    try:
        amount = Money.parse(row.get(name) or "0.00")
    except ValueError:
        raise invalid(name) from None
    if amount < NOTHING:
        raise invalid(name)
    return amount


def _applications(call: Call, patient: Patient, row: Node) -> list[Application]:
    applications: list[Application] = []
    for sent in row.all("chargelist", "charge"):
        charge = call.world.find(call.world.charges, call.office.key, call.required("id", sent), "chg")
        if charge is None or charge.patient != patient.id or charge.voided:
            raise invalid("id")
        applications.append(
            Application(charge=charge.id, amount=_amount(sent, "amount"), writeoff=_amount(sent, "woamount"))
        )
    return applications


def _profile(call: Call, listed: list[Node]) -> int:
    """The profile of the unapplied part; a patient's own when none is sent."""
    sent = next((row.get("profile") for row in listed if row.get("profile")), "")
    if not sent:
        return 0
    item = call.world.item(call.office.key, "profile", sent)
    if item is None:
        raise invalid("profile")
    return item.id


def _deposited(call: Call, row: Node) -> date:
    """``depositdate`` of the payment, else ``date`` of the message, else today by the vendor's clock."""
    for sent in (row.get("depositdate"), call.message.get("date")):
        if sent:
            day = read_date(sent)
            if day is None:
                raise invalid("depositdate")
            return day
    return call.now.astimezone(MOUNTAIN).date()


def getpaymentdetaildata(call: Call) -> Node:
    """One payment and the charges it stands on; class, attribute and shape are placeholders [O]."""
    payment = call.world.find(call.world.payments, call.office.key, call.required("paymentid"), "pmt")
    if payment is None:
        raise invalid("paymentid")
    row = payment_node(payment)
    patient = element("patient", {"id": f"pat{payment.patient}"}, element("paymentlist", {}, row))
    carrier = call.world.item_named("carrier", payment.carrier)
    attributes = {"id": f"car{carrier.id}", "code": carrier.code, "name": carrier.name} if carrier else {}
    carriers = element("carrierlist", {}, *([element("carrier", attributes)] if carrier else []))
    return element("Results", {}, element("patientlist", {}, patient), carriers)


def getpaymentcodes(call: Call) -> Node:
    """The payment codes, as REST gives them; all of it is a placeholder [O]."""
    rows = [
        element(
            "paymentcode",
            {
                "id": f"{PREFIXES['paycode']}{item.id}",
                "code": item.code,
                "description": item.name,
                "type": item.extras.get("type", ""),
            },
        )
        for item in call.world.catalogue(call.office.key, "paycode")
    ]
    return element("Results", {}, element("paymentcodelist", {"itemcount": str(len(rows))}, *rows))
