"""The frozen working copy of a claim version: everything that goes on the claim, as it was when it was drafted.

A later change of the patient, the coverage or the practice does not change a claim that was sent. Copies are sealed
in the database and masked in memory; a version's copy is written once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import msgspec
import sqlalchemy as sa

from chartline.domains.claims.tables import claim_copy_table, claim_table
from chartline.formats.x12.claim_parts.coverage import LineAdjudication, OtherCoverage
from chartline.formats.x12.claim_parts.values import Attachment, Drug
from chartline.formats.x12.dental_claim.line import Tooth
from chartline.formats.x12.dental_claim.model import Orthodontics, ToothStatus
from chartline.formats.x12.institutional_claim.codes import Occurrence, OccurrenceSpan, Procedure, ValueAmount
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.vault import Vault


class PostalAddress(Record, frozen=True, kw_only=True):
    """A postal address; empty texts where nothing is known."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


class CopyPerson(Record, frozen=True, kw_only=True):
    """The patient or the subscriber. ``sex`` is ``M``, ``F`` or ``U``."""

    last: str
    first: str
    middle: str = ""
    born: date | None = None
    sex: str = "U"
    address: PostalAddress = PostalAddress()


class CopyCoverage(Record, frozen=True, kw_only=True):
    """Whom the claim goes to. ``order`` 1 is primary; ``relationship`` is the patient's to the subscriber, in the
    words of ``connect.facts.Relationship``; ``filing`` is SBR09."""

    payer_id: str
    payer_name: str
    member_id: str
    group: str = ""
    order: int = 1
    relationship: str = "self"
    filing: str = "CI"
    begin: date | None = None
    end: date | None = None


class BillingIdentity(Record, frozen=True, kw_only=True):
    """Who bills. ``tax_id`` is nine digits; ``phone`` ten."""

    name: str
    npi: str
    tax_id: str
    taxonomy: str = ""
    address: PostalAddress = PostalAddress()
    contact: str = ""
    phone: str = ""


class RenderingIdentity(Record, frozen=True, kw_only=True):
    """A provider who gave, supervised, referred or answers for the care."""

    last: str
    first: str
    npi: str
    taxonomy: str = ""


class CopyFacility(Record, frozen=True, kw_only=True):
    """Where the care was given, if not at the billing provider's address."""

    name: str
    npi: str = ""
    address: PostalAddress = PostalAddress()


class InstitutionalFacts(Record, frozen=True, kw_only=True):
    """What only an institutional claim says.

    ``facility_code`` are the middle two digits of the bill type (``11`` inpatient, ``13`` outpatient);
    ``patient_status`` is where the patient went. Times are HHMM. ``present_on_admission`` stands beside the claim's
    diagnoses, one letter each, and may be shorter.
    """

    facility_code: str
    statement_from: date
    statement_through: date
    patient_status: str
    admission_type: str = ""
    admission_source: str = ""
    admission: date | None = None
    admission_time: str = ""
    discharge_time: str = ""
    admitting_diagnosis: str = ""
    reasons_for_visit: tuple[str, ...] = ()
    external_causes: tuple[str, ...] = ()
    present_on_admission: tuple[str, ...] = ()
    drg: str = ""
    procedures: tuple[Procedure, ...] = ()
    """The principal one first."""
    occurrences: tuple[Occurrence, ...] = ()
    occurrence_spans: tuple[OccurrenceSpan, ...] = ()
    values: tuple[ValueAmount, ...] = ()
    condition_codes: tuple[str, ...] = ()
    attending: RenderingIdentity | None = None
    operating: RenderingIdentity | None = None


class DentalFacts(Record, frozen=True, kw_only=True):
    """What only a dental claim says. A predetermination asks what would be paid, and has no days of service."""

    is_predetermination: bool = False
    predetermination: str = ""
    """The payer's number of an earlier predetermination."""
    appliance_placed: date | None = None
    orthodontics: Orthodontics | None = None
    tooth_statuses: tuple[ToothStatus, ...] = ()


class CopyLine(Record, frozen=True, kw_only=True):
    """One service. ``amount`` in minor units; ``pointers`` count the claim's diagnoses from 1.

    ``procedure`` may be empty where a ``revenue_code`` stands for the charge. ``unit`` is ``UN``, ``MJ`` minutes or
    ``DA`` days. ``adjudications`` are what earlier payers decided on it.
    """

    control: str
    procedure: str
    modifiers: tuple[str, ...] = ()
    units: int
    amount: int
    pointers: tuple[int, ...]
    service_date: date
    place_of_service: str
    through: date | None = None
    unit: str = "UN"
    description: str = ""
    revenue_code: str = ""
    not_covered: int = 0
    teeth: tuple[Tooth, ...] = ()
    areas: tuple[str, ...] = ()
    prosthesis: str = ""
    """``I`` first, ``R`` replacement."""
    drug: Drug | None = None
    rendering: RenderingIdentity | None = None
    """Where it is somebody else than the claim's."""
    adjudications: tuple[LineAdjudication, ...] = ()


class ClaimCopy(Record, frozen=True, kw_only=True):
    """One version of a claim with everybody in it. ``total`` in minor units.

    What a field added later means for an older copy is its default: copies are kept for ever and never rewritten.
    """

    number: str
    version: int = 1
    frequency: str = "1"
    payer_number: str = ""
    prior_authorization: str = ""
    service_date: date
    place_of_service: str
    total: int
    billing: BillingIdentity
    rendering: RenderingIdentity | None
    patient: CopyPerson
    subscriber: CopyPerson | None
    """Only where the patient is not the subscriber."""
    coverage: CopyCoverage
    diagnoses: tuple[str, ...]
    lines: tuple[CopyLine, ...]
    kind: str = "professional"
    """In the words of ``ClaimKind``."""
    service_through: date | None = None
    referral: str = ""
    note: str = ""
    """Free text for the payer (NTE*ADD)."""
    medical_record: str = ""
    delay_reason: str = ""
    """Why the claim comes late (CLM20)."""
    related_causes: tuple[str, ...] = ()
    """``AA`` car accident, ``EM`` employment, ``OA`` another accident."""
    accident_state: str = ""
    accident: date | None = None
    onset: date | None = None
    clia: str = ""
    patient_paid: int = 0
    attachments: tuple[Attachment, ...] = ()
    supervising: RenderingIdentity | None = None
    referring: RenderingIdentity | None = None
    facility: CopyFacility | None = None
    institutional: InstitutionalFacts | None = None
    dental: DentalFacts | None = None
    others: tuple[OtherCoverage, ...] = ()
    """Other payers of the patient, with what they decided."""

    @property
    def total_money(self) -> Money:
        """The claim's total."""
        return Money(self.total)

    @property
    def through(self) -> date:
        """The last day of service."""
        return max(
            [self.service_through or self.service_date, *(line.through or line.service_date for line in self.lines)]
        )


# Made with the module: the library crashes when several threads decode a type for the first time together.
_decoder = msgspec.json.Decoder(ClaimCopy)
_encoder = msgspec.json.Encoder()


def keep_copies(work: Work, vault: Vault, copies: Mapping[str, ClaimCopy]) -> None:
    """Store the copy of a version of each claim, in one statement; a version's copy can be stored once."""
    work.insert_many(
        claim_copy_table,
        [
            {
                "claim_id": claim,
                "version": copy.version,
                "sealed": vault.seal(work.organisation, "claim_copy", _row(claim, copy.version), _encoder.encode(copy)),
            }
            for claim, copy in copies.items()
        ],
    )


def open_copies(work: Work, vault: Vault, claims: Collection[str]) -> dict[str, ClaimCopy]:
    """The copy of the present version of each claim; one query."""
    copies, claim = claim_copy_table.c, claim_table.c
    query = (
        sa.select(copies.claim_id, copies.version, copies.sealed)
        .join(
            claim_table,
            sa.and_(
                claim.organisation_id == copies.organisation_id,
                claim.id == copies.claim_id,
                claim.version == copies.version,
            ),
        )
        .where(work.mine(claim_copy_table), copies.claim_id.in_(list(claims)))
    )
    return {row["claim_id"]: _open(work, vault, row) for row in (work.rows(query) if claims else [])}


def open_first_copies(work: Work, vault: Vault, claims: Collection[str]) -> dict[str, ClaimCopy]:
    """The copy of each claim as it was first sent; one query."""
    copies = claim_copy_table.c
    query = work.select(claim_copy_table, copies.claim_id, copies.version, copies.sealed)
    rows = work.rows(query.where(copies.claim_id.in_(list(claims)), copies.version == 1)) if claims else []
    return {row["claim_id"]: _open(work, vault, row) for row in rows}


def repair_copies(work: Work, vault: Vault, copies: Mapping[str, ClaimCopy]) -> None:
    """Put a repaired copy in place of that of the same version, which nobody has sent; one statement.

    The caller has made sure that the version is in no file: what was sent is never rewritten.
    """
    columns = claim_copy_table.c
    place = columns.claim_id == sa.bindparam("claim"), columns.version == sa.bindparam("of_version")
    rows = [
        {
            "claim": claim,
            "of_version": copy.version,
            "content": vault.seal(work.organisation, "claim_copy", _row(claim, copy.version), _encoder.encode(copy)),
        }
        for claim, copy in copies.items()
    ]
    if rows:
        work.execute(work.update(claim_copy_table).where(*place).values(sealed=sa.bindparam("content")), rows)


def _open(work: Work, vault: Vault, row: sa.RowMapping) -> ClaimCopy:
    place = _row(row["claim_id"], row["version"])
    plain = vault.open_sealed(work.organisation, "claim_copy", place, bytes(row["sealed"]))
    return _decoder.decode(plain)


def _row(claim: str, version: int) -> str:
    return f"{claim}/{version}"
