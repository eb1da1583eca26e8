"""Reports whose rows are claims, patients or payments: what waits, and what came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, Word, WorkAxis, word_of
from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger.accounts import INSURANCE, PATIENT, PATIENT_CREDIT
from chartline.domains.remits.remittance import RemittanceState
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.domains.reports.listing import CLAIM_COLUMNS, MOST, Column, Kind, Report, Row
from chartline.domains.reports.scope import Scope
from chartline.domains.reports.sources import AGES, CREDIT, no_charge, of_claims, open_amounts, statuses
from chartline.domains.reports.standings import standings
from chartline.platform.database import Work

NEXT_STEPS = {
    Word.DRAFT: "Look at the findings and let it pass the rules.",
    Word.VALIDATED: "Nothing: it goes out with the next file.",
    Word.SUBMITTED: "Wait for the acknowledgement.",
    Word.ACCEPTED: "Wait for the decision; ask for the status when it is late.",
    Word.REJECTED: "Correct it and send it again.",
    Word.PAID: "Look why the ledger still has something open.",
    Word.PARTIALLY_PAID: "Read the reasons; appeal, or give the rest up.",
    Word.DENIED: "Read the reasons; correct, appeal, or write it off.",
    Word.APPEALED: "Wait for the answer to the appeal.",
    Word.CLOSED: "Nothing, unless the amount should not be open.",
    Word.CANCELLED: "Look why a cancelled claim has an amount open.",
}
"""What to do next with a claim that is open, by its word."""
HELD = "Somebody or a rule holds it back: look at it and release it."


def age_of(amount: int, since: date, today: date) -> str:
    """The class of ageing of an amount."""
    if amount < 0:
        return CREDIT
    days = (today - since).days
    return next(name for name, ages in AGES.items() if days <= (ages.most if ages.most is not None else days))


def _unpaid(work: Work, scope: Scope) -> Iterator[Row]:
    found = open_amounts(work, scope, INSURANCE)
    stand = standings(work, scope.known_until)
    found = found.outerjoin(stand, stand.c.id == claim_table.c.id).add_columns(
        stand.c.work_axis, stand.c.submission_axis, stand.c.adjudication_axis, claim_table.c.filing_deadline
    )
    amount = found.selected_columns["amount"]
    for row in work.rows(found.where(amount > 0).order_by(amount.desc()).limit(MOST)):
        word, step = Word.DRAFT, "Bill the visit."
        if row["work_axis"] is not None:
            held = row["work_axis"] == WorkAxis.HELD
            axes = SubmissionAxis(row["submission_axis"]), AdjudicationAxis(row["adjudication_axis"])
            word = word_of(WorkAxis(row["work_axis"]), *axes)
            step = HELD if held else NEXT_STEPS[word]
        unsent = word in (Word.DRAFT, Word.VALIDATED, Word.REJECTED)
        yield {
            "claim": row["claim"],
            "number": row["number"] or "",
            "payer": row["payer"],
            "payer_name": row["payer_name"] or "",
            "word": word.value,
            "since": row["day"],
            "days": (scope.end - row["day"]).days,
            "age": age_of(row["amount"], row["day"], scope.end),
            "open": row["amount"],
            "deadline": row["filing_deadline"] if unsent else None,
            "step": step,
        }


def _summary(work: Work, scope: Scope) -> Iterator[Row]:
    claim = claim_table.c
    query = statuses(work, scope).add_columns(
        claim.paid,
        claim.adjusted,
        claim.patient_responsibility,
        claim.denied,
        claim.service_date,
        no_charge().label("no_charge"),
    )
    for row in work.rows(query.order_by(claim.service_date.desc(), claim.id.desc()).limit(MOST)):
        yield {
            "claim": row["claim"],
            "number": row["number"],
            "payer_name": row["payer_name"],
            "provider": row["provider"],
            "place": row["place"],
            "procedure": row["procedure"],
            "word": row["code"],
            "day": row["day"],
            "billed": 0 if row["no_charge"] else row["total"],
            "paid": row["paid"],
            "adjusted": row["adjusted"],
            "patient": row["patient_responsibility"],
            "denied": row["denied"],
        }


def _payments(work: Work, scope: Scope) -> Iterator[Row]:
    head = remittance_table.c
    known = scope.known_until
    amounts: list[sa.ColumnElement[int]] = [head.claims, head.amount]
    parts: sa.Subquery | None = None
    if scope.only:
        part, claim = remittance_claim_table.c, claim_table.c
        parts = (
            sa.select(
                part.remittance_id,
                sa.func.count().label("claims"),
                sa.cast(sa.func.sum(part.paid), sa.BigInteger).label("amount"),
            )
            .join(claim_table, sa.and_(claim.organisation_id == part.organisation_id, claim.id == part.claim_id))
            .where(work.mine(remittance_claim_table), *of_claims(scope))
            .group_by(part.remittance_id)
            .subquery("fitting")
        )
        amounts = [parts.c.claims, parts.c.amount]
    query = work.select(
        remittance_table,
        head.id,
        head.payer_id,
        head.payer_name,
        head.trace,
        head.method,
        head.paid_on,
        *amounts,
    ).where(
        head.state == RemittanceState.POSTED.value,
        head.paid_on.between(scope.begin, scope.end),
        *([] if known is None else [head.posted < known]),
    )
    if parts is not None:
        query = query.join_from(remittance_table, parts, parts.c.remittance_id == head.id)
    for row in work.rows(query.order_by(head.paid_on.desc(), head.id).limit(MOST)):
        yield {
            "remittance": row["id"],
            "trace": row["trace"],
            "payer": row["payer_id"],
            "payer_name": row["payer_name"],
            "method": row["method"],
            "day": row["paid_on"],
            "claims": row["claims"],
            "amount": row["amount"],
        }


def _patients(work: Work, scope: Scope) -> Iterator[Row]:
    found: dict[str, tuple[int, int, date]] = {}
    for row in work.rows(open_amounts(work, scope, PATIENT)):
        amount, claims, since = found.get(row["patient"] or "", (0, 0, row["day"]))
        found[row["patient"] or ""] = (amount + row["amount"], claims + 1, min(since, row["day"]))
    for patient, (amount, claims, since) in found.items():
        if amount > 0:
            yield {
                "patient": patient,
                "amount": amount,
                "claims": claims,
                "since": since,
                "age": age_of(amount, since, scope.end),
            }


def _credits(work: Work, scope: Scope) -> Iterator[Row]:
    for account, who in ((INSURANCE, "payer"), (PATIENT, "patient"), (PATIENT_CREDIT, "unapplied")):
        query = open_amounts(work, scope, account)
        amount = query.selected_columns["amount"]
        for row in work.rows(query.where(amount < 0).limit(MOST)):
            yield {
                "claim": row["claim"],
                "number": row["number"] or "",
                "patient": row["patient"] or "",
                "payer_name": row["payer_name"] or "",
                "who": who,
                "since": row["day"],
                "amount": -row["amount"],
            }


UNPAID = Report(
    "unpaid-claims",
    "Unpaid claims",
    "Every claim with something open at insurance on the last day: how old, where it stands, what to do next.",
    (
        *CLAIM_COLUMNS,
        Column("word", "Stands", Kind.WORD),
        Column("since", "Since", Kind.DAY),
        Column("days", "Days", Kind.NUMBER),
        Column("age", "Age", Kind.CODE),
        Column("deadline", "File by", Kind.DAY),
        Column("step", "Next step"),
        Column("open", "Open", Kind.MONEY, summed=True),
    ),
    lambda work, scope: list(_unpaid(work, scope)),
    "open",
    stands=True,
)
SUMMARY = Report(
    "claims-summary",
    "Claims summary",
    "Every claim with a service date in the span, and what became of it. The words are as of the day asked for.",
    (
        *CLAIM_COLUMNS,
        Column("word", "Stood", Kind.WORD),
        Column("day", "Service", Kind.DAY),
        Column("provider", "Provider", Kind.CODE),
        Column("place", "Place", Kind.CODE),
        Column("procedure", "Procedure", Kind.CODE),
        Column("billed", "Billed", Kind.MONEY, summed=True),
        Column("paid", "Paid", Kind.MONEY, summed=True),
        Column("adjusted", "Adjusted", Kind.MONEY, summed=True),
        Column("patient", "Patient's part", Kind.MONEY, summed=True),
        Column("denied", "Denied", Kind.MONEY, summed=True),
    ),
    lambda work, scope: list(_summary(work, scope)),
    "day",
)
PAYMENTS = Report(
    "payments",
    "Payments",
    "What payers paid in the span, by check or transfer; with a filter, only the parts of the claims that fit.",
    (
        Column("trace", "Trace", Kind.REMITTANCE),
        Column("payer_name", "Payer"),
        Column("day", "Paid on", Kind.DAY),
        Column("method", "Method", Kind.CODE),
        Column("claims", "Claims", Kind.NUMBER, summed=True),
        Column("amount", "Amount", Kind.MONEY, summed=True),
    ),
    lambda work, scope: list(_payments(work, scope)),
    "day",
)
PATIENTS = Report(
    "patient-balances",
    "Patient balances",
    "What each patient owes on the last day, and since when.",
    (
        Column("patient", "Patient", Kind.PATIENT),
        Column("since", "Since", Kind.DAY),
        Column("age", "Age", Kind.CODE),
        Column("claims", "Claims", Kind.NUMBER, summed=True),
        Column("amount", "Owes", Kind.MONEY, summed=True),
    ),
    lambda work, scope: list(_patients(work, scope)),
    "amount",
    stands=True,
)
CREDITS = Report(
    "credit-balances",
    "Credit balances",
    "Claims and patients for whom too much was paid: to be applied elsewhere, or given back.",
    (
        Column("who", "Whose", Kind.CODE),
        *CLAIM_COLUMNS,
        Column("patient", "Patient", Kind.PATIENT),
        Column("since", "Since", Kind.DAY),
        Column("amount", "Too much", Kind.MONEY, summed=True),
    ),
    lambda work, scope: list(_credits(work, scope)),
    "amount",
    stands=True,
)
