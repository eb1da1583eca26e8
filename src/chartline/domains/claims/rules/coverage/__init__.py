"""Whether the payer has to pay: coverage, authorization, the order of payers. In the order of findings."""

from chartline.domains.claims.rules.coverage import (
    authorization_dates,
    authorization_needed,
    authorization_number,
    authorization_service,
    authorization_units,
    authorization_unnamed,
    coverage_active,
    coverage_dates,
    earlier_payer,
    earlier_payer_dated,
    earlier_payer_other,
    earlier_payer_sums,
    enrollment_missing,
    referral_named,
)

RULES = (
    coverage_dates.RULE,
    coverage_active.RULE,
    authorization_number.RULE,
    authorization_dates.RULE,
    authorization_units.RULE,
    authorization_service.RULE,
    authorization_unnamed.RULE,
    authorization_needed.RULE,
    referral_named.RULE,
    earlier_payer.RULE,
    earlier_payer_other.RULE,
    earlier_payer_sums.RULE,
    earlier_payer_dated.RULE,
    enrollment_missing.RULE,
)
