"""Everything of a remittance that stands before its claims.

Read once for each payment, so it may take its time. Refuses a payment without BPR, TRN or a date.
"""

from __future__ import annotations

from chartline.formats.x12.elements import amount, day, quantity
from chartline.formats.x12.loops import address, find, named, present, split, value
from chartline.formats.x12.remittance.contacts import read_contact
from chartline.formats.x12.remittance.model import BankAccount, Contact, Delivery, Reference, Remittance
from chartline.formats.x12.tokenizer import Segment
from chartline.kernel.money import Money

USUAL_FORMATS = {"ACH": "CCP"}
"""BPR05 by BPR04, where one is usual."""


def read_header(segments: list[Segment]) -> Remittance:
    """A remittance without claims. Raises ``x12.incomplete``, ``x12.bad_amount``, ``x12.bad_date`` and
    ``x12.bad_quantity``."""
    before, parties = split(segments, "N1")
    payment = present(find(before, "BPR"), "BPR", None)
    trace = present(find(before, "TRN"), "TRN", payment)
    currency = find(before, "CUR")
    produced = find(before, "DTM", "405")
    payer, payee = named(parties, "PR"), named(parties, "PE")
    payer_id, payer_id_kind, payer_references = _payer_ids(payer)
    technical, others = _contacts(payer)
    named_by = payee[0].at(3) if payee else ""
    payee_id = payee[0].at(4) if payee else ""
    payee_npi = payee_id if named_by == "XX" else value(payee, "REF", "HPI")
    tax_id = value(payee, "REF", "TJ") or (payee_id if named_by not in ("XX", "XV") else "")
    code = currency.at(2) if currency is not None else ""
    delivery = find(payee, "RDM")
    return Remittance(
        handling=payment.at(1),
        amount=Money(amount(payment, 2).minor, code or "USD"),
        debit=payment.at(3) == "D",
        method=payment.at(4),
        payment_format="" if payment.at(5) == USUAL_FORMATS.get(payment.at(4)) else payment.at(5),
        payer_account=_account(payment, 6),
        payer_company=payment.at(10),
        payer_company_supplement=payment.at(11),
        payee_account=_account(payment, 12),
        paid_on=present(day(payment, 16), "BPR16", payment),
        trace=trace.at(2),
        originator=trace.at(3),
        originator_supplement=trace.at(4),
        currency=code,
        exchange_rate=quantity(currency, 3) if currency is not None else None,
        receiver_id=value(before, "REF", "EV"),
        version=value(before, "REF", "F2"),
        produced_on=day(produced, 2) if produced is not None else None,
        payer_name=payer[0].at(2) if payer else "",
        payer_id=payer_id,
        payer_id_kind=payer_id_kind,
        payer_address=address(payer),
        payer_references=payer_references,
        payer_contact=technical,
        payer_contacts=others,
        payee_name=payee[0].at(2) if payee else "",
        payee_npi=payee_npi,
        payee_tax_id=tax_id,
        payee_plan_id=payee_id if named_by == "XV" else "",
        payee_address=address(payee),
        payee_references=tuple(_references(payee, "TJ", "HPI")),
        delivery=Delivery(method=delivery.at(1), name=delivery.at(2), to=delivery.at(3)) if delivery else None,
    )


def _payer_ids(payer: list[Segment]) -> tuple[str, str, tuple[Reference, ...]]:
    own = payer[0].at(4) if payer else ""
    if own:
        return own, payer[0].at(3) or "XV", tuple(_references(payer))
    other = value(payer, "REF", "2U")
    return other, "2U" if other else "XV", tuple(_references(payer, "2U"))


def _references(loop: list[Segment], *without: str) -> list[Reference]:
    """The references of a loop, the first of each kind in ``without`` left out: it has its own field."""
    left = set(without)
    found: list[Reference] = []
    for segment in loop:
        if segment.id == "REF":
            kind = segment.at(1)
            if kind in left:
                left.remove(kind)
            else:
                found.append(Reference(kind, segment.at(2)))
    return found


def _contacts(payer: list[Segment]) -> tuple[Contact | None, tuple[Contact, ...]]:
    """The first technical contact, and all others."""
    contacts = [
        read_contact([segment.id, *(segment.at(n) for n in range(1, len(segment.elements) + 1))])
        for segment in payer
        if segment.id == "PER"
    ]
    technical = next((contact for contact in contacts if contact.kind == "BL"), None)
    return technical, tuple(contact for contact in contacts if contact is not technical)


def _account(payment: Segment, first: int) -> BankAccount | None:
    """Four elements: kind and number of the bank, kind and number of the account."""
    bank_kind, bank, kind, account = (payment.at(number) for number in range(first, first + 4))
    if not bank and not account:
        return None
    return BankAccount(bank=bank, account=account, bank_kind=bank_kind or "01", kind=kind or "DA")
