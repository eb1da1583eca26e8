"""Patients' payments: taken once, applied to claims, given back, or taken back when they did not hold.

A payment is the patient's credit first; applying moves it from there to what the patient owes on a claim. Refuses to
apply more than a claim owes or the payment has, and to reverse what was given back already. Nothing is deleted: an undo
is a counter-entry.
"""

from __future__ import annotations

from datetime import date

from chartline.domains.ledger import Entry, EntryKind, Line, counter_entry, post
from chartline.domains.ledger.accounts import PATIENT, PATIENT_CASH, PATIENT_CREDIT
from chartline.domains.ledger.reading import entry_of
from chartline.domains.payments.open_amounts import claims_of_patient, one_open, take
from chartline.domains.payments.payment import ActKind, Method, Payment, PaymentState, read_payment
from chartline.domains.payments.tables import patient_payment_table, payment_act_table
from chartline.domains.practice.due import Due, owe
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work

BAD_PAYMENT = ErrorKind(
    "payments.bad_payment",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A payment needs an amount above zero and the number of the check or of the terminal's slip.",
    "Correct the field named in the fields. Cash needs no number.",
)
NOT_NOW = ErrorKind(
    "payments.not_in_this_state",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This cannot be done with the payment as it stands.",
    "Open the payment: a reversed one is over, and one that was refunded is not reversed.",
    status=409,
)


_payments = patient_payment_table.c


def receive(
    work: Work,
    *,
    patient: str,
    amount: Money,
    method: Method,
    received: date,
    actor: str,
    reference: str = "",
    identity: str | None = None,
) -> str:
    """Take a payment; returns its id. The same ``identity`` again is the same payment, and nothing is done.

    Raises ``payments.bad_payment``.
    """
    if amount.minor <= 0:
        raise BAD_PAYMENT.error(field="amount")
    if method in (Method.CHECK, Method.CARD) and not reference.strip():
        raise BAD_PAYMENT.error(field="reference")
    made = identity or new_id()
    new = work.insert_new(
        patient_payment_table,
        id=made,
        patient_id=patient,
        amount=amount.minor,
        method=method.value,
        reference=reference.strip(),
        received=received,
        state=PaymentState.RECEIVED.value,
        actor=actor,
        taken=work.now,
        acts=0,
    )
    if not new:
        return made
    source = f"payment/{made}"
    lines = (Line(PATIENT_CASH, amount, method.value), Line(PATIENT_CREDIT, -amount))
    post(
        work,
        Entry(EntryKind.PATIENT_PAYMENT, received, source, lines, patient_id=patient, memo=method.value, actor=actor),
    )
    _note(work, made, 0, ActKind.RECEIVED, amount, actor, source)
    return made


def apply(
    work: Work, payment: str, claim: str, amount: Money | None, actor: str, effective: date, act: str | None = None
) -> Money:
    """Apply credit of a payment to what the patient owes on a claim: ``amount``, or as much as there is and is owed.

    Returns what was applied; zero when ``act`` was done already. Raises ``payments.not_found``,
    ``payments.no_claim``, ``payments.more_than_open``, ``payments.not_in_this_state``.
    """
    found = read_payment(work, payment, lock=True)
    source = f"payment/{payment}/{act or new_id()}"
    if any(one.source_key == source for one in found.acts):
        return Money.zero()
    standing(found)
    owing = one_open(work, claim, patient=found.patient_id)
    most = min(found.left, owing.patient)
    taken = take(most, amount, what=PATIENT)
    _apply(work, found, claim, owing.encounter_id, taken, actor, effective, source, len(found.acts))
    owe(work, Due.CLAIM, [claim])
    return taken


def apply_to_oldest(work: Work, payment: str, actor: str, effective: date) -> Money:
    """Apply what is left of a payment to the patient's claims, the oldest service first; returns what was applied.

    Raises ``payments.not_found``, ``payments.not_in_this_state``.
    """
    found = read_payment(work, payment, lock=True)
    standing(found)
    left, seq = found.left, len(found.acts)
    for owing in claims_of_patient(work, found.patient_id, lock=True):
        taken = min(left, owing.patient)
        if taken.minor > 0:
            source = f"payment/{payment}/{new_id()}"
            _apply(work, found, owing.id, owing.encounter_id, taken, actor, effective, source, seq)
            owe(work, Due.CLAIM, [owing.id])
            left, seq = left - taken, seq + 1
    return found.left - left


def take_off(work: Work, payment: str, claim: str, actor: str, effective: date, reason: str = "") -> Money:
    """Take everything that a payment paid on a claim off it again; it is credit then. Returns how much.

    Raises ``payments.not_found``, ``payments.more_than_open``, ``payments.not_in_this_state``.
    """
    found = read_payment(work, payment, lock=True)
    standing(found)
    taken = take(found.on_claims().get(claim, Money.zero()), None, what=PATIENT)
    owing = one_open(work, claim, patient=found.patient_id)
    source = f"payment/{payment}/{new_id()}"
    lines = (Line(PATIENT, taken), Line(PATIENT_CREDIT, -taken))
    post(work, _entry(found, EntryKind.PATIENT_APPLIED, effective, source, lines, actor, claim, owing.encounter_id))
    _note(work, payment, len(found.acts), ActKind.TAKEN_OFF, taken, actor, source, claim, reason)
    owe(work, Due.CLAIM, [claim])
    return taken


def refund(
    work: Work, payment: str, amount: Money | None, actor: str, effective: date, reason: str, act: str | None = None
) -> Money:
    """Give credit of a payment back to the patient, the way it came; all that is left, or ``amount``.

    Raises ``payments.not_found``, ``payments.more_than_open``, ``payments.not_in_this_state``.
    """
    found = read_payment(work, payment, lock=True)
    source = f"payment/{payment}/{act or new_id()}"
    if any(one.source_key == source for one in found.acts):
        return Money.zero()
    standing(found)
    taken = take(found.left, amount, what=PATIENT_CREDIT)
    lines = (Line(PATIENT_CREDIT, taken), Line(PATIENT_CASH, -taken, found.method.value))
    post(work, _entry(found, EntryKind.REFUND, effective, source, lines, actor))
    _note(work, payment, len(found.acts), ActKind.REFUNDED, taken, actor, source, None, reason)
    return taken


def reverse(work: Work, payment: str, actor: str, effective: date, reason: str) -> bool:
    """Take a payment back as a whole, with everything it paid; False when that was done already.

    Raises ``payments.not_found``, ``payments.not_in_this_state`` when a part was refunded.
    """
    found = read_payment(work, payment, lock=True)
    if found.state is PaymentState.REVERSED:
        return False
    if found.refunded:
        raise NOT_NOW.error(payment=payment, state="refunded")
    seq = len(found.acts)
    for claim, amount in sorted(found.on_claims().items()):
        owing = one_open(work, claim)
        source = f"payment/{payment}/reversed/{claim}"
        lines = (Line(PATIENT, amount), Line(PATIENT_CREDIT, -amount))
        post(work, _entry(found, EntryKind.BOUNCED, effective, source, lines, actor, claim, owing.encounter_id))
        _note(work, payment, seq, ActKind.TAKEN_OFF, amount, actor, source, claim, reason)
        seq += 1
    owe(work, Due.CLAIM, list(found.on_claims()))
    original = entry_of(work, f"payment/{payment}")
    source = f"payment/{payment}/reversed"
    countered = counter_entry(original.entry, effective=effective, cause=source, actor=actor, memo="reversed")
    post(work, Entry(EntryKind.BOUNCED, effective, source, countered.lines, patient_id=found.patient_id, actor=actor))
    _note(work, payment, seq, ActKind.REVERSED, found.amount, actor, source, None, reason)
    changed = {"state": PaymentState.REVERSED.value}
    work.execute(work.update(patient_payment_table).where(_payments.id == payment).values(**changed))
    return True


def standing(payment: Payment) -> None:
    """Raises ``payments.not_in_this_state`` when the payment is over."""
    if payment.state is not PaymentState.RECEIVED:
        raise NOT_NOW.error(payment=payment.id, state=payment.state.value)


def _apply(
    work: Work,
    payment: Payment,
    claim: str,
    encounter: str,
    amount: Money,
    actor: str,
    effective: date,
    source: str,
    seq: int,
) -> None:
    lines = (Line(PATIENT_CREDIT, amount), Line(PATIENT, -amount))
    post(work, _entry(payment, EntryKind.PATIENT_APPLIED, effective, source, lines, actor, claim, encounter))
    _note(work, payment.id, seq, ActKind.APPLIED, amount, actor, source, claim)


def _entry(
    payment: Payment,
    kind: EntryKind,
    effective: date,
    source: str,
    lines: tuple[Line, ...],
    actor: str,
    claim: str | None = None,
    encounter: str | None = None,
) -> Entry:
    return Entry(
        kind,
        effective,
        source,
        lines,
        claim_id=claim,
        encounter_id=encounter,
        patient_id=payment.patient_id,
        memo=payment.method.value,
        actor=actor,
    )


def _note(
    work: Work,
    payment: str,
    seq: int,
    kind: ActKind,
    amount: Money,
    actor: str,
    source: str,
    claim: str | None = None,
    reason: str = "",
) -> None:
    work.insert(
        payment_act_table,
        payment_id=payment,
        seq=seq + 1,
        kind=kind.value,
        claim_id=claim,
        amount=amount.minor,
        reason=reason[:200],
        actor=actor,
        at=work.now,
        source_key=source,
    )
    work.execute(work.update(patient_payment_table).where(_payments.id == payment).values(acts=seq + 1))
