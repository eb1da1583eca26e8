"""Days that have to fit together. In the order of findings."""

from chartline.domains.claims.rules.dates import (
    accident_date,
    age_plausible,
    birth_before_service,
    filing_limit,
    filing_limit_near,
    late_with_reason,
    lines_within_claim,
    one_month,
    one_year,
    onset_before_service,
    service_not_future,
)

RULES = (
    birth_before_service.RULE,
    age_plausible.RULE,
    service_not_future.RULE,
    lines_within_claim.RULE,
    one_month.RULE,
    one_year.RULE,
    onset_before_service.RULE,
    accident_date.RULE,
    filing_limit.RULE,
    filing_limit_near.RULE,
    late_with_reason.RULE,
)
