"""Whether the present version of a claim has been put into a file: from then on it is not ours to change."""

from __future__ import annotations

import sqlalchemy as sa

from chartline.domains.claims.claim import Claim
from chartline.domains.claims.tables import claim_file_item_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

IN_FLIGHT = ErrorKind(
    "claims.in_flight",
    Blame.PRACTICE,
    Again.AFTER,
    "This version of the claim is in a file or has been sent; what was sent is not changed.",
    "Wait for the answer, then correct the claim if it needs it.",
    status=409,
)


def in_file(work: Work, claim: Claim) -> bool:
    """Whether the claim's present version is in a file that was not withdrawn."""
    items = claim_file_item_table.c
    mine = work.mine(claim_file_item_table), items.claim_id == claim.id, items.version == claim.version
    return bool(work.scalar(sa.select(sa.exists().where(*mine))))
