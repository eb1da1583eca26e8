"""The last word of a payer on a claim, as its remittance has it: what the next payer's claim carries."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from chartline.domains.remits.remittance import MatchState, open_claims
from chartline.domains.remits.tables import remittance_claim_table, remittance_table
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.formats.x12.remittance.model import REVERSAL
from chartline.platform.database import Work
from chartline.platform.vault import Vault


def last_decision(work: Work, vault: Vault, claim: str) -> tuple[RemittanceClaim, date] | None:
    """The newest posted decision on a claim that is no reversal, and the day it was paid; None without any."""
    columns, remittances = remittance_claim_table.c, remittance_table.c
    query = (
        sa.select(columns.remittance_id, columns.place, remittances.paid_on)
        .join(
            remittance_table,
            sa.and_(remittances.organisation_id == columns.organisation_id, remittances.id == columns.remittance_id),
        )
        .where(
            work.mine(remittance_claim_table),
            columns.claim_id == claim,
            columns.state == MatchState.POSTED.value,
            columns.status != REVERSAL,
        )
        .order_by(remittances.paid_on.desc(), remittances.received.desc(), columns.place.desc())
        .limit(1)
    )
    row = work.row(query)
    if row is None:
        return None
    found = open_claims(work, vault, row["remittance_id"], [row["place"]])
    return found[row["place"]], row["paid_on"]
