"""A claim as its row says, and one event of its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
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


class ClaimKind(StrEnum):
    """Which of the three claim files it goes in."""

    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"
    DENTAL = "dental"


class ClaimSource(StrEnum):
    """Where it came from."""

    VISIT = "visit"
    API = "api"
    SECONDARY = "secondary"
    """Made from an earlier payer's decision."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: identity, axes, and what the payer decided so far. No patient value in it."""

    id: str
    number: str
    encounter_id: str
    kind: ClaimKind
    payer_order: int
    """1 is primary."""
    primary_claim_id: str | None
    """The claim whose decision this one carries to the next payer."""
    source: ClaimSource
    patient_id: str
    coverage_id: str
    payer_id: str
    payer_name: str
    billing_npi: str
    rendering_npi: str
    place_of_service: str
    service_date: date
    filing_deadline: date | None
    """The last day on which the payer takes it."""
    total: Money
    version: int
    frequency: str
    payer_number: str
    vendor_claim_id: str
    work: WorkAxis
    submission: SubmissionAxis
    adjudication: AdjudicationAxis
    hold_reason: str
    """Why a person or a rule of the practice holds it, in a code or a few words; empty when nobody does."""
    closed_reason: str
    paid: Money
    patient_responsibility: Money
    adjusted: Money
    denied: Money
    events: int
    """How many events its history has."""
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
            kind=ClaimKind(row["kind"]),
            source=ClaimSource(row["source"]),
        )


_MONEY = ("total", "paid", "patient_responsibility", "adjusted", "denied")
_PLAIN = (
    "id",
    "number",
    "encounter_id",
    "payer_order",
    "primary_claim_id",
    "patient_id",
    "coverage_id",
    "payer_id",
    "payer_name",
    "billing_npi",
    "rendering_npi",
    "place_of_service",
    "service_date",
    "filing_deadline",
    "hold_reason",
    "closed_reason",
    "version",
    "frequency",
    "payer_number",
    "vendor_claim_id",
    "events",
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
