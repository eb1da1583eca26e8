"""Money over REST: payments and their codes are placeholders [O], accounts and cards on file are evidenced [C].

Vendor sheet 9.7. Keys are camelCase, ids bare numbers, amounts JSON numbers or text.
"""

from __future__ import annotations

import re

from chartline.connect.simulation.web import Answer
from chartline.connectors.advancedmd.simulator.ledger import FROM_INSURANCE, FROM_PATIENT, NOTHING
from chartline.connectors.advancedmd.simulator.model import Application, Card, Patient, Payment
from chartline.connectors.advancedmd.simulator.payments import receive
from chartline.connectors.advancedmd.simulator.refusals import HttpRefusal
from chartline.connectors.advancedmd.simulator.rest import RestCall, amount, answer, rows, text
from chartline.connectors.advancedmd.simulator.values import MOUNTAIN, read_date
from chartline.kernel.money import Money

_SOURCES = {"patient": FROM_PATIENT, "insurance": FROM_INSURANCE}
_CARD_NUMBER = re.compile(r"(?:\d[ -]?){13,19}")


def add(call: RestCall) -> Answer:
    """Take a payment and put it on charges; 201 with its id, and a second one when the same is sent again.

    ``writeOffAmount`` beside an application's amount is ours, by analogy with ``woamount``.
    """
    world, office, body = call.world, call.office.key, call.body()
    patient = world.find(world.patients, office, text(body, "patientId"), "")
    total, source = amount(body, "amount"), _SOURCES.get(text(body, "source"))
    day = read_date(text(body, "depositDate")) if body.get("depositDate") else world.now().astimezone(MOUNTAIN).date()
    carrier = world.item(office, "carrier", text(body, "carrierId"))
    code = world.item(office, "paycode", text(body, "paymentCodeId"))
    profile = world.item(office, "profile", text(body, "profileId"))
    checks = {
        "patientId": patient is not None and not patient.deleted,
        "amount": total is not None and total >= NOTHING,
        "source": source is not None,
        "carrierId": carrier is not None or (not body.get("carrierId") and source == FROM_PATIENT),
        "paymentCodeId": code is not None or not body.get("paymentCodeId"),
        "profileId": profile is not None or not body.get("profileId"),
        "depositDate": day is not None,
    }
    wrong = next((name for name, holds in checks.items() if not holds), None)
    if wrong or patient is None or total is None or source is None or day is None:
        raise HttpRefusal(400, f"{wrong} is missing or not valid")
    applications = _applications(call, patient, body)
    if Money.total([each.amount for each in applications]) > total:
        raise HttpRefusal(400, "applications are more than the amount")
    payment = Payment(
        id=world.new_number("payment"),
        office=office,
        patient=patient.id,
        source=source,
        amount=total,
        applications=applications,
        carrier=carrier.id if carrier else 0,
        profile=profile.id if profile else 0,
        code=code.code if code else "",
        method=text(body, "paymentMethod").upper(),
        check=text(body, "checkNumber").upper(),
        deposited=day,
        created=world.now(),
    )
    receive(world, payment)
    return answer({"id": payment.id}, 201)


def _applications(call: RestCall, patient: Patient, body: dict[str, object]) -> list[Application]:
    applications: list[Application] = []
    for row in rows(body, "applications"):
        charge = call.world.find(call.world.charges, call.office.key, text(row, "chargeId"), "")
        paid = amount(row, "amount")
        written_off = amount(row, "writeOffAmount") or NOTHING
        known = charge is not None and charge.patient == patient.id and not charge.voided
        if charge is None or not known or paid is None or paid < NOTHING or written_off < NOTHING:
            raise HttpRefusal(400, "applications are not valid")
        applications.append(Application(charge=charge.id, amount=paid, writeoff=written_off))
    return applications


def codes(call: RestCall) -> Answer:
    """The office's payment codes."""
    items = call.world.catalogue(call.office.key, "paycode")
    return answer(
        [{"id": i.id, "code": i.code, "description": i.name, "type": i.extras.get("type", "")} for i in items]
    )


def accounts(call: RestCall) -> Answer:
    """Where card payments go; the address is evidenced, the rows are ours: one account a facility."""
    items = call.world.catalogue(call.office.key, "facility")
    return answer([{"id": item.id, "accountName": item.name, "isActive": True} for item in items])


def cards(call: RestCall) -> Answer:
    """Cards on file of a responsible party; only the last four digits of a number exist here."""
    party = call.world.find(call.world.parties, call.office.key, call.query("respPartyId"), "resp")
    if party is None:
        raise HttpRefusal(400, "respPartyId is missing or not valid")
    return answer(
        [
            {
                "id": card.id,
                "respPartyId": card.party,
                "cardType": card.brand,
                "lastFour": card.last_four,
                "expirationDate": card.expires,
            }
            for card in call.world.ways.cards.at(party.id)
        ]
    )


def add_card(call: RestCall) -> Answer:
    """Put a card on file by its last four digits. A body that holds what looks like a whole number is refused."""
    world, body = call.world, call.body()
    if any(_CARD_NUMBER.search(text(body, name)) for name in body):
        raise HttpRefusal(400, "a simulator takes no card numbers")
    party = world.find(world.parties, call.office.key, text(body, "respPartyId"), "resp")
    if party is None or not re.fullmatch(r"\d{4}", text(body, "lastFour")):
        raise HttpRefusal(400, "respPartyId or lastFour is missing or not valid")
    card = Card(
        id=world.new_number("card"),
        office=call.office.key,
        party=party.id,
        brand=text(body, "cardType"),
        last_four=text(body, "lastFour"),
        expires=text(body, "expirationDate"),
    )
    world.cards.put(str(card.id), card)
    return answer({"id": card.id})
