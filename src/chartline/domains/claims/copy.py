"""The frozen working copy of a claim version: everything that goes on the claim, as it was when it was drafted.

A later change of the patient, the coverage or the practice does not change a claim that was sent. Copies are sealed
in the database and masked in memory; a version's copy is written once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import msgspec
import sqlalchemy as sa

from chartline.domains.claims.tables import claim_copy_table, claim_table
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
    """Who gave the care."""

    last: str
    first: str
    npi: str
    taxonomy: str = ""


class CopyLine(Record, frozen=True, kw_only=True):
    """One service. ``amount`` in minor units; ``pointers`` count the claim's diagnoses from 1."""

    control: str
    procedure: str
    modifiers: tuple[str, ...] = ()
    units: int
    amount: int
    pointers: tuple[int, ...]
    service_date: date
    place_of_service: str


class ClaimCopy(Record, frozen=True, kw_only=True):
    """One version of a claim with everybody in it. ``total`` in minor units."""

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

    @property
    def total_money(self) -> Money:
        """The claim's total."""
        return Money(self.total)


# Made with the module: the library crashes when several threads decode a type for the first time together.
_decoder = msgspec.json.Decoder(ClaimCopy)


def keep_copy(work: Work, vault: Vault, claim: str, copy: ClaimCopy) -> None:
    """Store the copy of a version; it can be stored once."""
    sealed = vault.seal(work.organisation, "claim_copy", _row(claim, copy.version), msgspec.json.encode(copy))
    work.insert(claim_copy_table, claim_id=claim, version=copy.version, sealed=sealed)


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


def _open(work: Work, vault: Vault, row: sa.RowMapping) -> ClaimCopy:
    place = _row(row["claim_id"], row["version"])
    plain = vault.open_sealed(work.organisation, "claim_copy", place, bytes(row["sealed"]))
    return _decoder.decode(plain)


def _row(claim: str, version: int) -> str:
    return f"{claim}/{version}"
