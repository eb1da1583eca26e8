"""What was billed before, and what the claim replaces. In the order of findings."""

from chartline.domains.claims.rules.history import (
    duplicate_claim,
    duplicate_line,
    frequency_known,
    original_with_number,
    replacement_number,
    second_session,
    second_visit,
)

RULES = (
    duplicate_line.RULE,
    duplicate_claim.RULE,
    second_visit.RULE,
    second_session.RULE,
    frequency_known.RULE,
    replacement_number.RULE,
    original_with_number.RULE,
)
