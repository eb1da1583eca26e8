"""What is owed: worked out from charges, payments and write-offs each time it is asked, so that it always adds up.

For a charge that stands, fee = paid + written off + patient balance + insurance balance, to the cent. A payment
that is more than what is owed leaves a negative balance, as a second posting of the same money does (row 23).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chartline.connectors.advancedmd.simulator.model import Charge, Patient, Payment
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.money import Money

NOTHING = Money.zero()
FROM_PATIENT, FROM_INSURANCE = "1", "2"
"""``paysource``; 1 is seen in a client (vendor sheet 6.2), 2 is a placeholder."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the fee of a charge, or of all charges of a patient, stands."""

    paid: Money = NOTHING
    written_off: Money = NOTHING
    patient: Money = NOTHING
    insurance: Money = NOTHING

    def __add__(self, other: Balance) -> Balance:
        return Balance(
            self.paid + other.paid,
            self.written_off + other.written_off,
            self.patient + other.patient,
            self.insurance + other.insurance,
        )


def patient_portion(world: World, patient: Patient, fee: Money) -> Money:
    """The patient owes a new charge alone when no plan of theirs is active; else the insurance is asked first [O]."""
    return NOTHING if any(plan.active() for plan in world.plans_of(patient)) else fee


def balance(world: World, charge: Charge) -> Balance:
    """What was paid on a charge and what is still owed; a voided charge owes nothing.

    Money reduces what its own side owes, then what the other side owes; what is too much stays on its own side.
    """
    if charge.voided:
        return Balance()
    owed = {FROM_PATIENT: charge.patient_portion.minor, FROM_INSURANCE: (charge.fee - charge.patient_portion).minor}
    paid = written_off = NOTHING
    for payment in world.ways.payments.at(("charge", charge.id)):
        for each in payment.applications:
            if each.charge == charge.id:
                paid, written_off = paid + each.amount, written_off + each.writeoff
                _reduce(owed, payment.source, (each.amount + each.writeoff).minor)
    return Balance(paid, written_off, Money(owed[FROM_PATIENT]), Money(owed[FROM_INSURANCE]))


def _reduce(owed: dict[str, int], own: str, amount: int) -> None:
    other = FROM_INSURANCE if own == FROM_PATIENT else FROM_PATIENT
    first = min(amount, max(owed[own], 0))
    second = min(amount - first, max(owed[other], 0))
    owed[own] -= amount - second
    owed[other] -= second


def account(world: World, patient: int) -> Balance:
    """All standing charges of a patient together."""
    total = Balance()
    for charge in world.ways.charges.at(("patient", patient)):
        total += balance(world, charge)
    return total


def unapplied(payment: Payment) -> Money:
    """What of a payment stands on no charge."""
    return payment.amount - payment.applied()


def credit(world: World, patient: int) -> Money:
    """What a patient has paid, or was paid for them, and stands on no charge."""
    return Money.total([unapplied(payment) for payment in world.ways.payments.at(("patient", patient))])


def void(world: World, charge: Charge, now: datetime) -> None:
    """Take a charge out of the books; money that stood on it becomes unapplied, write-offs go with it."""
    charge.voided = now
    for payment in world.ways.payments.at(("charge", charge.id)):
        payment.applications = [each for each in payment.applications if each.charge != charge.id]
        world.keep_payment(payment)
    world.keep_charge(charge)
