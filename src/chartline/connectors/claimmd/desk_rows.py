"""Rows of the services beside claims and money: notes, edits, archived claims, payers, links (vendor sheet 5.5, 6).

Names of ``modify`` rows are our assumption (sheet 5.5 knows its parameters only), so each is read under every name that
fits. Refuses nothing: what is absent is empty text.
"""

from __future__ import annotations

from dataclasses import dataclass

from chartline.connectors.claimmd.wire import Record
from chartline.kernel.sealed import Masked


@dataclass(frozen=True, slots=True, repr=False)
class NoteRow(Masked):
    """A note that somebody wrote on a claim in the portal."""

    note: str
    claim: str
    control_number: str
    text: str
    author: str
    at: str

    @classmethod
    def of(cls, record: Record) -> NoteRow:
        """From a ``notes`` object."""
        return cls(
            note=record.text("noteid"),
            claim=record.text("claimmd_id", "claimid"),
            control_number=record.text("pcn"),
            text=record.text("note"),
            author=record.text("username"),
            at=record.text("date_time"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class EditRow(Masked):
    """A change that somebody made to a claim in the portal."""

    edit: str
    claim: str
    field: str
    before: str
    after: str
    author: str
    at: str

    @classmethod
    def of(cls, record: Record) -> EditRow:
        """From a ``mod`` object."""
        return cls(
            edit=record.text("modid"),
            claim=record.text("claimmd_id", "claimid"),
            field=record.text("field"),
            before=record.text("old_value", "old"),
            after=record.text("new_value", "new"),
            author=record.text("user", "username"),
            at=record.text("time", "date_time", "mod_time"),
        )


@dataclass(frozen=True, slots=True)
class ArchivedRow:
    """What became of one claim that was to be archived."""

    claim: str
    done: bool

    @classmethod
    def of(cls, record: Record) -> ArchivedRow:
        """From a ``claim`` object."""
        return cls(record.text("claimid", "claimmd_id"), record.text("success").lower() in ("1", "y", "yes", "true"))


PAYER_SERVICES: dict[str, tuple[str, ...]] = {
    "professional": ("1500_claims", "_1500_claims"),
    "institutional": ("ub_claims",),
    "dental": ("dent_claims",),
    "remittance": ("era",),
    "eligibility": ("eligibility",),
    "secondary": ("secondary_support",),
    "attachment": ("attachment",),
    "workers_comp": ("workers_comp",),
    "auto": ("auto",),
}
"""Our words for what can be done with a payer, and the vendor's fields (sheet 6)."""


@dataclass(frozen=True, slots=True)
class PayerRow:
    """A payer of the directory. ``payer`` is text: leading zeros count (trap 7)."""

    payer: str
    name: str
    kind: str
    state: str
    others: tuple[tuple[str, str], ...]
    services: dict[str, str]
    enrollment_days: str

    @classmethod
    def of(cls, record: Record) -> PayerRow:
        """From a ``payer`` object. Services that it does not speak of are left out."""
        said = {word: record.text(*names).lower() for word, names in PAYER_SERVICES.items()}
        return cls(
            payer=record.text("payerid"),
            name=record.text("payer_name"),
            kind=record.text("payer_type"),
            state=record.text("payer_state"),
            others=tuple(
                (other.text("alt_payerid"), other.text("alt_payer_name")) for other in record.rows("payer_alt_names")
            ),
            services={word: value for word, value in said.items() if value},
            enrollment_days=record.text("avg_era_enroll_days"),
        )


def link_of(record: Record) -> str:
    """The address in the answer of ``enroll`` or ``appeal``: ``link`` may be one object, several, or bare text.

    It carries access and is for a person: nothing of ours opens it (trap 28). What is no address of a page counts as
    none, because people click on it.
    """
    found = [*(row.text("url") for row in record.rows("link")), record.text("link", "url")]
    return next((url for url in found if url.lower().startswith(("https://", "http://"))), "")
