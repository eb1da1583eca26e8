"""A practice's books laid down in bulk: claims, events, remittances and entries as rows, from a seed.

For measuring reports and for trying them on random histories, where playing every visit would take hours. The rows
have the shapes that the domains write; nothing is sealed in them and nothing is published, so such an organisation is
good for numbers only. Refuses to lay books twice in one organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

import sqlalchemy as sa

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.tables import claim_event_table, claim_line_table, claim_table
from chartline.domains.ledger import EntryKind, entry_line_table, entry_table
from chartline.domains.ledger.accounts import (
    CONTRACTUAL,
    INSURANCE,
    PATIENT,
    PATIENT_CASH,
    PAYER_CASH,
    REVENUE,
    UNAPPLIED,
    WRITE_OFF,
)
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

LAID_BEFORE = ErrorKind(
    "sandbox.books_laid",
    Blame.PRACTICE,
    Again.NEVER,
    "This organisation has claims already.",
    "Lay books in a new organisation.",
    status=409,
)

PAYERS = (("00123", "CEDAR RIDGE"), ("00456", "BLUEWATER"), ("00789", "HOLLOW MUTUAL"), ("00999", "IMAGINARY HEALTH"))
PROVIDERS = ("1999999976", "1999999984", "1999999992")
PLACES = ("11", "10", "02")
PROCEDURES = (("90837", 15000), ("90834", 13000), ("90791", 22000), ("99213", 9500))
REASONS = ("CO-197", "CO-16", "CO-29", "CO-97")

Row = dict[str, object]
Lines = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, and from when: ``instalments`` are the most payments in which a patient pays one share."""

    claims: int
    begin: date
    days: int
    seed: int = 1
    instalments: int = 3


@dataclass(slots=True)
class _Story:
    """One claim while its history is written."""

    claim: Row
    day: date
    at: datetime
    axes: dict[str, str] = field(
        default_factory=lambda: {
            "work": WorkAxis.DRAFT.value,
            "submission": SubmissionAxis.NONE.value,
            "adjudication": AdjudicationAxis.NONE.value,
        }
    )


class _Books:
    """Collects the rows of all tables."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.chance = plan, Random(plan.seed)
        self.rows: dict[sa.Table, list[Row]] = {
            table: []
            for table in (
                claim_table,
                claim_line_table,
                claim_event_table,
                entry_table,
                entry_line_table,
                remittance_table,
                remittance_claim_table,
            )
        }
        self._checks: dict[tuple[str, date], Row] = {}
        self._places: dict[str, int] = {}

    def identity(self, at: datetime) -> str:
        """An id as it would have been made at that moment: rows lie in the order in which they came."""
        milliseconds = int(at.timestamp() * 1000)
        return str(UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | self.chance.getrandbits(61)))

    def write(self) -> None:
        first = _moment(self.plan.begin, 8)
        patients = [self.identity(first) for _ in range(max(3, self.plan.claims // 12))]
        for number in range(1, self.plan.claims + 1):
            self._claim(number, self.chance.choice(patients))
        for head in self.rows[remittance_table]:
            head["claims"] = self._places[str(head["id"])]
        for table, names in _ORDER.items():
            self.rows[table].sort(key=lambda row, names=names: [str(row[name]) for name in names])

    def _claim(self, number: int, patient: str) -> None:
        chance = self.chance
        day = self.plan.begin + timedelta(days=chance.randrange(self.plan.days))
        payer, name = chance.choice(PAYERS)
        story = _Story({}, day, _moment(day, 17) + timedelta(days=chance.choice((0, 0, 0, 1, 2, 9))))
        lines = [chance.choice(PROCEDURES) for _ in range(chance.choice((1, 1, 1, 2)))]
        total = sum(amount for _, amount in lines)
        story.claim.update(
            id=self.identity(story.at),
            number=f"CLM-{number:06d}",
            encounter_id=self.identity(story.at),
            patient_id=patient,
            coverage_id=patient,
            payer_id=payer,
            payer_name=name,
            service_date=day,
            total=total,
            version=1,
            frequency="1",
            created=story.at,
            rendering_npi=chance.choice(PROVIDERS),
            billing_npi=PROVIDERS[1],
            place_of_service=chance.choice(PLACES),
            kind="professional",
            source="visit",
            payer_order=1,
            paid=0,
            patient_responsibility=0,
            adjusted=0,
            denied=0,
            events=0,
        )
        self._lines(story, lines)
        self._event(story, EventKind.DRAFTED)
        self._entry(story, EntryKind.CHARGE, day, "charge", ((INSURANCE, total, ""), (REVENUE, -total, "")))
        self._go(story, total)
        story.claim.update({f"{axis}_axis": value for axis, value in story.axes.items()}, updated=story.at)
        self.rows[claim_table].append(story.claim)

    def _go(self, story: _Story, total: int) -> None:
        """From a draft as far as chance leads it."""
        chance = self.chance
        fate = chance.random()
        if fate < 0.03:
            self._event(story, EventKind.HELD, WorkAxis.HELD)
            return
        if fate < 0.04:
            self._event(story, EventKind.CANCELLED, WorkAxis.CANCELLED)
            lines = ((INSURANCE, -total, ""), (REVENUE, total, ""))
            self._entry(story, EntryKind.CHARGE_CHANGE, story.day, "cancelled", lines)
            return
        self._send(story)
        if fate < 0.10:
            self._event(story, EventKind.REJECTED, SubmissionAxis.REJECTED)
            if fate < 0.06:
                return
            story.claim["version"] = 2
            story.axes |= {"submission": SubmissionAxis.NONE.value, "adjudication": AdjudicationAxis.NONE.value}
            self._event(story, EventKind.CORRECTED, WorkAxis.DRAFT)
            self._send(story)
        self._event(story, EventKind.ACKNOWLEDGED, SubmissionAxis.ACKNOWLEDGED)
        if fate > 0.93:
            return
        self._decide(story, total)

    def _send(self, story: _Story) -> None:
        self._event(story, EventKind.VALIDATED, SubmissionAxis.VALIDATED)
        self._event(story, EventKind.SUBMITTED, SubmissionAxis.SUBMITTED)
        story.claim.setdefault("submitted", story.at)

    def _decide(self, story: _Story, total: int) -> None:
        chance = self.chance
        story.at += timedelta(days=chance.randrange(8, 45))
        fate = chance.random()
        if fate < 0.12:
            self._remit(story, total, 0, 0, 0, reason=chance.choice(REASONS))
            self._after_denial(story, total)
            return
        contract, share = total * chance.randrange(15, 40) // 100, total * chance.choice((0, 10, 20)) // 100
        refused = total // 5 if fate < 0.18 else 0
        self._remit(story, total, total - contract - share - refused, contract, share)
        if fate > 0.985:
            story.at += timedelta(days=3)
            self._remit(story, -total, -(total - contract - share - refused), -contract, -share)
            self._remit(story, total, total - contract - share - refused, contract, share)
        self._patient(story, share)

    def _after_denial(self, story: _Story, total: int) -> None:
        fate = self.chance.random()
        if fate < 0.2:
            self._event(story, EventKind.APPEALED, AdjudicationAxis.APPEALED)
        elif fate < 0.4:
            lines = ((INSURANCE, -total, ""), (WRITE_OFF, total, ""))
            self._entry(story, EntryKind.WRITE_OFF, _day(story.at), "given-up", lines)
            self._event(story, EventKind.CLOSED, WorkAxis.CLOSED)

    def _remit(self, story: _Story, charged: int, paid: int, contract: int, share: int, reason: str = "CO-45") -> None:
        """One decision: its row, its entry, its event and the claim's amounts."""
        claim, refused = story.claim, charged - paid - contract - share
        paid_on = _day(story.at)
        head = self._check(str(claim["payer_id"]), str(claim["payer_name"]), paid_on)
        head["amount"] = _number(head["amount"]) + paid
        story.at = head_posted(head)
        identity = str(head["id"])
        place = self._places[identity] = self._places.get(identity, 0) + 1
        amounts: dict[str, int] = {
            "paid": paid,
            "adjusted": contract,
            "patient_responsibility": share,
            "denied": refused,
        }
        for name, amount in amounts.items():
            claim[name] = _number(claim[name]) + amount
        reversal = charged < 0
        status = "22" if reversal else "4" if refused == charged else "1"
        self.rows[remittance_claim_table].append(
            {
                "remittance_id": identity,
                "place": place,
                "control_number": claim["number"],
                "status": status,
                "charged": charged,
                "paid": paid,
                "patient_responsibility": share,
                "denied": refused,
                "claim_id": claim["id"],
                "match_reason": "control_number",
                "state": "posted",
            }
        )
        moved = paid + contract + share
        lines: Lines = ((PAYER_CASH, paid, ""), (CONTRACTUAL, contract, "CO-45"), (PATIENT, share, "PR-3"))
        if moved:
            kept = (*(line for line in lines if line[1]), (INSURANCE, -moved, ""))
            kind = EntryKind.REVERSAL if reversal else EntryKind.REMITTANCE
            self._entry(story, kind, paid_on, f"remit/{identity}/{place}", kept, remittance=identity)
        codes: dict[str, object] = {"remittance": identity, "reasons": [reason], **amounts}
        if reversal:
            self._event(story, EventKind.REVERSED, AdjudicationAxis.REVERSED, codes)
            return
        left = _number(claim["total"]) - _number(claim["paid"]) - _number(claim["adjusted"])
        left -= _number(claim["patient_responsibility"])
        granted = bool(claim["paid"] or claim["patient_responsibility"])
        verdict = AdjudicationAxis.PARTIALLY_PAID if granted else AdjudicationAxis.DENIED
        self._event(story, EventKind.ADJUDICATED, AdjudicationAxis.PAID if left <= 0 else verdict, codes)

    def _patient(self, story: _Story, share: int) -> None:
        """The patient pays in instalments, sometimes too much, sometimes nothing."""
        chance = self.chance
        for number in range(chance.randrange(self.plan.instalments + 1) if share else 0):
            story.at += timedelta(days=chance.randrange(5, 25))
            amount = share + 200 if chance.random() < 0.12 else max(1, share // self.plan.instalments)
            lines = ((PATIENT_CASH, amount, ""), (PATIENT, -amount, ""))
            self._entry(story, EntryKind.PATIENT_PAYMENT, _day(story.at), f"pay/{number}", lines)

    def _check(self, payer: str, name: str, paid_on: date) -> Row:
        """The payment of a payer on a day."""
        head = self._checks.get((payer, paid_on))
        if head is None:
            posted = _moment(paid_on, 9) + timedelta(days=self.chance.choice((0, 1, 3)))
            head = {
                "id": self.identity(posted),
                "fingerprint": self.identity(posted),
                "payer_id": payer,
                "payer_name": name,
                "trace": f"EFT{payer}{paid_on:%y%m%d}",
                "amount": 0,
                "method": "ACH",
                "paid_on": paid_on,
                "state": "posted",
                "findings": [],
                "received": posted,
                "posted": posted,
            }
            self._checks[(payer, paid_on)] = head
            self.rows[remittance_table].append(head)
            loose = self.chance.randrange(1, 9) * 100
            if self.chance.random() < 0.05:
                head["amount"] = loose
                lines: Lines = ((PAYER_CASH, loose, ""), (UNAPPLIED, -loose, ""))
                self._post(
                    EntryKind.UNAPPLIED, paid_on, posted, f"remit/{head['id']}/0", lines, {"remittance_id": head["id"]}
                )
                self.rows[remittance_claim_table].append(
                    {
                        "remittance_id": head["id"],
                        "place": 0,
                        "control_number": "NOBODY",
                        "status": "1",
                        "charged": loose,
                        "paid": loose,
                        "claim_id": None,
                        "match_reason": "none",
                        "state": "unapplied",
                    }
                )
        return head

    def _lines(self, story: _Story, lines: list[tuple[str, int]]) -> None:
        for place, (procedure, amount) in enumerate(lines, 1):
            self.rows[claim_line_table].append(
                {
                    "claim_id": story.claim["id"],
                    "line": place,
                    "control": f"L{place}",
                    "procedure": procedure,
                    "units": 1,
                    "amount": amount,
                    "pointers": "1",
                    "service_date": story.day,
                }
            )

    def _event(
        self,
        story: _Story,
        kind: EventKind,
        to: WorkAxis | SubmissionAxis | AdjudicationAxis | None = None,
        codes: dict[str, object] | None = None,
    ) -> None:
        story.at += timedelta(hours=self.chance.randrange(1, 12))
        number = story.claim["events"] = _number(story.claim["events"]) + 1
        axis = "" if to is None else _AXIS[type(to)]
        before = story.axes.get(axis, "")
        if to is not None:
            story.axes[axis] = to.value
        self.rows[claim_event_table].append(
            {
                "claim_id": story.claim["id"],
                "seq": number,
                "at": story.at,
                "actor": "chartline",
                "kind": kind.value,
                "axis": axis,
                "before": before,
                "after": to.value if to is not None else "",
                "codes": codes or {},
            }
        )

    def _entry(
        self, story: _Story, kind: EntryKind, effective: date, cause: str, lines: Lines, remittance: str | None = None
    ) -> None:
        claim = story.claim
        about = {name: claim[name] for name in ("encounter_id", "patient_id")}
        about |= {"claim_id": claim["id"], "remittance_id": remittance}
        key = cause if remittance else f"{cause}/{claim['id']}"
        self._post(kind, effective, story.at, key, lines, about)

    def _post(
        self, kind: EntryKind, effective: date, posted: datetime, key: str, lines: Lines, about: dict[str, object]
    ) -> None:
        identity = self.identity(posted)
        head = {"id": identity, "kind": kind.value, "effective": effective, "posted": posted, "source_key": key}
        blank = dict.fromkeys(("claim_id", "encounter_id", "patient_id", "remittance_id"))
        self.rows[entry_table].append({**blank, **head, **about, "memo": ""})
        self.rows[entry_line_table] += [
            {
                "entry_id": identity,
                "ordinal": place,
                "account": account,
                "amount": amount,
                "currency": "USD",
                "code": code,
            }
            for place, (account, amount, code) in enumerate(lines, 1)
        ]


_ORDER = {
    claim_table: ("id",),
    claim_event_table: ("at",),
    entry_table: ("id",),
    entry_line_table: ("entry_id", "ordinal"),
}
_AXIS = {WorkAxis: "work", SubmissionAxis: "submission", AdjudicationAxis: "adjudication"}


def lay_books(work: Work, plan: Plan) -> dict[str, int]:
    """Lay books in the organisation of ``work``; returns how many rows each table got.

    Raises ``sandbox.books_laid``.
    """
    if work.scalar(work.select(claim_table, claim_table.c.id).limit(1)) is not None:
        raise LAID_BEFORE.error()
    books = _Books(plan)
    books.write()
    for table, rows in books.rows.items():
        work.insert_many(table, list(_whole(table, rows)))
    return {table.name: len(rows) for table, rows in books.rows.items()}


def head_posted(head: Row) -> datetime:
    """When a payment was posted."""
    posted = head["posted"]
    assert isinstance(posted, datetime)
    return posted


def _whole(table: sa.Table, rows: list[Row]) -> Iterator[Row]:
    """Rows with a blank in every column that they do not mention."""
    blanks = {column.name: _blank(column) for column in table.c if column.name != "organisation_id"}
    for row in rows:
        yield {name: row.get(name, blank) for name, blank in blanks.items()}


def _blank(column: sa.Column[object]) -> object:
    if column.nullable:
        return None
    kind = column.type.python_type if not isinstance(column.type, sa.types.TypeDecorator) else str
    return {int: 0, bytes: b"", dict: {}, bool: False}.get(kind, "")


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
