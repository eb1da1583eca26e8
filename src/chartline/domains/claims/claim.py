"""A claim as its row says, and one event of its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, Word, WorkAxis, word_of
from chartline.domains.claims.numbers import claim_reference
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed

NO_CLAIM = ErrorKind(
    "claims.not_found",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such claim.",
    "Look the claim up in the list; it may belong to another practice.",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: identity, axes, and what the payer decided so far. No patient value in it."""

    id: str
    number: str
    encounter_id: str
    patient_id: str
    coverage_id: str
    payer_id: str
    payer_name: str
    service_date: date
    total: Money
    version: int
    frequency: str
    payer_number: str
    vendor_claim_id: str
    work: WorkAxis
    submission: SubmissionAxis
    adjudication: AdjudicationAxis
    paid: Money
    patient_responsibility: Money
    adjusted: Money
    denied: Money
    submitted: datetime | None
    created: datetime
    updated: datetime

    @property
    def word(self) -> Word:
        """The one word for where it stands."""
        return word_of(self.work, self.submission, self.adjudication)

    @property
    def reference(self) -> str:
        """The present version as it travels (REF*D9)."""
        return claim_reference(self.number, self.version)

    @property
    def open(self) -> Money:
        """What no decision of the payer accounts for yet, denied amounts among it."""
        return self.total - self.paid - self.adjusted - self.patient_responsibility

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Claim:
        """A claim from its row."""
        own = {name: row[name] for name in _PLAIN}
        money = {name: Money(row[name]) for name in _MONEY}
        return cls(
            **own,
            **money,
            work=WorkAxis(row["work_axis"]),
            submission=SubmissionAxis(row["submission_axis"]),
            adjudication=AdjudicationAxis(row["adjudication_axis"]),
        )


_MONEY = ("total", "paid", "patient_responsibility", "adjusted", "denied")
_PLAIN = (
    "id",
    "number",
    "encounter_id",
    "patient_id",
    "coverage_id",
    "payer_id",
    "payer_name",
    "service_date",
    "version",
    "frequency",
    "payer_number",
    "vendor_claim_id",
    "submitted",
    "created",
    "updated",
)


@dataclass(frozen=True, slots=True)
class ReportText:
    """A message of a clearinghouse or payer on a claim; its text may name the patient."""

    level: str
    code: str
    text: Sealed[str]
    fields: str


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """One step of a claim's history. ``codes`` hold ids, codes and field names; ``messages`` only where a vault opened
    them."""

    seq: int
    at: datetime
    actor: str
    kind: str
    axis: str
    before: str
    after: str
    text: str
    codes: dict[str, object]
    exchange_id: str | None
    messages: tuple[ReportText, ...] = ()
