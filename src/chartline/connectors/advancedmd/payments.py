"""Payments at AdvancedMD (vendor sheet 9.7): entered by XML-RPC, or by REST where the connection says so.

The vendor takes the same payment twice without a word, and has no place for our number. So a payment is recognised by
patient, payer, day, amount and check number; when that does not tell, a person settles it. Refuses to apply more than
was paid, and to call a payment absent where the history lists no payments at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from chartline.connect.facts import LookupEntry, LookupKind, Payer, PaymentFact, PostedPayment
from chartline.connectors.advancedmd import problems
from chartline.connectors.advancedmd.client import Client
from chartline.connectors.advancedmd.lists import Lists
from chartline.connectors.advancedmd.paging import MOST_PAGES
from chartline.connectors.advancedmd.spelling import read_money
from chartline.connectors.advancedmd.times import read_date, write_date
from chartline.connectors.advancedmd.transactions import PaymentRow
from chartline.connectors.advancedmd.translate import first_id
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import bare_id, prefixed_id
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused, Unknown

_SOURCES: Final = {Payer.PATIENT: "1", Payer.INSURANCE: "2"}
"""``paysource``: 1 is seen in a client (sheet 6.2), 2 is inferred."""
_PERSONAL: Final = "pp"
"""The payment code of a patient's own money (sheet 6.2)."""


def post(client: Client, lists: Lists, payment: PaymentFact, options: Mapping[str, str]) -> Outcome[str]:
    """Enter a payment; the receipt holds the vendor's id, else our reference."""
    if _applied(payment).minor > payment.amount.minor:
        return Refused(problems.PAYMENT_UNEVEN.problem(reference=payment.reference))
    profile = payment.profile_vendor_id or options.get("profile", "")
    if not profile:
        return Refused(problems.PROFILE_MISSING.problem())
    if payment.payer is Payer.INSURANCE and not payment.carrier_vendor_id:
        return Refused(problems.CARRIER_UNKNOWN.problem(fitting="0"))
    if options.get("payments") == "rest":
        return _post_by_rest(client, payment, profile)
    answer = client.add_payment(_node(payment, profile), applied=bool(payment.applications))
    answer = lists.mend(answer, LookupKind.PROFILE, LookupKind.CARRIER)
    if not isinstance(answer, Receipt):
        return answer
    if answer.value.bare and not answer.value.said_success:
        return Unknown(answer.exchange)
    return Receipt(first_id(answer.value.node, "payment") or payment.reference, answer.exchange)


def _node(payment: PaymentFact, profile: str) -> Node:
    """The ``patient`` element of ``addpayments``: what is not applied stands in a list of its own."""
    insurance = payment.payer is Payer.INSURANCE
    source = _SOURCES[payment.payer]
    carrier = prefixed_id("car", payment.carrier_vendor_id) if insurance else ""
    rest = Money(payment.amount.minor - _applied(payment).minor)
    unapplied = {"source": source, "profile": prefixed_id("prof", profile), "amount": rest.text(), "carrier": carrier}
    attributes = {
        "patientid": prefixed_id("pat", payment.patient_vendor_id),
        "paysource": source,
        "amount": payment.amount.text(),
        "paycode": payment.payment_code or ("" if insurance else _PERSONAL),
        "paymethod": payment.method,
        "carrierid": carrier,
        "depositdate": write_date(payment.received),
        "batch": "",
        "case_note": "",
    }
    if payment.check_number:
        attributes["checknumber"] = payment.check_number
    charges = tuple(
        Node("charge", {"id": bare_id(charge), "amount": amount.text(), "woamount": "0.00"})
        for charge, amount in payment.applications
    )
    return Node(
        "patient",
        attributes,
        (
            Node("unappliedpaymentlist", {}, (Node("payment", unapplied),) if rest.minor else ()),
            Node("unappliedwriteofflist"),
            Node("chargelist", {}, charges),
        ),
    )


def _post_by_rest(client: Client, payment: PaymentFact, profile: str) -> Outcome[str]:
    """The same by REST, where a payment code goes by its id (grade O throughout)."""
    code: int | None = None
    if payment.payment_code:
        known = codes_by_rest(client)
        if not isinstance(known, Receipt):
            return known
        fitting = [entry for entry in known.value if entry.code.casefold() == payment.payment_code.casefold()]
        if not fitting:
            return Refused(problems.PAYMENT_CODE_UNKNOWN.problem(evidence=known.exchange, code=payment.payment_code))
        code = _whole(fitting[0].vendor_id)
    body: dict[str, object] = {
        "patientId": _whole(payment.patient_vendor_id),
        "source": payment.payer.value,
        "carrierId": _whole(payment.carrier_vendor_id),
        "amount": Decimal(payment.amount.text()),
        "paymentCodeId": code,
        "paymentMethod": payment.method,
        "checkNumber": payment.check_number,
        "depositDate": payment.received.isoformat(),
        "profileId": _whole(profile),
        "applications": [
            {"chargeId": _whole(charge), "amount": Decimal(amount.text())} for charge, amount in payment.applications
        ],
    }
    answer = client.add_payment_by_rest(body)
    if not isinstance(answer, Receipt):
        return answer
    return Receipt(next((row.text("id") for row in answer.value), "") or payment.reference, answer.exchange)


def of_patient(
    client: Client, patient: str, first: date, last: date
) -> Receipt[tuple[PostedPayment, ...]] | Later | Refused:
    """What was paid for a patient between two days of deposit. Rows whose amount cannot be read are refused: a sum
    without them would be wrong."""
    rows = _rows(client, patient, first, last)
    if not isinstance(rows, Receipt):
        return rows
    posted: list[PostedPayment] = []
    for row in rows.value:
        amount = read_money(row.amount)
        if amount is None:
            return Refused(problems.UNREADABLE.problem(evidence=rows.exchange, action="gettxhistory", payment=row.id))
        day = _day(row)
        if day is None or first <= day <= last:
            posted.append(_posted(row, amount, day))
    return Receipt(tuple(posted), rows.exchange)


def _rows(client: Client, patient: str, first: date, last: date) -> Receipt[tuple[PaymentRow, ...]] | Later | Refused:
    """The payments of all pages, each id once."""
    found: dict[str, PaymentRow] = {}
    for number in range(1, MOST_PAGES + 1):
        answer = client.get_tx_payments(patient, first, last, number)
        if not isinstance(answer, Receipt):
            return answer
        listed = answer.value
        if listed is None:
            return Refused(problems.PAYMENTS_UNTOLD.problem(evidence=answer.exchange))
        found.update({row.id: row for row in listed.rows})
        if number >= listed.paging.pages:
            return Receipt(tuple(found.values()), answer.exchange)
    return Refused(problems.INCOMPLETE.problem(action="gettxhistory", rows=str(len(found))))


def find(client: Client, payment: PaymentFact, today: date) -> Looked[str]:
    """The one payment like this. Check numbers count where both sides have one."""
    last = max(payment.received, today)
    found = of_patient(client, payment.patient_vendor_id, payment.received, last)
    if not isinstance(found, Receipt):
        return found
    alike = [each for each in found.value if _alike(payment, each)]
    if len(alike) > 1:
        ids = ",".join(sorted(each.vendor_id for each in alike))
        return Refused(problems.PAYMENTS_ALIKE.problem(evidence=found.exchange, payments=ids))
    return Receipt(alike[0].vendor_id, found.exchange) if alike else Absent(found.exchange)


def _alike(ours: PaymentFact, theirs: PostedPayment) -> bool:
    checks = (ours.check_number.strip().casefold(), theirs.check_number.strip().casefold())
    return (
        (ours.payer, ours.amount) == (theirs.payer, theirs.amount)
        and theirs.received in (None, ours.received)
        and (not all(checks) or checks[0] == checks[1])
    )


def codes(client: Client, options: Mapping[str, str]) -> Receipt[tuple[LookupEntry, ...]] | Later | Refused:
    """The office's kinds of payment."""
    if options.get("payments") == "rest":
        return codes_by_rest(client)
    answer = client.get_payment_codes()
    if not isinstance(answer, Receipt):
        return answer
    return Receipt(
        tuple(LookupEntry(row.id, row.code, row.name, dict(row.more)) for row in answer.value), answer.exchange
    )


def codes_by_rest(client: Client) -> Receipt[tuple[LookupEntry, ...]] | Later | Refused:
    """The same by REST."""
    answer = client.payment_codes_by_rest()
    if not isinstance(answer, Receipt):
        return answer
    entries = (
        LookupEntry(row.text("id"), row.text("code"), row.text("description", "name"), {"type": row.text("type")})
        for row in answer.value
    )
    return Receipt(tuple(entries), answer.exchange)


def _applied(payment: PaymentFact) -> Money:
    return Money.total([amount for _, amount in payment.applications])


def _whole(text: str) -> int | None:
    bare = bare_id(text)
    return int(bare) if bare.isdigit() else None


def _day(row: PaymentRow) -> date | None:
    try:
        return read_date(row.day)
    except ValueError:
        return None


def _posted(row: PaymentRow, amount: Money, day: date | None) -> PostedPayment:
    patient = row.source in ("", _SOURCES[Payer.PATIENT]) and not row.carrier
    applied = ((charge, money) for charge, text in row.applied if (money := read_money(text)) is not None)
    return PostedPayment(
        vendor_id=row.id,
        patient_vendor_id=row.patient,
        payer=Payer.PATIENT if patient else Payer.INSURANCE,
        amount=amount,
        received=day,
        check_number=row.check_number,
        applied=tuple(applied),
    )
