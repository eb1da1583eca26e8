"""Enters a payment that was received here at the practice system, once.

Vendors take the same payment twice without a word, and have no place for our number (AdvancedMD sheet 9.7, 11). So the
vendor is asked before the first attempt, an answer that was lost is settled by looking, and a payment that looks the
same is shown to a person: it may be this one, entered by hand, or another of the same amount. Refuses to post while
the practice has not switched it on.
"""

from __future__ import annotations

from typing import Final

from chartline.connect.capabilities import PostsPayments
from chartline.connect.facts import PaymentFact, PostedPayment
from chartline.connect.intents import Write, payload
from chartline.domains.sync.settings import read_settings
from chartline.flows.ground import Ground
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.outcome import Absent, Later, Looked, Outcome, Receipt, Refused

PAYMENTS_OFF = ErrorKind(
    "payments.not_sent",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Payments are not sent to this practice system; the payment is kept here.",
    "Switch payments on in the settings of the connection, or enter the payment there by hand.",
    status=409,
)
PAYMENT_STANDS = ErrorKind(
    "payments.looks_the_same",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The practice system has a payment that looks the same: patient, payer, amount, day and check number agree.",
    "Say whether it is this one or another. Nothing is sent until somebody has said so.",
    status=409,
)

PAYMENT_GONE = ErrorKind(
    "payments.not_there",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The practice system has no payment that looks like this one any more.",
    "Look at the patient's payments there, then send this one.",
    status=409,
)

OPERATION: Final = "post_payment"


def post_payment(
    ground: Ground, organisation: str, connection: str, payment: PaymentFact, *, others: int = 0
) -> Outcome[str]:
    """Enter a payment; the receipt holds the vendor's id.

    ``others`` is how many payments that look the same stand there and are not this one: a person has said so after
    ``payments.looks_the_same``. Raises ``connect.not_connected``, ``connect.cannot``, ``sync.switched_off``.
    """
    with ground.database.read(organisation) as work:
        wanted = read_settings(work, connection).push_payments
    if not wanted:
        return Refused(PAYMENTS_OFF.problem(payment=payment.reference))
    connector = ground.open(organisation, connection, PostsPayments)
    write = Write(connection, OPERATION, payment.reference, _content(payment))

    def look() -> Looked[str]:
        return connector.find_payment(payment) if not others else _beyond(connector, payment, others)

    if not ground.intents.known(organisation, write):
        # Before the first attempt: somebody may have entered it there by hand.
        found = look()
        if isinstance(found, Receipt):
            return Refused(PAYMENT_STANDS.problem(evidence=found.exchange, payment=payment.reference))
        if not isinstance(found, Absent):
            return found
    return ground.intents.once(organisation, write, lambda: connector.post_payment(payment), look)


def take_as_posted(ground: Ground, organisation: str, connection: str, payment: PaymentFact) -> Outcome[str]:
    """A person says that the payment which looks the same is this one: it is kept as posted, and never sent.

    Refused with ``payments.looks_the_same`` when several look the same, for then it is not clear which.
    """
    connector = ground.open(organisation, connection, PostsPayments)
    found = connector.find_payment(payment)
    if isinstance(found, Absent):
        return Refused(PAYMENT_GONE.problem(evidence=found.exchange, payment=payment.reference))
    if not isinstance(found, Receipt):
        return found
    write = Write(connection, OPERATION, payment.reference, _content(payment))
    return ground.intents.once(organisation, write, lambda: found, lambda: found)


def _beyond(connector: PostsPayments, payment: PaymentFact, others: int) -> Looked[str]:
    """Whether one more payment of this kind stands there than those that are others; the newest is ours then."""
    found: Receipt[tuple[PostedPayment, ...]] | Later | Refused = connector.payments_of(
        payment.patient_vendor_id, payment.received, payment.received
    )
    if not isinstance(found, Receipt):
        return found
    same = [one.vendor_id for one in found.value if _alike(one, payment)]
    return Receipt(same[-1], found.exchange) if len(same) > others else Absent(found.exchange)


def _alike(posted: PostedPayment, payment: PaymentFact) -> bool:
    return (posted.payer, posted.amount, posted.check_number) == (
        payment.payer,
        payment.amount,
        payment.check_number,
    ) and posted.received in (None, payment.received)


def _content(payment: PaymentFact) -> bytes:
    return payload(
        payment.patient_vendor_id,
        payment.payer.value,
        payment.amount.minor,
        payment.received.isoformat(),
        payment.check_number,
    )
