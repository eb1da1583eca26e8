"""How a practice wants its claims to go on by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from chartline.domains.claims.tables import claim_setting_table
from chartline.platform.database import Work


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """``next_payer_by_itself``: what a payer left open is claimed from the patient's next coverage without asking."""

    next_payer_by_itself: bool = False


def read_claim_settings(work: Work) -> ClaimSettings:
    """The practice's settings, or what holds where nothing was set."""
    row = work.row(work.select(claim_setting_table))
    return ClaimSettings(next_payer_by_itself=row["next_payer_by_itself"]) if row else ClaimSettings()


def save_claim_settings(work: Work, settings: ClaimSettings) -> None:
    """Store the settings over the present ones."""
    work.upsert(claim_setting_table, {}, next_payer_by_itself=settings.next_payer_by_itself)
