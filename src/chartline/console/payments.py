"""Patients' payments: the list, what one patient owes with the form that takes a payment, and one payment's acts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console.actors import actor_names
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_day, typed_money
from chartline.console.people import names_of
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.claims import read_claims
from chartline.domains.payments import (
    Method,
    MoveKind,
    apply,
    apply_to_oldest,
    claims_of_patient,
    credits_of,
    list_payments,
    read_payment,
    refund,
    reverse,
    take_off,
)
from chartline.domains.payments.statements import list_statements
from chartline.flows.patient_money import office_day, take_payment
from chartline.flows.publishing import queue_publishing
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.audit import Target

PAGE = 50
COLUMNS = ("received", "amount", "method", "reference", "state", "applied", "refunded", "left", "id")
"""Columns of the file."""
MOST_ROWS = 20_000

Day = Annotated[str, Parameter(max_length=10)]


@get("/payments", sync_to_thread=True)
def payments_page(visitor: Visiting, begin: Day = "", end: Day = "", cursor: UUID | None = None) -> Response:
    """Payments, the latest taken first."""
    first, last = typed_day({"begin": begin}, "begin"), typed_day({"end": end}, "end")
    with visitor.showing("console.payments", permissions=BILLING) as work:
        page = list_payments(work, begin=first, end=last, cursor=str(cursor) if cursor else None, limit=PAGE)
        names = names_of(work, visitor.services.records, [one.patient_id for one in page.payments])
    return visitor.page(
        "payments.html", "payments", payments=page.payments, cursor=page.next, names=names, begin=begin, end=end
    )


@get("/payments.csv", sync_to_thread=True)
def payments_file(visitor: Visiting, begin: Day = "", end: Day = "") -> Response:
    """The payments of some days as CSV, without patient values."""
    visitor.require(BILLING)
    first, last = typed_day({"begin": begin}, "begin"), typed_day({"end": end}, "end")
    rows: list[Row] = []
    cursor: str | None = None
    with visitor.read() as work:
        while len(rows) < MOST_ROWS:
            page = list_payments(work, begin=first, end=last, cursor=cursor, limit=500)
            rows += [{name: _cell(getattr(one, name)) for name in COLUMNS} for one in page.payments]
            cursor = page.next
            if cursor is None:
                break
    with visitor.work() as work:
        visitor.record(work, "payments.download", count=str(len(rows)))
    headers = {"Content-Disposition": 'attachment; filename="payments.csv"'}
    return Response(as_csv(rows, COLUMNS), media_type="text/csv", headers=headers)


@get("/money/patients/{patient_id:uuid}", sync_to_thread=True)
def patient_money(visitor: Visiting, patient_id: UUID) -> Response:
    """What one patient owes, claim by claim, what was paid, and the form for a payment."""
    patient = str(patient_id)
    with visitor.showing("console.patient_money", Target("Patient", patient), BILLING) as work:
        claims = claims_of_patient(work, patient)
        credit = credits_of(work, [patient]).get(patient, Money.zero())
        values = {
            "name": names_of(work, visitor.services.records, [patient]).get(patient, "(no name)"),
            "payments": list_payments(work, patient=patient, limit=PAGE).payments,
            "statements": list_statements(work, patient=patient, limit=20).statements,
        }
    owed = Money.total([one.patient for one in claims])
    figures = [
        ("Patient owes", owed),
        ("Insurance owes", Money.total([one.insurance for one in claims])),
        ("In collections", Money.total([one.collections for one in claims])),
        ("Credit", credit),
        ("To ask for", owed - credit),
    ]
    return visitor.page(
        "patient_money.html",
        "payments",
        claims=claims,
        figures=figures,
        patient_id=patient,
        methods=list(Method),
        kinds=list(MoveKind),
        once=new_id(),
        **values,
    )


@post("/money/patients/{patient_id:uuid}/payments", sync_to_thread=True)
def take(visitor: Visiting, patient_id: UUID, data: Form) -> Redirect:
    """Takes a payment; the same form sent twice is one payment."""
    visitor.require(BILLING_CHANGES)
    amount = typed_money(data, "amount")
    method = typed(data, "method")
    if amount is None or method not in {one.value for one in Method}:
        raise BAD_FORM.error(field="amount" if amount is None else "method")
    chosen = typed(data, "claim")
    claim = _id(chosen, "claim") if chosen not in ("", "none") else None
    identity = _id(typed(data, "once"), "once")
    with visitor.work() as work:
        take_payment(
            visitor.services.ground,
            work,
            patient=str(patient_id),
            amount=amount,
            method=Method(method),
            actor=visitor.actor,
            identity=identity,
            received=typed_day(data, "received"),
            reference=typed(data, "reference")[:60],
            claim=claim,
            oldest=not chosen,
        )
    return visitor.go(f"/payments/{identity}", "payment_taken")


@get("/payments/{payment_id:uuid}", sync_to_thread=True)
def payment_page(visitor: Visiting, payment_id: UUID) -> Response:
    """One payment with everything that happened to it."""
    identity = str(payment_id)
    with visitor.showing("console.payment", Target("payment", identity), BILLING) as work:
        payment = read_payment(work, identity)
        open_ones = [one for one in claims_of_patient(work, payment.patient_id) if one.patient.minor > 0]
        claims = read_claims(work, {one.claim_id for one in payment.acts if one.claim_id})
        name = names_of(work, visitor.services.records, [payment.patient_id]).get(payment.patient_id, "(no name)")
    return visitor.page(
        "payment.html",
        "payments",
        payment=payment,
        paid=payment.on_claims(),
        open_ones=open_ones,
        claims=claims,
        name=name,
        people=actor_names(visitor),
    )


@post("/payments/{payment_id:uuid}/apply", sync_to_thread=True)
def apply_credit(visitor: Visiting, payment_id: UUID, data: Form) -> Redirect:
    """Applies what is left, to a claim or to the oldest ones."""
    identity, chosen, amount = str(payment_id), typed(data, "claim"), typed_money(data, "amount")
    claim = _id(chosen, "claim") if chosen else None
    visitor.require(BILLING_CHANGES)
    with visitor.work() as work:
        today = office_day(work)
        if claim is None:
            apply_to_oldest(work, identity, visitor.actor, today)
        else:
            apply(work, identity, claim, amount, visitor.actor, today)
        queue_publishing(visitor.services.ground, work)
        visitor.record(work, "payment.apply", Target("payment", identity))
    return visitor.go(f"/payments/{identity}", "payment_changed")


@post("/payments/{payment_id:uuid}/unapply", sync_to_thread=True)
def unapply(visitor: Visiting, payment_id: UUID, data: Form) -> Redirect:
    """Takes the payment off a claim."""
    visitor.require(BILLING_CHANGES)
    identity, claim = str(payment_id), _id(typed(data, "claim"), "claim")
    with visitor.work() as work:
        take_off(work, identity, claim, visitor.actor, office_day(work), typed(data, "reason"))
        queue_publishing(visitor.services.ground, work)
        visitor.record(work, "payment.unapply", Target("payment", identity))
    return visitor.go(f"/payments/{identity}", "payment_changed")


@post("/payments/{payment_id:uuid}/refund", sync_to_thread=True)
def give_back(visitor: Visiting, payment_id: UUID, data: Form) -> Redirect:
    """Gives back what is left, or a part of it."""
    visitor.require(BILLING_CHANGES)
    identity, reason = str(payment_id), typed(data, "reason", needed=True)
    with visitor.work() as work:
        refund(work, identity, typed_money(data, "amount"), visitor.actor, office_day(work), reason)
        visitor.record(work, "payment.refund", Target("payment", identity))
    return visitor.go(f"/payments/{identity}", "payment_changed")


@post("/payments/{payment_id:uuid}/reverse", sync_to_thread=True)
def take_back(visitor: Visiting, payment_id: UUID, data: Form) -> Redirect:
    """Takes a payment back that did not hold."""
    visitor.require(BILLING_CHANGES)
    identity, reason = str(payment_id), typed(data, "reason", needed=True)
    with visitor.work() as work:
        reverse(work, identity, visitor.actor, office_day(work), reason)
        queue_publishing(visitor.services.ground, work)
        visitor.record(work, "payment.reverse", Target("payment", identity))
    return visitor.go(f"/payments/{identity}", "payment_changed")


def _id(text: str, field: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise BAD_FORM.error(field=field) from None


def _cell(value: object) -> str | Money:
    return value if isinstance(value, Money) else str(getattr(value, "value", value))


PAGES = [
    payments_page,
    payments_file,
    patient_money,
    take,
    payment_page,
    apply_credit,
    unapply,
    give_back,
    take_back,
]
