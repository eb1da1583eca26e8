"""The rows of a claim's lines: what lists, matching and rules read without opening a copy."""

from __future__ import annotations

from collections.abc import Mapping

from chartline.domains.claims.copy import ClaimCopy
from chartline.domains.claims.tables import claim_line_table
from chartline.platform.database import Work


def add_lines(work: Work, copies: Mapping[str, ClaimCopy]) -> None:
    """Write the lines of new claims, in one statement."""
    work.insert_many(
        claim_line_table,
        [
            {
                "claim_id": claim,
                "line": place,
                "control": line.control,
                "procedure": line.procedure[:10],
                "revenue_code": line.revenue_code[:4],
                "modifiers": " ".join(line.modifiers)[:20],
                "units": line.units,
                "amount": line.amount,
                "pointers": " ".join(str(pointer) for pointer in line.pointers)[:40],
                "service_date": line.service_date,
            }
            for claim, copy in copies.items()
            for place, line in enumerate(copy.lines, 1)
        ],
    )


def replace_lines(work: Work, claim: str, copy: ClaimCopy) -> None:
    """Put the copy's lines in place of the claim's present ones."""
    work.execute(work.delete(claim_line_table).where(claim_line_table.c.claim_id == claim))
    add_lines(work, {claim: copy})
