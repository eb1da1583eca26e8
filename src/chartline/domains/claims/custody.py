"""Whether the present version of a claim has been put into a file: from then on it is not ours to change."""

from __future__ import annotations

from collections.abc import Iterable

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
    return bool(in_files(work, [claim]))


def in_files(work: Work, claims: Iterable[Claim]) -> set[str]:
    """Which of these claims have their present version in a file that was not withdrawn; one query."""
    versions = {claim.id: claim.version for claim in claims}
    items = claim_file_item_table.c
    query = work.select(claim_file_item_table, items.claim_id, items.version).where(items.claim_id.in_(list(versions)))
    rows = work.rows(query) if versions else []
    return {row["claim_id"] for row in rows if versions[row["claim_id"]] == row["version"]}
