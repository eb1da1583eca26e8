"""The key numbers once more, in another way: every row is read, and all sums are made here, one step after the other.

It exists to contradict: the year's scenario and the tests compare it with ``kpis``. So it shares no query, no
grouping and no expression with it, and takes its time. Refuses filters: it counts a whole practice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from chartline.domains.claims.tables import claim_event_table, claim_table
from chartline.domains.ledger import entry_line_table, entry_table
from chartline.domains.reports.scope import Scope
from chartline.platform.database import Work

Raw = dict[str, Any]
_FRESH = ("corrected", "resubmitted", "refreshed", "voiding", "void_undone")
_LIMITS = ((30, "0-30"), (60, "31-60"), (90, "61-90"), (120, "91-120"))


@dataclass(frozen=True, slots=True)
class Books:
    """All rows that numbers are made of."""

    claims: list[Raw]
    events: dict[str, list[Raw]]
    lines: list[Raw]
    """Lines of the journal, each with what its entry says."""


def read_books(work: Work) -> Books:
    """Every row of claims, events and journal; four plain queries without a join."""
    heads = {row["id"]: dict(row) for row in work.rows(work.select(entry_table))}
    lines = [{**heads[row["entry_id"]], **dict(row)} for row in work.rows(work.select(entry_line_table))]
    events: dict[str, list[Raw]] = defaultdict(list)
    for row in work.rows(work.select(claim_event_table).order_by(claim_event_table.c.seq)):
        events[row["claim_id"]].append(dict(row))
    return Books([dict(row) for row in work.rows(sa.select(claim_table).where(work.mine(claim_table)))], events, lines)


def recount(books: Books, scope: Scope) -> dict[str, int]:
    """The measures by name, of a scope without filters."""
    counts: dict[str, int] = defaultdict(int)
    _money(books, scope, counts)
    _open(books, scope, counts)
    for claim in books.claims:
        past = [one for one in books.events.get(claim["id"], []) if _known(one["at"], scope)]
        _turns(past, scope, counts)
        if past and scope.begin <= claim["service_date"] <= scope.end:
            counts["claims"] += 1
            counts[f"claims:{_word(past)}"] += 1
    return dict(counts)


def _known(at: datetime, scope: Scope) -> bool:
    return scope.known is None or _day(at, scope.zone) <= scope.known


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _money(books: Books, scope: Scope, counts: dict[str, int]) -> None:
    sent = {claim["id"]: claim["submitted"] for claim in books.claims}
    lately = scope.end - timedelta(days=89)
    undone = {
        line["source_key"][5:] for line in books.lines if line["kind"] == "undo" and _known(line["posted"], scope)
    }
    for line in books.lines:
        if not _known(line["posted"], scope) or line["effective"] > scope.end:
            continue
        account, amount = line["account"], line["amount"]
        if account == "revenue.services" and line["effective"] >= lately:
            counts["billed_lately"] -= amount
        if line["effective"] < scope.begin:
            continue
        for name in _names(account):
            counts[name] += -amount if name == "billed" else amount
        first = sent.get(line["claim_id"])
        paid = account == "cash.payer" and amount > 0 and line["kind"] in ("remittance", "applied")
        if paid and first is not None and line["source_key"] not in undone:
            counts["lag_payments"] += 1
            counts["lag_days"] += max(0, (line["effective"] - _day(first, scope.zone)).days)


def _names(account: str) -> Iterator[str]:
    """The flows that an account counts for."""
    if account == "revenue.services":
        yield "billed"
    if account in ("cash.payer", "cash.patient"):
        yield "collected"
        yield "payer_paid" if account == "cash.payer" else "patient_paid"
    family, _, kind = account.partition(".")
    if family == "adjustment":
        yield "adjusted"
        if kind == "contractual":
            yield "contractual"
        else:
            yield f"written_off:{kind}"
            if kind != "other":
                yield "written_off"


def _open(books: Books, scope: Scope, counts: dict[str, int]) -> None:
    for who, account in (("insurance", "receivable.insurance"), ("patient", "receivable.patient")):
        stands: dict[tuple[str, str], int] = defaultdict(int)
        since: dict[tuple[str, str], date] = {}
        for line in books.lines:
            if line["account"] == account and line["effective"] <= scope.end and _known(line["posted"], scope):
                key = (line["claim_id"], line["patient_id"])
                stands[key] += line["amount"]
                since[key] = min(since.get(key, date.max), line["effective"])
        for key, amount in stands.items():
            counts[f"{who}_open"] += amount
            if amount:
                counts[f"{who}_open:{_age(amount, (scope.end - since[key]).days)}"] += amount


def _age(amount: int, days: int) -> str:
    if amount < 0:
        return "credit"
    return next((name for most, name in _LIMITS if days <= most), "120+")


def _turns(past: list[Raw], scope: Scope, counts: dict[str, int]) -> None:
    """The first submission and the first decision of one claim."""

    def inside(one: Raw) -> bool:
        return scope.begin <= _day(one["at"], scope.zone) <= scope.end

    undone = {one["source"][5:] for one in past if one["kind"] == "undone" and one["source"]}
    past = [one for one in past if one["kind"] != "adjudicated" or one["source"] not in undone]
    kinds = [one["kind"] for one in past]
    if "submitted" in kinds and inside(past[kinds.index("submitted")]):
        counts["submitted"] += 1
        counts["clean"] += "rejected" not in kinds
    if "adjudicated" in kinds:
        place = kinds.index("adjudicated")
        if inside(past[place]):
            verdict = past[place]["after"]
            smooth = not {"rejected", "corrected", "resubmitted", "refreshed"} & set(kinds[:place])
            counts["decided"] += 1
            counts["denied"] += verdict == "denied"
            counts["partly"] += verdict == "partially_paid"
            counts["passed"] += verdict == "paid" and smooth


def _word(past: list[Raw]) -> str:
    """The word, by walking through the history."""
    work, submission, decision = "draft", "none", "none"
    for one in past:
        if one["kind"] in _FRESH:
            submission, decision = ("validated" if one["kind"] == "voiding" else "none"), "none"
        if one["kind"] == "adjudicated" and submission == "submitted":
            submission = "acknowledged"
        if one["axis"] == "work":
            work = one["after"]
        elif one["axis"] == "submission":
            submission = one["after"]
        elif one["axis"] == "adjudication":
            decision = one["after"]
    if work in ("closed", "cancelled"):
        return work
    if decision in ("paid", "partially_paid", "denied", "appealed"):
        return decision
    return {"none": "draft", "acknowledged": "accepted"}.get(submission, submission)
