"""The bodies of prior authorization on this wire: what is asked, and what is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from chartline.api.billing.eligibility_shapes import ProblemShape, ServiceType
from chartline.api.billing.shapes import Asked, Shape

Code = Annotated[str, Meta(min_length=1, max_length=10)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
State = Literal[
    "draft",
    "needs_documents",
    "submitted",
    "pended",
    "approved",
    "modified",
    "denied",
    "expired",
    "cancelled",
    "not_required",
]


class ProcedureShape(Shape):
    """A CPT or HCPCS code and units."""

    cpt_code: str
    units: int


class ProcedureAsked(Asked):
    """A CPT or HCPCS code and units."""

    cpt_code: Code
    units: Annotated[int, Meta(ge=1, le=9999)] = 1


class SubmitAsked(Asked):
    """What is to be authorized. Without a payer the primary coverage's; without a provider the practice itself."""

    patient_id: UUID
    procedures: Annotated[list[ProcedureAsked], Meta(min_length=1, max_length=12)]
    icd_codes: Annotated[list[Code], Meta(min_length=1, max_length=12)]
    service_date_from: date
    service_date_to: date | None = None
    payer_id: Annotated[str, Meta(max_length=40)] = ""
    coverage_id: UUID | None = None
    provider_npi: Annotated[str, Meta(pattern=r"^([0-9]{10})?$")] = ""
    service_type: ServiceType = "30"
    place_of_service: Annotated[str, Meta(pattern=r"^[0-9]{2}$")] = "11"
    urgency: Literal["elective", "urgent"] = "elective"
    note: Annotated[str, Meta(max_length=2000)] = ""
    documents: Annotated[list[Title], Meta(max_length=12)] = msgspec.field(default_factory=list)


class ResultAsked(Asked):
    """What came of a call, a fax or the payer's pages. A grant needs the payer's number."""

    outcome: Literal["approved", "modified", "pended", "denied", "cancelled", "not_required"]
    day: date | None = msgspec.field(default=None, name="date")
    authorization_number: Annotated[str, Meta(max_length=60)] = ""
    valid_from: date | None = None
    valid_to: date | None = None
    units_approved: Annotated[int, Meta(ge=1, le=9999)] | None = None
    reason: Annotated[str, Meta(max_length=20)] = ""
    spoke_with: Annotated[str, Meta(max_length=120)] = ""
    reference: Annotated[str, Meta(max_length=60)] = ""
    note: Annotated[str, Meta(max_length=2000)] = ""


class DocumentAsked(Asked):
    """A file (base64 in ``content``) for an item of the checklist, or as a further one with a ``title``.

    Without content the title is put on the checklist as something that is needed.
    """

    title: Annotated[str, Meta(max_length=200)] = ""
    document_id: UUID | None = None
    media_type: Annotated[str, Meta(max_length=80)] = "application/pdf"
    content: Annotated[str, Meta(max_length=960_000)] = ""


class TemplateBody(Asked):
    """What a payer wants with a procedure; either may be empty for any."""

    payer_id: Annotated[str, Meta(max_length=40)] = ""
    cpt_code: Annotated[str, Meta(max_length=5)] = ""
    documents: Annotated[list[Title], Meta(max_length=12)] = msgspec.field(default_factory=list)
    required: bool = True


class TemplateShape(Shape):
    """What a payer wants with a procedure."""

    payer_id: str
    cpt_code: str
    documents: list[str]
    required: bool


class AuthorizationShape(Shape):
    """One authorization. ``route`` is ``wire`` or ``manual``; ``alerts`` are codes of what needs somebody."""

    id: str
    patient_id: str
    payer_id: str
    payer_name: str
    coverage_id: str
    provider_npi: str
    status: str
    route: str
    authorization_number: str
    procedures: list[ProcedureShape]
    icd_codes: list[str]
    service_date_from: date
    service_date_to: date
    valid_from: date | None
    valid_to: date | None
    units_requested: int
    units_approved: int | None
    units_used: int
    units_left: int | None
    documents_missing: int
    reason: str
    urgency: str
    submitted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    alerts: list[str]
    problem: ProblemShape | None


class StepShape(Shape):
    """One step: what happened, who did it, and what was typed about it."""

    at: datetime
    actor: str
    kind: str
    before: str
    after: str
    codes: dict[str, str]
    spoke_with: str
    reference: str
    note: str


class DocumentShape(Shape):
    """An item of the checklist; ``state`` is ``missing``, ``here`` or ``waived``."""

    id: str
    title: str
    needed: bool
    state: str
    media_type: str
    bytes: int


class UseShape(Shape):
    """A billed claim line that counts, or counted until it was given back."""

    claim_id: str
    line: int
    cpt_code: str
    units: int
    at: datetime
    given_back_at: datetime | None


class DetailShape(Shape):
    """An authorization with its history, its checklist and what was billed under it."""

    authorization: AuthorizationShape
    history: list[StepShape]
    documents: list[DocumentShape]
    uses: list[UseShape]


class KeptShape(Shape):
    """The id of what was kept."""

    id: str
